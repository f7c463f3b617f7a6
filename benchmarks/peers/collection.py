"""The articles and questions that every peer gets, from the files of RealTimeQA (``rag.evaluate.sets.real_time_qa``)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rag.evaluate.cases import Case
from rag.evaluate.sets.real_time_qa import read_articles, read_cases, title_cases

TITLES = 1000
WHOLE = 5000


def write_collection(data: Path, folder: Path, *, count: int) -> tuple[Path, Path]:
    """Write ``articles.jsonl`` and ``queries.jsonl``, and return where they are.

    With 5,000 it is the set's smallest collection, which holds every article that a question names and so has some more
    than 5,000; a smaller ``count`` takes a part of it, and asks only what that part can answer.
    """
    articles, cases = read_articles(data, count=count), read_cases(data)
    if count < WHOLE:
        articles, cases = take_part(articles, cases, count=count)
    titles = title_cases(articles, count=min(TITLES, max(len(cases), len(articles) // 5)))
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "articles.jsonl", folder / "queries.jsonl"
    write_lines(paths[0], articles)
    write_lines(
        paths[1],
        (
            {"id": case.id, "question": case.question, "articles": case.articles, "group": case.group}
            for case in sorted((*cases, *titles), key=lambda case: hash_id(case.id))
        ),
    )
    return paths


def take_part(
    articles: Sequence[dict[str, Any]], cases: Sequence[Case], *, count: int
) -> tuple[list[dict[str, Any]], tuple[Case, ...]]:
    """Return ``count`` articles, about half of them relevant to a question, and the questions they can answer."""
    chosen: set[str] = set()
    for case in sorted(cases, key=lambda case: hash_id(case.id)):
        if len(chosen | set(case.articles)) <= count // 2:
            chosen |= set(case.articles)
    for article in sorted(articles, key=lambda article: hash_id(article["id"])):
        if len(chosen) < count:
            chosen.add(article["id"])
    return (
        [article for article in articles if article["id"] in chosen],
        tuple(case for case in cases if chosen.issuperset(case.articles)),
    )


def hash_id(identifier: str) -> bytes:
    return hashlib.sha256(identifier.encode()).digest()


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
