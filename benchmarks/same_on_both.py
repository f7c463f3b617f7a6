"""The same library in a folder and in PostgreSQL, the same questions: whether hits and answers are the same, and how long they take.

    python benchmarks/same_on_both.py --library FOLDER --questions FILE [--count 500] [--answers 100]

FOLDER is any library; it is copied into a PostgreSQL of its own (``citewire migrate``), and both are asked. FILE has a question a line as JSON
(``question``), such as RealTimeQA's. Hits are compared with ``==``, their scores too; answers as they are written, without their times.
Ends with 1 where one differs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median

import stores

from index.migrate import migrate
from index.settings import Settings, load_settings
from rag import Desk
from rag.answer_types import Answer, Hit, Timings


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--count", type=int, default=500, help="how many are searched")
    parser.add_argument("--answers", type=int, default=100, help="how many of them are answered")
    given = parser.parse_args()
    lines = given.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()][: given.count]
    settings = load_settings({"library": str(given.library), "model": "none"})
    with tempfile.TemporaryDirectory() as folder, stores.server(None, Path(folder)) as url:
        moved = replace(settings, library=url, cache=Path(folder) / "cache")
        started = time.perf_counter()
        migrate(given.library, url)
        print(f"migrated in {time.perf_counter() - started:.0f} s", flush=True)
        hits, answers = [], []
        for name, each in (("folder", settings), ("PostgreSQL", moved)):
            found, told = _ask(name, each, questions, given.answers)
            hits.append(found)
            answers.append(told)
    return _compare(*hits, *answers)


def _ask(
    name: str, settings: Settings, questions: Sequence[str], answered: int
) -> tuple[list[tuple[Hit, ...]], list[Answer]]:
    with Desk(settings=settings) as desk:
        desk.warm_up()
        found, seconds = [], []
        for question in questions:
            started = time.perf_counter()
            found.append(desk.search(question, today="2031-01-01"))
            seconds.append(time.perf_counter() - started)
        told = [desk.ask(question, today="2031-01-01") for question in questions[:answered]]
    seconds.sort()
    print(
        f"{name}: search p50 {median(seconds) * 1000:.0f} ms, p95 {seconds[int(0.95 * len(seconds))] * 1000:.0f} ms",
        flush=True,
    )
    return found, told


def _compare(
    one: Sequence[tuple[Hit, ...]],
    other: Sequence[tuple[Hit, ...]],
    answers: Sequence[Answer],
    other_answers: Sequence[Answer],
) -> int:
    same = sum(left == right for left, right in zip(one, other, strict=True))
    overlap = fmean(
        len({hit.passage_id for hit in left} & {hit.passage_id for hit in right}) / max(1, len(left))
        for left, right in zip(one, other, strict=True)
    )
    told = sum(_plain(left) == _plain(right) for left, right in zip(answers, other_answers, strict=True))
    print(f"the same hits, places and scores: {same} of {len(one)} questions; overlap {overlap:.4f}")
    print(f"the same answers: {told} of {len(answers)}")
    return 0 if same == len(one) and told == len(answers) else 1


def _plain(answer: Answer) -> Answer:
    return replace(answer, settings_fingerprint="", timings_ms=Timings())


if __name__ == "__main__":
    sys.exit(main())
