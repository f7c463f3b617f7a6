"""What can be looked at rather than read: the articles by time and outlet, and values that change, each with its table (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rag.answer_types import Answer
from rag.record.series import Series, find_series
from ui.chat.answers import make_chips
from ui.chat.opening import count_by_time, fullest_outlets
from ui.chat.templates import fill
from ui.present import plain

OTHERS = "Other outlets"
MOST_SERIES = 3
# Shades that are told apart in the dark as in the light, and by who sees few colours (Okabe and Ito); more nobody tells apart.
COLOURS = ("#3f7fd9", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8d8d2f")
_OTHERS_COLOUR = "#8a93a2"
_NOON = "T12:00:00Z"  # so that a day is the same day from Hawaii to Fiji


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a plot draws, and the table behind it.

    Attributes:
        rows: what is on the axes, and whose colour it has: (time, number, name).
        label: what the plot shows, in words.
        table: the same as HTML.
        colours: by names.
    """

    rows: list[tuple[str, float, str]]
    label: str
    table: str
    colours: dict[str, str] = field(default_factory=dict)


def draw_coverage(published: Iterable[tuple[str | None, str | None]]) -> Drawn | None:
    """Return how many articles there are by month (or year) and outlet, or None where none has a day.

    Args:
        published: day or instant and outlet of each article.
    """
    bars = count_by_time(published)
    if not bars:
        return None
    outlets = fullest_outlets(bars)
    colours = dict(zip(outlets, COLOURS, strict=False))
    rows: dict[tuple[str, str], int] = {}
    for bar in bars:
        # A month without an article has its place too.
        for outlet, number in (bar.by_outlet or {outlets[0]: 0}).items():
            name = outlet if outlet in colours else OTHERS
            rows[bar.label, name] = rows.get((bar.label, name), 0) + number
    colours |= {name: _OTHERS_COLOUR for _, name in rows if name not in colours}
    unit = "month" if len(bars[0].label) > len("2031") else "year"
    return Drawn(
        [(label, number, name) for (label, name), number in rows.items()],
        f"Articles by {unit} and outlet",
        fill("legend", colours=colours) + fill("coverage", bars=bars, outlets=outlets),
        colours,
    )


def draw_answer_coverage(answer: Answer) -> Drawn | None:
    """Return how many articles an answer rests on, by month and outlet."""
    return draw_coverage({each.article_id: (each.published, each.outlet) for each in answer.citations}.values())


def draw_values(answer: Answer, *, turn: int) -> list[Drawn]:
    """Return the values that changed, each thing by itself: their units have no common axis.

    Args:
        turn: number of the question, which the chips of the table lead to.
    """
    return [_draw_series(each, answer, turn) for each in find_series(answer)[:MOST_SERIES]]


def _draw_series(series: Series, answer: Answer, turn: int) -> Drawn:
    cited = {each.n: each for each in answer.citations}
    counted = plain(series.counted)
    rows = [(f"{value.day}{_NOON}", value.number, counted) for value in series.values]
    told = [
        (value.day, plain(value.words), make_chips(cited[n] for n in value.citations if n in cited))
        for value in series.values
    ]
    label = f"Over time: {counted}"
    return Drawn(rows, label, fill("values", told=told, turn=turn, label=label))
