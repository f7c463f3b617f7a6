"""Watched questions are asked again, by the command or in the chat, and what is new is told to each of them once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.protocol import AnyDesk
from rag.question.filters import filter_words
from rag.watched import Item, Told, Watched, find_news
from rag.watchlist import WatchList, join_items, now


@dataclass(frozen=True, slots=True)
class Round:
    """What came of asking watched questions again.

    Attributes:
        items: what is new.
        told: of each question, by its number, what its reader was told once that is.
    """

    items: tuple[Item, ...]
    told: dict[int, Told]


def ask_watched(desk: AnyDesk, questions: Sequence[Watched], *, quotes_only: bool = True) -> Round:
    """Ask the questions, and return what is new for who reads the command; nothing is marked as told yet.

    Args:
        quotes_only: answer with quotes alone although there is a model: the quotes tell what is new, and at once.

    Raises:
        LibraryMissing: the library holds no article.
    """
    items: list[Item] = []
    told: dict[int, Told] = {}
    for each in questions:
        answer = desk.ask(each.question, quotes_only=quotes_only, **filter_words(each.filters))
        found, told[each.number] = find_news(each, each.told, answer, desk, found=now())
        items += found
    return Round(tuple(items), told)


def ask_for_chat(
    desk: AnyDesk, watch_list: WatchList, *, generation: int, progress: Callable[[int, int], None] | None = None
) -> int:
    """Ask the watched questions that were not asked of this state of the library, and keep what is new until it is looked at.

    Args:
        generation: of the library.
        progress: told how many are done, and of how many.

    Returns:
        how many pieces of news wait to be looked at.

    Raises:
        LibraryMissing: the library holds no article.
        StorageError: the list cannot be read or written.
    """
    outdated = [each for each in watch_list.all() if each.generation != generation]
    for done, each in enumerate(outdated, start=1):
        answer = desk.ask(each.question, quotes_only=True, **filter_words(each.filters))
        found, seen = find_news(each, each.seen, answer, desk, found=now())

        def changed(one: Watched, found: tuple[Item, ...] = found, seen: Told = seen) -> Watched:
            return replace(one, seen=seen, fresh=join_items(found, one.fresh), generation=generation)

        watch_list.change(each.number, changed)
        if progress:
            progress(done, len(outdated))
    return sum(len(each.fresh) for each in watch_list.all())
