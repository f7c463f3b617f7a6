"""Public sets to Citewire's cases, articles and pairs, written to a folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from index.errors import EvaluationError
from rag.evaluate.cases import write_cases
from rag.evaluate.pairs import write_pairs
from rag.evaluate.results import Input
from rag.evaluate.runs import hash_input
from rag.evaluate.sets import attribution_bench, multi_hop_rag, qags, ram_docs, real_time_qa, rgb
from rag.evaluate.sets.converted import Adapter

ADAPTERS: dict[str, Adapter] = {
    "realtimeqa": real_time_qa.ADAPTER,
    "multihoprag": multi_hop_rag.ADAPTER,
    "rgb": rgb.ADAPTER,
    "ramdocs": ram_docs.ADAPTER,
    "qags": qags.ADAPTER,
    "attributionbench": attribution_bench.ADAPTER,
}


@dataclass(frozen=True, slots=True)
class Conversion:
    """What was written.

    Attributes:
        written: file -> how many lines it has.
        inputs: the files that were read.
    """

    adapter: Adapter
    written: dict[Path, int]
    inputs: tuple[Input, ...]
    notes: tuple[str, ...]


def convert_set(name: str, *, data: Path, to: Path, articles: int) -> Conversion:
    """Convert a set, and write ``articles.jsonl``, ``cases.jsonl`` and ``pairs.jsonl``, as far as it has them.

    Args:
        name: of ``ADAPTERS``.
        data: folder of the set's files.
        to: folder that is written to; made when there is none.
        articles: how many articles are wanted at least, where a set has more than its questions name.

    Raises:
        EvaluationError: a file is missing or malformed, or the folder cannot be written.
    """
    adapter = ADAPTERS[name]
    try:
        converted = adapter.convert(data, articles)
    except (KeyError, TypeError, AttributeError) as error:
        raise EvaluationError(
            f"The files of {name!r} in {str(data)!r} do not have the form that was expected: {error!r}."
        ) from error
    written: dict[Path, int] = {}
    try:
        to.mkdir(parents=True, exist_ok=True)
        if converted.articles:
            _write_rows(converted.articles, to / "articles.jsonl")
            written[to / "articles.jsonl"] = len(converted.articles)
        if converted.cases:
            write_cases(converted.cases, to / "cases.jsonl")
            written[to / "cases.jsonl"] = len(converted.cases)
        if converted.pairs:
            write_pairs(converted.pairs, to / "pairs.jsonl")
            written[to / "pairs.jsonl"] = len(converted.pairs)
    except OSError as error:
        raise EvaluationError(f"The folder {str(to)!r} cannot be written: {error.strerror}.") from error
    inputs = tuple(hash_input(data / file) for file in adapter.files)
    return Conversion(adapter, written, inputs, converted.notes)


def _write_rows(rows: Iterable[dict[str, Any]], path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(msgspec.json.encode(row) + b"\n" for row in rows)
