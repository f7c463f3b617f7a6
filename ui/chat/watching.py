"""Watched questions in the chat: kept from an answer, asked again after articles came in, shown with what is new since the last look."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from index.errors import CitewireError, LibraryMissing
from rag.asked_again import ask_for_chat
from rag.desk import Desk
from rag.question.filters import filter_words, make_filters
from rag.watched import Told, Watched, tell
from rag.watchlist import WatchList
from ui.chat.keeping import KeptTurn, read_filters
from ui.chat.templates import fill
from ui.present.news import ITEM_WORDS, filters_line, source_facts

_LOOKED_AT = 20  # pieces of news that stay to be read after they were looked at


class _Asked(msgspec.Struct, frozen=True):
    """Which answer's question is to be watched."""

    turn: KeptTurn


class _Numbered(msgspec.Struct, frozen=True):
    """Which watched question is meant."""

    number: int


class ChatWatch:
    """The watched questions as the chat shows them; one round of asking at a time.

    Args:
        desk: the open desk.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._list = WatchList(desk.settings.beside)
        self._asking = threading.Lock()

    def ask_again(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Ask what was not asked of this state of the library, and return how much news waits to be looked at."""
        with self._asking:
            try:
                return ask_for_chat(self._desk, self._list, generation=self._desk.library.generation, progress=progress)
            except LibraryMissing:  # every article was removed: nothing is new
                return self._waiting()

    def functions(self) -> list[Callable[..., Any]]:
        """Return the functions that the browser calls by their names."""

        def watch_question(told: object) -> str:
            """Watch the question of an answer, and return what became of that in words."""
            try:
                turn = msgspec.convert(told, _Asked).turn
                return self._watch(turn)
            except (CitewireError, msgspec.MsgspecError) as error:
                return str(error)

        def view_watched(_: object) -> str:
            """Return the watched questions as HTML; what is new in it counts as looked at."""
            try:
                return self._view()
            except CitewireError as error:
                return fill("unread", message=str(error))

        def remove_watched(told: object) -> str:
            """Watch a question no more, and return the questions that are left as HTML."""
            try:
                self._list.remove(msgspec.convert(told, _Numbered).number)
                return self._view()
            except (CitewireError, msgspec.MsgspecError) as error:
                return fill("unread", message=str(error))

        def ask_watched(_: object) -> str:
            """Ask the questions again where articles came in, and return them as HTML."""
            try:
                self.ask_again()
                return self._view()
            except CitewireError as error:
                return fill("unread", message=str(error))

        def count_news(_: object) -> int:
            """Return how much news waits to be looked at."""
            try:
                return self._waiting()
            except CitewireError:  # said where the list is opened
                return 0

        return [watch_question, view_watched, remove_watched, ask_watched, count_news]

    def _watch(self, turn: KeptTurn) -> str:
        answer = turn.answer
        # A question that leaned on those before it is kept as it was understood: alone, it would ask something else.
        question = answer.understood or answer.question
        filters = make_filters(**read_filters(turn.filters))
        generation = self._desk.library.generation
        told = tell(Told(), answer)
        told = tell(told, self._desk.ask(question, quotes_only=True, **filter_words(filters)))
        added = self._list.add(question, filters, told=told, generation=generation)
        return f"Watched: “{added.question}”. What is new of it will stand under “Watched questions”."

    def _waiting(self) -> int:
        return sum(len(each.fresh) for each in self._list.all())

    def _view(self) -> str:
        generation = self._desk.library.generation
        questions = self._list.all()
        html = fill(
            "watched",
            questions=[_show(each) for each in reversed(questions)],
            outdated=sum(each.generation != generation for each in questions),
        )
        for each in questions:
            if each.fresh:
                shown = {item.id for item in each.fresh}
                self._list.change(each.number, lambda one, shown=shown: _look_at(one, shown))  # type: ignore[misc]
        return html


def _look_at(watched: Watched, shown: set[str]) -> Watched:
    """Move what was shown to what was looked at; what came meanwhile stays."""
    seen = tuple(item for item in watched.fresh if item.id in shown)
    left = tuple(item for item in watched.fresh if item.id not in shown)
    return replace(watched, fresh=left, looked_at=(*seen, *watched.looked_at)[:_LOOKED_AT])


def _show(watched: Watched) -> dict[str, Any]:
    def show(items: tuple[Any, ...]) -> list[dict[str, Any]]:
        return [
            {
                "word": ITEM_WORDS[item.kind],
                "look": item.kind,
                "text": item.text,
                "day": item.found[:10],
                "sources": [(each, source_facts(each)) for each in item.sources],
            }
            for item in items
        ]

    return {
        "number": watched.number,
        "question": watched.question,
        "filters": msgspec.json.encode(filter_words(watched.filters)).decode(),
        "line": filters_line(watched.filters),
        "added": watched.added[:10],
        "fresh": show(watched.fresh),
        "looked_at": show(watched.looked_at),
    }
