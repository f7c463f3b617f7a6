"""Whether the whole path says that the articles do not say, and answers where they do.

    python benchmarks/abstention.py --data FOLDER --only quotes
    python benchmarks/abstention.py --data FOLDER --limit 20

FOLDER holds the files of RealTimeQA, RGB and MultiHop-RAG. Unanswerable are RealTimeQA's questions asked over what was
published more than a week before them (left out where what is cited holds the answer all the same), RGB's questions over
its negatives, and MultiHop-RAG's null questions.
How well the score alone tells them apart: ``benchmarks/refusal.py``.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
from asking import Row, middle, open_systems, show_row
from collection import WORK
from shares import show_share

from rag.evaluate.cases import Case, half_of
from rag.evaluate.matching import answers_stand_in
from rag.evaluate.sets import multi_hop_rag, real_time_qa, rgb

SYSTEMS = ("quotes", "citewire")
SETS = ("RealTimeQA", "RGB", "MultiHop-RAG")
BEFORE_DAYS = 8
BEFORE = "-before"


def main() -> None:
    """Ask and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--half", choices=("tune", "report"), default="report")
    parser.add_argument("--only", action="append", choices=SYSTEMS, help="may be repeated")
    parser.add_argument("--set", action="append", choices=SETS, dest="sets", help="may be repeated")
    parser.add_argument("--limit", type=int, help="at most so many questions of each group")
    parser.add_argument("--run", default="abstention", help="name under which the answers are kept")
    parser.add_argument("--show", action="store_true", help="print every answer")
    parser.add_argument("--work", type=Path, default=WORK)
    given = parser.parse_args()
    for name in given.sets or SETS:
        folder, articles, cases = read_set(name, given.data)
        groups: dict[str, list[Case]] = {}
        for case in cases:
            if half_of(case.id.removesuffix(BEFORE)) == given.half:
                groups.setdefault(case.group, []).append(case)
        asked = [case for group in groups.values() for case in group[: given.limit]]
        with open_systems(
            given.only or SYSTEMS, articles, work=given.work, run=f"{given.run}-{name}", folder=folder
        ) as ask_cases:
            found = ask_cases(asked)
        for system, rows in found.items():
            if given.show:
                for case, row in zip(asked, rows, strict=True):
                    show_row(system, case, row, right=row.refused is (case.answerable is False))
            report(f"{name}, {system}", asked, rows)


def read_set(name: str, data: Path) -> tuple[str, Sequence[dict[str, Any]], list[Case]]:
    """Return the folder of a set's collection, its articles and the questions, answerable and not."""
    if name == "RealTimeQA":
        return "retrieval", real_time_qa.read_articles(data, count=5000), list(ask_before_the_event(data))
    if name == "RGB":
        converted = rgb.convert(data, 0)
        return "rgb", converted.articles, [case for case in converted.cases if case.group != "whole"]
    converted = multi_hop_rag.convert(data, 0)
    return "multihop", converted.articles, list(converted.cases)


def ask_before_the_event(data: Path) -> Iterator[Case]:
    """Yield each question twice: as it is, and over the articles of before the event."""
    for case in real_time_qa.read_cases(data):
        if case.articles and case.as_of:
            yield case
            before = (date.fromisoformat(case.as_of) - timedelta(days=BEFORE_DAYS)).isoformat()
            yield msgspec.structs.replace(
                case,
                id=case.id + BEFORE,
                group=f"{case.group}, before the event",
                answerable=False,
                filters=dataclasses.replace(case.filters, as_of=before),
            )


def report(name: str, asked: Sequence[Case], rows: Sequence[Row]) -> None:
    print(
        f"\n{name}, seconds p50 {middle(row.seconds for row in rows)} p95 {middle((row.seconds for row in rows), 0.95)}"
    )
    for group in dict.fromkeys(case.group for case in asked):
        kept = [
            (case, row)
            for case, row in zip(asked, rows, strict=True)
            if case.group == group
            and not (case.answerable is False and answers_stand_in(case.answers, row.quotes, match="any"))
        ]
        unanswerable = kept[0][0].answerable is False
        print(
            f"  {group:26} n = {len(kept):3}  {'rightly' if unanswerable else 'wrongly'} refused "
            f"{show_share([float(row.refused) for _, row in kept])}",
            flush=True,
        )


if __name__ == "__main__":
    main()
