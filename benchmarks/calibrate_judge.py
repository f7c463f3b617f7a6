"""Fit the regressions of ``rag.trust.judge`` on pairs that the judges were not trained on, and report them on others.

    python benchmarks/calibrate_judge.py --sets TRAINING --data FOLDER [--model qwen2.5-coder-1.5b] [--write]

Fitted on the half ``tune`` of each set (by the hash of the claim or question), reported on the half ``report``. TRAINING and
FOLDER are those of ``benchmarks/judge.py``. With ``--model``, P(yes) is asked for some pairs; what was asked is kept.
"""

from __future__ import annotations

import argparse
import math
import random
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import msgspec
import numpy as np
from judge import ask_model, best_window, open_judge, open_readings, show_auc
from judge_pairs import read_claims, read_rows
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

from index.text.lexical import content_words, stem, stems
from rag.evaluate.cases import half_of
from rag.evaluate.pairs import select_pairs
from rag.models.reader import Reading
from rag.odds import log_odds
from rag.question.asked_thing import asked_thing
from rag.trust.answer_features import measure_features
from rag.trust.judge import Regression, bounded

ANSWERS = {"squad2.dev": 2600, "selqa.dev": 3000, "qnli.dev": 300}
SUPPORTS = {"fm2.dev": None, "fever_symmetric.dev": None, "wikinews_synth.dev": None, "qags": None, "frank.dev": None}
ASKED = {"qags": 240, "wikinews_synth.dev": 120, "fm2.dev": 80}  # pairs that the model is asked about: 2 s each
LONGEST = 700
ECHO = -0.8
TARGET = Path(__file__).parent.parent / "rag" / "trust" / "judge_weights.json"
Rows = tuple[list[dict[str, float]], np.ndarray, np.ndarray]  # features, labels, whether each is of the half to fit on


