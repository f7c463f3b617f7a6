"""How well the reader finds the words that answer: exact match and F1 as SQuAD 2.0 counts them, no answer included.

    python benchmarks/reading.py --reader FILE.onnx --tokenizer FILE.json --spans FOLDER --sets TRAINING [--limit 1000]

The questions are those of ``squad2.dev`` whose passage is a whole paragraph or sentence and whose answers ``squad_dev.json`` in FOLDER
holds; the threshold of "no answer" is chosen on the half ``tune`` (by the hash of the question) and the other half is reported.

    python benchmarks/reading.py --states --sets TRAINING --data FOLDER [--limit 400]

prints instead how well it tells a claim that is contradicted from one that is not said, as each of its labels is likelier; ``--limit`` is of
claims of either sort. FOLDER holds the folder ``judge``. Without ``--reader``, the one that ships.
"""

from __future__ import annotations

import argparse
import random
import re
import string
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from judge_pairs import read_rows
from shares import show_share

from rag.evaluate.cases import half_of
from rag.evaluate.statistics import auc, two_sample_interval
from rag.models.reader import Reader

sys.path.append(str(Path(__file__).parent.parent / "training"))
from pairs import read_pairs
from spans import add_squad_spans

SHIPPED = Path(__file__).parent.parent / "index" / "weights" / "reader"
_LONGEST = 1500  # characters of evidence
# The small sets of each state first, so that the large one makes up for what they lack.
STATES: dict[str, tuple[tuple[str, Callable[[dict], bool]], ...]] = {
    "contradicted": (
        ("structure.dev", lambda row: row["three"] == "contradicts"),
        ("fever_symmetric.dev", lambda row: not row["label"]),  # refuted, as in the next
        ("fm2.dev", lambda row: not row["label"]),
    ),
    "unsaid": (
        ("structure.dev", lambda row: row["three"] == "unsaid"),
        ("scitail.dev", lambda row: not row["label"]),  # neutral: it has no contradictions
    ),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", type=Path, default=SHIPPED / "reader.onnx")
    parser.add_argument("--tokenizer", type=Path, default=SHIPPED / "tokenizer.json")
    parser.add_argument("--spans", type=Path, help="folder with squad_dev.json")
    parser.add_argument("--states", action="store_true", help="measure what is said of claims instead")
    parser.add_argument("--data", type=Path, help="folder with the sets for measuring, for --states")
    parser.add_argument("--sets", type=Path, required=True, help="folder with the training sets and their dev files")
    parser.add_argument("--limit", type=int, default=1000)
    given = parser.parse_args()
    if given.states:
        measure_states(given)
        return
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


def measure_states(given: argparse.Namespace) -> None:
    """Print the share of claims whose state is told rightly, of those contradicted and of those not said, and the mean of both."""
    reader = Reader(given.reader, given.tokenizer)
    ways: dict[str, np.ndarray] = {}
    tune: dict[str, np.ndarray] = {}
    for state, sets in STATES.items():
        drawn: list[tuple[str, dict]] = []
        for place, (name, is_one) in enumerate(sets):
            rows = [row for row in read_rows(name, training=given.sets, data=given.data) if is_one(row)]
            share = (given.limit - len(drawn)) // (len(sets) - place)
            drawn += [(name, row) for row in random.Random(name).sample(rows, min(share, len(rows)))]
        readings = reader.read([(row["a"], row["b"][:_LONGEST]) for _, row in drawn])
        ways[state] = np.array([np.log((each.contradicted + 1e-6) / (each.unsaid + 1e-6)) for each in readings])
        tune[state] = np.array([half_of(row["a"]) == "tune" for _, row in drawn])
        stated = [float(max(each.contradicted, each.unsaid) > each.entailed) for each in readings]
        names = np.array([name for name, _ in drawn])
        for name, _ in sets:
            right = told(ways[state][names == name], state, bar=0.0)
            print(f"  {state:12} {name:22} n {len(right):4}  {show_share(list(right))}")
        print(f"  {state:12} not taken for stated   n {len(stated):4}  {show_share(stated)}")
    one, other = ways.values()
    interval = two_sample_interval(one, other, auc)
    bounds = f" ({interval.low:.3f}-{interval.high:.3f})" if interval else ""
    print(f"AUC {float(auc(one, other)):.3f}{bounds}")
    print_balanced("as each is likelier", [told(values, state, bar=0.0) for state, values in ways.items()])
    tried = np.quantile(np.concatenate([ways[state][tune[state]] for state in STATES]), np.linspace(0.05, 0.95, 91))
    bar = max(tried, key=lambda each: sum(told(ways[state][tune[state]], state, bar=each).mean() for state in STATES))
    rest = [told(ways[state][~tune[state]], state, bar=bar) for state in STATES]
    print_balanced(f"from log-odds of {bar:.2f} on, chosen on the other half", rest)


def told(ways: np.ndarray, state: str, *, bar: float) -> np.ndarray:
    """Return for each claim whether its state is told rightly, where it counts as contradicted above the bar."""
    return ((ways > bar) == (state == "contradicted")).astype(float)


def print_balanced(name: str, rights: list[np.ndarray]) -> None:
    draws = np.random.default_rng(0)
    means = [np.mean([draws.choice(right, right.size).mean() for right in rights]) for _ in range(2000)]
    low, high = np.quantile(means, [0.025, 0.975])
    sizes = " and ".join(str(right.size) for right in rights)
    print(
        f"balanced accuracy {np.mean([right.mean() for right in rights]):.3f} ({low:.3f}-{high:.3f}), n = {sizes}: {name}"
    )


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
