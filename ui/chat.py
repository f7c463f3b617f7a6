"""The chat in the browser. The only Gradio import besides the server that mounts it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import gradio as gr

from index.errors import CitewireError
from index.sources.kinds import SUFFIXES
from rag.answer import NO_MODEL
from rag.answer_events import Finished, QuotesFound, Waiting
from rag.answer_types import Answer
from rag.desk import Desk
from rag.query_types import Kind
from rag.question.filters import FilterWords
from ui.adding import Told, add_addresses, add_files
from ui.present import (
    answer_to_markdown,
    count,
    error_to_markdown,
    escape_markdown,
    searched_line,
    sentence_to_markdown,
    withheld_to_markdown,
)
from ui.sources import PanelTurn, list_sources

TITLE = "Citewire"
_ADDING_HEIGHT = 150  # pixels
UPLOADS = tuple(SUFFIXES)
KIND_NAMES: dict[Kind, str] = {
    "fact": "A fact",
    "yes_no": "Yes or no",
    "reason": "Why",
    "identity": "Who",
    "statement": "Who said what",
    "list": "A list",
    "overview": "An overview",
    "latest": "The latest",
    "timeline": "A timeline",
    "comparison": "Two sides",
    "collection": "The collection",
    "keywords": "Words",
}

Conversation = list[dict[str, Any]]
# What question box, conversation, the two memories and the sources show.
Shown = tuple[str, Conversation, list[PanelTurn], list[Answer], list[PanelTurn]]


def make_chat(desk: Desk) -> gr.Blocks:
    """Return the chat over a desk; it is served by ``ui.serve``."""
    blocks: gr.Blocks = gr.Blocks(title=TITLE, analytics_enabled=False)
    with blocks:
        turns = gr.State([])
        answers = gr.State([])  # of this browser window alone: follow-up questions lean on them
        gr.Markdown(f"# {TITLE}\nEvery sentence cites exact words of an article, and every pointer has been checked.")
        with gr.Row():
            with gr.Column(scale=3):
                conversation = _conversation_box()
                question = gr.Textbox(
                    label="Question",
                    placeholder="Ask a question, then press Enter",
                    elem_id="question",
                    lines=1,
                )
                covered = gr.Markdown(_coverage_line(desk), elem_id="coverage")
                outlets, first, last, as_of = _filter_boxes(desk)
                files, addresses, fetch, added = _adding_boxes()
            with gr.Column(scale=2):
                sources = gr.HTML(
                    value=[],
                    html_template=_asset("sources.html"),
                    js_on_load="",
                    elem_id="sources",
                )

        def respond(
            asked: str,
            said: Conversation,
            past: list[PanelTurn],
            before: list[Answer],
            since: str,
            until: str,
            known: str,
            named: list[str],
        ) -> Iterator[Shown]:
            filters: FilterWords = {"first": since, "last": until, "as_of": known, "outlets": named or ()}
            # A conversation that was cleared begins anew.
            yield from _respond(desk, asked, said or [], past if said else [], before if said else [], filters)

        asking: dict[str, Any] = {
            "fn": respond,
            "inputs": [question, conversation, turns, answers, first, last, as_of, outlets],
            "outputs": [question, conversation, turns, answers, sources],
            "api_visibility": "private",
            "show_progress": "hidden",
        }

        def propose(said: Conversation, answered: list[Answer]) -> Conversation:
            return _propose(desk, said, answered)

        # In an event of its own: it takes longer than an answer without a model, and touches nothing but the last reply.
        proposing: dict[str, Any] = {
            "fn": propose,
            "inputs": [conversation, answers],
            "outputs": [conversation],
            "api_visibility": "private",
            "show_progress": "hidden",
        }
        question.submit(**asking).then(**proposing)
        # An example of the start page, and what may be asked on after an answer, are asked as if they had been typed.
        for picked in (conversation.example_select, conversation.option_select):
            picked(_picked, outputs=[question], api_visibility="private", show_progress="hidden").then(**asking).then(
                **proposing
            )
        blocks.load(
            lambda: gr.update(examples=_list_examples(desk)),
            outputs=[conversation],
            api_visibility="private",
            show_progress="hidden",
        )

        _wire_adding(desk, files, addresses, fetch, told=[added, covered, outlets])
    return blocks


def _picked(event: gr.SelectData) -> str:
    """Return the question of an example or of an option that was clicked."""
    # Gradio gives an option as its text, and an example as a message.
    return event.value if isinstance(event.value, str) else str(event.value["text"])


def _list_examples(desk: Desk) -> list[dict[str, str]]:
    """Return questions of several kinds that the collection answers; none where it holds no article yet."""
    if not desk.count_passages():
        return []
    return [
        {"text": each.question, "display_text": f"{KIND_NAMES[each.kind]}: {each.question}"} for each in desk.examples()
    ]


def _propose(desk: Desk, said: Conversation, answered: list[Answer]) -> Conversation:
    """Return the conversation with what may be asked on below its last reply, where that is an answer."""
    if not said or not answered or len([each for each in said if each["role"] == "user"]) != len(answered):
        return said
    following = [{"value": each.question, "label": each.question} for each in desk.follow_ups(answered[-1])]
    return [*said[:-1], {**said[-1], "options": following}] if following else said


def _wire_adding(
    desk: Desk, files: gr.File, addresses: gr.Textbox, fetch: gr.Button, *, told: list[gr.components.Component]
) -> None:
    """Have what is given taken in.

    Args:
        told: what is shown afterwards: what became of it, what the library covers, its outlets.
    """

    def covering() -> tuple[str, Any]:
        return _coverage_line(desk), gr.update(choices=list(desk.outlets()))

    # What was taken in leaves its box, so that the same again can be given; what became of it stands below.
    def take_files(paths: list[str] | None, progress: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
        said = add_files(desk, paths or [], _tell(progress))
        for path in paths or []:
            Path(path).unlink(missing_ok=True)  # Gradio's copy; the library has what was in it
        return None, said, *covering()

    def take_addresses(lines: str, progress: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
        said = add_addresses(desk, lines or "", _tell(progress))
        return "", said, *covering()

    files.upload(
        take_files, inputs=[files], outputs=[files, *told], show_progress_on=told[:1], api_visibility="private"
    )
    fetch.click(
        take_addresses,
        inputs=[addresses],
        outputs=[addresses, *told],
        show_progress_on=told[:1],
        api_visibility="private",
    )


def _conversation_box() -> gr.Chatbot:
    return gr.Chatbot(
        label="Conversation",
        elem_id="conversation",
        elem_classes="citewire-chat",
        height="56vh",
        sanitize_html=True,
        allow_tags=False,
        latex_delimiters=[],
        feedback_options=None,
        buttons=["copy"],
        placeholder="Ask about the articles of this library.",
    )


def _filter_boxes(desk: Desk) -> tuple[gr.Dropdown, gr.Textbox, gr.Textbox, gr.Textbox]:
    """Return the boxes for outlets, first and last day, and the day of knowledge."""
    with gr.Accordion("Filters", open=False):
        outlets = gr.Dropdown(
            label="Outlets (none chosen: all)",
            choices=list(desk.outlets()),
            multiselect=True,
            elem_id="outlets",
        )
        with gr.Row():
            first = gr.Textbox(label="From day", placeholder="2031-03-01", elem_id="first")
            last = gr.Textbox(label="To day", placeholder="2031-03-31", elem_id="last")
            as_of = gr.Textbox(label="As of day", placeholder="2031-03-15", elem_id="as-of")
    return outlets, first, last, as_of


def _adding_boxes() -> tuple[gr.File, gr.Textbox, gr.Button, gr.Markdown]:
    """Return the boxes for files and addresses, the button that fetches, and where it is told what became of them."""
    with gr.Accordion("Add articles", open=False):
        with gr.Row(equal_height=True):
            with gr.Column():
                files = gr.File(
                    label="Files",
                    file_count="multiple",
                    file_types=list(UPLOADS),
                    height=_ADDING_HEIGHT,
                    elem_id="files",
                )
            with gr.Column():
                addresses = gr.Textbox(
                    label="Web addresses and feeds, one a line",
                    placeholder="https://isthmusledger.example/feed",
                    lines=4,
                    max_lines=8,
                    elem_id="addresses",
                )
                fetch = gr.Button("Fetch and add", size="sm", elem_id="fetch")
        gr.Markdown(f"Files may be {', '.join(UPLOADS)}.", elem_id="kinds")
        added = gr.Markdown(elem_id="added")
    return files, addresses, fetch, added


def _respond(
    desk: Desk,
    asked: str,
    said: Conversation,
    past: list[PanelTurn],
    before: list[Answer],
    filters: FilterWords,
) -> Iterator[Shown]:
    """Yield what question box, conversation, memory and sources show, as the answer grows."""
    turn = len(past) + 1
    prefix = f"src-{turn}-"
    said = [*said, {"role": "user", "content": escape_markdown(asked)}]
    shown: list[str] = []
    panel: PanelTurn = {"heading": "", "articles": []}

    def state(*parts: str, answers: list[Answer] = before) -> Shown:
        reply: dict[str, Any] = {"role": "assistant", "content": "\n\n".join(parts)}
        turns = [*past, panel]
        return "", [*said, reply], turns, answers, [item for item in reversed(turns) if item["articles"]]

    try:
        for event in desk.stream(asked, history=before, **filters):
            if isinstance(event, QuotesFound):
                if event.quotes:
                    panel = list_sources(event.quotes, turn=turn, heading=f"Sources for: {asked}", read=_reader(desk))
                    links = " ".join(f"[\\[{quote.n}\\]](#{prefix}{quote.n})" for quote in event.quotes)
                    yield state(f"{count(len(event.quotes), 'quote')} found: {links}", "*Writing and checking …*")
            elif isinstance(event, Waiting):
                yield state(f"*The model writes {count(event.place, 'answer')} for others first …*")
            elif isinstance(event, Finished):
                answer = event.answer
                cited = answer.citations or answer.nearest
                heading = "Sources for" if answer.citations else "Nearest passages, not an answer, for"
                panel = list_sources(cited, turn=turn, heading=f"{heading}: {asked}", read=_reader(desk))
                told = answer_to_markdown(answer, anchor=prefix)
                yield state(told, answers=[*before, answer])
            else:
                if event.sentence:
                    shown.append(sentence_to_markdown(event.sentence, anchor=prefix))
                elif event.withheld:
                    shown.append(withheld_to_markdown(event.withheld))
                yield state(*shown, "*Writing and checking …*")
    except CitewireError as error:
        yield state(error_to_markdown(error))


def _reader(desk: Desk) -> Any:
    return lambda article_id, sha256: desk.article(article_id, sha256=sha256)


def _tell(progress: gr.Progress) -> Told:
    return lambda done, total: progress((done, total), desc="Taking in", unit="articles")


def _coverage_line(desk: Desk) -> str:
    line = searched_line(desk.coverage()).removeprefix("Searched ")
    author = "quotes alone" if desk.model_name == NO_MODEL else desk.model_name
    return escape_markdown(f"In this library: {line}. Answers by: {author}.")


def _asset(name: str) -> str:
    return resources.files("ui").joinpath(name).read_text(encoding="utf-8")


def chat_style() -> str:
    """Return the style sheet of the chat."""
    return _asset("chat.css")


def chat_script() -> str:
    """Return the script of the chat: the one listener that follows citations."""
    return _asset("chat.js")
