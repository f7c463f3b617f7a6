"""Quotes to disagreements (pure): two origins that give different figures for the same thing on the same day.

Cautious on purpose: a figure that grows from day to day is an update, and other figures about the same event are no
contradiction. Two quotes disagree when they come from different origins, were published on the same day, share most of
their words, and give different numbers of the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from index.lexical import STOPWORDS, stem, stems
from rag.answers import Disagreement, Quote, Side

_ALIKE = 0.15  # Jaccard similarity of stems without numbers
_QUANTITY = re.compile(
    r"(?<![\w.,])(?P<sign>[$€£])?(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?:\s?(?P<unit>%|percent\b|per cent\b|million\b|billion\b))?"
    r"(?:\s+(?P<thing>[a-z]{3,}))?",
)
_WEEKDAY_OR_DATE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+\d{1,2}\b"
    r"|\b\d{1,2}\s+(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|\b(?:19|20)\d\d\b|\b\d{1,2}(?::\d\d)?\s?[ap]\.m\."
)


def find_disagreements(quotes: Sequence[Quote]) -> tuple[Disagreement, ...]:
    """Return each disagreement among the quotes once, with every side and its citations."""
    found: dict[str, dict[str, list[Quote]]] = {}
    for one, other in combinations(quotes, 2):
        if one.origin == other.origin or not _same_day(one, other) or not _alike(one.quote, other.quote):
            continue
        for thing, (value, rival) in _rival_values(one.quote, other.quote).items():
            sides = found.setdefault(thing, {})
            for figure, quote in ((value, one), (rival, other)):
                holders = sides.setdefault(figure, [])
                if quote not in holders:
                    holders.append(quote)
    return tuple(
        Disagreement(
            topic=thing,
            sides=tuple(
                Side(
                    value=value,
                    citations=tuple(quote.n for quote in holders),
                    date=min((quote.published[:10] for quote in holders if quote.published), default=None),
                )
                for value, holders in sides.items()
            ),
        )
        for thing, sides in found.items()
    )


def _same_day(one: Quote, other: Quote) -> bool:
    return bool(one.published and other.published and one.published[:10] == other.published[:10])


def _alike(one: str, other: str) -> bool:
    mine, theirs = _topic(one), _topic(other)
    return len(mine & theirs) >= _ALIKE * max(1, len(mine | theirs))


def _topic(text: str) -> set[str]:
    return {word for word in stems(text) if not word.isdigit()}


def _rival_values(one: str, other: str) -> dict[str, tuple[str, str]]:
    mine, theirs = _quantities(one), _quantities(other)
    rivals: dict[str, tuple[str, str]] = {}
    for thing in mine.keys() & theirs.keys():
        if not mine[thing].keys() & theirs[thing].keys():
            rivals[thing] = next(iter(mine[thing].values())), next(iter(theirs[thing].values()))
    return rivals


def _quantities(text: str) -> dict[str, dict[float, str]]:
    """Return the figures of a text: thing counted -> number -> as written."""
    things: dict[str, dict[float, str]] = {}
    for match in _QUANTITY.finditer(_WEEKDAY_OR_DATE.sub(" ", text)):
        thing = match["thing"] or ""
        unit = match["sign"] or (match["unit"] or "").replace("per cent", "%").replace("percent", "%")
        counted = thing if thing and thing not in STOPWORDS else ""
        name = " ".join(part for part in (unit, stem(counted) if counted else "") if part)
        if name:
            written = (
                match.group().strip()
                if counted
                else f"{match['sign'] or ''}{match['number']} {match['unit'] or ''}".strip()
            )
            things.setdefault(name, {})[float(match["number"].replace(",", ""))] = written
    return things
