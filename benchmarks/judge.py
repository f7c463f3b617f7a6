"""How good the two judges are, beside what costs nothing, on pairs that they were not trained on.

    python benchmarks/judge.py answers  --sets TRAINING --data FOLDER
    python benchmarks/judge.py supports --sets TRAINING --data FOLDER [--model qwen2.5-coder-1.5b --asked 240]
    python benchmarks/judge.py speed    --sets TRAINING --data FOLDER

TRAINING holds the sets of training/README.md, of which only the files ``*.dev`` are read; FOLDER holds QAGS,
AttributionBench and the folder ``judge``. ``--weights FILE.onnx`` measures other weights than those that Citewire ships.
Every AUC comes with a 95 % bootstrap interval. What is combined is fitted on one half of a set (by the hash of the id) and
reported on the other.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from judge_pairs import Claim, read_claims, read_rows
from shares import show_share
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, balanced_accuracy_score

from index.models.embed import SentenceEncoder
from index.models.registry import locate_model
from index.settings import load_settings
from rag.answer_types import Quote
from rag.evaluate.cases import half_of
from rag.evaluate.pairs import select_pairs
from rag.evaluate.statistics import auc, two_sample_interval
from rag.language.tokens import share_of_words
from rag.models.choose import open_model
from rag.models.cross_encoder import CrossEncoder
from rag.models.prompt import support_messages
from rag.models.reader import Reader, Reading
from rag.odds import log_odds
from rag.trust.verify import find_faults

SUPPORTS = (
    "qags",
    "fm2.dev",
    "fever_symmetric.dev",
    "wikinews_synth.dev",
    "wice.dev",
    "summedits.dev",
    "frank.dev",
    "structure.dev",
    "attributionbench",
)
ANSWERS = ("selqa.dev", "squad2.dev", "wikiqa.dev")
LIMITS = {"attributionbench": 300}
Scores = dict[str, np.ndarray]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("answers", "supports", "speed"))
    parser.add_argument("--sets", type=Path, required=True, help="folder with the training sets and their dev files")
    parser.add_argument("--data", type=Path, required=True, help="folder with the sets for measuring")
    parser.add_argument("--weights", type=Path, help="an ONNX file in the place of the shipped one")
    parser.add_argument("--reader", type=Path, help="an ONNX file of the reader: measured beside the judge")
    parser.add_argument("--tokenizer", type=Path, help="the reader's tokenizer.json")
    parser.add_argument("--only", action="append", help="this set; may be given several times")
    parser.add_argument("--limit", type=int, help="at most so many pairs of each set")
    parser.add_argument("--model", help="also ask this model for P(yes), the joined window alone")
    parser.add_argument("--asked", type=int, default=240, help="pairs of each set that the model is asked about")
    parser.add_argument("--cache", type=Path, default=Path("build/judge/asked.sqlite3"))
    given = parser.parse_args()
    if given.what == "speed":
        measure_speed(given)
    elif given.what == "answers":
        for name in given.only or ANSWERS:
            measure_answers(name, given)
    else:
        for name in given.only or SUPPORTS:
            measure_supports(name, given)


def open_judge(task: str, weights: Path | None) -> Callable[[Sequence[tuple[str, str]]], np.ndarray]:
    """Return what scores pairs: the shipped judge, or another file with the shipped one's tokenizer."""
    models = load_settings().models
    judge = CrossEncoder("judge", f"{task}.onnx", models)
    if weights is None:
        return judge.score
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(locate_model("all-MiniLM-L6-v2", models) / "tokenizer.json"))
    tokenizer.enable_truncation(256)
    tokenizer.no_padding()
    return judge.with_session(session, tokenizer).score


def open_readings(given: argparse.Namespace) -> Callable[[Sequence[tuple[str, str]]], list[Reading]] | None:
    """Return what reads pairs closely, or None where no reader is given."""
    return Reader(given.reader, given.tokenizer).read if given.reader else None


def measure_answers(name: str, given: argparse.Namespace) -> None:
    """Print AUC, MAP and MRR of one set of questions and sentences."""
    rows = read_rows(name, training=given.sets, data=given.data)[: given.limit]
    truth = np.array([row["label"] for row in rows])
    pairs = [(row["a"], row["b"]) for row in rows]
    scores: Scores = {
        "words": np.array([share_of_words(first, second) for first, second in pairs]),
        "cosine": cosines(pairs),
        "judge": open_judge("answers", given.weights)(pairs),
    }
    if read := open_readings(given):
        scores["reader"] = np.array([reading.answers for reading in read(pairs)])
    groups: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(row["a"], []).append(place)
    usable = [places for places in groups.values() if 0 < truth[places].sum() < len(places)]
    print(f"\n{name}: {len(rows):,} pairs, {truth.mean():.0%} answer; {len(usable):,} questions with both")
    for part, values in scores.items():
        precision = [average_precision_score(truth[places], values[places]) for places in usable]
        ranks = [reciprocal_rank(truth[places], values[places]) for places in usable]
        print(f"  {part:8} AUC {show_auc(truth, values)}  MAP {show_share(precision)}  MRR {show_share(ranks)}")


