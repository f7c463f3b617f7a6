"""AttributionBench (Li and others, Findings of ACL 2024, arXiv 2402.15089): claims with references, attributable or not.

The groups are the sets that it was collected from.
"""

from __future__ import annotations

from pathlib import Path

from rag.evaluate.pairs import Pair
from rag.evaluate.sets.converted import Adapter, Converted
from rag.evaluate.sets.lines import read_rows

FILE = "attributionbench_dev.jsonl"


def convert(folder: Path, count: int) -> Converted:  # noqa: ARG001 (a set of pairs)
    """Return every claim with its references, one after the other.

    Raises:
        EvaluationError: the file is missing or malformed.
    """
    pairs = tuple(
        Pair(
            id=row["id"],
            claim=row["claim"],
            evidence="\n\n".join(row["references"]),
            supported=row["attribution_label"] == "attributable",
            group=row["src_dataset"],
        )
        for row in read_rows(folder, FILE)
    )
    return Converted(pairs=pairs)


ADAPTER = Adapter(
    paper="Li and others, Findings of ACL 2024, https://arxiv.org/abs/2402.15089",
    licence="for measuring only (none stated)",
    files=(FILE,),
    convert=convert,
)
