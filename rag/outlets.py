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
        name = re.escape(_ARTICLE.sub("", outlet))
        quoted = rf"(?:[Tt]he\s+)?['\"‘“]?(?:[Tt]he\s+)?{name}['\"’”]?"
        pattern = (
            rf"(?<!\w){name}(?!\w)"
            if " " in _ARTICLE.sub("", outlet)
            else rf"\b(?i:{_BEFORE}){quoted}(?!\w)|(?<!\w){quoted}(?i:{_AFTER})"
        )
        match = re.search(pattern, question) if name else None
        if match:
            found.append((match.start(), outlet))
    return tuple(outlet for _, outlet in sorted(found))


def without_outlets(question: str, named: Sequence[str]) -> str:
    """Return a question without "according to NAME": no sentence of an article says that of itself."""
    for outlet in named:
        name = re.escape(_ARTICLE.sub("", outlet))
        said = (
            rf",?\s*\b(?i:(?:as )?(?:according to|reported by))\s+(?:[Tt]he\s+)?['\"‘“]?(?:[Tt]he\s+)?{name}['\"’”]?,?"
        )
        question = re.sub(said, "", question)
    return question.strip()
