"""Pairs to train the judge on: a question or claim, a sentence or quote, and whether the second answers or supports."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pair:
    """One training example.

    Attributes:
        first: the question or the claim.
        second: the sentence or the quote.
        label: 1 when it answers or supports, else 0.
        source: the set it comes from.
    """

    first: str
    second: str
    label: int
    source: str


def read_pairs(folder: Path, name: str) -> list[Pair]:
    """Return a set of pairs, in the order of the file.

    Raises:
        SystemExit: the folder does not hold it.
    """
    path = folder / f"{name}.jsonl.gz"
    if not path.is_file():
        raise SystemExit(f"{path} is missing: training/README.md says which files the folder must hold.")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [Pair(row["a"].strip(), row["b"].strip(), int(row["label"]), name) for row in rows]


def draw(pairs: Sequence[Pair], count: int, *, seed: str) -> list[Pair]:
    """Return so many pairs drawn without repetition; all of them when there are not so many."""
    return random.Random(seed).sample(list(pairs), min(count, len(pairs)))


def repeat(pairs: Sequence[Pair], times: int) -> list[Pair]:
    """Return a small, good set several times over."""
    return [pair for _ in range(times) for pair in pairs]


def without_repeats(pairs: Iterable[Pair]) -> list[Pair]:
    """Return each pair of texts once; texts that come with both labels are left out."""
    labels: dict[tuple[str, str], set[int]] = {}
    first: dict[tuple[str, str], Pair] = {}
    for pair in pairs:
        labels.setdefault((pair.first, pair.second), set()).add(pair.label)
        first.setdefault((pair.first, pair.second), pair)
    return [pair for key, pair in first.items() if len(labels[key]) == 1]


def write_pairs(pairs: Iterable[Pair], path: Path) -> None:
    """Keep a mixture, so that a run that goes on sees the same pairs."""
    draft = path.with_suffix(".draft")
    draft.write_text("".join(json.dumps(asdict(pair)) + "\n" for pair in pairs), encoding="utf-8")
    draft.replace(path)


def read_mixture(path: Path) -> list[Pair]:
    """Return a mixture that was kept."""
    return [Pair(**json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line]
