"""Text -> the figures in it: numbers with their values, units and nouns. Dates are not figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from rag.language.days import find_days
from rag.language.number_scan import Reading, Scan, scan_number, word_at
from rag.language.number_words import SCALES, SMALL, TENS
from rag.language.tokens import Token, tokens

Bound = Literal["above", "below", ""]

_CURRENCY_SIGNS = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen"}
_CURRENCY_WORDS = {
    "dollar": "dollars",
    "euro": "euros",
    "pound": "pounds",
    "yen": "yen",
    "yuan": "yuan",
    "rupee": "rupees",
}
_CURRENCY_WORDS |= {f"{word}s": unit for word, unit in _CURRENCY_WORDS.items()} | {
    "usd": "dollars",
    "eur": "euros",
}
_ROUGH = frozenset(
    [
        "about",
        "around",
        "nearly",
        "almost",
        "roughly",
        "approximately",
        "some",
        "over",
        "than",
        "least",
        "most",
        "under",
        "below",
        "above",
        "close",
        "just",
        "estimated",
        "circa",
    ]
)
_BOUNDS: dict[tuple[str, ...], Bound] = {
    **dict.fromkeys([("more", "than"), ("at", "least"), ("upwards", "of"), ("over",), ("above",)], "above"),
    **dict.fromkeys(
        [("less", "than"), ("fewer", "than"), ("at", "most"), ("up", "to"), ("under",), ("below",)], "below"
    ),
}
_SPANS = frozenset(
    "second minute hour day night weekend week month quarter season year decade century".split()
)  # "over three days"
_NEGATED: dict[Bound, Bound] = {"above": "below", "below": "above"}
_ONE = Fraction(1)
_SKIPPED_BEFORE_NOUN = frozenset(
    [
        "of",
        "the",
        "its",
        "their",
        "his",
        "her",
        "our",
        "these",
        "those",
        "more",
        "other",
        "additional",
        "further",
        "-",
        "a",
        "an",
    ]
)
_NO_NOUNS = frozenset(
    [
        "said",
        "says",
        "was",
        "were",
        "is",
        "are",
        "had",
        "has",
        "have",
        "will",
        "would",
        "year-old",
        "ago",
        "earlier",
        "later",
        "today",
        "yesterday",
        "died",
        "dead",
        "killed",
        "rose",
        "fell",
        "missing",
        "came",
        "went",
        "left",
        "took",
        "made",
        "got",
        "gave",
        "saw",
        "sank",
        "held",
        "met",
        "spoke",
        "lost",
        "won",
    ]
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a text.

    Attributes:
        readings: what it can mean; more than one where words are ambiguous ("a third").
        nouns: stems of the words that follow and are counted by it; empty where none follows.
        following: those words as written.
        rough: whether a word such as "about" or "nearly" precedes.
        bound: whether the true number lies above it ("more than") or below ("up to"), as far as the text says.
        vague: whether it names only a magnitude ("hundreds").
        slight: whether it may be no count at all: "one woman", "the two companies", "first".
    """

    words: str
    readings: tuple[Reading, ...]
    nouns: frozenset[str] = frozenset()
    following: tuple[str, ...] = ()
    rough: bool = False
    bound: Bound = ""
    vague: bool = False
    slight: bool = False


def find_figures(text: str) -> list[Figure]:
    """Return the figures of a text in order, line by line."""
    return [figure for line in text.splitlines() for figure in _find(tokens(line))]


def _find(stream: tuple[Token, ...]) -> list[Figure]:
    dated = {place for day in find_days(stream) for place in range(day.first, day.last)}
    found: list[Figure] = []
    place = after = 0
    while place < len(stream):
        may_begin = place not in dated and (stream[place].is_number or stream[place].is_word)
        scan = scan_number(stream, place) if may_begin else None
        if scan is None:
            place += 1
            continue
        figure, last = _finish(stream, place, scan)
        if found and _is_joint(stream, after, place):
            found[-1] = _share_unit(found[-1], figure)
        found.append(figure)
        place = after = max(last, place + 1)
    return found


def _is_joint(stream: tuple[Token, ...], first: int, last: int) -> bool:
    """Return whether only the joint of a range stands there: "10-12", "10 to 12", "$10 and $12"."""
    return [token.folded for token in stream[first : min(last, first + 2)] if token.text not in _CURRENCY_SIGNS] in (
        [["-"], ["to"], ["and"], ["or"]]
    ) and last - first <= 1 + (word_at(stream, last - 1) in _CURRENCY_SIGNS)


