"""Plots of what an answer, or before the first one the collection, rests on; below each the table that it draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import gradio as gr

from index.articles import Filters
from rag.desk import Desk
from ui.chat.looking import MOST_SERIES, Drawn, draw_answer_coverage, draw_coverage, draw_values
from ui.chat.panels.pieces import QUIET, place_html
from ui.chat.turns import Turn

_HEIGHT = 220  # pixels
# Shades that are told apart in the dark as in the light, and by who sees few colours (Okabe and Ito).
_COLOURS = ("#3f7fd9", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8d8d2f", "#8a93a2")


class Plots:
    """The panel of the plots; laid out where it is made."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        with gr.Accordion("Look at the collection", open=False, elem_id="plots", visible=False) as self._panel:
            self._coverage = gr.BarPlot(
                x="time", y="articles", color="outlet", x_title="", y_title="Articles", color_title=" ",
                y_aggregate="sum", sort="x", tooltip="all", height=_HEIGHT, elem_id="coverage-plot",
                color_map=None,
            )  # fmt: skip
            self._coverage_table = place_html("", "coverage-table")
            self._values = [self._lay_out_values(place) for place in range(MOST_SERIES)]

    def _lay_out_values(self, place: int) -> tuple[gr.LinePlot, gr.HTML]:
        plot = gr.LinePlot(
            x="day", y="value", x_title="", y_title="", tooltip="axis", height=_HEIGHT, visible=False,
            elem_id=f"values-plot-{place}",
        )  # fmt: skip
        return plot, place_html("", f"values-table-{place}")

    def show_after(self, event: Any, turns: gr.State) -> None:
        """Draw anew after an event: the last answer of the conversation, or the collection before the first."""
        values = [part for pair in self._values for part in pair]
        outputs = [self._panel, self._coverage, self._coverage_table, *values]
        event.then(self._show, inputs=[turns], outputs=outputs, **QUIET)

    def _show(self, turns: Sequence[Turn]) -> tuple[Any, ...]:
        answer = turns[-1].answer if turns else None
        coverage, values = None, []
        if answer:
            coverage, values = draw_answer_coverage(answer), draw_values(answer, turn=turns[-1].number)
        elif not turns and self._desk.count_passages():
            entries = self._desk.library.entries(Filters())
            coverage = draw_coverage((entry.published, entry.outlet) for entry in entries)
        label = "Look at the answer" if turns else "Look at the collection"
        shown: list[Any] = [gr.update(visible=coverage is not None, label=label)]
        if coverage is None:
            shown += [gr.skip(), ""]
        else:
            names = dict.fromkeys(name for _, _, name in coverage.rows)
            colours = dict(zip(names, _COLOURS, strict=False))
            shown += [
                gr.update(value=_data(coverage, ("time", "articles", "outlet"), "bar"), label=coverage.label,
                          show_label=True, color_map=colours),
                coverage.table,
            ]  # fmt: skip
        for place in range(MOST_SERIES):
            if place < len(values):
                drawn = values[place]
                data = _data(drawn, ("day", "value", "of"), "line")
                shown += [gr.update(value=data, visible=True, label=drawn.label, show_label=True), drawn.table]
            else:
                shown += [gr.update(visible=False), ""]
        return tuple(shown)


def _data(drawn: Drawn, columns: tuple[str, str, str], mark: Literal["bar", "line"]) -> dict[str, Any]:
    """Return rows as Gradio's plots take them: times as milliseconds, names as they are."""
    timed = mark == "line"
    rows = [
        [1000 * datetime.fromisoformat(time).timestamp() if timed else time, number, name]
        for time, number, name in drawn.rows
    ]
    kinds = ("temporal" if timed else "nominal", "quantitative", "nominal")
    return {
        "columns": list(columns),
        "data": rows,
        "datatypes": dict(zip(columns, kinds, strict=True)),
        "mark": mark,
    }
