"""Which of a library's outlets a question names (pure): "according to the Harbour Wire", "did The Age report"."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ARTICLE = re.compile(r"^the\s+", re.IGNORECASE)
# An outlet whose name is a plain word ("Time", "Wired", "Fortune") is only meant where something says so.
_BEFORE = r"(?:(?:according to|reported by|report(?:s|ed)? (?:by|from|in|on)|articles? (?:by|from|in)|published (?:by|in)|covered by|by|from|in)\s+)"
_AFTER = r"(?:['’]s?)?\s+(?:article|report|story|piece|review|coverage|column|interview|reported|reports|says|said|wrote|claims?|suggests?)\b"


def named_outlets(question: str, outlets: Sequence[str]) -> tuple[str, ...]:
    """Return the outlets that a question names, in the order in which it does.

    A name counts as it is written, capitals included; a name of one word only beside words that speak of an outlet.
    """
    found: list[tuple[int, str]] = []
    for outlet in outlets:
        bare = _ARTICLE.sub("", outlet)
        if not bare or bare not in question:
            continue
        name, quoted = re.escape(bare), _quoted(bare)
        pattern = (
            rf"(?<!\w){name}(?!\w)" if " " in bare else rf"\b(?i:{_BEFORE}){quoted}(?!\w)|(?<!\w){quoted}(?i:{_AFTER})"
        )
        if match := re.search(pattern, question):
            found.append((match.start(), outlet))
    return tuple(outlet for _, outlet in sorted(found))


def without_outlets(question: str, named: Sequence[str]) -> str:
    """Return a question without "according to NAME": no sentence of an article says that of itself."""
    for outlet in named:
        quoted = _quoted(_ARTICLE.sub("", outlet))
        question = re.sub(rf",?\s*\b(?i:(?:as )?(?:according to|reported by))\s+{quoted},?", "", question)
    return question.strip()


def _quoted(bare: str) -> str:
    """Return a pattern of a name as it is written: with or without "the" and quotation marks."""
    return rf"(?:[Tt]he\s+)?['\"‘“]?(?:[Tt]he\s+)?{re.escape(bare)}['\"’”]?"
