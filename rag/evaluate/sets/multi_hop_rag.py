"""MultiHop-RAG (Tang and Yang, COLM 2024, arXiv 2401.15391): questions over two to four news articles, some unanswerable.

The articles are their fact sentences only, without bodies, which makes the search easier than in the paper. The answers of
comparison and temporal questions are mostly yes or no: that such a word stands in a text says little.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rag.evaluate.cases import Case
from rag.evaluate.sets.converted import Adapter, Converted
from rag.evaluate.sets.lines import read_rows

DOCUMENTS_FILE = "multihoprag_docs.jsonl"
QUESTIONS_FILE = "multihoprag_queries.jsonl"


def convert(folder: Path, count: int) -> Converted:  # noqa: ARG001 (there are only the set's own articles)
    """Return articles of facts, and every question under its type.

    Raises:
        EvaluationError: a file is missing or malformed.
    """
    return Converted(
        articles=tuple(map(_to_article, read_rows(folder, DOCUMENTS_FILE))),
        cases=tuple(map(_to_case, read_rows(folder, QUESTIONS_FILE))),
        notes=(
            "Articles hold only their fact sentences, so figures of retrieval are not those of the paper.",
            "Answers of comparison and temporal questions are mostly yes or no: read accuracy by group.",
        ),
    )


ADAPTER = Adapter(
    paper="Tang and Yang, COLM 2024, https://arxiv.org/abs/2401.15391",
    licence="for measuring only (upstream ODC-BY)",
    files=(DOCUMENTS_FILE, QUESTIONS_FILE),
    convert=convert,
)


def _to_article(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["url"],
        "title": row["title"],
        "text": "\n\n".join(row["facts"]),
        "published": row["published_at"],
        "outlet": row["source"],
        "author": row["author"],
        "url": row["url"],
    }


def _to_case(row: dict[str, Any]) -> Case:
    kind = row["question_type"].removesuffix("_query")
    answerable = kind != "null"
    return Case(
        id=f"multihoprag-{row['id']}",
        group=kind,
        question=row["question"],
        answers=(row["answer"],) if answerable else (),
        articles=tuple(dict.fromkeys(piece["url"] for piece in row["evidence_list"])),
        quotes=tuple(piece["fact"] for piece in row["evidence_list"]),
        answerable=answerable,
    )
