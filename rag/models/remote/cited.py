"""Citations as Anthropic's models give them -> numbers of quotes (pure). A pointer counts when its words stand where it points.

Of ``char_location`` the offsets have to cut the words out, ends exclusive; of ``search_result_location``, where each quote is one
result of one block, the words have to be those of it: a block is cited whole. What does not hold becomes the number 0, which no quote has: it is refused as
every marker of a quote that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from index.text.sentences import split_sentences

NOWHERE = 0


def pointers(citations: Iterable[Mapping[str, Any]], quotes: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers, from 1, of the quotes that citations point at, each once; ``NOWHERE`` for one that does not hold.

    Args:
        citations: in Anthropic's form.
        quotes: the words that were handed over, in their order.
    """
    return tuple(dict.fromkeys(_pointer(each, quotes) for each in citations))


def _pointer(citation: Mapping[str, Any], quotes: Sequence[str]) -> int:
    kind, words = citation.get("type"), citation.get("cited_text")
    if not isinstance(words, str) or not words.strip():
        return NOWHERE
    if kind == "search_result_location":
        place = _place(citation.get("search_result_index"), quotes)
        whole = (citation.get("start_block_index"), citation.get("end_block_index")) == (0, 1)
        return place + 1 if place is not None and whole and words == quotes[place] else NOWHERE
    if kind == "char_location":
        place = _place(citation.get("document_index"), quotes)
        start, end = citation.get("start_char_index"), citation.get("end_char_index")
        if place is None or not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end:
            return NOWHERE
        return place + 1 if quotes[place][start:end] == words else NOWHERE
    return NOWHERE


def _place(named: object, quotes: Sequence[str]) -> int | None:
    return named if isinstance(named, int) and 0 <= named < len(quotes) else None


def mark_cited(text: str, numbers: Sequence[int]) -> str:
    """Return a text with the numbers behind each of its sentences, and what white space it ended with behind them."""
    if not numbers:
        return text
    markers = "".join(f"[{number}]" for number in numbers)
    body = text.rstrip()
    lines = []
    for line in body.split("\n"):
        sentences = [span.slice(line).rstrip() for span in split_sentences(line)] if line.strip() else []
        lines.append(" ".join(f"{sentence} {markers}" for sentence in sentences))
    return "\n".join(lines) + text[len(body) :]
