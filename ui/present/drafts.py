"""A checked draft to text (pure)."""

from __future__ import annotations

from rag.draft_types import CheckedDraft, DraftVerdict
from ui.present.answers import correction_line, place_words, source_line
from ui.present.escape import plain
from ui.present.words import count, wrap

DRAFT_WORDS: dict[DraftVerdict, tuple[str, str]] = {
    "supported": ("✓", "The articles say so"),
    "partly": ("◐", "Partly supported"),
    "otherwise": ("✗", "The articles say otherwise"),
    "not_found": ("?", "Nothing in the articles says so"),
    "no_statement": ("·", "No statement to check"),
}
"""The sign and the words of each verdict."""
_COUNTED: dict[DraftVerdict, str] = {
    "supported": "supported",
    "partly": "partly",
    "otherwise": "said otherwise",
    "not_found": "not found",
    "no_statement": "without a statement",
}


def draft_to_text(draft: CheckedDraft, *, width: int = 100) -> str:
    """Return a checked draft for a terminal: every sentence with its verdict, then the quotes."""
    lines: list[str] = []
    for each in draft.sentences:
        sign, words = DRAFT_WORDS[each.verdict]
        numbers = "".join(f"[{number}]" for number in each.citations)
        lines += wrap(f"{sign} {plain(each.text)} {numbers}".rstrip(), width, indent="  ")
        if each.verdict not in ("supported", "no_statement"):
            lines += wrap(
                f"    {words}{''.join(f'; {plain(reason)}' for reason in each.reasons)}.", width, indent="    "
            )
    if draft.citations:
        lines += ["", "Quotes"]
    for citation in draft.citations:
        lines += wrap(f"[{citation.n}] “{plain(citation.quote)}”", width, indent="    ")
        place = f"{source_line(citation)}: {plain(citation.title) or 'untitled'}"
        lines += wrap(f"    {place} ({citation.article_id} {place_words(citation)})", width, indent="    ")
        if citation.correction:
            lines += wrap(f"    {correction_line(citation.correction)}", width, indent="    ")
    return "\n".join([*lines, "", f"{draft_line(draft)}."])


def draft_line(draft: CheckedDraft) -> str:
    """Return how many sentences of a draft have which verdict."""
    told = [f"{number} {words}" for verdict, words in _COUNTED.items() if (number := draft.count(verdict))]
    return f"{count(len(draft.sentences), 'sentence')}: {', '.join(told)}"
