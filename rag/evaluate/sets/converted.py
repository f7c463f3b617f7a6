"""What an adapter makes of a set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.evaluate.cases import Case
from rag.evaluate.pairs import Pair


@dataclass(frozen=True, slots=True)
class Converted:
    """A set in Citewire's forms.

    Attributes:
        articles: objects that ``citewire ingest`` takes.
        notes: what a reader of the figures must know.
    """

    articles: tuple[dict[str, Any], ...] = ()
    cases: tuple[Case, ...] = ()
    pairs: tuple[Pair, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Adapter:
    """A public set and how it is read.

    Attributes:
        paper: authors, venue, address of the paper.
        licence: what the set's licence allows here.
        files: the names of its files.
        convert: takes the folder of the files and how many articles are wanted at least.
    """

    paper: str
    licence: str
    files: tuple[str, ...]
    convert: Callable[[Path, int], Converted]
