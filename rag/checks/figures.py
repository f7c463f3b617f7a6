"""Text -> the figures in it: numbers with their values, units and nouns. Dates are not figures."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from fractions import Fraction

from rag.checks.days import find_days
from rag.checks.number_words import DOZEN, ORDINALS, PARTS, SCALES, SMALL, SUFFIXES, TENS, TIMES, VAGUE
from rag.checks.words import Token, tokens

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
_ONE = Fraction(1)
_HALF_DAYS = {"a.m.": 0, "am": 0, "p.m.": 12, "pm": 12}
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
_PRONOUN_ONE_NEXT = frozenset(
    [
        "of",
        "another",
        "day",
        "s",
        "in",
        "is",
        "was",
        "has",
        "can",
        "could",
        "would",
        "who",
        "that",
        "which",
        "has",
        "the",
        "and",
        "or",
        "by",
    ]
)
_DEFINITE = frozenset(["the", "these", "those", "both", "all", "its", "their", "his", "her", "other"])


@dataclass(frozen=True, slots=True)
class Reading:
    """A value and its unit: "" for plain counts, else percent, points, dollars, ordinal, times, clock and the like."""

    value: Fraction
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a text.

    Attributes:
        readings: what it can mean; more than one where words are ambiguous ("a third").
        nouns: stems of the words that follow and are counted by it; empty where none follows.
        following: those words as written.
        rough: whether a word such as "about" or "nearly" precedes.
        vague: whether it names only a magnitude ("hundreds").
        slight: whether it may be no count at all: "one woman", "the two companies", "first".
    """

    words: str
    readings: tuple[Reading, ...]
    nouns: frozenset[str] = frozenset()
    following: tuple[str, ...] = ()
    rough: bool = False
    vague: bool = False
    slight: bool = False


@dataclass(frozen=True, slots=True)
class _Scan:
    """A number under way: what it is worth and the place after it."""

    values: tuple[Fraction, ...]
    last: int
    unit: str = ""
    vague: bool = False
    slight: bool = False
    also: tuple[Reading, ...] = ()


def find_figures(text: str) -> list[Figure]:
    """Return the figures of a text in order, line by line."""
    return [figure for line in text.splitlines() for figure in _find(tokens(line))]


def _find(stream: tuple[Token, ...]) -> list[Figure]:
    dated = {place for day in find_days(stream) for place in range(day.first, day.last)}
    found: list[Figure] = []
    place = after = 0
    while place < len(stream):
        may_begin = place not in dated and (stream[place].is_number or stream[place].is_word)
        scan = _scan(stream, place) if may_begin else None
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
    ) and last - first <= 1 + (_word(stream, last - 1) in _CURRENCY_SIGNS)


def _scan(stream: tuple[Token, ...], place: int) -> _Scan | None:
    word = stream[place].folded
    if stream[place].is_number:
        return _digits(stream, place)
    if word in VAGUE:
        return _vague(stream, place)
    if word in ("a", "an") and _word(stream, place + 1) in {"hundred", "dozen", *SCALES, *PARTS} - {"half"}:
        return _magnified(stream, place + 1, Fraction(1))
    if word == "half" and _word(stream, place - 1) not in {"first", "second", "latter", "other"}:
        return _half(stream, place)
    if word in SMALL or word in TENS:
        value, last = _cardinal(stream, place)
        return _magnified(stream, last, value, slight=_is_slight(stream, place, last, value))
    if word in ORDINALS and not (place and stream[place - 1].is_number):
        return _ordinal(stream, place)
    if word in TIMES:
        return _Scan((Fraction(TIMES[word]),), place + 1, "times")
    return None


def _word(stream: tuple[Token, ...], place: int) -> str:
    return stream[place].folded if 0 <= place < len(stream) else ""


def _touches(stream: tuple[Token, ...], place: int) -> bool:
    return 0 < place < len(stream) and stream[place].start == stream[place - 1].end


