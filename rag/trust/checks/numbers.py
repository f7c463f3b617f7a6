"""Every number of a claim must stand in the cited words, with the same value and of the same thing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from index.text.lexical import stem
from rag.language.figures import Figure, find_figures
from rag.language.number_scan import Reading
from rag.trust.checks.evidence import Evidence, Finding, Severity

_MOST_FINDINGS = 10  # more reasons than these help nobody, and bound the work on a text made of numbers
_TOLERANCE = 0.02  # of the value; only where the claim says "about" or the like
_SHARE_TOLERANCE = 0.5  # percentage points between "a third" and "33 percent"
_FAR = Fraction(2)  # "more than 250" may be said of 300, not of 3,000
_BOUND_WORDS = {"above": "more than ", "below": "less than ", "": ""}
_MAGNITUDE = (2, 1000)  # "hundreds" fits from twice a hundred to below a thousand times a hundred
_LOOSE_UNITS = frozenset({"percent", "points"})  # often taken for each other, so a doubt rather than a contradiction
# Numbers of another kind: that "third" or "3 p.m." stands there says nothing of a count of three.
_KINDS = frozenset({"ordinal", "clock", "times"})
# Nouns that news text uses for each other; any of them may stand for another of its row.
_ALIKE = """vessel ship boat ferry tanker|people person man men woman women passenger victim survivor resident inhabitant
    worker employee staff member civilian soldier child children kid student fisherman fishermen migrant patient|
    house home building|country nation state|car vehicle|firm company business group|party parties|year decade|
    kilometre kilometer km mile|lawmaker legislator mp mps parliamentarian|percent share|auditor expert|container box boxes|job post position|town city village"""
_ROWS = tuple(frozenset(stem(word) for word in row.split()) for row in _ALIKE.split("|"))

_Likeness = Literal["same", "other noun", "loose unit", "other unit"]


def check_numbers(claim: str, evidence: Evidence) -> list[Finding]:
    """Return a finding for each number of the claim that the cited words do not give.

    A number that is not there is fatal, and so is one that there counts something else while the thing the claim counts
    has another number. One that merely stands beside another noun is doubtful, as is a near one after "about".
    """
    known = list(dict.fromkeys(find_figures(evidence.text)))
    by_value: dict[int, list[Figure]] = {}
    for other in known:
        for whole in {math.floor(reading.value) for reading in other.readings}:
            by_value.setdefault(whole, []).append(other)
    findings: dict[Finding, None] = {}
    for figure in dict.fromkeys(find_figures(claim)):
        if finding := _examine(figure, known, _of_value(figure, by_value)):
            findings[finding] = None
        if len(findings) == _MOST_FINDINGS:
            break
    return list(findings)


def _of_value(figure: Figure, by_value: dict[int, list[Figure]]) -> list[Figure]:
    """Return the known figures whose value may be that of the figure, tolerance included."""
    wholes = {math.floor(reading.value + step) for reading in figure.readings for step in (-1, 0, 1)}
    return list(dict.fromkeys(other for whole in wholes for other in by_value.get(whole, ())))


def _examine(figure: Figure, known: list[Figure], equal: list[Figure]) -> Finding | None:
    alike = {likeness: other for other in reversed(equal) if (likeness := _compare(figure, other))}
    if "same" in alike:
        return _compare_bounds(figure, [other for other in equal if _compare(figure, other) == "same"])
    if figure.vague and any(_fits(figure, other) for other in known):
        return None
    rival = _rival(figure, known)
    if other := alike.get("other noun"):
        reason = f"the quote says {_spoken(rival or other, figure)}, not {figure.words}"
        if not rival:
            reason = f"in the quote {figure.words} counts {other.following[0]}, not {figure.following[0]}"
        return Finding(reason, "fatal" if rival else "doubtful")
    if figure.slight and not rival:
        # "One woman", "the two companies", "first": a writer's count of what the quote lists rather than counts.
        return None if _is_one(figure) else Finding(f"the quote does not count {figure.words}", "doubtful")
    if other := alike.get("loose unit"):
        return Finding(f"the quote says {other.words}, not {figure.words}", "doubtful")
    if other := alike.get("other unit"):
        return Finding(f"the quote says {_spoken(other)}, not {_spoken(figure)}", "fatal")
    if figure.bound and (beyond := next((other for other in known if _lies_beyond(figure, other)), None)):
        return Finding(f"the quote says {_spoken(beyond, figure)}", "doubtful")
    if figure.rough and any(_is_near(figure, other) for other in known):
        return Finding(f"{figure.words} is not the quote's own number, only close to it", "doubtful")
    if rival := rival or _same_unit(figure, known):
        return Finding(f"the quote says {_spoken(rival, figure)}, not {figure.words}", "fatal")
    return Finding(f"the quote does not say {_spoken(figure)}", "fatal")


def _compare_bounds(figure: Figure, same: Sequence[Figure]) -> Finding | None:
    """Return what is amiss where the quote gives the number as a bound ("more than 300") and the claim as another or none."""
    bounds = [other.bound for other in same]
    if figure.bound in bounds:
        return None
    said, mine = (f"{_BOUND_WORDS[bound]}{figure.words}" for bound in (bounds[0], figure.bound))
    severity: Severity = "fatal" if figure.bound and bounds[0] else "doubtful"
    return Finding(f"the quote says {said}, not {mine}", severity)


def _lies_beyond(figure: Figure, other: Figure) -> bool:
    """Return whether a quote's exact number bears out a claim's bound: "more than 250" of 300, at most twice or half of it."""
    if other.bound or other.vague or not _nouns_meet(figure.nouns, other.nouns):
        return False
    mine, its = figure.readings[0], other.readings[0]
    least, most = (1, _FAR) if figure.bound == "above" else (1 / _FAR, 1)
    return _comparable(mine, its) and mine.value * least <= its.value <= mine.value * most


def _compare(figure: Figure, other: Figure) -> _Likeness | None:
    """Return how two figures of one value are alike, or None when their values differ."""
    if figure.vague != other.vague:
        return None
    pairs = [(mine, its) for mine in figure.readings for its in other.readings if _same_value(mine, its)]
    if any(_comparable(mine, its) and not _is_money_for_things(figure, other) for mine, its in pairs):
        return "same" if _same_noun(figure, other) else "other noun"
    if any({mine.unit, its.unit} <= _LOOSE_UNITS for mine, its in pairs):
        return "loose unit"
    return "other unit" if any(not {mine.unit, its.unit} & _KINDS for mine, its in pairs) else None


def _same_value(mine: Reading, its: Reading) -> bool:
    if mine.unit == its.unit == "percent" and (mine.value.denominator > 100 or its.value.denominator > 100):
        return abs(mine.value - its.value) <= _SHARE_TOLERANCE
    if mine.unit == its.unit == "percent" and 3 in (mine.value.denominator, its.value.denominator):
        return abs(mine.value - its.value) <= _SHARE_TOLERANCE
    return mine.value == its.value


def _comparable(mine: Reading, its: Reading) -> bool:
    """Return whether two units may name the same thing: equal, or one left unsaid."""
    return mine.unit == its.unit or ("" in (mine.unit, its.unit) and not {mine.unit, its.unit} & _KINDS)


def _same_noun(figure: Figure, other: Figure) -> bool:
    if not figure.nouns or not other.nouns or figure.readings[0].unit or other.readings[0].unit:
        return True  # money and percentages are told apart by their unit
    return _nouns_meet(figure.nouns, other.nouns)


def _is_money_for_things(figure: Figure, other: Figure) -> bool:
    """Return whether one is a sum of money and the other counts things: "$412" and "412 people"."""
    units = {figure.readings[0].unit, other.readings[0].unit}
    bare = figure if not figure.readings[0].unit else other
    return "" in units and bool(units - {""} - _KINDS) and bool(bare.nouns)


def _nouns_meet(mine: frozenset[str], its: frozenset[str]) -> bool:
    return bool(mine & its) or any(mine & row and its & row for row in _ROWS)


def _rival(figure: Figure, known: list[Figure]) -> Figure | None:
    """Return another number that the quote gives for the very thing the claim counts, where it is plain which one."""
    unit, noun = figure.readings[0].unit, stem(figure.following[0].casefold()) if figure.following else ""
    if unit or not noun:
        return None
    for other in known:
        differs = not any(mine.value == its.value for mine in figure.readings for its in other.readings)
        if differs and not other.readings[0].unit and noun in other.nouns:
            return other
    return None


def _same_unit(figure: Figure, known: list[Figure]) -> Figure | None:
    """Return the figure to name in the reason: of the same unit, or sharing the noun, or the only one."""
    unit = figure.readings[0].unit
    plain = [
        other for other in known if other.readings[0].unit == unit and (unit or _nouns_meet(figure.nouns, other.nouns))
    ]
    return plain[0] if plain else None


def _fits(figure: Figure, other: Figure) -> bool:
    """Return whether "hundreds" is a fair word for the other figure."""
    least, most = (figure.readings[0].value * factor for factor in _MAGNITUDE)
    if other.vague:
        return figure.readings[0].value == other.readings[0].value
    return any(least <= reading.value < most for reading in other.readings if reading.unit == figure.readings[0].unit)


def _is_near(figure: Figure, other: Figure) -> bool:
    """Return whether the figure is the other one rounded: close to it, and with fewer digits that count."""
    return not other.vague and any(
        abs(mine.value - its.value) <= _TOLERANCE * max(abs(mine.value), abs(its.value))
        and _significant(mine.value) < _significant(its.value)
        for mine in figure.readings
        for its in other.readings
        if _comparable(mine, its)
    )


def _significant(value: Fraction) -> int:
    return len(str(value.numerator * 1000 // value.denominator).strip("0"))


def _is_one(figure: Figure) -> bool:
    return figure.readings[0].value == 1 and figure.readings[0].unit == ""


def _spoken(figure: Figure, about: Figure | None = None) -> str:
    """Return a figure as a reader would say it, with its noun: up to the noun that both figures share, if one is."""
    shared = about.nouns if about else frozenset()
    for place, word in enumerate(figure.following):
        if stem(word.casefold()) in shared:
            return " ".join((figure.words, *figure.following[: place + 1]))
    return " ".join((figure.words, *figure.following[:1]))
