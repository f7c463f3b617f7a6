"""The values that an answer tells as changed, each with its days: for who would rather look than read (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answer_types import Answer, Citation, Disagreement
from rag.language.figures import find_figures

_SCALED = 1_000_000  # from which an axis counts in millions, and a thousand times that in billions


@dataclass(frozen=True, slots=True)
class Value:
    """A value on a day.

    Attributes:
        number: of the words, to be drawn.
        words: as the quote has them.
        citations: numbers of the quotes of that day that give it.
    """

    day: str
    number: float
    words: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one thing in the order of their days, two or more.

    Attributes:
        counted: what is counted, in words: ``vessels``, ``percent``, ``billion dollars``.
    """

    counted: str
    values: tuple[Value, ...]


def find_series(answer: Answer) -> tuple[Series, ...]:
    """Return a series for each figure that changed, and for each that the sources tell otherwise on several days.

    Nothing is read out of sentences here: the values are those that stand among the updates and disagreements of the answer,
    where each is held by its quotes. What cannot be read as one number, or has no day, is left out.
    """
    cited = {each.n: each for each in answer.citations}
    found = [_series(each, cited) for each in (*answer.updates, *answer.disagreements)]
    return tuple(series for series in found if series and len({value.day for value in series.values}) > 1)


def _series(found: Disagreement, cited: Mapping[int, Citation]) -> Series | None:
    read = {side.value: reading for side in found.sides if (reading := _read(side.value))}
    if not read:
        return None
    scale, word = _scale([number for number, _ in read.values()])
    values = [
        Value(day, read[side.value][0] / scale, side.value, numbers)
        for side in found.sides
        if side.value in read
        for day, numbers in _days(side.citations, cited).items()
    ]
    counted = next(iter(reversed([counted for _, counted in read.values()])))
    return Series(f"{word} {counted}".strip(), tuple(sorted(values, key=lambda value: (value.day, value.number))))


def _read(words: str) -> tuple[float, str] | None:
    """Return the number of a value and what it counts, or None where it is not one number."""
    figures = find_figures(words)
    if len(figures) != 1 or figures[0].vague:
        return None
    reading = figures[0].readings[0]
    return float(reading.value), reading.unit or " ".join(figures[0].following)


def _days(numbers: Sequence[int], cited: Mapping[int, Citation]) -> dict[str, tuple[int, ...]]:
    days: dict[str, tuple[int, ...]] = {}
    for n in numbers:
        published = cited[n].published if n in cited else None
        if published:
            days[published[:10]] = (*days.get(published[:10], ()), n)
    return days


def _scale(numbers: Sequence[float]) -> tuple[int, str]:
    most = max(map(abs, numbers))
    if most >= 1000 * _SCALED:
        return 1000 * _SCALED, "billion"
    return (_SCALED, "million") if most >= _SCALED else (1, "")