def main() -> None:
    """Fit, report, and write the weights when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", help="also fit the second opinion of this model")
    parser.add_argument("--cache", type=Path, default=Path("build/judge/asked.sqlite3"))
    parser.add_argument(
        "--reader", type=Path, help="an ONNX file of the reader: fit what it says too, and nothing else"
    )
    parser.add_argument("--tokenizer", type=Path, help="its tokenizer.json")
    parser.add_argument("--pairs", type=int, default=3000, help="at most so many pairs of a set")
    parser.add_argument("--write", action="store_true", help=f"replace {TARGET}")
    given = parser.parse_args()
    fitted = msgspec.json.decode(TARGET.read_bytes(), type=dict[str, Regression])
    answers = measure_answers(given)
    if given.reader:
        fitted["answers_read"] = fit("answers_read", answers, ("judge", "reader", "reads", "words", "kind"))
        fit("answers_read without judge", answers, ("reader", "reads", "words", "kind"))
        weights = {**fitted["answers_read"].weights, "echo": ECHO}
        fitted["answers_read"] = Regression(fitted["answers_read"].intercept, weights)
        supports = measure_supports(given)
        fitted["supports_read"] = fit("supports_read", supports, ("judge", "reader"))
        fit("supports_read without judge", supports, ("reader",))
        if given.write:
            TARGET.write_bytes(msgspec.json.format(msgspec.json.encode(fitted)) + b"\n")
        return
    fitted["answers_cheaply"] = fit("answers_cheaply", answers, ("words", "kind"))
    fitted["answers"] = fit("answers", answers, ("judge", "words", "kind"))
    # What only repeats the question's words is rare in these sets and no answer in the product: not fitted, but kept.
    for name in ("answers_cheaply", "answers"):
        fitted[name] = Regression(fitted[name].intercept, {**fitted[name].weights, "echo": ECHO})
    fitted["supports"] = fit("supports", measure_supports(given), ("judge",))
    if given.model:
        fitted["supports_asked"] = fit("supports_asked", measure_asked(given), ("judge", "model"))
    if given.write:
        TARGET.write_bytes(msgspec.json.format(msgspec.json.encode(fitted)) + b"\n")


def read_features(reading: Reading) -> dict[str, float]:
    """Return what a close reading tells of a candidate, as the product measures it."""
    return {"reader": reading.answers, "reads": bounded(reading.likely)}


def fit(name: str, sets: dict[str, Rows], features: tuple[str, ...]) -> Regression:
    """Return the regression fitted over the tune halves of all sets, each set with the same weight."""
    tables = {each: np.array([[row[name] for name in features] for row in rows]) for each, (rows, _, _) in sets.items()}
    tune = {each: part for each, (_, _, part) in sets.items()}
    labels = {each: truth for each, (_, truth, _) in sets.items()}
    model = LogisticRegression(max_iter=2000, C=10.0).fit(
        np.concatenate([tables[each][tune[each]] for each in sets]),
        np.concatenate([labels[each][tune[each]] for each in sets]),
        sample_weight=np.concatenate([np.full(tune[each].sum(), 1000 / tune[each].sum()) for each in sets]),
    )
    regression = Regression(
        intercept=round(float(model.intercept_[0]), 4),
        weights={each: round(float(weight), 4) for each, weight in zip(features, model.coef_[0], strict=True)},
    )
    print(f"\n{name}: {regression.intercept} {regression.weights}")
    for each in sets:
        truth, score = labels[each][~tune[each]], model.predict_proba(tables[each][~tune[each]])[:, 1]
        print(f"  {each:20} n {len(truth):5}  AUC {show_auc(truth, score)}  Brier {brier_score_loss(truth, score):.3f}")
    return regression


def measure_answers(given: argparse.Namespace) -> dict[str, Rows]:
    """Return features, labels and halves of the sets of questions."""
    judge = open_judge("answers", None)
    found: dict[str, Rows] = {}
    for name, count in ANSWERS.items():
        rows = [row for row in read_rows(name, training=given.sets, data=given.data) if len(row["b"]) <= LONGEST]
        pairs = random.Random(name).sample(rows, min(count, given.pairs, len(rows)))
        seen_in = Counter(word for pair in pairs for word in stems(pair["b"]))
        texts_of = [(pair["a"], pair["b"]) for pair in pairs]
        logits = judge(texts_of)
        read = open_readings(given)
        closely = [read_features(reading) for reading in read(texts_of)] if read else [{}] * len(pairs)
        features = []
        for pair, logit, more in zip(pairs, logits, closely, strict=True):
            weights = {
                stem(word): math.log(1 + len(pairs) / (0.5 + seen_in[stem(word)])) for word in content_words(pair["a"])
            }
            cheap = measure_features(
                pair["a"], pair["b"], thing=asked_thing(pair["a"]), around=pair["b"], weights=weights
            )
            features.append({**asdict(cheap), "judge": float(logit), **more})
        labels = np.array([pair["label"] for pair in pairs])
        found[name] = features, labels, np.array([half_of(pair["a"]) == "tune" for pair in pairs])
    return found


def measure_supports(given: argparse.Namespace) -> dict[str, Rows]:
    """Return features, labels and halves of the sets of claims."""
    judge = open_judge("supports", None)
    found: dict[str, Rows] = {}
    for name, limit in SUPPORTS.items():
        claims = read_claims(name, training=given.sets, data=given.data, limit=min(limit or given.pairs, given.pairs))
        logits = best_window(claims, judge)
        features = [{"judge": float(logit)} for logit in logits]
        if read := open_readings(given):
            stated = best_window(claims, lambda pairs: np.array([log_odds(each.entailed) for each in read(pairs)]))
            features = [{**row, "reader": float(value)} for row, value in zip(features, stated, strict=True)]
        labels = np.array([int(claim.pair.supported) for claim in claims])
        found[name] = features, labels, np.array([half_of(claim.pair.id) == "tune" for claim in claims])
    return found


def measure_asked(given: argparse.Namespace) -> dict[str, Rows]:
    """Return features, labels and halves of the claims that the model was asked about."""
    judge = open_judge("supports", None)
    found: dict[str, Rows] = {}
    for name, count in ASKED.items():
        claims = read_claims(name, training=given.sets, data=given.data)
        kept = {pair.id for pair in select_pairs([claim.pair for claim in claims], limit=count)}
        claims = [claim for claim in claims if claim.pair.id in kept]
        logits = best_window(claims, judge)
        said = ask_model(claims, given.model, given.cache)
        features = [
            {"judge": float(logit), "model": log_odds(float(probability))}
            for logit, probability in zip(logits, said, strict=True)
        ]
        labels = np.array([int(claim.pair.supported) for claim in claims])
        found[name] = features, labels, np.array([half_of(claim.pair.id) == "tune" for claim in claims])
        truth = labels[~found[name][2]]
        alone = np.array([row["model"] for row in features])[~found[name][2]]
        print(f"P(yes) alone, {name}: n {len(truth)}  AUC {show_auc(truth, alone)}")
    return found


if __name__ == "__main__":
    main()
