"""A place in a token stream to the number that begins there: digits, words, "half", "dozens", "19:30", "81 million"."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from fractions import Fraction

from rag.language.number_words import DOZEN, ORDINALS, PARTS, SCALES, SMALL, SUFFIXES, TENS, TIMES, VAGUE
from rag.language.tokens import Token

_HALF_DAYS = {"a.m.": 0, "am": 0, "p.m.": 12, "pm": 12}
_DEFINITE = frozenset(["the", "these", "those", "both", "all", "its", "their", "his", "her", "other"])


@dataclass(frozen=True, slots=True)
class Reading:
    """A value and its unit: "" for plain counts, else percent, points, dollars, ordinal, times, clock and the like."""

    value: Fraction
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """A number under way.

    Attributes:
        values: what it can be worth, the likeliest first.
        last: the place after it.
        unit: as in ``Reading``; empty where it is still to be looked for.
        vague: whether it names only a magnitude ("hundreds").
        slight: whether it may be no count at all.
        also: further readings that have a unit of their own.
    """

    values: tuple[Fraction, ...]
    last: int
    unit: str = ""
    vague: bool = False
    slight: bool = False
    also: tuple[Reading, ...] = ()


def scan_number(stream: tuple[Token, ...], place: int) -> Scan | None:
    """Return the number that begins at a place, or None."""
    word = stream[place].folded
    if stream[place].is_number:
        return _digits(stream, place)
    if word in VAGUE:
        return _vague(stream, place)
    if word in ("a", "an") and word_at(stream, place + 1) in {"hundred", "dozen", *SCALES, *PARTS} - {"half"}:
        return _magnified(stream, place + 1, Fraction(1))
    if word == "half" and word_at(stream, place - 1) not in {"first", "second", "latter", "other"}:
        return _half(stream, place)
    if word in SMALL or word in TENS:
        value, last = _cardinal(stream, place)
        return _magnified(stream, last, value, slight=_is_slight(stream, place, last, value))
    if word in ORDINALS and not (place and stream[place - 1].is_number):
        return _ordinal(stream, place)
    if word in TIMES:
        return Scan((Fraction(TIMES[word]),), place + 1, "times")
    return None


def word_at(stream: tuple[Token, ...], place: int) -> str:
    """Return the folded token at a place, or nothing outside of the stream."""
    return stream[place].folded if 0 <= place < len(stream) else ""


def _touches(stream: tuple[Token, ...], place: int) -> bool:
    return 0 < place < len(stream) and stream[place].start == stream[place - 1].end


def _digits(stream: tuple[Token, ...], place: int) -> Scan | None:
    if place > 1 and word_at(stream, place - 1) == "-" and _touches(stream, place) and stream[place - 2].is_capital:
        return None  # a name: Covid-19, F-16
    value = _fraction(stream[place].text)
    after = word_at(stream, place + 1)
    if after in ("st", "nd", "rd", "th") and _touches(stream, place + 1):
        return Scan((value,), place + 2, "ordinal")
    minutes = word_at(stream, place + 2)
    if after == ":" and minutes.isdigit() and len(minutes) == 2 and _touches(stream, place + 2):
        return _clock(stream, place + 3, 60 * value + int(minutes))
    if after in _HALF_DAYS:
        return _clock(stream, place + 1, 60 * value)
    if after == "⁄" and minutes.isdigit() and int(minutes):
        return _magnified(stream, place + 3, value / int(minutes), part=True)
    if (
        word_at(stream, place + 2) == "⁄"
        and after.isdigit()
        and (whole := word_at(stream, place + 3)).isdigit()
        and int(whole)
    ):
        return _magnified(stream, place + 4, value + Fraction(int(after), int(whole)))
    return _magnified(stream, place + 1, value)


@functools.lru_cache(maxsize=10_000)
def _fraction(text: str) -> Fraction:
    # Digits of other scripts are numbers too; a figure too long to be one is compared by its first digits.
    return Fraction(text.replace(",", "")[:60].rstrip("."))


def _clock(stream: tuple[Token, ...], last: int, minutes: Fraction) -> Scan:
    half = _HALF_DAYS.get(word_at(stream, last))
    if half is None:
        readings = {minutes} if minutes >= 13 * 60 else {minutes, minutes + 12 * 60}
        return Scan(tuple(sorted(readings)), last, "clock")
    if minutes >= 13 * 60:
        return Scan((minutes,), last + 1, "clock")  # "70 a.m." is no time of day, and equals none
    return Scan((minutes % (12 * 60) + half * 60,), last + 1, "clock")


def _vague(stream: tuple[Token, ...], place: int) -> Scan:
    value, last = Fraction(VAGUE[stream[place].folded]), place + 1
    while word_at(stream, last) == "of" and word_at(stream, last + 1) in VAGUE:
        value, last = value * VAGUE[word_at(stream, last + 1)], last + 2
    if word_at(stream, place - 1) == "tens" or (
        word_at(stream, place - 1) == "of" and word_at(stream, place - 2) == "tens"
    ):
        value *= 10
    return Scan((value,), last, vague=True)


def _half(stream: tuple[Token, ...], place: int) -> Scan:
    step = place + 1 + (word_at(stream, place + 1) in ("a", "an"))
    after = word_at(stream, step)
    if after in SCALES or after in DOZEN:
        return _magnified(stream, step, Fraction(1, 2))
    if after in ("percentage", "percent", "per"):
        return Scan((Fraction(1, 2),), step)
    if after == "hour":
        return Scan((Fraction(50),), step + 1, "percent", also=(Reading(Fraction(30)),))
    return Scan((Fraction(50),), place + 1, "percent")


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
    worth = SMALL.get(word_at(stream, place + 1), TENS.get(word_at(stream, place + 1), 10**13))
    if stream[place].text == "-":
        return worth < room == 10
    return worth < room == 100 and word_at(stream, place - 1) == "hundred"


def _is_slight(stream: tuple[Token, ...], place: int, last: int, value: Fraction) -> bool:
    if value == 1:
        return last >= len(stream) or word_at(stream, last) not in {
            *PARTS,
            *SCALES,
            "hundred",
            "dozen",
            "%",
            "percent",
            "per",
        }
    return value <= 3 and last == place + 1 and word_at(stream, place - 1) in _DEFINITE


def _ordinal(stream: tuple[Token, ...], place: int) -> Scan | None:
    word = stream[place].folded
    if word == "second" and word_at(stream, place - 1) in ("a", "per", "every"):
        return None
    return Scan((Fraction(ORDINALS[word]),), place + 1, "ordinal", slight=word in ("first", "second"))


def _magnified(
    stream: tuple[Token, ...], last: int, value: Fraction, *, slight: bool = False, part: bool = False
) -> Scan:
    """Apply what follows a number: "and a half", "million", "bn", "dozen", "thirds"."""
    if word_at(stream, last) == "and" and word_at(stream, last + 1) == "a" and word_at(stream, last + 2) == "half":
        value, last = value + Fraction(1, 2), last + 3
    step = last + (word_at(stream, last) == "-")
    word = word_at(stream, step)
    if word in PARTS and not part:
        readings = (Reading(Fraction(3), "ordinal"),) if word == "third" else ()
        share = word_at(stream, step + 1) in ("of", "the", "its", "their") or value != 1
        return Scan((value * PARTS[word] * 100,), step + 1, "percent", slight=not share, also=readings)
    values: tuple[Fraction, ...] = (value,)
    if word == "hundred":
        values, last, slight = (value * 100,), step + 1, False
    if word in DOZEN:
        values, last, slight = (value * 12,), step + 1, False
    elif word in SUFFIXES and _touches(stream, last):
        values, last = (value * SUFFIXES[word], value), last + 1
    while word_at(stream, last) in SCALES or (word_at(stream, last) == "-" and word_at(stream, last + 1) in SCALES):
        step = last + (word_at(stream, last) == "-")
        values, last, slight = tuple(value * SCALES[word_at(stream, step)] for value in values), step + 1, False
    if part:
        return Scan(tuple(value * 100 for value in values), last, "percent", also=(Reading(values[0]),))
    return Scan(values, last, slight=slight)
