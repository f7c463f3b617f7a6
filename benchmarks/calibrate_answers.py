"""Fit the weights of ``rag.judge.answers`` and report how good it is on questions it was not fitted on.

    python benchmarks/calibrate_answers.py --data FOLDER [--write]

FOLDER holds gzip-compressed JSON lines of pairs (``a`` question, ``b`` sentence, ``label``): squad2, selqa, nq_oracle and
qnli to fit on, squad2.dev and selqa.dev to report on. Word overlap and cosine alone stand in the same table.
"""

from __future__ import annotations

import argparse
import gzip
import math
import random
from collections import Counter
from dataclasses import asdict, astuple, fields
from pathlib import Path

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from index.embed import SentenceEncoder
from index.lexical import content_words, stem, stems
from index.settings import load_settings
from rag.judge import AnswerWeights, Features, measure_features

FIT_ON = {"squad2": 2500, "selqa": 2500, "nq_oracle": 2500, "qnli": 1500}
REPORT_ON = {"squad2.dev": 1500, "selqa.dev": 1500}
LONGEST = 700


def main() -> None:
    """Fit, report, and write the weights when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help="replace rag/answer_weights.json")
    arguments = parser.parse_args()
    settings = load_settings()
    encoder = SentenceEncoder("all-MiniLM-L6-v2", settings.models, batch_size=64)
    features, labels, _ = measure(arguments.data, FIT_ON, encoder)
    model = LogisticRegression(max_iter=1000).fit(features, labels)
    names = [entry.name for entry in fields(Features)]
    # Pairs are one relevant sentence to several others, near the share met among the sentences of the best passages.
    fitted = AnswerWeights(
        intercept=round(float(model.intercept_[0]), 4),
        weights={name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)},
    )
    print(asdict(fitted))
    print(f"{'set':14} {'n':>6} {'AUC':>6} {'95 %':>13} {'Brier':>6} {'cosine':>7} {'words':>6}")
    for name, count in REPORT_ON.items():
        rows, truth, _ = measure(arguments.data, {name: count}, encoder)
        score = model.predict_proba(rows)[:, 1]
        low, high = interval(truth, score)
        print(
            f"{name:14} {len(truth):6} {roc_auc_score(truth, score):6.3f} {low:.3f}..{high:.3f} "
            f"{brier_score_loss(truth, score):6.3f} {roc_auc_score(truth, rows[:, 0]):7.3f} "
            f"{roc_auc_score(truth, rows[:, 1]):6.3f}"
        )
    if arguments.write:
        target = Path("rag/answer_weights.json")
        target.write_bytes(msgspec.json.format(msgspec.json.encode(fitted)) + b"\n")


def measure(
    folder: Path, counts: dict[str, int], encoder: SentenceEncoder
) -> tuple[np.ndarray, np.ndarray, list[dict]]:
    """Return features (n, 4), labels (n,) and the pairs of a sample of each set."""
    pairs = []
    for name, count in counts.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            rows = [row for row in map(msgspec.json.decode, file) if len(row["b"]) <= LONGEST]
        pairs += random.Random(name).sample(rows, min(count, len(rows)))
    seen_in = Counter(word for pair in pairs for word in stems(pair["b"]))
    texts = sorted({text for pair in pairs for text in (pair["a"], pair["b"])})
    vectors = dict(zip(texts, encoder.encode(texts), strict=True))
    rows = []
    for pair in pairs:
        weights = {
            stem(word): math.log(1 + len(pairs) / (0.5 + seen_in[stem(word)])) for word in content_words(pair["a"])
        }
        meaning = float(vectors[pair["a"]] @ vectors[pair["b"]])
        rows.append(astuple(measure_features(pair["a"], pair["b"], around=pair["b"], meaning=meaning, weights=weights)))
    return np.array(rows), np.array([pair["label"] for pair in pairs]), pairs


def interval(truth: np.ndarray, score: np.ndarray, draws: int = 500) -> tuple[float, float]:
    """Return the bootstrap 95 % interval of the AUC."""
    generator = np.random.default_rng(0)
    places = (generator.integers(0, len(truth), len(truth)) for _ in range(draws))
    values = [roc_auc_score(truth[place], score[place]) for place in places if len(set(truth[place])) == 2]
    return float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5))


if __name__ == "__main__":
    main()
