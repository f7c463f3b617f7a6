"""RAMDocs (Wang and others, COLM 2025, arXiv 2504.13079): ambiguous questions over documents that disagree or mislead.

Each document is an article under an outlet of its question, so that a case sees the documents that the set gives it. The
choices are the right and the wrong answers: "right choice alone" means that no wrong one was given as the truth.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from index.articles import Filters
from rag.evaluate.cases import Case
from rag.evaluate.sets.converted import Adapter, Converted
from rag.evaluate.sets.lines import read_rows

FILE = "ramdocs.jsonl"


def convert(folder: Path, count: int) -> Converted:  # noqa: ARG001 (there are only the set's own documents)
    """Return the documents as articles and every question as a case that wants all its right answers.

    Raises:
        EvaluationError: the file is missing or malformed.
    """
    articles: list[dict[str, Any]] = []
    cases: list[Case] = []
    for number, row in enumerate(read_rows(folder, FILE)):
        outlet = f"RAMDocs {number}"
        documents = list({document["text"]: document for document in row["documents"]}.values())
        names = [f"ramdocs-{number}-{place}" for place in range(1, len(documents) + 1)]
        articles += [
            {"id": name, "text": document["text"], "outlet": outlet}
            for name, document in zip(names, documents, strict=True)
        ]
        right = tuple(row["gold_answers"])
        cases.append(
            Case(
                id=f"ramdocs-{number}",
                group="one answer" if len(right) == 1 else "several answers",
                question=row["question"],
                answers=right,
                match="all",
                articles=tuple(
                    name for name, document in zip(names, documents, strict=True) if document["type"] == "correct"
                ),
                answerable=True,
                filters=Filters(outlets=(outlet,)),
                choices=tuple(dict.fromkeys([*right, *row["wrong_answers"]])),
            )
        )
    return Converted(articles=tuple(articles), cases=tuple(cases))


ADAPTER = Adapter(
    paper="Wang and others, COLM 2025, https://arxiv.org/abs/2504.13079",
    licence="for measuring only (MIT)",
    files=(FILE,),
    convert=convert,
)
