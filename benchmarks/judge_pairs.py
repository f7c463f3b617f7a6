"""Pairs of a claim and its evidence, or a question and a sentence, that the judges are measured on and not trained on."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

from index.text.lexical import stems
from index.text.sentences import split_sentences, trimmed
from rag.evaluate.pairs import Pair, select_pairs
from rag.evaluate.sets import attribution_bench, qags

_SHORT = 600  # characters of evidence that is taken whole
_NEAREST = 4  # sentences of longer evidence around which windows are laid


@dataclass(frozen=True, slots=True)
class Claim:
    """A pair with the windows of its evidence that may support it, the nearest by words first; the last joins the nearest."""

    pair: Pair
    windows: tuple[str, ...]


def read_claims(name: str, *, training: Path, data: Path, limit: int | None = None) -> list[Claim]:
    """Return the pairs of a set: ``qags``, ``attributionbench``, a set of ``training`` or of ``data/judge``."""
    if name == "qags":
        pairs = qags.convert(data, 0).pairs
    elif name == "attributionbench":
        pairs = attribution_bench.convert(data, 0).pairs
    else:
        rows = read_rows(name, training=training, data=data)
        pairs = tuple(
            Pair(id=f"{name} {place}", claim=row["a"], evidence=row["b"], supported=bool(row["label"]), group=name)
            for place, row in enumerate(rows)
        )
    if limit is not None:
        pairs = select_pairs(pairs, limit=limit)
    return [Claim(pair, windows_of(pair.claim, pair.evidence)) for pair in pairs]


def read_rows(name: str, *, training: Path, data: Path) -> list[dict]:
    """Return the rows of a file, wherever it lies."""
    packed, plain = training / f"{name}.jsonl.gz", data / "judge" / f"{name}.jsonl"
    if packed.is_file():
        with gzip.open(packed, "rt", encoding="utf-8") as file:
            return [json.loads(line) for line in file]
    if plain.is_file():
        return [json.loads(line) for line in plain.read_text(encoding="utf-8").split("\n") if line]
    raise SystemExit(f"Neither {packed} nor {plain} is there.")


def windows_of(claim: str, evidence: str) -> tuple[str, ...]:
    """Return the parts of the evidence that are nearest to the claim: what the product would offer as quotes."""
    spans = [trimmed(evidence, span) for span in split_sentences(evidence)]
    if len(evidence) <= _SHORT or len(spans) <= 2:
        return (evidence,)
    texts = [span.slice(evidence) for span in spans]
    wanted = stems(claim)
    shared = [len(wanted & stems(text)) for text in texts]
    nearest = sorted(range(len(texts)), key=lambda place: (-shared[place], place))[:_NEAREST]
    windows = [" ".join(texts[max(0, place - 1) : place + 2])[:1500] for place in nearest]
    joined = " ".join(texts[place] for place in sorted(nearest[:3]))[:1500]
    return tuple(dict.fromkeys([*windows, joined]))
