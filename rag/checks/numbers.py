"""Every number of a claim must stand in the cited words, with the same value and of the same thing."""

from __future__ import annotations

from dataclasses import dataclass

from index.lexical import STOPWORDS
from rag.checks.days import find_days
from rag.checks.evidence import Evidence, Finding
from rag.checks.words import Token, tokens

_ONES = {name: value for value, name in enumerate(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen""".split()
)}  # fmt: skip
_TENS = {name: 10 * value for value, name in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_ORDINALS = {name: value for value, name in enumerate(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 1
)}  # fmt: skip
_SCALES = {"hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9,
           "trillion": 1e12, "tn": 1e12}  # fmt: skip
_FRACTIONS = {"half": 0.5, "quarter": 0.25, "third": 1 / 3, "thirds": 1 / 3, "quarters": 0.25}
_UNITS = {"%": "%", "percent": "%", "pct": "%", "$": "$", "dollar": "$", "dollars": "$", "€": "€", "euro": "€", "euros": "€",
          "£": "£", "pounds": "£"}  # fmt: skip
_ROUNDING = frozenset("about around nearly almost roughly approximately some over more than least under most up".split())
_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a text.

    Attributes:
        unit: ``%`` or a currency sign, or empty.
        things: stems of the words that follow it closely, one of which is usually what it counts.
        rounded: whether a word such as "about" stands before it.
        ordinal: whether it says which one rather than how many.
    """

    value: float
    unit: str
    things: tuple[str, ...]
    words: str
    rounded: bool
    ordinal: bool = False


def check_numbers(claim: str, evidence: Evidence) -> list[Finding]:
    """Return a finding for each number of the claim that the cited words do not give.

    A number that is not there is fatal; one that is there, but as a number of something else, is doubtful.
    """
    known = [figure for line in evidence.text.splitlines() for figure in find_figures(line)]
    findings: list[Finding] = []
    for figure in find_figures(claim):
        equal = [other for other in known if _same_value(figure, other)]
        if not equal:
            close = [other for other in known if _rounds_to(figure, other)]
            reason = _absent(figure, known)
            findings.append(Finding(reason, "doubtful" if close else "fatal"))
        elif not any(_same_unit(figure, other) for other in equal):
            findings.append(Finding(f"the quote gives {equal[0].words}, not {figure.words}", "fatal"))
        elif not any(_same_thing(figure, other) for other in equal) and (rival := _rival(figure, known)):
            findings.append(Finding(f"the quote gives {rival.words} there, not {figure.words}", "doubtful"))
    return findings


def find_figures(text: str) -> list[Figure]:
    """Return the numbers of a text, in order. Those that are part of a date are left to the check of dates."""
    stream = tokens(text)
    dated = {place for day in find_days(stream) for place in range(day.first, day.last)}
    figures: list[Figure] = []
    place = 0
    while place < len(stream):
        read = None if place in dated else _read_number(stream, place)
        if read is None:
            place += 1
            continue
        value, after, ordinal = read
        unit = _UNITS.get(stream[place - 1].text, "") if place else ""
        if after < len(stream) and not unit and (unit := _UNITS.get(stream[after].folded, "")):
            after += 1
        start = place - 1 if place and stream[place - 1].text in _UNITS else place
        following = [token for token in stream[after : after + 3] if token.is_word]
        things = tuple(token.stem for token in following if token.folded not in STOPWORDS)
        before = {token.folded for token in stream[max(0, start - 3) : start]}
        noun = [stream[after].text] if after < len(stream) and stream[after].is_word and things[:1] == (stream[after].stem,) else []
        figures.append(
            Figure(
                value=value,
                unit=unit,
                things=things,
                words=" ".join([_join(stream[start:after]), *noun]),
                rounded=bool(before & _ROUNDING),
                ordinal=ordinal,
            )
        )
        place = after
    return figures


def _read_number(stream: tuple[Token, ...], place: int) -> tuple[float, int, bool] | None:
    """Return value, place after it, and whether it is an ordinal, or None when no number begins here."""
    token = stream[place]
    if token.is_number:
        value = float(token.text.replace(",", ""))
        place += 1
        if place < len(stream) and stream[place].start == stream[place - 1].end and stream[place].folded in {"st", "nd", "rd", "th"}:
            return value, place + 1, True
        return (*_scaled(stream, value, place), False)
    word = token.folded
    if word in {"a", "an"} and place + 1 < len(stream) and stream[place + 1].folded in {*_SCALES, "dozen"} - {"k", "m"}:
        return (*_scaled(stream, 1.0, place + 1), False)
    if word == "dozen":
        return 12.0, place + 1, False
    if word in _ORDINALS and word != "second":
        return float(_ORDINALS[word]), place + 1, True
    if word in _TENS:
        value, place = float(_TENS[word]), place + 1
        if place + 1 < len(stream) and stream[place].text == "-" and stream[place + 1].folded in _ONES:
            value, place = value + _ONES[stream[place + 1].folded], place + 2
        return (*_scaled(stream, value, place), False)
    if word in _ONES:
        value, place = float(_ONES[word]), place + 1
        if place < len(stream) and stream[place].folded in {"thirds", "quarters"}:
            return value * _FRACTIONS[stream[place].folded], place + 1, False
        scaled, after = _scaled(stream, value, place)
        # "One" is mostly a pronoun ("one of them", "no one"); only a scale makes it a figure.
        return None if word == "one" and after == place else (scaled, after, False)
    return None


def _scaled(stream: tuple[Token, ...], value: float, place: int) -> tuple[float, int]:
    while place < len(stream) and (stream[place].folded in _SCALES or stream[place].folded == "dozen"):
        short = stream[place].folded in {"k", "m", "mn", "bn", "tn"}
        if short and stream[place].start != stream[place - 1].end:
            break
        value *= _SCALES.get(stream[place].folded, 12.0)
        place += 1
    return value, place


def _join(part: tuple[Token, ...]) -> str:
    words = ""
    for number, token in enumerate(part):
        glued = number and part[number - 1].end == token.start
        words += token.text if not number or glued else f" {token.text}"
    return words


def _same_value(one: Figure, other: Figure) -> bool:
    return one.ordinal == other.ordinal and abs(one.value - other.value) <= 1e-6 * max(1.0, abs(one.value))


def _same_unit(one: Figure, other: Figure) -> bool:
    return one.unit == other.unit or not one.unit or not other.unit


def _same_thing(one: Figure, other: Figure) -> bool:
    if not one.things or not other.things or one.unit:
        return True
    return bool(set(one.things) & set(other.things))


def _rounds_to(figure: Figure, other: Figure) -> bool:
    near = abs(figure.value - other.value) <= _TOLERANCE * max(abs(figure.value), abs(other.value))
    return near and figure.rounded and _same_unit(figure, other) and figure.ordinal == other.ordinal


def _rival(figure: Figure, known: list[Figure]) -> Figure | None:
    """Return another number that the quote gives for the very thing the claim counts."""
    for other in known:
        if figure.things[:1] and figure.things[0] in other.things[:1] and not _same_value(figure, other):
            return other
    return None


def _absent(figure: Figure, known: list[Figure]) -> str:
    rival = _rival(figure, known) or next((other for other in known if other.unit and other.unit == figure.unit), None)
    if rival:
        return f"the quote says {rival.words}, not {figure.words}"
    return f"the quote does not say {figure.words}"
