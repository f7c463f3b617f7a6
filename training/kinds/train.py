"""Train what tells the kind of a question: logistic regression over the sentence vectors and the asking words of our own questions.

    python training/kinds/train.py            writes rag/question/kind_weights.npz, prints the confusion table

``questions.yaml`` holds shapes of questions by kind, and names that stand in for each other in them. The table is made by
cross-validation that holds out whole shapes with all their names: nothing is counted that was trained on.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from index.models.embed import SentenceEncoder
from index.settings import load_settings
from rag.question.kind_features import list_forms, mark_forms, number_forms

HERE = Path(__file__).parent
SHAPES = yaml.safe_load((HERE / "questions.yaml").read_text("utf-8"))
NAMES = [name for names in SHAPES["names"].values() for name in names]
WEIGHTS = HERE.parent.parent / "rag" / "question" / "kind_weights.npz"
_NAMES_EACH = 8  # fillings of one shape
_FOLDS = 5
_SHAPES_SHARE = 2  # at least so many shapes have a form that counts
_FORMS_COUNT = 0.3  # what a form counts beside a vector of length one; .15 and .5 are worse on shapes or on questions
_STRENGTH = 5.0  # inverse of the regularisation; chosen by the cross-validation among 1, 5, 20


def main() -> None:
    """Fill, embed, cross-validate, train, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    given = parser.parse_args()
    questions, kinds, shapes = fill(dict(SHAPES))
    settings = load_settings({})
    vectors = SentenceEncoder(settings.embedding.model, settings.models, batch_size=32).encode(questions)
    forms = common_forms(questions, shapes)
    marks = np.stack([mark_forms(question, number_forms(forms)) for question in questions])
    print("vectors alone")
    labels = sorted(set(kinds))
    truth = np.array([labels.index(kind) for kind in kinds])
    print_table(cross_validate(vectors, truth, np.array(shapes)), labels)
    print("words alone")
    print_table(cross_validate(marks, truth, np.array(shapes)), labels)
    print("both")
    both = np.concatenate([vectors, marks * _FORMS_COUNT], axis=1)
    print_table(cross_validate(both, truth, np.array(shapes)), labels)
    model = fit(both, truth)
    np.savez(
        given.out,
        kinds=np.array(labels),
        forms=np.array(forms),
        vector_weights=model.coef_[:, : vectors.shape[1]].astype(np.float32),
        form_weights=(_FORMS_COUNT * model.coef_[:, vectors.shape[1] :]).astype(np.float32),
        bias=model.intercept_.astype(np.float32),
    )
    print(f"{len(questions):,} questions of {max(shapes) + 1} shapes, written to {given.out.name}")


def fill(shapes: dict[str, list[str] | dict[str, list[str]]]) -> tuple[list[str], list[str], list[int]]:
    """Return questions, the kind of each, and the number of the shape it was made from."""
    drawn = random.Random(1)
    names = shapes.pop("names")
    questions, kinds, made_from = [], [], []
    number = 0
    for kind, forms in shapes.items():
        for form in forms:
            made = set()
            for _ in range(_NAMES_EACH):
                text = form
                for slot, choices in names.items():
                    while f"{{{slot}}}" in text:
                        text = text.replace(f"{{{slot}}}", drawn.choice(choices), 1)
                made.add(text)
                if drawn.random() < 0.3:  # people leave out capitals and marks
                    made.add(text.lower().rstrip("?"))
            questions += sorted(made)
            kinds += [kind] * len(made)
            made_from += [number] * len(made)
            number += 1
    return questions, kinds, made_from


def common_forms(questions: list[str], shapes: list[int]) -> list[str]:
    """Return the forms that several shapes share: what only one has, and every name, says nothing of others."""
    seen: dict[str, set[int]] = {}
    for question, shape in zip(questions, shapes, strict=True):
        for form in list_forms(question):
            seen.setdefault(form, set()).add(shape)
    named = {form for name in NAMES for form in list_forms(name)}
    return sorted(form for form, found in seen.items() if len(found) >= _SHAPES_SHARE and form not in named)


def fit(vectors: npt.NDArray[np.float32], truth: npt.NDArray[np.int_]) -> LogisticRegression:
    """Return the classifier; every kind counts the same."""
    return LogisticRegression(C=_STRENGTH, max_iter=2000, class_weight="balanced").fit(vectors, truth)


def cross_validate(
    vectors: npt.NDArray[np.float32], truth: npt.NDArray[np.int_], shapes: npt.NDArray[np.int_]
) -> npt.NDArray[np.int_]:
    """Return how often each kind, a row, was taken for each, a column."""
    count = int(truth.max()) + 1
    table = np.zeros((count, count), dtype=int)
    order = np.random.default_rng(1).permutation(int(shapes.max()) + 1)
    for train, test in GroupKFold(_FOLDS).split(vectors, truth, order[shapes]):
        np.add.at(table, (truth[test], fit(vectors[train], truth[train]).predict(vectors[test])), 1)
    return table


def print_table(table: npt.NDArray[np.int_], labels: list[str]) -> None:
    """Print the confusion table as Markdown."""
    print("| is, taken for | " + " | ".join(labels) + " |")
    print("|---" * (len(labels) + 1) + "|")
    for label, row in zip(labels, table, strict=True):
        print(f"| {label} | " + " | ".join(str(each) if each else "" for each in row) + " |")
    print(f"right: {np.trace(table) / table.sum():.3f} of {table.sum():,}")


if __name__ == "__main__":
    main()