def _digits(stream: tuple[Token, ...], place: int) -> _Scan | None:
    if place > 1 and _word(stream, place - 1) == "-" and _touches(stream, place) and stream[place - 2].is_capital:
        return None  # a name: Covid-19, F-16
    value = _fraction(stream[place].text)
    after = _word(stream, place + 1)
    if after in ("st", "nd", "rd", "th") and _touches(stream, place + 1):
        return _Scan((value,), place + 2, "ordinal")
    minutes = _word(stream, place + 2)
    if after == ":" and minutes.isdigit() and len(minutes) == 2 and _touches(stream, place + 2):
        return _clock(stream, place + 3, 60 * value + int(minutes))
    if after in _HALF_DAYS:
        return _clock(stream, place + 1, 60 * value)
    if after == "⁄" and minutes.isdigit() and int(minutes):
        return _magnified(stream, place + 3, value / int(minutes), part=True)
    if (
        _word(stream, place + 2) == "⁄"
        and after.isdigit()
        and (whole := _word(stream, place + 3)).isdigit()
        and int(whole)
    ):
        return _magnified(stream, place + 4, value + Fraction(int(after), int(whole)))
    return _magnified(stream, place + 1, value)


@functools.lru_cache(maxsize=10_000)
def _fraction(text: str) -> Fraction:
    # Digits of other scripts are numbers too; a figure too long to be one is compared by its first digits.
    return Fraction(text.replace(",", "")[:60].rstrip("."))


def _clock(stream: tuple[Token, ...], last: int, minutes: Fraction) -> _Scan:
    half = _HALF_DAYS.get(_word(stream, last))
    if half is None:
        readings = {minutes} if minutes >= 13 * 60 else {minutes, minutes + 12 * 60}
        return _Scan(tuple(sorted(readings)), last, "clock")
    if minutes >= 13 * 60:
        return _Scan((minutes,), last + 1, "clock")  # "70 a.m." is no time of day, and equals none
    return _Scan((minutes % (12 * 60) + half * 60,), last + 1, "clock")


def _vague(stream: tuple[Token, ...], place: int) -> _Scan:
    value, last = Fraction(VAGUE[stream[place].folded]), place + 1
    while _word(stream, last) == "of" and _word(stream, last + 1) in VAGUE:
        value, last = value * VAGUE[_word(stream, last + 1)], last + 2
    if _word(stream, place - 1) == "tens" or (_word(stream, place - 1) == "of" and _word(stream, place - 2) == "tens"):
        value *= 10
    return _Scan((value,), last, vague=True)


def _half(stream: tuple[Token, ...], place: int) -> _Scan:
    step = place + 1 + (_word(stream, place + 1) in ("a", "an"))
    after = _word(stream, step)
    if after in SCALES or after in DOZEN:
        return _magnified(stream, step, Fraction(1, 2))
    if after in ("percentage", "percent", "per"):
        return _Scan((Fraction(1, 2),), step)
    if after == "hour":
        return _Scan((Fraction(50),), step + 1, "percent", also=(Reading(Fraction(30)),))
    return _Scan((Fraction(50),), place + 1, "percent")


def _cardinal(stream: tuple[Token, ...], place: int) -> tuple[Fraction, int]:
    """Read "eighty-one", "two hundred and six", "three thousand four hundred"."""
    total, current, room = 0, 0, 10**13
    last = place
    while place < len(stream):
        word = stream[place].folded
        worth = SMALL.get(word, TENS.get(word))
        if worth is not None and worth < room:
            current += worth
            room = 10 if word in TENS else 1
        elif word == "hundred" and 0 < current < 100:
            current, room = current * 100, 100
        elif word in SCALES and (current or total):
            total, current, room = total + current * SCALES[word], 0, 10**13
        elif last == place and word in ("-", "and") and _goes_on(stream, place, room):
            place += 1
            continue
        else:
            break
        place += 1
        last = place
    return Fraction(total + current), last


