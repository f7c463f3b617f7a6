"""What a reader sees before the first question: what the collection is, and what it can be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from index.articles import Coverage
from index.caches.kept import Kept
from rag.desk import Desk
from rag.examples import Example
from rag.question.filters import make_filters
from ui.chat.answers import KIND_NAMES
from ui.chat.templates import fill
from ui.present import count, plain

_MOST_BARS = 24
_MOST_OUTLETS = 12  # rows of the table; the rest is told as one
_TOPICS = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """The articles of a month or year: how many, as a share of the fullest one's, and of which outlets."""

    label: str
    number: int
    share: float
    by_outlet: dict[str, int]


class Collection:
    """What the collection is, found once for each state of it: every visit begins with it.

    Args:
        desk: the open desk.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._html: Kept[str] = Kept(most=2)
        self._published: Kept[tuple[tuple[str | None, str | None], ...]] = Kept(most=2)

    def html(self) -> str:
        """Return how many articles there are, from when to when, by outlet and month, and of what."""
        return self._html.get(self._state(), self._write)

    def published(self) -> tuple[tuple[str | None, str | None], ...]:
        """Return day or instant and outlet of each article."""
        return self._published.get(self._state(), self._read)

    def _state(self) -> tuple[int, Coverage]:
        return self._desk.library.generation, self._desk.coverage()

    def _read(self) -> tuple[tuple[str | None, str | None], ...]:
        return tuple((entry.published, entry.outlet) for entry in self._desk.library.entries(make_filters()))

    def _write(self) -> str:
        coverage = self._desk.coverage()
        if not coverage.articles:
            return fill("empty")
        bars = count_by_time(self.published())
        return fill(
            "opening",
            facts=coverage_line(coverage),
            bars=bars,
            outlets=fullest_outlets(bars),
            topics=self._desk.topics(_TOPICS),
        )


def examples_to_html(examples: Sequence[Example], heading: str, *, turn: int = 0) -> str:
    """Return questions that can be asked with a click, each with what kind of answer it wants.

    Args:
        turn: number of the question that they follow, 0 on the start page.
    """
    return fill(
        "examples", heading=heading, turn=turn, examples=[(KIND_NAMES[each.kind], each.question) for each in examples]
    )


def language_choices(desk: Desk) -> list[tuple[str, str]]:
    """Return the languages that the articles are written in: the name of each, and its code."""
    return [(_language_name(code), code) for code in desk.archive.languages()] if desk.count_passages() else []


def _language_name(code: str) -> str:
    try:
        return Locale.parse(code).get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def coverage_line(coverage: Coverage) -> str:
    """Return how many articles there are, of how many outlets, from when to when."""
    line = f"{count(coverage.articles, 'article')} of {count(len(coverage.outlets), 'outlet')}"
    if coverage.first and coverage.last:
        line += f", {coverage.first} to {coverage.last}"
    return line + (f", {coverage.undated} undated" if coverage.undated else "")


def count_by_time(published: Iterable[tuple[str | None, str | None]]) -> list[Bar]:
    """Return how many articles there are for each month from the first to the last, or for each year where that is long.

    Args:
        published: day or instant and outlet of each article; what is undated is left out.
    """
    dated = [(day, outlet) for day, outlet in published if day]
    months = _months_between(min(dated)[0], max(dated)[0]) if dated else []
    length = len("2031-03") if len(months) <= _MOST_BARS else len("2031")
    by_time: dict[str, Counter[str]] = {month[:length]: Counter() for month in months}
    for day, outlet in dated:
        by_time[day[:length]][plain(outlet) or "unnamed outlet"] += 1
    fullest = max((found.total() for found in by_time.values()), default=0)
    return [Bar(label, found.total(), found.total() / fullest, dict(found)) for label, found in by_time.items()]


def _months_between(first: str, last: str) -> list[str]:
    year, month = int(first[:4]), int(first[5:7])
    months = []
    while (named := f"{year:04}-{month:02}") <= last[:7]:
        months.append(named)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return months


def fullest_outlets(bars: Sequence[Bar]) -> list[str]:
    """Return the outlets of the most articles, the fullest first."""
    total: Counter[str] = Counter()
    for bar in bars:
        total.update(bar.by_outlet)
    return [outlet for outlet, _ in total.most_common(_MOST_OUTLETS)]
