"""What a conversion gives: what is written or was read, and what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from rag.evaluate.results import Dropped

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Written:
    """A file in the format of others.

    Attributes:
        rows: how many lines it has.
        dropped: what the format does not take, by the id of its answer or case.
        notes: what whoever uses the file must know.
    """

    content: bytes
    rows: int
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Thing]):
    """What a file of others holds.

    Attributes:
        dropped: what was left out, by the id of its answer or case.
        notes: what is amiss with it and was kept.
    """

    things: tuple[Thing, ...]
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()
