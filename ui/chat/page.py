"""The chat in the browser: what stands where, and what happens when something is asked, opened or brought in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from index.errors import CitewireError
from rag.desk import Desk
from ui.chat.answers import turn_to_html
from ui.chat.asking import ask
from ui.chat.browsing import browse_articles
from ui.chat.drafts import draft_to_html
from ui.chat.feedback import take_feedback
from ui.chat.keeping import decode_conversation, encode_turn
from ui.chat.opening import Collection, examples_to_html
from ui.chat.panels.adding import Adding
from ui.chat.panels.filters import QUOTES_ALONE, SHORT, Filters, filter_words, show_filters
from ui.chat.panels.pieces import QUIET, place_html
from ui.chat.panels.plots import Plots
from ui.chat.serving import serve_panel
from ui.chat.templates import fill, read_asset
from ui.chat.turns import Turn
from ui.chat.watching import ChatWatch
from ui.present import escape_markdown

TITLE = "Citewire"
# Questions that are worked on at once: who waits for the model has a place of its own before it, and keeps nobody from the quotes.
_ASKED_AT_ONCE = 16
# The articles that were ticked are known to the browser; it puts them in where the server has none.
_WITH_TICKED = "(...given) => window.citewire.withTicked(given)"
_SCRIPTS = (
    "citations",
    "panel",
    "conversation",
    "keeping",
    "views",
    "watching",
    "feedback",
    "ticking",
    "browsing",
    "leaving",
)


class Page:
    """The chat over a desk: its parts, laid out and wired once; what readers do stays in their own sessions.

    Args:
        desk: the open desk.
        login: whether a log-in stands before it, which can be left.
    """

    def __init__(self, desk: Desk, *, login: bool) -> None:
        self._desk = desk
        self._collection = Collection(desk)
        self._watch = ChatWatch(desk)
        self.blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
        with self.blocks:
            self._turns = gr.State([])
            self._lay_out_side(login)
            self._lay_out_desk()
            self._wire_asking()
            self._wire_checking()
            self._wire_opening()
            self._adding.wire(
                covering=self._covering, shows=[self._opening, *self._filters.covering], then=self._ask_watched
            )

    def _lay_out_side(self, login: bool) -> None:
        with gr.Sidebar(width=264, elem_id="side"):
            place_html(fill("side", login=login), "house")
            with gr.Accordion("Check a draft", open=False, elem_id="drafting"):
                self._draft = gr.Textbox(
                    label="A text of yours",
                    placeholder="Every sentence is held against the articles.",
                    lines=6,
                    max_lines=14,
                    elem_id="draft",
                )
                self._check = gr.Button("Check", size="sm", elem_id="check")
            self._adding = Adding(self._desk)

    def _lay_out_desk(self) -> None:
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(elem_id="talk", min_width=0):
                with gr.Column(elem_id="reading", min_width=0):
                    self._opening = place_html(self._collection.html(), "opening")
                    self._past = place_html("", "past")
                    self._live = place_html("", "live", js_on_load=read_asset("live.js"))
                    self._plots = Plots(self._collection)
                    self._following = place_html("", "following")
                place_html(fill("view"), "view")
                with gr.Column(elem_id="asking", min_width=0):
                    place_html(fill("only"), "only-row")
                    self._question = gr.Textbox(
                        label="Question",
                        show_label=False,
                        placeholder="Ask about these articles …",
                        elem_id="question",
                        lines=1,
                        max_lines=6,
                        submit_btn="Ask",
                    )
                    self._stop = gr.Button("Stop", size="sm", visible=False, elem_id="stop")
                    self._filters = Filters(self._desk)
            place_html(
                fill("panel"),
                "sources",
                js_on_load=read_asset("serve.js"),
                server_functions=[
                    *serve_panel(self._desk),
                    *self._watch.functions(),
                    take_feedback(self._desk),
                    *browse_articles(self._desk),
                ],
            )
        # What is clicked within the HTML above arrives here; what is to be kept in the browser leaves from here.
        self._wire = place_html("", "wire", js_on_load=read_asset("wire.js"))
        self._kept = gr.JSON(visible=False)

    def _wire_asking(self) -> None:
        filters = self._filters
        asking: dict[str, Any] = {
            "fn": self._ask,
            "inputs": [self._question, self._turns, *filters.choices, filters.writer, filters.length, filters.ticked],
            "outputs": [self._question, self._turns, self._live, self._following, self._stop],
            "js": _WITH_TICKED,
            "concurrency_id": "asking",
            "concurrency_limit": _ASKED_AT_ONCE,
            **QUIET,
        }
        told = self._wire.submit(self._take, outputs=[self._question, *filters.choices], **QUIET)
        running = []
        for asked in (self._question.submit(**asking), told.then(**asking)):
            asked.then(lambda: gr.update(visible=False), outputs=[self._stop], **QUIET)
            kept = asked.then(self._keep, inputs=[self._turns], outputs=[self._kept], **QUIET)
            kept.then(None, inputs=[self._kept], js="(kept) => window.citewire.keep(kept)", **QUIET)
            asked.then(self._propose, inputs=[self._turns], outputs=[self._following], **QUIET)
            self._plots.show_after(asked, self._turns)
            running.append(asked)
        # What was checked so far stays: the browser moves it among what was answered.
        self._stop.click(
            lambda: (gr.update(visible=False), ""),
            outputs=[self._stop, self._live],
            cancels=running,
            js="() => window.citewire.stopped()",
            **QUIET,
        )
        reopened = self._wire.select(
            self._reopen, outputs=[self._turns, self._past, self._live, self._following], **QUIET
        )
        self._plots.show_after(reopened, self._turns)

    def _wire_checking(self) -> None:
        checked = self._check.click(
            self._check_draft,
            inputs=[self._draft, self._turns, *self._filters.choices, self._filters.ticked],
            outputs=[self._turns, self._live, self._following],
            js=_WITH_TICKED,
            show_progress_on=[self._check],
            api_visibility="private",
        )
        self._plots.show_after(checked, self._turns)

    def _wire_opening(self) -> None:
        opened = self.blocks.load(self._covering, outputs=[self._opening, *self._filters.covering], **QUIET)
        opened.then(self._examples, inputs=[self._turns], outputs=[self._following], **QUIET)
        self._plots.show_after(opened, self._turns)

    def _covering(self) -> tuple[Any, ...]:
        """Return what the collection is, and the outlets and languages that the filters offer."""
        return self._collection.html(), *self._filters.offer()

    def _ask_watched(self) -> None:
        try:
            self._watch.ask_again()
        except CitewireError as error:
            gr.Warning(escape_markdown(f"The watched questions were not asked again: {error}"))

    def _ask(
        self,
        question: str,
        turns: list[Turn],
        first: str | None,
        last: str | None,
        as_of: str | None,
        outlets: list[str] | None,
        languages: list[str] | None,
        writer: str,
        length: str,
        ticked: list[str] | None,
    ) -> Iterator[tuple[Any, ...]]:
        """Yield what question box, conversation, live answer, proposals and stop button show, as the answer grows."""
        if not (question or "").strip():
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        filters = filter_words(first, last, as_of, outlets, languages, ticked)
        asked = ask(
            self._desk,
            question,
            before=turns,
            filters=filters,
            quotes_only=writer == QUOTES_ALONE,
            short=length == SHORT,
        )
        for turn in asked:
            begins = not (turn.over or turn.passages or turn.quotes or turn.place or turn.sentences)
            yield (
                "" if begins else gr.skip(),
                [*turns, turn] if turn.over else gr.skip(),
                turn_to_html(turn),
                "" if begins else gr.skip(),
                gr.update(visible=not turn.over),
            )

    def _check_draft(
        self,
        text: str,
        turns: list[Turn],
        first: str | None,
        last: str | None,
        as_of: str | None,
        outlets: list[str] | None,
        languages: list[str] | None,
        ticked: list[str] | None,
    ) -> tuple[Any, ...]:
        """Return the conversation with a checked draft as its last turn, and what of it is shown."""
        turn = Turn(number=turns[-1].number + 1 if turns else 1, question="A draft")
        try:
            filters = filter_words(first, last, as_of, outlets, languages, ticked)
            checked = self._desk.check(text or "", **filters)
        except CitewireError as error:
            turn = replace(turn, fault=error)
            return [*turns, turn], turn_to_html(turn), ""
        return [*turns, turn], draft_to_html(checked, number=turn.number), ""

    def _take(self, event: gr.EventData) -> tuple[Any, ...]:
        """Return the question that was clicked, and the filters that it is to be asked with."""
        told = event._data
        given = told.get("filters")
        filters = [gr.skip()] * len(self._filters.choices) if given is None else show_filters(given)
        return str(told["question"]), *filters

    def _keep(self, turns: list[Turn]) -> dict[str, Any] | None:
        return encode_turn(turns[-1]) if turns and turns[-1].answer else None

    def _propose(self, turns: list[Turn]) -> str:
        answer = turns[-1].answer if turns else None
        if answer is None:
            return ""
        return examples_to_html(self._desk.follow_ups(answer), "Ask on", turn=turns[-1].number)

    def _examples(self, turns: list[Turn]) -> Any:
        if turns or not self._desk.count_passages():
            return gr.skip()
        return examples_to_html(self._desk.examples(), "Try one of these")

    def _reopen(self, event: gr.EventData) -> tuple[Any, ...]:
        """Return the conversation that the browser kept, or an empty one."""
        turns = decode_conversation(event._data.get("turns") or [])
        following = "" if turns else self._examples([])
        return turns, "".join(turn_to_html(turn) for turn in turns), "", following


def make_chat(desk: Desk, *, login: bool = False) -> gr.Blocks:
    """Return the chat over a desk; it is served by ``ui.serve``.

    Args:
        desk: the open desk.
        login: whether a log-in stands before it.
    """
    return Page(desk, login=login).blocks


def chat_style() -> str:
    """Return the style sheet of the chat."""
    return read_asset("chat.css")


def chat_script() -> str:
    """Return the script of the chat: it follows citations, opens sources, and keeps conversations in the browser."""
    return "() => {\n" + "\n".join(read_asset(f"{name}.js") for name in _SCRIPTS) + "\n}"
