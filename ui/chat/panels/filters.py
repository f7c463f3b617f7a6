"""Which articles may answer, who answers and how long: what stands below the question."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rag.answer import NO_MODEL
from rag.desk import Desk
from rag.question.filters import FilterWords
from ui.chat.opening import language_choices

QUOTES_ALONE = "Quotes alone, at once"
FULL, SHORT = "Full", "Short"


class Filters:
    """The filters; laid out where it is made.

    Attributes:
        choices: what ``filter_words`` takes, but for the ticked articles, which the browser knows.
        ticked: where the browser puts those.
        covering: what is offered anew after articles came in: outlets and languages.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        with gr.Accordion("Filters", open=False, elem_id="filters"):
            with gr.Row():
                outlets = gr.Dropdown(
                    label="Outlets (none chosen: all)",
                    choices=list(desk.outlets()),
                    multiselect=True,
                    elem_id="outlets",
                )
                languages = gr.Dropdown(
                    label="Languages (none chosen: all)",
                    choices=language_choices(desk),
                    multiselect=True,
                    elem_id="languages",
                )
            with gr.Row():
                first, last, as_of = (
                    gr.DateTime(label=label, include_time=False, type="string", elem_id=name, min_width=120)
                    for label, name in (("From day", "first"), ("To day", "last"), ("As of day", "as-of"))
                )
            with gr.Row():
                self.writer = gr.Radio(
                    label="Answers by", choices=self._writers(), value=self._writers()[0], elem_id="writer"
                )
                self.length = gr.Radio(label="How long", choices=[FULL, SHORT], value=FULL, elem_id="length")
        self.choices: list[gr.components.Component] = [first, last, as_of, outlets, languages]
        self.covering: list[gr.components.Component] = [outlets, languages]
        self.ticked = gr.JSON(visible=False)

    def offer(self) -> tuple[Any, ...]:
        """Return the outlets and languages that there are now."""
        return gr.update(choices=list(self._desk.outlets())), gr.update(choices=language_choices(self._desk))

    def _writers(self) -> list[str]:
        name = self._desk.model_name
        return [QUOTES_ALONE] if name == NO_MODEL else [name, QUOTES_ALONE]


def filter_words(
    first: str | None,
    last: str | None,
    as_of: str | None,
    outlets: list[str] | None,
    languages: list[str] | None,
    ticked: list[str] | None,
) -> FilterWords:
    """Return which articles may answer, from what the filters and the ticks in the browser hold."""
    return {
        "first": first or None,
        "last": last or None,
        "as_of": as_of or None,
        "outlets": outlets or (),
        "languages": languages or (),
        "articles": [name for name in ticked or () if isinstance(name, str)],
    }


def show_filters(given: dict[str, Any]) -> list[Any]:
    """Return what the filters show for a question that is asked with filters of its own; the inverse of ``filter_words``."""
    lists = [list(given.get(name) or ()) for name in ("outlets", "languages")]
    return [given.get("first"), given.get("last"), given.get("as_of"), *lists]
