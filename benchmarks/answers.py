"""The whole path from question to answer, beside the same model without Citewire, on questions about the news.

    python benchmarks/answers.py --data FOLDER --limit 40                 the half that nothing was tuned on
    python benchmarks/answers.py --data FOLDER --half tune --limit 20 --only citewire --show
    python benchmarks/answers.py --data FOLDER --set MultiHop-RAG --limit 15

FOLDER holds the files of RealTimeQA and of MultiHop-RAG; the collection of the first is that of ``benchmarks/retrieval.py``, the
systems are those of ``benchmarks/asking.py``. An answer is right when the answer string stands in it (``in text``; of yes and
no, the first that is said counts), and also when of the four choices only the right one stands there (``right choice``). Answers are kept in ``--work`` under the name of the system and
``--run``, so a run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asking import SYSTEMS, Row, middle, open_systems, show_row, without_markers
from collection import WORK
from shares import show_share

from rag.evaluate.cases import Case, half_of
from rag.evaluate.matching import answers_stand_in, chooses_right, right_choices
from rag.evaluate.sets import multi_hop_rag, real_time_qa

SETS = ("RealTimeQA", "MultiHop-RAG")


def main() -> None:
    """Ask and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", choices=SETS, default=SETS[0], dest="name")
    parser.add_argument("--half", choices=("tune", "report"), default="report")
    parser.add_argument("--only", action="append", choices=SYSTEMS, help="may be repeated")
    parser.add_argument("--limit", type=int, default=40, help="at most so many questions of each group")
    parser.add_argument("--run", default="run", help="name under which the answers are kept")
    parser.add_argument("--show", action="store_true", help="print every answer")
    parser.add_argument("--work", type=Path, default=WORK)
    given = parser.parse_args()
    folder, articles, known = read_set(given.name, given.data)
    groups: dict[str, list[Case]] = {}
    for case in known:
        if half_of(case.id) == given.half:
            groups.setdefault(case.group, []).append(case)
    cases = [case for group in groups.values() for case in group[: given.limit]]
    systems = open_systems(given.only or SYSTEMS, articles, work=given.work, run=given.run, folder=folder)
    with systems as ask_cases:
        found = ask_cases(cases)
    if given.show:
        for name, rows in found.items():
            for case, row in zip(cases, rows, strict=True):
                show_row(name, case, row, right=bool(in_text(case, row)))
    print_table(cases, found)


def read_set(name: str, data: Path) -> tuple[str, Sequence[dict[str, Any]], list[Case]]:
    """Return the folder of a set's collection, its articles, and the questions that they answer."""
    if name == "RealTimeQA":
        cases = [case for case in real_time_qa.read_cases(data) if case.articles]
        return "retrieval", real_time_qa.read_articles(data, count=5000), cases
    converted = multi_hop_rag.convert(data, 0)
    return "multihop", converted.articles, [case for case in converted.cases if case.answerable]


def in_text(case: Case, row: Row) -> float:
    text = without_markers(row.text)
    if {answer.casefold() for answer in case.answers} & {"yes", "no"}:
        said = re.search(r"\b(?:yes|no)\b", text.casefold())
        return float(said is not None and said[0] in {answer.casefold() for answer in case.answers})
    return float(answers_stand_in(case.answers, [text], match=case.match))


def right_choice(case: Case, row: Row) -> float | None:
    right = right_choices(case.choices, case.answers)
    return float(chooses_right(case.choices, right, without_markers(row.text))) if right else None


def print_table(cases: Sequence[Case], found: dict[str, list[Row]]) -> None:
    for group in (*dict.fromkeys(case.group for case in cases), "all"):
        chosen = [place for place, case in enumerate(cases) if group in (case.group, "all")]
        print(f"\n{group}, n = {len(chosen)}")
        for name, rows in found.items():
            kept = [(cases[place], rows[place]) for place in chosen]
            choices = [value for case, row in kept if (value := right_choice(case, row)) is not None]
            print(
                f"  {name:14} in text {show_share([in_text(case, row) for case, row in kept])}  "
                f"right choice {show_share(choices) if choices else '-'}  refused {show_share([float(row.refused) for _, row in kept])}  "
                f"seconds p50 {middle(row.seconds for _, row in kept)} p95 {middle((row.seconds for _, row in kept), 0.95)}"
                f"  first quotes {middle(row.first_quotes for _, row in kept)}"
                f"  first sentence {middle(row.first_sentence for _, row in kept)}"
                f"  exact {sum(row.exact for _, row in kept)} of {sum(row.cited for _, row in kept)}"
            )


if __name__ == "__main__":
    main()
