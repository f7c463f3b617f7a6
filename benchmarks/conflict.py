"""Whether both sides are shown where articles disagree, and a wrong one never alone.

    python benchmarks/conflict.py --data FOLDER --only quotes
    python benchmarks/conflict.py --data FOLDER --limit 20

FOLDER holds the files of RGB and RAMDocs. RGB: a question over its positives and the same snippets with the fact changed;
the sides are the answer and the false one. RAMDocs: a question over its documents, some of them false, some about another
bearer of the name; the sides are the right and the wrong answers that stand in the documents. ``both sides`` are shown when
the answer's text holds one of each kind (of several right answers all), ``wrong alone`` is a wrong one without a right one.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asking import Row, middle, open_systems, show_row
from collection import WORK
from shares import show_share

from index.articles import Filters
from rag.evaluate.cases import Case, half_of
from rag.evaluate.matching import answers_stand_in, stands_in
from rag.evaluate.sets import ram_docs
from rag.evaluate.sets.lines import read_rows
from rag.evaluate.sets.rgb import flatten_answers

SYSTEMS = ("quotes", "citewire")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question whose articles disagree: the case's answers are one side, ``wrong`` the other."""

    case: Case
    wrong: tuple[str, ...]


def main() -> None:
    """Ask and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--half", choices=("tune", "report"), default="report")
    parser.add_argument("--only", action="append", choices=SYSTEMS, help="may be repeated")
    parser.add_argument("--limit", type=int, help="at most so many questions of each set")
    parser.add_argument("--run", default="conflict", help="name under which the answers are kept")
    parser.add_argument("--show", action="store_true", help="print every answer")
    parser.add_argument("--work", type=Path, default=WORK)
    given = parser.parse_args()
    for name, (articles, conflicts) in {"RGB": read_rgb(given.data), "RAMDocs": read_ram_docs(given.data)}.items():
        asked = [each for each in conflicts if half_of(each.case.id) == given.half][: given.limit]
        with open_systems(
            given.only or SYSTEMS, articles, work=given.work, run=f"{given.run}-{name}", folder=f"conflict-{name}"
        ) as ask_cases:
            found = ask_cases([each.case for each in asked])
        for system, rows in found.items():
            if given.show:
                for each, row in zip(asked, rows, strict=True):
                    show_row(system, each.case, row, right=both_sides(each, row))
            report(f"{name}, {system}", asked, rows)


def read_rgb(folder: Path) -> tuple[list[dict[str, Any]], list[Conflict]]:
    """Return the snippets, right and wrong, as articles, and a conflict a question."""
    articles, conflicts = [], []
    for row in read_rows(folder, "rgb_en_fact.jsonl"):
        outlet = f"RGB {row['id']}"
        texts = list(dict.fromkeys([*row["positive"], *row["positive_wrong"]]))
        articles += [
            {"id": f"rgb-{row['id']}-{place}", "text": text, "outlet": outlet} for place, text in enumerate(texts)
        ]
        case = Case(
            id=f"rgb-{row['id']}",
            group="RGB",
            question=row["query"],
            answers=flatten_answers(row["answer"]),
            answerable=True,
            filters=Filters(outlets=(outlet,)),
        )
        conflicts.append(Conflict(case, flatten_answers(row["fakeanswer"])))
    return articles, conflicts


def read_ram_docs(folder: Path) -> tuple[Sequence[dict[str, Any]], list[Conflict]]:
    """Return the documents as articles, and the questions where more than one answer stands in them."""
    converted = ram_docs.convert(folder, 0)
    texts: dict[str, list[str]] = {}
    for article in converted.articles:
        texts.setdefault(article["outlet"], []).append(article["text"])
    conflicts = []
    for case in converted.cases:
        there = texts[case.filters.outlets[0]]
        wrong = tuple(answer for answer in case.choices if answer not in case.answers and stand_in(answer, there))
        if all(stand_in(answer, there) for answer in case.answers) and (wrong or len(case.answers) > 1):
            conflicts.append(Conflict(case, wrong))
    return converted.articles, conflicts


def stand_in(answer: str, texts: Sequence[str]) -> bool:
    return any(stands_in(answer, text) for text in texts)


def both_sides(conflict: Conflict, row: Row) -> bool:
    """Whether the right answers (of RGB's spellings one) and a wrong one, where there is one, stand in the text."""
    right = answers_stand_in(conflict.case.answers, [row.text], match=conflict.case.match)
    return right and (not conflict.wrong or answers_stand_in(conflict.wrong, [row.text], match="any"))


def wrong_alone(conflict: Conflict, row: Row) -> bool:
    """Whether a wrong answer stands in the text and no right one."""
    right = answers_stand_in(conflict.case.answers, [row.text], match="any")
    return answers_stand_in(conflict.wrong, [row.text], match="any") and not right


def told(conflict: Conflict, row: Row) -> bool:
    """Whether the answer says itself that its sources differ."""
    sides = [" ".join(values) for values in row.differences]
    return any(
        answers_stand_in(conflict.case.answers, [side], match="any")
        and (not conflict.wrong or answers_stand_in(conflict.wrong, [side], match="any"))
        for side in sides
    )


def report(name: str, asked: Sequence[Conflict], rows: Sequence[Row]) -> None:
    pairs = list(zip(asked, rows, strict=True))
    with_wrong = [(each, row) for each, row in pairs if each.wrong]
    print(
        f"{name}, n = {len(pairs)}: both sides {show_share([float(both_sides(*pair)) for pair in pairs])}, "
        f"said to differ {show_share([float(told(*pair)) for pair in pairs])}, "
        f"refused {show_share([float(row.refused) for row in rows])}, seconds p50 {middle(row.seconds for row in rows)}\n"
        f"  where a wrong answer stands in the articles, n = {len(with_wrong)}: both sides "
        f"{show_share([float(both_sides(*pair)) for pair in with_wrong])}, "
        f"wrong alone {show_share([float(wrong_alone(*pair)) for pair in with_wrong])}",
        flush=True,
    )


if __name__ == "__main__":
    main()
