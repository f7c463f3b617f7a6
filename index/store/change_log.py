"""The log of changes: which passages each change brought and which it took away, so that indexes are brought up to date by what changed.

Each change that the log knows has one row. Whoever finds a row missing between two states compares all passages: the log was begun
later, was trimmed, or a program that knew no log has written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.store.sql import Connection, Database

CHANGES_KEPT = 100_000  # the last ones; indexes that are older are compared with all passages
_MOST_RANGES = 10_000  # of one change: where it touched more, comparing all passages costs less

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PassageChanges:
    """What came and went between two states of a library.

    Attributes:
        added: ids of passages that the later state has and the earlier one had not, ascending, shape ``(n,)``.
        removed: ids of those that the earlier one had and the later one has not.
    """

    added: Ids
    removed: Ids


def note_passages(connection: Connection, *, added: Sequence[int], removed: Sequence[int]) -> None:
    """Write down what a change brought and took away; the change has been counted, within the same transaction."""
    generation = int(connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0])
    came, went = _to_ranges(added), _to_ranges(removed)
    if len(came) + len(went) <= _MOST_RANGES:
        connection.execute(
            "INSERT INTO passage_changes VALUES (?, ?, ?) ON CONFLICT (generation) DO UPDATE "
            "SET added = excluded.added, removed = excluded.removed",
            (generation, " ".join(came), " ".join(went)),
        )
    connection.execute("DELETE FROM passage_changes WHERE generation <= ?", (generation - CHANGES_KEPT,))


def forget_changes(connection: Connection) -> None:
    """Begin the log again: the numbers of changes before mean something else, or nothing."""
    connection.execute("DELETE FROM passage_changes")


def read_changes(database: Database, since: int, until: int) -> PassageChanges | None:
    """Return what came and went from one counted change to another; None where the log does not hold each one between."""
    if not 0 <= until - since <= CHANGES_KEPT:
        return None
    rows = database.all(
        "SELECT added, removed FROM passage_changes WHERE generation > ? AND generation <= ?", (since, until)
    )
    if len(rows) != until - since:
        return None
    came = _from_ranges(row["added"] for row in rows)
    went = _from_ranges(row["removed"] for row in rows)
    # No number is given twice: what both came and went was never seen by who asks.
    return PassageChanges(np.setdiff1d(came, went), np.setdiff1d(went, came))


def _to_ranges(ids: Sequence[int]) -> list[str]:
    """Return ids as ranges, the first and the last of each: the passages of an article follow one another."""
    ranges: list[list[int]] = []
    for number in sorted(ids):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return [f"{first}-{last}" for first, last in ranges]


def _from_ranges(texts: Iterable[str]) -> Ids:
    parts = []
    for text in texts:
        for each in text.split():
            first, _, last = each.partition("-")
            parts.append(np.arange(int(first), int(last) + 1, dtype=np.int64))
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
