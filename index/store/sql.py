"""What a library asks of its database: the small interface that SQLite and PostgreSQL both have.

Statements are written once, in the words that both understand; ``index.store.dialect`` translates the few that are SQLite's.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar, Generic, Protocol, TypeVar, runtime_checkable

from index.errors import LibraryDamaged

Found = TypeVar("Found")
Result = TypeVar("Result")


class Row(Protocol):
    """A row whose values are had by their place or by the name of their column."""

    def __getitem__(self, key: Any, /) -> Any:
        """Return a value."""
        ...

    def keys(self) -> Sequence[str]:
        """Return the names of the columns."""
        ...


class Cursor(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        ...

    @property
    def description(self) -> Any:
        """The columns, each with its name first."""
        ...

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        ...


class Connection(Protocol):
    """A connection that is within a transaction."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Cursor:
        """Run a statement; ``?`` and ``?1`` stand for its values."""
        ...

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> Cursor:
        """Run a statement once for each row of values."""
        ...


class Reads(abc.ABC, Generic[Found]):
    """What any database reads by its ``all`` alone.

    Attributes:
        most_values: how many values a statement may have.
    """

    name: str
    most_values: ClassVar[int]

    @abc.abstractmethod
    def all(self, statement: str, values: Sequence[Any] = ()) -> list[Found]:
        """Return every row of a statement that reads."""

    def one(self, statement: str, values: Sequence[Any] = ()) -> Found:
        """Return the first row of a statement.

        Raises:
            LibraryDamaged: there is none, although there has to be one.
        """
        rows = self.all(statement, values)
        if not rows:
            raise LibraryDamaged(f"The library {self.name!r} lacks a row it must have.", hint="Run `citewire doctor`.")
        return rows[0]

    def within(self, statement: str, values: Sequence[Any], before: Sequence[Any] = ()) -> list[Found]:
        """Return the rows of a statement with ``IN ({})``; ``before`` are the values of what stands before it."""
        rows: list[Found] = []
        for start in range(0, len(values), self.most_values):
            part = values[start : start + self.most_values]
            rows += self.all(statement.format(",".join("?" * len(part))), [*before, *part])
        return rows


class Database(Protocol):
    """An open database; usable from several threads.

    Attributes:
        name: of the library, for messages: its folder, or its address without a password.
        shared: whether other processes may write to it at the same time.
    """

    @property
    def name(self) -> str:
        """The library's name, for messages."""
        ...

    @property
    def place(self) -> str:
        """Where exactly it is, for messages: the file, or the same address."""
        ...

    @property
    def shared(self) -> bool:
        """Whether other processes may write to it at the same time."""
        ...

    def all(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return every row of a statement that reads; within a transaction or a snapshot of the same thread, as that sees it."""
        ...

    def one(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Return the first row of a statement.

        Raises:
            LibraryDamaged: there is none, although there has to be one.
        """
        ...

    def within(self, statement: str, values: Sequence[Any], before: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a statement with ``IN ({})``; ``before`` are the values of what stands before it."""
        ...

    def transaction(self) -> AbstractContextManager[Connection]:
        """Give a connection for one transaction: all of it is there afterwards, or nothing. Within another it is part of that."""
        ...

    def repeat(self, work: Callable[[], Result]) -> Result:
        """Return what work gives that is one transaction; done again where another process was in its way."""
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Have what this thread reads come from one moment, where other processes may write."""
        ...

    def has_table(self, name: str) -> bool:
        """Return whether there is a table of that name."""
        ...

    def problems(self) -> list[str]:
        """Return what the database finds wrong with itself, in words; empty when it is sound."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


@runtime_checkable
class Lockable(Protocol):
    """A database that several processes write to: what must not happen twice is guarded by locks with names."""

    def lock(self, names: Iterable[str], *, with_others: bool = False) -> None:
        """Wait for locks that are held until the transaction ends."""
        ...
