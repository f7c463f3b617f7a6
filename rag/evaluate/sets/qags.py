"""QAGS, CNN/Daily Mail (Wang and others, ACL 2020, arXiv 2004.04228): sentences of summaries with three human votes.

A sentence is supported when most votes say that the article states it. The article is the evidence; its text is tokenised.
"""

from __future__ import annotations

from pathlib import Path

from rag.evaluate.pairs import Pair
from rag.evaluate.sets.converted import Adapter, Converted
from rag.evaluate.sets.lines import read_rows

FILE = "qags_cnndm.jsonl"


def convert(folder: Path, count: int) -> Converted:  # noqa: ARG001 (a set of pairs)
    """Return every sentence of a summary with its article.

    Raises:
        EvaluationError: the file is missing or malformed.
    """
    pairs = tuple(
        Pair(
            id=f"qags-{number}-{place}",
            claim=item["sentence"],
            evidence=row["article"],
            supported=2 * sum(vote["response"] == "yes" for vote in item["responses"]) > len(item["responses"]),
            group="qags",
        )
        for number, row in enumerate(read_rows(folder, FILE))
        for place, item in enumerate(row["summary_sentences"], start=1)
    )
    return Converted(pairs=pairs, notes=("The evidence is a whole article; the product's is a few sentences.",))


ADAPTER = Adapter(
    paper="Wang and others, ACL 2020, https://arxiv.org/abs/2004.04228",
    licence="for measuring only (none stated)",
    files=(FILE,),
    convert=convert,
)