def measure_supports(name: str, given: argparse.Namespace) -> None:
    """Print AUC and balanced accuracy of one set of claims, each part alone and combined."""
    claims = read_claims(name, training=given.sets, data=given.data, limit=given.limit or LIMITS.get(name))
    scores = {
        "words": np.array([share_of_words(claim.pair.claim, claim.windows[-1]) for claim in claims]),
        "cosine": cosines([(claim.pair.claim, claim.windows[-1]) for claim in claims]),
        "checks": np.array([check(claim) for claim in claims]),
        "judge": best_window(claims, open_judge("supports", given.weights)),
    }
    parts: tuple[str, ...] = ("words", "checks", "judge")
    if read := open_readings(given):
        scores["reader"] = best_window(
            claims, lambda pairs: np.array([log_odds(each.entailed) for each in read(pairs)])
        )
        parts = (*parts, "reader")
    print_supports(name, claims, scores, combined=parts)
    if given.model:
        kept = {pair.id for pair in select_pairs([claim.pair for claim in claims], limit=given.asked)}
        places = [place for place, claim in enumerate(claims) if claim.pair.id in kept]
        fewer = {part: values[places] for part, values in scores.items()}
        drawn = [claims[place] for place in places]
        fewer["P(yes)"] = ask_model(drawn, given.model, given.cache)
        print_supports(f"{name}, those asked", drawn, fewer, combined=("words", "checks", "judge", "P(yes)"))


def print_supports(name: str, claims: Sequence[Claim], scores: Scores, *, combined: Sequence[str]) -> None:
    """Print each part; the threshold of the balanced accuracy and the combination come from the half ``tune``."""
    truth = np.array([claim.pair.supported for claim in claims]).astype(int)
    tune = np.array([half_of(claim.pair.id) == "tune" for claim in claims])
    print(f"\n{name}: {len(claims):,} pairs, {truth.mean():.0%} supported; reported half {int((~tune).sum()):,}")
    for part, values in scores.items():
        print(f"  {part:8} AUC {show_auc(truth, values)}  balanced accuracy {halves(truth, values, tune)}")
    table = np.stack([as_feature(part, scores[part]) for part in combined], axis=1)
    fitted = LogisticRegression(max_iter=1000, class_weight="balanced").fit(table[tune], truth[tune])
    together = fitted.decision_function(table)
    weights = ", ".join(f"{part} {weight:.2f}" for part, weight in zip(combined, fitted.coef_[0], strict=True))
    print(
        f"  {'together':8} AUC {show_auc(truth[~tune], together[~tune])}  balanced accuracy "
        f"{halves(truth, together, tune)}  ({weights}; reported half)"
    )
    kept = np.quantile(together[tune & (truth == 1)], 0.1) if (tune & (truth == 1)).any() else 0.0
    rest = ~tune
    print(
        f"           at 90 % of the true ones kept on the other half: {(together[rest & (truth == 1)] >= kept).mean():.1%}"
        f" kept, {(together[rest & (truth == 0)] < kept).mean():.1%} of the false ones rejected"
    )


def as_feature(part: str, values: np.ndarray) -> np.ndarray:
    if part == "P(yes)":
        clipped = np.clip(values, 1e-4, 1 - 1e-4)
        return np.log(clipped / (1 - clipped))
    return values


def best_window(claims: Sequence[Claim], judge: Callable[[Sequence[tuple[str, str]]], np.ndarray]) -> np.ndarray:
    """Return the best score that any window of each claim's evidence gives it."""
    flat = [(claim.pair.claim, window) for claim in claims for window in claim.windows]
    scores, best, start = judge(flat), [], 0
    for claim in claims:
        best.append(scores[start : start + len(claim.windows)].max())
        start += len(claim.windows)
    return np.array(best)


def check(claim: Claim) -> float:
    """Return 0 for a fatal finding of the cheap checks, 0.5 for a doubt, 1 for none."""
    findings = {finding.severity for finding in find_faults(claim.pair.claim[:2000], [to_quote(claim)])}
    return 0.0 if "fatal" in findings else 0.5 if findings else 1.0


