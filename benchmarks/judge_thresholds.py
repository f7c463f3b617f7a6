"""Where the thresholds of another judge of support lie, and how good it is beside Citewire's own (docs/judge.md, "Another judge").

    python benchmarks/judge_thresholds.py --model FOLDER --sets TRAINING --data FOLDER [--claim-first] [--limit 200]
    python benchmarks/judge_thresholds.py --model auto   --sets TRAINING --data FOLDER

The claims and their evidence are those of ``benchmarks/judge.py supports``; ``--pairs FILE.jsonl`` reads claims of your own instead, one a
line: ``{"a": claim, "b": words, "label": 0 or 1}``. Both thresholds are chosen on the half ``tune`` (by the hash of the id), all sets with the
same weight: ``verify.supported`` is the lowest from which at least ``--precision`` of the claims are true, ``verify.partly`` the one with the
best balanced accuracy. What they do is reported on the other half.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from judge import best_window, show_auc
from judge_pairs import Claim, read_claims, windows_of
from shares import show_share
from subtle import as_quote

from index.settings import JudgeSettings, load_settings
from rag.evaluate.cases import half_of
from rag.evaluate.pairs import Pair
from rag.models.own_judge import open_own_judge
from rag.models.reader import open_reader
from rag.trust.judge import Judge, open_judge

SETS = ("fm2.dev", "fever_symmetric.dev", "wikinews_synth.dev", "qags")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="as judge.model has it; auto for Citewire's own")
    parser.add_argument("--claim-first", action="store_true", help="as judge.claim_first")
    parser.add_argument("--sets", type=Path, help="folder with the training sets and their dev files")
    parser.add_argument("--data", type=Path, help="folder with the sets for measuring")
    parser.add_argument("--pairs", type=Path, help="claims of your own instead")
    parser.add_argument("--only", action="append", help="this set; may be given several times")
    parser.add_argument("--limit", type=int, default=200, help="at most so many claims of each set")
    parser.add_argument("--precision", type=float, default=0.9)
    given = parser.parse_args()
    settings = replace(load_settings(), judge=JudgeSettings(model=given.model, claim_first=given.claim_first))
    judge = open_judge(models=settings.models, reader=open_reader(settings), other=open_own_judge(settings))
    tables = []
    for name, claims in read_sets(given).items():
        scores = best_window(claims, scorer_of(judge))
        truth = np.array([claim.pair.supported for claim in claims])
        tune = np.array([half_of(claim.pair.id) == "tune" for claim in claims])
        print(f"  {name:22} n {len(claims):5}  AUC {show_auc(truth.astype(int), scores)}")
        tables.append((scores, truth, tune))
    supported, partly = choose(tables, precision=given.precision)
    print(f"verify.supported = {supported:.3f}, verify.partly = {min(partly, supported):.3f}; on the other half:")
    for name, bar in (("supported", supported), ("partly", min(partly, supported))):
        false = [float(score >= bar) for scores, truth, tune in tables for score in scores[~truth & ~tune]]
        true = [float(score < bar) for scores, truth, tune in tables for score in scores[truth & ~tune]]
        print(f"  {name:10} false ones that reach it {show_share(false)}, true ones that do not {show_share(true)}")


def read_sets(given: argparse.Namespace) -> dict[str, list[Claim]]:
    """Return the claims to measure on, by set."""
    if given.pairs:
        rows = [json.loads(line) for line in given.pairs.read_text(encoding="utf-8").split("\n") if line.strip()]
        pairs = [
            Pair(id=f"own {place}", claim=row["a"], evidence=row["b"], supported=bool(row["label"]), group="own")
            for place, row in enumerate(rows)
        ]
        return {given.pairs.name: [Claim(pair, windows_of(pair.claim, pair.evidence)) for pair in pairs]}
    if not (given.sets and given.data):
        raise SystemExit("Give --sets and --data, or --pairs.")
    return {
        name: read_claims(name, training=given.sets, data=given.data, limit=given.limit) for name in given.only or SETS
    }


def scorer_of(judge: Judge) -> Callable[[Sequence[tuple[str, str]]], np.ndarray]:
    """Return what gives pairs of a claim and words the probability of support, as the product asks for it."""

    def score(pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        return np.array([judge.support(claim, [as_quote(words)]) for claim, words in pairs], dtype=float)

    return score


def choose(tables: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]], *, precision: float) -> tuple[float, float]:
    """Return the two thresholds, chosen on the tune halves of scores, labels and halves."""
    scores = np.concatenate([scores[tune] for scores, _, tune in tables])
    truth = np.concatenate([truth[tune] for _, truth, tune in tables])
    weights = np.concatenate([np.full(tune.sum(), 1.0 / max(1, tune.sum())) for _, _, tune in tables])
    tried = np.unique(scores)
    reached = [scores >= bar for bar in tried]
    right = np.array([weights[each & truth].sum() / weights[each].sum() for each in reached])
    good = np.flatnonzero(right >= precision)
    if not good.size:
        raise SystemExit(
            f"At no threshold are {precision:.0%} of the claims true that reach it (at best {right.max():.0%}): this model cannot judge support."
        )
    balanced = [
        weights[each & truth].sum() / weights[truth].sum() + weights[~each & ~truth].sum() / weights[~truth].sum()
        for each in reached
    ]
    return float(tried[good[0]]), float(tried[int(np.argmax(balanced))])


if __name__ == "__main__":
    main()
