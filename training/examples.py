"""What the reader learns from: two texts, and what is known of them (pure but for the files).

A question and a passage tell whether, and where, the passage answers; a claim and its evidence tell whether the evidence states it,
contradicts it or says nothing of it. Where a set only says "not stated", no more is asked of the reader than that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from pairs import Pair

Stated = Literal["entailed", "contradicted", "not said", "not entailed"]
STATES: tuple[Stated, ...] = ("entailed", "contradicted", "not said")


@dataclass(frozen=True, slots=True)
class Example:
    """One training example.

    Attributes:
        first: the question or the claim.
        second: the passage or the evidence.
        source: the set it comes from.
        answered: of a question: whether the passage answers it.
        span: of a question: first and last character (behind it) of the answer in the passage, where it is known.
        stated: of a claim: what the evidence says of it.
    """

    first: str
    second: str
    source: str
    answered: bool | None = None
    span: tuple[int, int] | None = None
    stated: Stated | None = None


def from_answers(pairs: Iterable[Pair]) -> list[Example]:
    """Return pairs of question and sentence as examples."""
    return [Example(pair.first, pair.second, pair.source, answered=bool(pair.label)) for pair in pairs]


def from_supports(pairs: Iterable[Pair], *, false: Stated = "not entailed") -> list[Example]:
    """Return pairs of claim and evidence as examples; ``false`` says what the label 0 of their set means."""
    return [Example(pair.first, pair.second, pair.source, stated="entailed" if pair.label else false) for pair in pairs]


def write_examples(examples: Iterable[Example], path: Path) -> None:
    """Keep a mixture, so that a run that goes on sees the same examples."""
    draft = path.with_suffix(".draft")
    draft.write_text("".join(json.dumps(asdict(each)) + "\n" for each in examples), encoding="utf-8")
    draft.replace(path)


def read_examples(path: Path) -> list[Example]:
    """Return a mixture that was kept."""
    lines = path.read_text(encoding="utf-8").split("\n")
    found = [Example(**json.loads(line)) for line in lines if line]
    return [replace(each, span=(each.span[0], each.span[1])) if each.span else each for each in found]
