"""The chat in the browser: what stands where, and what happens when something is asked, opened or brought in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from index.errors import CitewireError
from index.sources.kinds import SUFFIXES
from rag.answer import NO_MODEL
from rag.desk import Desk
from rag.question.filters import FilterWords
from ui.adding import Told, add_files, take_addresses
from ui.chat.answers import turn_to_html
from ui.chat.asking import ask
from ui.chat.browsing import browse_articles
from ui.chat.drafts import draft_to_html
from ui.chat.feedback import take_feedback
from ui.chat.keeping import decode_conversation, encode_turn
from ui.chat.opening import collection_to_html, examples_to_html, language_choices
from ui.chat.serving import serve_panel
from ui.chat.templates import fill, read_asset
from ui.chat.turns import Turn
from ui.chat.watching import ChatWatch
from ui.present import escape_markdown

TITLE = "Citewire"
UPLOADS = tuple(SUFFIXES)
QUOTES_ALONE = "Quotes alone, at once"
FULL, SHORT = "Full", "Short"
# The articles that were ticked are known to the browser; it puts them in where the server has none.
_WITH_TICKED = "(...given) => window.citewire.withTicked(given)"
_ADDING_HEIGHT = 110  # pixels
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_SCRIPTS = ("citations", "panel", "conversation", "keeping", "views", "watching", "feedback", "ticking", "browsing")


class Page:
    """The chat over a desk: its parts, laid out and wired once; what readers do stays in their own sessions."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._watch = ChatWatch(desk)
        self.blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
        with self.blocks:
            self._turns = gr.State([])
            self._lay_out_side()
            self._lay_out_desk()
            self._wire_asking()
            self._wire_opening()
            self._wire_adding()

    def _lay_out_side(self) -> None:
        with gr.Sidebar(width=264, elem_id="side"):
            _html(fill("side"), "house")
            with gr.Accordion("Check a draft", open=False, elem_id="drafting"):
                self._draft = gr.Textbox(
                    label="A text of yours",
                    placeholder="Every sentence is held against the articles.",
                    lines=6,
                    max_lines=14,
                    elem_id="draft",
                )
                self._check = gr.Button("Check", size="sm", elem_id="check")
            with gr.Accordion("Add articles", open=False, elem_id="adding"):
                self._files = gr.File(
                    label="Files",
                    file_count="multiple",
                    file_types=list(UPLOADS),
                    height=_ADDING_HEIGHT,
                    elem_id="files",
                )
                self._addresses = gr.Textbox(
                    label="Web addresses and feeds, one a line",
                    placeholder="https://isthmusledger.example/feed",
                    lines=2,
                    max_lines=8,
                    elem_id="addresses",
                )
                self._fetch = gr.Button("Fetch and add", size="sm", elem_id="fetch")
                self._failed = gr.State([])
                self._retry = gr.Button("Try again what failed", size="sm", visible=False, elem_id="retry")
                gr.Markdown(f"Files may be {', '.join(UPLOADS)}.", elem_id="kinds")
                self._added = gr.Markdown(elem_id="added")

    def _lay_out_desk(self) -> None:
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(elem_id="talk", min_width=0):
                with gr.Column(elem_id="reading", min_width=0):
                    self._opening = _html(collection_to_html(self._desk), "opening")
                    self._past = _html("", "past")
                    self._live = _html("", "live", js_on_load=read_asset("live.js"))
                    self._following = _html("", "following")
                _html(fill("view"), "view")
                with gr.Column(elem_id="asking", min_width=0):
                    _html(fill("only"), "only-row")
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
                    self._lay_out_filters()
            _html(
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
        self._wire = _html("", "wire", js_on_load=read_asset("wire.js"))
        self._kept = gr.JSON(visible=False)

    def _lay_out_filters(self) -> None:
        with gr.Accordion("Filters", open=False, elem_id="filters"):
            with gr.Row():
                self._outlets = gr.Dropdown(
                    label="Outlets (none chosen: all)",
                    choices=list(self._desk.outlets()),
                    multiselect=True,
                    elem_id="outlets",
                )
                self._languages = gr.Dropdown(
                    label="Languages (none chosen: all)",
                    choices=language_choices(self._desk),
                    multiselect=True,
                    elem_id="languages",
                )
            with gr.Row():
                self._first, self._last, self._as_of = (
                    gr.DateTime(label=label, include_time=False, type="string", elem_id=name, min_width=120)
                    for label, name in (("From day", "first"), ("To day", "last"), ("As of day", "as-of"))
                )
            with gr.Row():
                self._writer = gr.Radio(
                    label="Answers by",
                    choices=self._writers(),
                    value=self._writers()[0],
                    elem_id="writer",
                )
                self._length = gr.Radio(label="How long", choices=[FULL, SHORT], value=FULL, elem_id="length")
        self._ticked = gr.JSON(visible=False)

    def _writers(self) -> list[str]:
        name = self._desk.model_name
        return [QUOTES_ALONE] if name == NO_MODEL else [name, QUOTES_ALONE]

    def _wire_asking(self) -> None:
        filters = [self._first, self._last, self._as_of, self._outlets, self._languages]
        asking: dict[str, Any] = {
            "fn": self._ask,
            "inputs": [self._question, self._turns, *filters, self._writer, self._length, self._ticked],
            "outputs": [self._question, self._turns, self._live, self._following, self._stop],
            "js": _WITH_TICKED,
            **_QUIET,
        }
        told = self._wire.submit(self._take, outputs=[self._question, *filters], **_QUIET)
        running = []
        for asked in (self._question.submit(**asking), told.then(**asking)):
            asked.then(lambda: gr.update(visible=False), outputs=[self._stop], **_QUIET)
            kept = asked.then(self._keep, inputs=[self._turns], outputs=[self._kept], **_QUIET)
            kept.then(None, inputs=[self._kept], js="(kept) => window.citewire.keep(kept)", **_QUIET)
            asked.then(self._propose, inputs=[self._turns], outputs=[self._following], **_QUIET)
            running.append(asked)
        # What was checked so far stays: the browser moves it among what was answered.
        self._stop.click(
            lambda: (gr.update(visible=False), ""),
            outputs=[self._stop, self._live],
            cancels=running,
            js="() => window.citewire.stopped()",
            **_QUIET,
        )
        self._check.click(
            self._check_draft,
            inputs=[self._draft, self._turns, *filters, self._ticked],
            outputs=[self._turns, self._live, self._following],
            js=_WITH_TICKED,
            show_progress_on=[self._check],
            api_visibility="private",
        )
        self._wire.select(self._reopen, outputs=[self._turns, self._past, self._live, self._following], **_QUIET)

    def _wire_opening(self) -> None:
        self.blocks.load(
            self._covering,
            outputs=[self._opening, self._outlets, self._languages],
            **_QUIET,
        ).then(self._examples, inputs=[self._turns], outputs=[self._following], **_QUIET)

    def _wire_adding(self) -> None:
        told: list[gr.components.Component] = [self._added, self._opening, self._outlets, self._languages]

        # What was taken in leaves its box, so that the same again can be given; what became of it stands below.
        def take_files(paths: list[str] | None, progress: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
            said = add_files(self._desk, paths or [], _tell(progress))
            for path in paths or []:
                Path(path).unlink(missing_ok=True)  # Gradio's copy; the library has what was in it
            return None, said, *self._covering()

        def fetch(lines: str, progress: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
            said, failed = take_addresses(self._desk, lines or "", _tell(progress))
            return "", list(failed), gr.update(visible=bool(failed)), said, *self._covering()

        def fetch_again(failed: list[str], progress: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
            return fetch("\n".join(failed), progress)[1:]

        shown: dict[str, Any] = {"show_progress_on": told[:1], "api_visibility": "private"}
        for taken in (
            self._files.upload(take_files, inputs=[self._files], outputs=[self._files, *told], **shown),
            self._fetch.click(
                fetch,
                inputs=[self._addresses],
                outputs=[self._addresses, self._failed, self._retry, *told],
                **shown,
            ),
            self._retry.click(fetch_again, inputs=[self._failed], outputs=[self._failed, self._retry, *told], **shown),
        ):
            asked = taken.then(self._ask_watched, **_QUIET)
            asked.then(None, js="() => window.citewire.countNews()", **_QUIET)

    def _covering(self) -> tuple[Any, ...]:
        """Return what the collection is, and the outlets and languages that the filters offer."""
        outlets, languages = list(self._desk.outlets()), language_choices(self._desk)
        return collection_to_html(self._desk), gr.update(choices=outlets), gr.update(choices=languages)

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
        filters = _filter_words(first, last, as_of, outlets, languages, ticked)
        asked = ask(
            self._desk,
            question,
            before=turns,
            filters=filters,
            quotes_only=writer == QUOTES_ALONE,
            short=length == SHORT,
        )
        for turn in asked:
            begins = not (turn.over or turn.quotes or turn.place or turn.sentences)
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
            filters = _filter_words(first, last, as_of, outlets, languages, ticked)
            checked = self._desk.check(text or "", **filters)
        except CitewireError as error:
            turn = replace(turn, fault=error)
            return [*turns, turn], turn_to_html(turn), ""
        return [*turns, turn], draft_to_html(checked, number=turn.number), ""

    def _take(self, event: gr.EventData) -> tuple[Any, ...]:
        """Return the question that was clicked, and the filters that it is to be asked with."""
        told = event._data
        filters = [gr.skip()] * 5
        if told.get("filters") is not None:
            given = told["filters"]
            filters = [given.get("first"), given.get("last"), given.get("as_of"), list(given.get("outlets") or ())]
            filters.append(list(given.get("languages") or ()))
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


def make_chat(desk: Desk) -> gr.Blocks:
    """Return the chat over a desk; it is served by ``ui.serve``."""
    return Page(desk).blocks


def chat_style() -> str:
    """Return the style sheet of the chat."""
    return read_asset("chat.css")


def chat_script() -> str:
    """Return the script of the chat: it follows citations, opens sources, and keeps conversations in the browser."""
    return "() => {\n" + "\n".join(read_asset(f"{name}.js") for name in _SCRIPTS) + "\n}"


def _filter_words(
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


def _html(html: str, name: str, *, js_on_load: str | None = None, **more: Any) -> gr.HTML:
    """Return a place for HTML that a template of ours has written: shown as it is, without Gradio's styles for prose.

    Args:
        name: its id in the page.
    """
    return gr.HTML(html, elem_id=name, apply_default_css=False, js_on_load=js_on_load, **more)


def _tell(progress: gr.Progress) -> Told:
    return lambda done, total: progress((done, total), desc="Taking in", unit="articles")
