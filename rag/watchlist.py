"""The list of watched questions, beside the library: a small file that is replaced whole, for several processes at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from index.articles import Filters
from index.disk import one_at_a_time, replace_file, storage_error
from index.errors import StorageError, UsageError
from rag.watched import Item, Told, Watched

WATCHED_FILE = "watched.json"
MOST_WATCHED = 200
_MOST_ITEMS = 200  # that are kept for a feed, the newest
_WHAT = "The watched questions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the file holds.

    Attributes:
        last: the highest number that was given.
        questions: in the order in which they were added.
        items: what the command told of them, the newest first.
    """

    last: int = 0
    questions: tuple[Watched, ...] = ()
    items: tuple[Item, ...] = ()


class WatchList:
    """The watched questions of a library; a change by another process is seen at the next look.

    Args:
        folder: the library's.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / WATCHED_FILE

    def all(self) -> tuple[Watched, ...]:
        """Return the questions, the oldest first.

        Raises:
            StorageError: the file cannot be read.
        """
        return self._read().questions

    def items(self) -> tuple[Item, ...]:
        """Return what the command told of them lately, the newest first."""
        return self._read().items

    def add(self, question: str, filters: Filters, *, told: Told, generation: int | None = None) -> Watched:
        """Watch a question; one that is watched already with these filters is returned as it is.

        Args:
            told: what who adds it knows of its answer.
            generation: of the library, where the chat adds it.

        Raises:
            UsageError: too many are watched.
            StorageError: it cannot be written.
        """
        words = " ".join(question.split())
        with one_at_a_time(self._file, what=_WHAT):
            kept = self._read()
            for each in kept.questions:
                if (each.question, each.filters) == (words, filters):
                    return each
            if len(kept.questions) >= MOST_WATCHED:
                raise UsageError(
                    f"{MOST_WATCHED} questions are watched already.", hint="Remove one: `citewire watch remove NUMBER`."
                )
            added = Watched(
                number=kept.last + 1,
                question=words,
                filters=filters,
                added=now(),
                told=told,
                seen=told,
                generation=generation,
            )
            self._write(replace(kept, last=added.number, questions=(*kept.questions, added)))
        return added

    def remove(self, number: int) -> Watched:
        """Watch a question no more, and return it.

        Raises:
            UsageError: there is none of that number.
        """
        with one_at_a_time(self._file, what=_WHAT):
            kept = self._read()
            found = next((each for each in kept.questions if each.number == number), None)
            if found is None:
                raise UsageError(f"No watched question has the number {number}.", hint="See `citewire watch list`.")
            left = tuple(each for each in kept.questions if each is not found)
            self._write(replace(kept, questions=left))
        return found

    def change(self, number: int, change: Callable[[Watched], Watched]) -> None:
        """Change a question as it is now; one that was removed meanwhile stays removed."""
        with one_at_a_time(self._file, what=_WHAT):
            kept = self._read()
            changed = tuple(change(each) if each.number == number else each for each in kept.questions)
            if changed != kept.questions:
                self._write(replace(kept, questions=changed))

    def mark_told(self, told: dict[int, Told], items: tuple[Item, ...]) -> None:
        """Remember what the command has told.

        Args:
            told: of each question, by its number.
            items: the news among it.
        """
        with one_at_a_time(self._file, what=_WHAT):
            kept = self._read()
            questions = tuple(
                replace(each, told=told[each.number]) if each.number in told else each for each in kept.questions
            )
            self._write(replace(kept, questions=questions, items=join_items(items, kept.items)))

    def _read(self) -> Kept:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Kept)
        except FileNotFoundError:
            return Kept()
        except OSError as error:
            raise storage_error(_WHAT, self._file.parent, error) from error
        except msgspec.DecodeError as error:
            raise StorageError(
                f"{_WHAT} {str(self._file)!r} cannot be read: {error}.",
                hint="Move that file away and watch the questions again.",
            ) from error

    def _write(self, kept: Kept) -> None:
        replace_file(self._file, msgspec.json.encode(kept), what=_WHAT)


def join_items(new: tuple[Item, ...], old: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return new items before old ones, each once, as many as are kept."""
    return tuple({each.id: each for each in (*new, *old)}.values())[:_MOST_ITEMS]


def now() -> str:
    """Return this moment as an instant in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
