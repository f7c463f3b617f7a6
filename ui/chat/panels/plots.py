"""Plots of what an answer, or before the first one the collection, rests on; below each the table that it draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

import gradio as gr

from ui.chat.looking import MOST_SERIES, Drawn, draw_answer_coverage, draw_coverage, draw_values
from ui.chat.opening import Collection
from ui.chat.panels.pieces import QUIET, place_html
from ui.chat.turns import Turn

_HEIGHT = 200  # pixels
_LEAST_TOP = 5  # articles; an axis of fewer would have fractions of articles on it
_ROOM = 0.12  # of what the values span, left free around them
_UNNAMED = " "  # the name of an axis that needs none; an empty one would be that of its column


class Plots:
    """The panel of the plots; laid out where it is made.

    Args:
        collection: what is drawn before the first answer.
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        with gr.Accordion("Look at the collection", open=False, elem_id="plots", visible=False) as self._panel:
            self._coverage = gr.BarPlot(
                x="time", y="articles", color="outlet", x_title=_UNNAMED, y_title="Articles", color_title=_UNNAMED,
                y_aggregate="sum", y_lim=[0, None], sort="x", tooltip="all", colors_in_legend=[], height=_HEIGHT,
                elem_id="coverage-plot",
            )  # fmt: skip
            self._coverage_table = place_html("", "coverage-table")
            self._values = [
                gr.LinePlot(
                    x="day", y="value", x_title=_UNNAMED, y_title=_UNNAMED, tooltip="axis", height=_HEIGHT,
                    visible=False, elem_id=f"values-plot-{place}",
                )
                for place in range(MOST_SERIES)
            ]  # fmt: skip
            self._value_tables = place_html("", "value-tables")

    def show_after(self, event: Any, turns: gr.State) -> None:
        """Draw anew after an event: the last answer of the conversation, or the collection before the first."""
        drawn = event.then(
            self._draw,
            inputs=[turns],
            outputs=[self._panel, self._coverage, self._coverage_table, *self._values, self._value_tables],
            **QUIET,
        )
        # Apart, and afterwards: a plot that gets data and another look at once is drawn with the data it had before.
        drawn.then(self._fit, inputs=[turns], outputs=[self._coverage, *self._values], **QUIET)

    def _draw(self, turns: Sequence[Turn]) -> tuple[Any, ...]:
        """Return the data of the plots, and their tables."""
        coverage, values = self._look(turns)
        if coverage is None:
            return gr.update(visible=False), *[gr.skip()] * (2 + MOST_SERIES), ""
        label = "Look at the answer" if turns else "Look at the collection"
        shown = [
            gr.update(value=_data(drawn, ("day", "value", "of"), "line"), visible=True, label=drawn.label, show_label=True)
            for drawn in values
        ]  # fmt: skip
        return (
            gr.update(visible=True, label=label),
            gr.update(value=_data(coverage, ("time", "articles", "outlet"), "bar"), label=coverage.label, show_label=True),
            coverage.table,
            *shown,
            *[gr.update(visible=False)] * (MOST_SERIES - len(shown)),
            "".join(drawn.table for drawn in values),
        )  # fmt: skip

    def _fit(self, turns: Sequence[Turn]) -> tuple[Any, ...]:
        """Return the colours and the ends of the axes for what is drawn."""
        coverage, values = self._look(turns)
        fitted = []
        for drawn in values:
            first, last = _around([_seconds(time) for time, _, _ in drawn.rows])
            low, high = _around([number for _, number, _ in drawn.rows])
            fitted.append(gr.update(x_lim=[first, last], y_lim=[low, high]))
        colours: Any = gr.skip()
        if coverage:
            most = max(_heights(coverage.rows).values())
            colours = gr.update(color_map=coverage.colours, y_lim=[0, max(most, _LEAST_TOP)])
        return colours, *fitted, *[gr.skip()] * (MOST_SERIES - len(fitted))

    def _look(self, turns: Sequence[Turn]) -> tuple[Drawn | None, list[Drawn]]:
        answer = turns[-1].answer if turns else None
        if answer:
            return draw_answer_coverage(answer), draw_values(answer, turn=turns[-1].number)
        return (None if turns else draw_coverage(self._collection.published())), []


def _data(drawn: Drawn, columns: tuple[str, str, str], mark: Literal["bar", "line"]) -> dict[str, Any]:
    """Return rows as Gradio's plots take them: times as milliseconds, names as they are."""
    timed = mark == "line"
    rows = [[1000 * _seconds(time) if timed else time, number, name] for time, number, name in drawn.rows]
    kinds = ("temporal" if timed else "nominal", "quantitative", "nominal")
    return {
        "columns": list(columns),
        "data": rows,
        "datatypes": dict(zip(columns, kinds, strict=True)),
        "mark": mark,
    }


def _heights(rows: Iterable[tuple[str, float, str]]) -> Counter[str]:
    heights: Counter[str] = Counter()
    for time, number, _ in rows:
        heights[time] += int(number)
    return heights


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def _around(numbers: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis that leaves some room around the numbers."""
    room = _ROOM * (max(numbers) - min(numbers)) or 1.0
    return min(numbers) - room, max(numbers) + room