def _finish(stream: tuple[Token, ...], first: int, scan: Scan) -> tuple[Figure, int]:
    unit, last, factor = scan.unit, scan.last, _ONE
    if not unit:
        unit, last, factor = _unit(stream, first, scan.last)
    start = first - (word_at(stream, first - 1) in _CURRENCY_SIGNS)
    following = () if unit == "clock" else _following(stream, last)
    decades = () if unit or not following or following[0].stem != "decad" else (Reading(scan.values[0] * 10),)
    figure = Figure(
        words=_surface(stream, start, last),
        readings=(
            *(Reading(value if factor == 1 else value * factor, unit) for value in scan.values),
            *scan.also,
            *decades,
        ),
        nouns=frozenset(token.stem for token in following),
        following=tuple(token.text for token in following),
        rough=any(word_at(stream, start - step) in _ROUGH for step in (1, 2))
        or (word_at(stream, start - 2), word_at(stream, start - 1)) == ("up", "to"),
        bound=_bound(stream, start, last),
        vague=scan.vague,
        slight=scan.slight and not unit.startswith(("points", "dollars")),
    )
    return figure, last


def _bound(stream: tuple[Token, ...], start: int, last: int) -> Bound:
    spans = word_at(stream, last).removesuffix("s") in _SPANS
    for words, bound in _BOUNDS.items():
        first = start - len(words)
        if spans and len(words) == 1:
            continue
        if tuple(word_at(stream, first + step) for step in range(len(words))) == words:
            return _NEGATED[bound] if word_at(stream, first - 1) in ("no", "not") else bound
    return ""


def _unit(stream: tuple[Token, ...], first: int, last: int) -> tuple[str, int, Fraction]:
    """Return the unit, the place after it, and what one of it is worth in that unit."""
    before, one = word_at(stream, first - 1), _ONE
    if before in _CURRENCY_SIGNS:
        return _CURRENCY_SIGNS[before], last, one
    step = last + (word_at(stream, last) == "-")
    word, after = word_at(stream, step), word_at(stream, step + 1)
    if word == "percentage" and after in ("point", "points"):
        return "points", step + 2, one
    if word == "basis" and after in ("point", "points"):
        return "points", step + 2, Fraction(1, 100)
    if word in ("%", "percent", "pct"):
        return "percent", step + 1, one
    if word == "per" and after == "cent":
        return "percent", step + 2, one
    if word in ("u.s.", "us") and after in _CURRENCY_WORDS:
        word, step = after, step + 1
    unit = _CURRENCY_WORDS.get(word) or _CURRENCY_SIGNS.get(word, "")
    return (unit, step + 1, one) if unit else ("", last, one)


def _following(stream: tuple[Token, ...], place: int) -> tuple[Token, ...]:
    """Return up to three words that a number counts, as far as one can tell without grammar."""
    while word_at(stream, place) in _SKIPPED_BEFORE_NOUN:
        place += 1
    if place < len(stream) and _scan_starts(stream, place):  # "two of the seven economists"
        inner = scan_number(stream, place)
        place = inner.last if inner else place
    found: list[Token] = []
    for token in stream[place : place + 5]:
        owner = (
            token.text.endswith(("'s", "s'", "’s", "s’")) or token.folded == "own"
        )  # "148 of Mulino's own lawmakers"
        if owner or (token.text == "-" and found):
            continue
        verb = token.folded in _NO_NOUNS or (found and token.folded.endswith("ed"))
        if not token.is_word or not token.is_content or verb or len(found) == 3:
            break
        found.append(token)
    return tuple(found)


def _scan_starts(stream: tuple[Token, ...], place: int) -> bool:
    return stream[place].is_number or stream[place].folded in SMALL or stream[place].folded in TENS


def _surface(stream: tuple[Token, ...], first: int, last: int) -> str:
    text = ""
    for place in range(first, last):
        gap = stream[place].start - stream[place - 1].end if place > first else 0
        text += " " * gap + stream[place].text
    return text


def _share_unit(low: Figure, high: Figure) -> Figure:
    """Give the first number of "10 to 12 million" the second reading it has there."""
    mine, its = low.readings[0], high.readings[0]
    if low.nouns or mine.unit not in ("", its.unit) or its.unit in ("ordinal", "clock", "times") or mine.value >= 1000:
        return low
    scale = max(scale for scale in (1, *SCALES.values()) if scale == 1 or (its.value and its.value % scale == 0))
    extra = (Reading(mine.value * factor, its.unit) for factor in (1, scale))
    return replace(low, readings=tuple(dict.fromkeys((*low.readings, *extra))))
