"""Questions in five languages over articles in them: what the scores tell, where the judge was not trained.

    python benchmarks/languages.py            the shipped weights and bar, on questions that nothing was tuned on
    python benchmarks/languages.py --fit      fit them on other questions, and write them into judge_weights.json

All articles and questions are ours: French, German, Italian, Portuguese, Spanish, asked among the sample articles in English. Fitted on
``language_questions`` (30 articles; of each language twelve questions that an article answers and eight that none does, six of which ask
for what an article might well have told), reported on ``samples/languages`` (five articles, 50 questions, by another hand). Right is an
answer whose quotes hold the known words, and a refusal of what has no answer.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import yaml
from shares import show_share
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.models.embed import SentenceEncoder
from index.settings import load_settings
from rag import Desk
from rag.evaluate.cases import half_of
from rag.find.quotes import list_candidates
from rag.find.retrieve import retrieve
from rag.models.cross_encoder import JUDGES, CrossEncoder
from rag.question.filters import make_filters
from rag.question.understand import understand
from rag.trust.judge import regression

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
QUESTIONS = Path(__file__).with_name("language_questions")
WEIGHTS = ROOT / "rag" / "trust" / "judge_weights.json"
FEATURES = {"elsewhere_cheaply": ("words", "kind"), "answers_elsewhere": ("words", "kind", "judge")}
SENTENCE_WEIGHT = 10.0  # inverse strength of regularisation
TODAY = "2031-08-01"


@dataclass(frozen=True)
class Asked:
    """A question with its candidates: their features in a row each, and which of them answer it."""

    language: str
    question: str
    answerable: bool
    features: list[dict[str, float]]
    right: np.ndarray

    def table(self, names: Sequence[str]) -> np.ndarray:
        """Return the features of those names, a row for each candidate."""
        return np.array([[features[name] for name in names] for features in self.features])


def main() -> None:
    """Fit, or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"library": f"{folder}/library", "model": "none"})
        with Desk(settings=settings, create=True) as desk:
            if given.fit:
                rows = write_articles(Path(folder) / "articles")
                desk.ingest([SAMPLES / "articles", Path(folder) / "articles"])
                fit(desk, rows)
            else:
                file = SAMPLES / "languages" / "questions.jsonl"
                desk.ingest([SAMPLES / "articles", *sorted((SAMPLES / "languages").glob("*.md"))])
                measure(desk, [json.loads(line) for line in file.open(encoding="utf-8")])


def write_articles(folder: Path) -> list[dict]:
    """Write the articles to fit on into a folder, a file each, and return the questions with their language as the group."""
    folder.mkdir()
    rows = []
    for file in sorted(QUESTIONS.glob("*.yaml")):
        known = yaml.safe_load(file.read_text(encoding="utf-8"))
        for number, article in enumerate(known["articles"]):
            facts = {name: article[name] for name in ("title", "outlet", "published")}
            head = yaml.safe_dump(facts, allow_unicode=True)
            (folder / f"{file.stem}-{number}.md").write_text(f"---\n{head}---\n\n{article['text']}", encoding="utf-8")
        rows += [{**question, "group": file.stem} for question in known["questions"]]
    return rows


def fit(desk: Desk, rows: list[dict]) -> None:
    """Fit which sentence answers, and move the intercept so that the product's bar parts the answerable questions best.

    What is printed is measured on the half that each fit did not see: on the halves of all questions, and on each language by a fit on
    the other four. What is written is fitted on all.
    """
    encoder = SentenceEncoder(desk.settings.embedding.model, desk.settings.models, batch_size=32)
    with contextlib.closing(CrossEncoder("judge", JUDGES[0], desk.settings.models)) as reader:
        asked = [look(row, desk, encoder, reader) for row in rows]
    print(f"{len(asked)} questions; among the sentences found is the right one for", end=" ")
    print(sum(each.right.any() for each in asked), "of", sum(each.answerable for each in asked))
    fitted = msgspec.json.decode(WEIGHTS.read_bytes())
    for score, names in FEATURES.items():
        show_held_out(score, names, asked)
        model, cut = fit_one(names, asked)
        bar = desk.settings.evidence.minimum_score
        intercept = float(model.intercept_[0]) - cut + np.log(bar / (1 - bar))
        weights = {name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)}
        fitted[score] = {"intercept": round(float(intercept), 4), "weights": weights}
        print(f"  written: {fitted[score]}")
    WEIGHTS.write_bytes(msgspec.json.format(msgspec.json.encode(fitted), indent=2) + b"\n")


def look(row: dict, desk: Desk, encoder: SentenceEncoder, reader: CrossEncoder) -> Asked:
    """Search for a question and measure what is found."""
    archive = desk.archive
    query = understand(
        row["asks"],
        filters=make_filters(),
        maximum_characters=500,
        today=TODAY,
        outlets=archive.outlets(),
        languages=archive.languages(),
    )
    assert query.language == row["group"], f"{row['asks']!r} was taken for {query.language!r}"
    found = retrieve(query, archive=archive, encoder=encoder, settings=desk.settings.search)
    candidates = list_candidates(found)
    logits = reader.score([(row["asks"], each.text) for each in candidates])
    measured = desk.judge.measure(query.asks[0], candidates)
    right = np.array([bool(row["answer"]) and row["answer"] in each.text for each in candidates])
    features = [{**each, "judge": float(logit)} for each, logit in zip(measured, logits, strict=True)]
    return Asked(row["group"], row["asks"], row["answer"] is not None, features, right)


def fit_one(names: Sequence[str], asked: Sequence[Asked]) -> tuple[LogisticRegression, float]:
    """Return the regression over sentences, and the log odds of the best one that part answerable questions from others best."""
    tables = [each.table(names) for each in asked]
    model = LogisticRegression(C=SENTENCE_WEIGHT, max_iter=3000)
    model.fit(np.concatenate(tables), np.concatenate([each.right for each in asked]))
    best = np.array([model.decision_function(table).max() for table in tables])
    answerable = np.array([each.answerable for each in asked])
    levels = np.sort(best)
    cuts = (levels[1:] + levels[:-1]) / 2
    worth = [(best[answerable] >= cut).mean() + (best[~answerable] < cut).mean() for cut in cuts]
    return model, float(cuts[int(np.argmax(worth))])


def show_held_out(score: str, names: Sequence[str], asked: Sequence[Asked]) -> None:
    """Print what a fit on some of the questions is worth on the others."""
    for title, key in (("halves", lambda each: half_of(each.question)), ("languages", lambda each: each.language)):
        levels, first, passed, answerable = [], [], [], []
        for part in sorted({key(each) for each in asked}):
            model, cut = fit_one(names, [each for each in asked if key(each) != part])
            for each in (each for each in asked if key(each) == part):
                odds = model.decision_function(each.table(names))
                levels.append(odds.max() - cut)
                first.append(bool(each.right[int(odds.argmax())]))
                passed.append(odds.max() >= cut)
                answerable.append(each.answerable)
        truth = np.array(answerable)
        print(f"{score} across {title}: AUC {roc_auc_score(truth, levels):.3f}")
        for what, values in (
            ("the first sentence is right", np.array(first)[truth]),
            ("the bar is reached", np.array(passed)[truth]),
            ("refused", ~np.array(passed)[~truth]),
        ):
            print(f"  {what:28} n = {len(values):2}  {show_share([float(value) for value in values])}")


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