def _goes_on(stream: tuple[Token, ...], place: int, room: int) -> bool:
    """Return whether "-" or "and" lies within a number ("eighty-one", "hundred and six"), not between two."""
    worth = SMALL.get(_word(stream, place + 1), TENS.get(_word(stream, place + 1), 10**13))
    if stream[place].text == "-":
        return worth < room == 10
    return worth < room == 100 and _word(stream, place - 1) == "hundred"


def _is_slight(stream: tuple[Token, ...], place: int, last: int, value: Fraction) -> bool:
    if value == 1:
        return last >= len(stream) or _word(stream, last) not in {
            *PARTS,
            *SCALES,
            "hundred",
            "dozen",
            "%",
            "percent",
            "per",
        }
    return value <= 3 and last == place + 1 and _word(stream, place - 1) in _DEFINITE


def _ordinal(stream: tuple[Token, ...], place: int) -> _Scan | None:
    word = stream[place].folded
    if word == "second" and _word(stream, place - 1) in ("a", "per", "every"):
        return None
    return _Scan((Fraction(ORDINALS[word]),), place + 1, "ordinal", slight=word in ("first", "second"))


def _magnified(
    stream: tuple[Token, ...], last: int, value: Fraction, *, slight: bool = False, part: bool = False
) -> _Scan:
    """Apply what follows a number: "and a half", "million", "bn", "dozen", "thirds"."""
    if _word(stream, last) == "and" and _word(stream, last + 1) == "a" and _word(stream, last + 2) == "half":
        value, last = value + Fraction(1, 2), last + 3
    step = last + (_word(stream, last) == "-")
    word = _word(stream, step)
    if word in PARTS and not part:
        readings = (Reading(Fraction(3), "ordinal"),) if word == "third" else ()
        share = _word(stream, step + 1) in ("of", "the", "its", "their") or value != 1
        return _Scan((value * PARTS[word] * 100,), step + 1, "percent", slight=not share, also=readings)
    values: tuple[Fraction, ...] = (value,)
    if word == "hundred":
        values, last, slight = (value * 100,), step + 1, False
    if word in DOZEN:
        values, last, slight = (value * 12,), step + 1, False
    elif word in SUFFIXES and _touches(stream, last):
        values, last = (value * SUFFIXES[word], value), last + 1
    while _word(stream, last) in SCALES or (_word(stream, last) == "-" and _word(stream, last + 1) in SCALES):
        step = last + (_word(stream, last) == "-")
        values, last, slight = tuple(value * SCALES[_word(stream, step)] for value in values), step + 1, False
    if part:
        return _Scan(tuple(value * 100 for value in values), last, "percent", also=(Reading(values[0]),))
    return _Scan(values, last, slight=slight)


def _finish(stream: tuple[Token, ...], first: int, scan: _Scan) -> tuple[Figure, int]:
    unit, last, factor = scan.unit, scan.last, _ONE
    if not unit:
        unit, last, factor = _unit(stream, first, scan.last)
    start = first - (_word(stream, first - 1) in _CURRENCY_SIGNS)
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
        rough=any(_word(stream, start - step) in _ROUGH for step in (1, 2))
        or (_word(stream, start - 2), _word(stream, start - 1)) == ("up", "to"),
        vague=scan.vague,
        slight=scan.slight and not unit.startswith(("points", "dollars")),
    )
    return figure, last


def _unit(stream: tuple[Token, ...], first: int, last: int) -> tuple[str, int, Fraction]:
    """Return the unit, the place after it, and what one of it is worth in that unit."""
    before, one = _word(stream, first - 1), _ONE
    if before in _CURRENCY_SIGNS:
        return _CURRENCY_SIGNS[before], last, one
    step = last + (_word(stream, last) == "-")
    word, after = _word(stream, step), _word(stream, step + 1)
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
    while _word(stream, place) in _SKIPPED_BEFORE_NOUN:
        place += 1
    if place < len(stream) and _scan_starts(stream, place):  # "two of the seven economists"
        inner = _scan(stream, place)
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
