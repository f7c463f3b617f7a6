"""RealTimeQA (Kasai and others, NeurIPS 2023, arXiv 2207.13332): quiz questions about the news of a week, with articles.

Two sets of questions: ``gold``, whose articles the quiz's editors linked, and ``weak``, whose articles hold the answer's
words and lie near the question's date: by construction, so a search that knows the date has an advantage there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.evaluate.cases import Case
from rag.evaluate.sets.converted import Adapter, Converted
from rag.evaluate.sets.lines import read_rows

ARTICLES_FILE = "realtimeqa_articles_to_2024.jsonl.xz"
QUESTION_FILES = {"gold": "realtimeqa_questions_gold.jsonl", "weak": "realtimeqa_questions_weak.jsonl"}
TITLES = 500  # known-item queries
_RELEVANT = {"gold": "gold_doc_ids", "weak": "weak_relevant_ids"}
_NAMING = ("gold_doc_ids", "weak_relevant_ids", "gcs_doc_ids")


def read_cases(folder: Path) -> tuple[Case, ...]:
    """Return the questions that have a relevant article, in the groups ``gold`` and ``weak``.

    Raises:
        EvaluationError: a file is missing or malformed.
    """
    return tuple(
        Case(
            id=f"{group}-{row['id']}",
            group=group,
            question=row["question"],
            answers=tuple(row["answer"]),
            articles=tuple(row[_RELEVANT[group]]),
            answerable=True,
            as_of=row["date"].replace("/", "-"),
            choices=tuple(row["choices"]),
        )
        for group, name in QUESTION_FILES.items()
        for row in read_rows(folder, name)
        if row.get(_RELEVANT[group])
    )


def read_articles(folder: Path, *, count: int) -> list[dict[str, Any]]:
    """Return the articles that any question names, then the next ones by id up to ``count``, ordered by id.

    Each is an object that ``citewire ingest`` takes, with the set's own id.

    Raises:
        EvaluationError: a file is missing or malformed.
    """
    named = {
        identifier
        for name in QUESTION_FILES.values()
        for row in read_rows(folder, name)
        for names in _NAMING
        for identifier in row.get(names) or ()
    }
    rows = sorted(read_rows(folder, ARTICLES_FILE), key=lambda row: str(row["id"]))
    chosen = [row for row in rows if row["id"] in named]
    chosen += [row for row in rows if row["id"] not in named][: max(0, count - len(chosen))]
    return sorted((_to_article(row) for row in chosen), key=lambda row: str(row["id"]))


def title_cases(articles: Sequence[dict[str, Any]], *, count: int) -> tuple[Case, ...]:
    """Return known-item queries: the titles of ``count`` articles, chosen by the hash of their ids."""
    return tuple(
        Case(id=f"title-{row['id']}", group="title", question=row["title"], articles=(row["id"],), answerable=True)
        for row in _by_hash(articles)[:count]
    )


def convert(folder: Path, count: int) -> Converted:
    """Return at least the articles that questions name, and the cases in the groups ``gold``, ``weak`` and ``title``.

    Raises:
        EvaluationError: a file is missing or malformed.
    """
    articles = read_articles(folder, count=count)
    return Converted(
        articles=tuple(articles),
        cases=(*read_cases(folder), *title_cases(articles, count=TITLES)),
        notes=("Weak labels are articles that hold the answer's words near the question's date: use them for trends.",),
    )


ADAPTER = Adapter(
    paper="Kasai and others, NeurIPS 2023, https://arxiv.org/abs/2207.13332",
    licence="for measuring only (none stated)",
    files=(ARTICLES_FILE, *QUESTION_FILES.values()),
    convert=convert,
)


def _by_hash(articles: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    titled = (row for row in articles if row["title"])
    return sorted(titled, key=lambda row: hashlib.sha256(str(row["id"]).encode()).digest())


def _to_article(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "title": row["title"],
        "text": row["text"],
        "published": row["published"].replace("/", "-"),
        "outlet": row["source"],
        "author": ", ".join(row["authors"]),
        "url": row["url"],
    }


def iterate_articles(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield every article of the set, as ``read_articles`` does, in the order of the file."""
    return map(_to_article, read_rows(folder, ARTICLES_FILE))
