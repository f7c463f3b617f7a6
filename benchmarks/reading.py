"""How well the reader finds the words that answer: exact match and F1 as SQuAD 2.0 counts them, no answer included.

    python benchmarks/reading.py --reader FILE.onnx --tokenizer FILE.json --spans FOLDER --sets TRAINING [--limit 1000]

The questions are those of ``squad2.dev`` whose passage is a whole paragraph or sentence and whose answers ``squad_dev.json`` in FOLDER
holds; the threshold of "no answer" is chosen on the half ``tune`` (by the hash of the question) and the other half is reported.
"""

from __future__ import annotations

import argparse
import re
import string
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from shares import show_share

from rag.evaluate.cases import half_of
from rag.models.reader import Reader

sys.path.append(str(Path(__file__).parent.parent / "training"))
from pairs import read_pairs
from spans import add_squad_spans


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--spans", type=Path, required=True, help="folder with squad_dev.json")
    parser.add_argument("--sets", type=Path, required=True, help="folder with the training sets and their dev files")
    parser.add_argument("--limit", type=int, default=1000)
    given = parser.parse_args()
    examples = [
        each
        for each in add_squad_spans(read_pairs(given.sets, "squad2.dev"), given.spans)
        if not each.answered or each.span is not None
    ][: given.limit]
    readings = Reader(given.reader, given.tokenizer).read([(each.first, each.second) for each in examples])
    wanted = [each.second[slice(*each.span)] if each.span else "" for each in examples]
    found = [
        reading.words.slice(each.second) if reading.words else ""
        for reading, each in zip(readings, examples, strict=True)
    ]
    likely = np.array([reading.likely for reading in readings])
    tune = np.array([half_of(each.first) == "tune" for each in examples])

    def score(bar: float, chosen: np.ndarray) -> list[float]:
        return [overlap(wanted[place], found[place] if likely[place] > bar else "") for place in np.flatnonzero(chosen)]

    bar = max(np.quantile(likely, np.linspace(0.05, 0.95, 37)), key=lambda each: np.mean(score(each, tune)))
    rest = ~tune
    exact = [
        float(normal(wanted[place]) == normal(found[place] if likely[place] > bar else ""))
        for place in np.flatnonzero(rest)
    ]
    answered = rest & np.array([bool(each) for each in wanted])
    print(
        f"{int(rest.sum())} questions of the reported half, {int(answered.sum())} of them answered in the passage; bar {bar:.2f}"
    )
    print(f"  exact match {show_share(exact)}   F1 {show_share(score(bar, rest))}")
    print(f"  of those answered, without a bar: F1 {show_share(score(-np.inf, answered))}")


def normal(text: str) -> str:
    """Return a text as SQuAD compares it: without case, punctuation and articles."""
    bare = "".join(character for character in text.lower() if character not in string.punctuation)
    return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", bare).split())


def overlap(wanted: str, found: str) -> float:
    """Return F1 of the words of two answers; 1 where both are empty."""
    one, other = normal(wanted).split(), normal(found).split()
    if not one or not other:
        return float(one == other)
    shared = sum((Counter(one) & Counter(other)).values())
    return 2 * shared / (len(one) + len(other))


if __name__ == "__main__":
    main()
