"""Questions in five languages over articles in them: what the cheap score tells, where the judge was not trained.

    python benchmarks/languages.py            the shipped weights and bar, on the half that nothing was tuned on
    python benchmarks/languages.py --fit      fit them on the other half, and write them into judge_weights.json

The articles and questions are ours (``samples/languages``): of each language six questions that an article answers and four that none
does, among the sample articles in English. Right is an answer whose quotes hold the known words, and a refusal of what has no answer.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import msgspec
import numpy as np
from shares import show_share
from sklearn.linear_model import LogisticRegression

from index.archive import Archive
from index.models.embed import SentenceEncoder
from index.settings import load_settings
from rag import Desk
from rag.answer_types import Candidate, Part
from rag.evaluate.cases import half_of
from rag.find.quotes import list_candidates
from rag.find.rarity import rarity_in
from rag.find.retrieve import retrieve
from rag.question.filters import make_filters
from rag.question.understand import understand
from rag.trust.judge import Judge, regression

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
WEIGHTS = ROOT / "rag" / "trust" / "judge_weights.json"
FEATURES = ("meaning", "words")


BAR = load_settings().evidence.minimum_score


def main() -> None:
    """Fit, or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit", action="store_true")
    given = parser.parse_args()
    rows = [json.loads(line) for line in (SAMPLES / "languages" / "questions.jsonl").open(encoding="utf-8")]
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"library": f"{folder}/library", "model": "none"})
        with Desk(settings=settings, create=True) as desk:
            desk.ingest([SAMPLES / "articles", *sorted((SAMPLES / "languages").glob("*.md"))])
            if given.fit:
                fit(desk, [row for row in rows if half_of(row["id"]) == "tune"])
            else:
                measure(desk, [row for row in rows if half_of(row["id"]) == "report"])


def fit(desk: Desk, rows: list[dict]) -> None:
    """Fit which sentence answers, and move the intercept so that the product's bar parts the answerable questions best."""
    archive = desk.archive
    encoder = SentenceEncoder(desk.settings.embedding.model, desk.settings.models, batch_size=32)
    judge = Judge(encoder, rarity=rarity_in(archive), answering=None, supporting=None, model=None, doubtful=(0, 0))
    tables, labels = [], []
    for row in rows:
        asked, candidates = find(row["question"], archive, encoder, desk)
        measured = judge.measure(asked, candidates)
        tables.append(np.array([[features[name] for name in FEATURES] for features in measured]))
        labels.append(np.array([any(answer in each.text for answer in row["answers"]) for each in candidates]))
    model = LogisticRegression(class_weight="balanced", C=10.0).fit(np.concatenate(tables), np.concatenate(labels))
    best = np.array([model.decision_function(table).max() for table in tables])
    answerable = np.array([row["answerable"] for row in rows])
    levels = np.sort(best)
    cuts = (levels[1:] + levels[:-1]) / 2
    worth = [(best[answerable] >= cut).mean() + (best[~answerable] < cut).mean() for cut in cuts]
    intercept = float(model.intercept_[0]) - cuts[int(np.argmax(worth))] + np.log(BAR / (1 - BAR))
    weights = {name: round(float(weight), 4) for name, weight in zip(FEATURES, model.coef_[0], strict=True)}
    fitted = msgspec.json.decode(WEIGHTS.read_bytes())
    fitted["answers_elsewhere"] = {"intercept": round(float(intercept), 4), "weights": weights}
    WEIGHTS.write_bytes(msgspec.json.format(msgspec.json.encode(fitted), indent=2) + b"\n")
    print(f"{len(rows)} questions: {fitted['answers_elsewhere']}, told right {max(worth) / 2:.3f} of both kinds")


def find(question: str, archive: Archive, encoder: SentenceEncoder, desk: Desk) -> tuple[Part, list[Candidate]]:
    """Return what is asked, and the sentences that are found for it."""
    query = understand(
        question,
        filters=make_filters(),
        maximum_characters=500,
        outlets=archive.outlets(),
        languages=archive.languages(),
    )
    found = retrieve(query, archive=archive, encoder=encoder, settings=desk.settings.search)
    return query.asks[0], list_candidates(found)


def measure(desk: Desk, rows: list[dict]) -> None:
    """Ask, and print a line for each language."""
    print(f"answers_elsewhere: {regression('answers_elsewhere')}")
    right: dict[str, list[float]] = {}
    for row in rows:
        answer = desk.ask(row["question"])
        text = " ".join(citation.quote for citation in answer.citations)
        good = any(each in text for each in row["answers"]) if row["answerable"] else not answer.sentences
        kind = "answered" if row["answerable"] else "refused"
        for group in (row["group"], "all"):
            right.setdefault(f"{group}, rightly {kind}", []).append(float(good))
        if not good:
            print(f"  wrong: {row['question']} -> {text[:120] or 'refused'}")
    for name, values in sorted(right.items()):
        print(f"{name:28} n = {len(values):2}  {show_share(values)}")


if __name__ == "__main__":
    main()
