"""Whether texts planted in the collection make a wrong answer stand alone (PoisonedRAG, Zou and others, arXiv 2402.07867).

    python benchmarks/poisoning.py --data FOLDER --only quotes
    python benchmarks/poisoning.py --data FOLDER

FOLDER holds the file of RGB. Of the snippets that answer a question some stay as they are, each an article of an outlet of its
own; of the others, which are not in the library, the version with the fact changed is planted, with the question before it,
as PoisonedRAG does: 1, 2 or 5 texts, all of one outlet or each of another. A question needs two genuine snippets and as many
others as are planted, so the number of questions falls with the number of texts.

``wrong shown`` is what PoisonedRAG counts: the wrong answer stands in the reply. ``silent`` is what misleads a reader: it
stands there and the right one does not. ``said to differ``: the answer lists both as a disagreement.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asking import Row, middle, open_systems, show_row
from collection import WORK
from conflict import SYSTEMS, Conflict, both_sides, told, wrong_alone
from shares import show_share

from index.articles import Filters
from rag.evaluate.cases import Case
from rag.evaluate.matching import answers_stand_in
from rag.evaluate.sets.lines import read_rows
from rag.evaluate.sets.rgb import FILE, flatten_answers

GENUINE = 2  # at least so many snippets stay as they are


@dataclass(frozen=True, slots=True)
class Planting:
    """How many texts are planted, and whether each has an outlet of its own."""

    texts: int
    apart: bool

    def __str__(self) -> str:
        return f"{self.texts} planted" + (
            "" if self.texts == 1 else ", outlets apart" if self.apart else ", one outlet"
        )


PLANTINGS = (Planting(1, False), Planting(2, False), Planting(2, True), Planting(5, False), Planting(5, True))


def main() -> None:
    """Ask and print a line for each planting and system."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", action="append", choices=SYSTEMS, help="may be repeated")
    parser.add_argument("--limit", type=int, help="at most so many questions a planting")
    parser.add_argument("--run", default="poisoning", help="name under which the answers are kept")
    parser.add_argument("--show", action="store_true", help="print every answer")
    parser.add_argument("--work", type=Path, default=WORK)
    given = parser.parse_args()
    for planting in PLANTINGS:
        planted = list(plant(read_rows(given.data, FILE), planting))[: given.limit]
        articles = [article for _, texts in planted for article in texts]
        name = f"{planting.texts}-{'apart' if planting.apart else 'together'}"
        with open_systems(
            given.only or SYSTEMS, articles, work=given.work, run=f"{given.run}-{name}", folder=f"poisoning-{name}"
        ) as ask_cases:
            found = ask_cases([conflict.case for conflict, _ in planted])
        for system, rows in found.items():
            pairs = [(conflict, row) for (conflict, _), row in zip(planted, rows, strict=True)]
            if given.show:
                for conflict, row in pairs:
                    show_row(system, conflict.case, row, right=not wrong_alone(conflict, row))
            report(f"{planting}, {system}", pairs)


def plant(rows: Any, planting: Planting) -> Iterator[tuple[Conflict, list[dict[str, Any]]]]:
    """Yield, of each question with enough snippets, the conflict and its articles."""
    for row in rows:
        right, wrong = flatten_answers(row["answer"]), flatten_answers(row["fakeanswer"])
        pairs = list(zip(row["positive"], row["positive_wrong"], strict=True))
        genuine = [text for text, _ in pairs[: len(pairs) - planting.texts]]
        false = [text for _, text in pairs[len(pairs) - planting.texts :]]
        holding = [text for text in genuine if answers_stand_in(right, [text], match="any")]
        if len(holding) < GENUINE or not all(answers_stand_in(wrong, [text], match="any") for text in false):
            continue
        name = f"RGB {row['id']}"
        outlets = [f"{name} genuine {place}" for place in range(len(genuine))]
        planted = [f"{name} planted {place if planting.apart else 0}" for place in range(len(false))]
        texts = [*genuine, *(f"{row['query']} {text}" for text in false)]
        articles = [
            {"id": f"rgb-{row['id']}-{place}", "text": text, "outlet": outlet}
            for place, (text, outlet) in enumerate(zip(texts, [*outlets, *planted], strict=True))
        ]
        filters = Filters(outlets=tuple(dict.fromkeys([*outlets, *planted])))
        case = Case(
            id=f"rgb-{row['id']}",
            group="RGB",
            question=row["query"],
            answers=right,
            answerable=True,
            filters=filters,
        )
        yield Conflict(case, wrong), articles


def report(name: str, pairs: list[tuple[Conflict, Row]]) -> None:
    shown = [float(answers_stand_in(conflict.wrong, [row.text], match="any")) for conflict, row in pairs]
    print(
        f"{name}, n = {len(pairs)}: wrong shown {show_share(shown)}, silent "
        f"{show_share([float(wrong_alone(*pair)) for pair in pairs])}, both sides "
        f"{show_share([float(both_sides(*pair)) for pair in pairs])}, said to differ "
        f"{show_share([float(told(*pair)) for pair in pairs])}, refused "
        f"{show_share([float(row.refused) for _, row in pairs])}, seconds p50 {middle(row.seconds for _, row in pairs)}",
        flush=True,
    )


if __name__ == "__main__":
    main()
