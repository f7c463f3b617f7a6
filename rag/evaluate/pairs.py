"""Pairs of a claim and its evidence, with the truth about them: what a checker is measured on. One JSON object a line."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from index.errors import EvaluationError
from rag.evaluate.rows import read_rows, write_rows


class Pair(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A claim and the words that are said to support it.

    Attributes:
        id: unique within its file.
        supported: whether people found that the evidence supports the claim.
        group: a part of the set that is reported apart.
        title: of the article that the evidence comes from, ``outlet`` and ``published`` likewise.
    """

    id: str
    claim: str
    evidence: str
    supported: bool
    group: str = ""
    title: str | None = None
    outlet: str | None = None
    published: str | None = None


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """Read pairs, one JSON object a line.

    Raises:
        EvaluationError: the file cannot be read, a line is no pair, or an id stands twice.
    """
    pairs: dict[str, Pair] = {}
    for number, pair in read_rows(path, Pair, what="pair"):
        if pair.id in pairs:
            raise EvaluationError(
                f"Line {number} of {str(path)!r} has the id {pair.id!r}, which stands above it already."
            )
        pairs[pair.id] = pair
    if not pairs:
        raise EvaluationError(f"The file {str(path)!r} holds no pair.", hint="Write one JSON object a line.")
    return tuple(pairs.values())


def select_pairs(pairs: Sequence[Pair], *, group: str | None = None, limit: int | None = None) -> tuple[Pair, ...]:
    """Return the pairs of one group, at most ``limit`` of them: those with the smallest hashes, in their order.

    Files of pairs are often ordered by set or truth, so that the first ones would stand for nothing.

    Raises:
        EvaluationError: no pair is in that group.
    """
    chosen = [pair for pair in pairs if group is None or pair.group == group]
    if not chosen:
        groups = ", ".join(map(repr, sorted({pair.group for pair in pairs})))
        raise EvaluationError(f"No pair is in the group {group!r}.", hint=f"Groups are: {groups}.")
    drawn = sorted(chosen, key=lambda pair: hashlib.sha256(f"limit {pair.id}".encode()).digest())[:limit]
    kept = {pair.id for pair in drawn}
    return tuple(pair for pair in chosen if pair.id in kept)


def write_pairs(pairs: Sequence[Pair], path: Path) -> None:
    """Write pairs, one JSON object a line."""
    write_rows(pairs, path)
