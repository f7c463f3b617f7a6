"""The values that an answer tells as changed, each with its days: for who would rather look than read (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answer_types import Answer, Citation, Disagreement
from rag.language.figures import Figure, find_figures

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

    Nothing is read out of sentences here: the values are those that a timeline marks as its answers, or that stand among the updates and
    disagreements of the answer, where each is held by its quotes. What cannot be read as one number, or has no day, is left out.
    """
    cited = {each.n: each for each in answer.citations}
    told = _marked(answer, cited)
    found = [told] if told else [_series(each, cited) for each in (*answer.updates, *answer.disagreements)]
    return tuple(series for series in found if series and len({value.day for value in series.values}) > 1)


def _marked(answer: Answer, cited: Mapping[int, Citation]) -> Series | None:
    """Return the values of a timeline: the words that each of its quotes marks as the answer."""
    if answer.kind != "timeline":
        return None
    told: list[tuple[str, float, str, int]] = []
    counted: Counter[str] = Counter()
    for sentence in answer.sentences:
        for citation in (cited[n] for n in sentence.citations if n in cited):
            marked = _marked_figure(citation)
            if marked is None or not sentence.day:
                continue
            reading = marked.readings[0]
            told.append((sentence.day, float(reading.value), marked.words, citation.n))
            counted[reading.unit or " ".join(marked.following[:1])] += 1
    if not told:
        return None
    scale, word = _scale([number for _, number, _, _ in told])
    usual = max(counted, key=lambda each: (counted[each], each))
    values = (Value(day, number / scale, words, (n,)) for day, number, words, n in told)
    return Series(f"{word} {usual}".strip(), tuple(sorted(values, key=lambda value: value.day)))


def _marked_figure(citation: Citation) -> Figure | None:
    """Return the figure that stands in the words of a quote that are marked as the answer; None where there is not just one."""
    if citation.answer is None:
        return None
    words = citation.quote[citation.answer.start - citation.start : citation.answer.end - citation.start]
    found = find_figures(words)
    if len(found) != 1 or found[0].vague:
        return None
    # With what follows it in the quote: a count is one of something.
    return next((each for each in find_figures(citation.quote) if each.words == found[0].words), found[0])


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