def to_quote(claim: Claim) -> Quote:
    """Return the joined window as a quote."""
    pair = claim.pair
    return Quote(
        n=1,
        quote=claim.windows[-1],
        start=0,
        end=len(claim.windows[-1]),
        article_id="",
        article_sha256="",
        title=pair.title,
        outlet=pair.outlet,
        author=None,
        published=pair.published,
        updated=None,
        url=None,
        origin="",
        score=1.0,
        context=pair.evidence[:4000],
    )


def ask_model(claims: Sequence[Claim], name: str, cache: Path) -> np.ndarray:
    """Return the model's P(yes) for each claim and its joined window; what was asked before is not asked again."""
    cache.parent.mkdir(parents=True, exist_ok=True)
    model = open_model(load_settings({"model": name}))
    values = []
    with sqlite3.connect(cache) as memory:
        memory.execute("CREATE TABLE IF NOT EXISTS asked (key TEXT PRIMARY KEY, value REAL)")
        for claim in claims:
            messages = support_messages(claim.pair.claim, [to_quote(claim)])
            key = json.dumps([name, [message.content for message in messages]])
            row = memory.execute("SELECT value FROM asked WHERE key = ?", (key,)).fetchone()
            if row is None:
                row = (model.probability_yes(messages),)
                memory.execute("INSERT INTO asked VALUES (?, ?)", (key, row[0]))
                memory.commit()
            values.append(0.5 if row[0] is None else row[0])
    model.close()
    return np.array(values)


def measure_speed(given: argparse.Namespace) -> None:
    """Print pairs a second of about 60 tokens: the judge, and plain torch in batches with texts of alike length."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    home = locate_model("all-MiniLM-L6-v2", load_settings().models)
    tokenizer = AutoTokenizer.from_pretrained(home)
    rows = read_rows("selqa.dev", training=given.sets, data=given.data) + read_rows(
        "fm2.dev", training=given.sets, data=given.data
    )
    sized = [(row["a"], row["b"], len(tokenizer(row["a"], row["b"])["input_ids"])) for row in rows]
    pairs = [(first, second) for first, second, size in sized if 50 <= size <= 70][:600]
    model = AutoModelForSequenceClassification.from_pretrained(home, num_labels=1).eval()

    def plain() -> None:
        with torch.inference_mode():
            for start in range(0, len(pairs), 32):
                part = sorted(pairs, key=lambda pair: len(pair[1]))[start : start + 32]
                model(**tokenizer(*map(list, zip(*part, strict=True)), padding=True, return_tensors="pt"))

    judge = open_judge("answers", given.weights)
    for name, work in {
        "torch": plain,
        "judge": lambda: judge(pairs),
        "torch again": plain,
        "judge again": lambda: judge(pairs),
    }.items():
        started = time.perf_counter()
        work()
        print(f"{name:12} {len(pairs) / (time.perf_counter() - started):6.0f} pairs a second (50 to 70 tokens)")
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    print(next(line for line in status.splitlines() if line.startswith("VmHWM")))


def cosines(pairs: Sequence[tuple[str, str]]) -> np.ndarray:
    encoder = SentenceEncoder("all-MiniLM-L6-v2", load_settings().models, batch_size=64)
    texts = sorted({text for pair in pairs for text in pair}, key=len)
    vectors = dict(zip(texts, encoder.encode(texts), strict=True))
    return np.array([float(vectors[first] @ vectors[second]) for first, second in pairs])


def reciprocal_rank(truth: np.ndarray, values: np.ndarray) -> float:
    order = np.argsort(-values, kind="stable")
    return 1.0 / (1 + int(np.argmax(truth[order])))


def halves(truth: np.ndarray, values: np.ndarray, tune: np.ndarray) -> str:
    """Balanced accuracy on one half at the threshold that was best on the other."""
    tried = np.unique(values[tune])[:: max(1, len(np.unique(values[tune])) // 200)]
    best = max(tried, key=lambda threshold: balanced_accuracy_score(truth[tune], values[tune] >= threshold))
    return f"{balanced_accuracy_score(truth[~tune], values[~tune] >= best):.3f}"


def show_auc(truth: np.ndarray, values: np.ndarray) -> str:
    positives, negatives = values[truth == 1].astype(float), values[truth == 0].astype(float)
    interval = two_sample_interval(positives, negatives, auc)
    bounds = f" ({interval.low:.3f}-{interval.high:.3f})" if interval else ""
    return f"{float(auc(positives, negatives)):.3f}{bounds}"


if __name__ == "__main__":
    main()
