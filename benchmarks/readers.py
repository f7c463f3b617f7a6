"""Many who search at once, and while articles are taken in: how much slower than one alone, and whether anything found is wrong.

    python benchmarks/readers.py --data FOLDER        ten minutes the first time

FOLDER holds the articles of RealTimeQA. A library of some 8,000 passages is searched by one reader, by eight at once, and by two
while 400 more articles are ingested. Times are ratios to the one reader of the same run. A result is wrong where its words do not
stand in its article, where the passage that a question was made from (its own first sentence) is not among the hits, or where what
was asked alone gives other hits in company.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from collection import WORK, write_articles

from index.settings import load_settings
from rag import Desk
from rag.evaluate.sets.real_time_qa import read_articles

PASSAGES = 8000
NEW = 400
QUESTIONS = 60
ROUNDS = 2
LIMIT = 10


@dataclass
class Measured:
    """Milliseconds of each search, and what was wrong."""

    times: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """Return a quantile of the times."""
        return float(np.quantile(self.times, share))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=WORK / "readers")
    given = parser.parse_args()
    articles = read_articles(given.data, count=4000)
    settings = load_settings({"library": str(given.work / "library"), "model": "none"})
    with Desk(settings=settings, create=True) as desk:
        used = len(desk.library.article_ids())  # a library of an earlier run is taken up
        while desk.count_passages() < PASSAGES:
            files = write_articles(articles[used : used + 200], given.work / f"old-{used}")
            desk.ingest(files)
            used += 200
        questions = make_questions(desk)
        desk.warm_up()
        print(f"{desk.count_passages():,} passages, {len(questions)} questions")
        alone = {question: found(desk, question) for question in questions}
        # A first sentence that many articles begin with asks for none of them.
        questions = {
            question: article
            for question, article in questions.items()
            if article in {hit for hit, _ in alone[question]}
        }
        asked = list(questions) * ROUNDS
        idle = read(desk, asked, alone)
        show("one reader", idle, idle)
        eight = together(8, lambda: read(desk, asked, alone))
        show("eight readers", eight, idle)
        files = write_articles(articles[used : used + NEW], given.work / "new")
        done = threading.Event()
        writer = threading.Thread(target=lambda: (desk.ingest(files), done.set()))
        writer.start()
        busy = together(2, lambda: read(desk, questions, None, until=done))
        writer.join()
        print(f"{desk.count_passages():,} passages at the end")
        show(f"two readers, {NEW} articles coming in", busy, idle)
        for line in [*idle.wrong, *eight.wrong, *busy.wrong][:10]:
            print(f"  wrong: {line}")


def make_questions(desk: Desk) -> dict[str, str]:
    """Return questions made of the first sentence of articles, each with the id of its article."""
    questions = {}
    for article in desk.library.article_ids()[: QUESTIONS * 3 : 3]:
        text = desk.article(article).text
        questions[f"What is known about this: {' '.join(text.split()[:14])}?"] = article
    return questions


def found(desk: Desk, question: str) -> list[tuple[str, str]]:
    """Return what a search finds."""
    return [(hit.article_id, hit.text) for hit in desk.search(question, limit=LIMIT)]


def read(
    desk: Desk,
    questions: Sequence[str] | dict[str, str],
    alone: dict[str, list[tuple[str, str]]] | None,
    *,
    until: threading.Event | None = None,
) -> Measured:
    """Search again and again, and compare with what was found alone, where nothing has been added since."""
    measured = Measured()
    while True:
        for question in questions:
            started = time.perf_counter()
            hits = desk.search(question, limit=LIMIT)
            measured.times.append(1000 * (time.perf_counter() - started))
            if alone is not None and [(hit.article_id, hit.text) for hit in hits] != alone[question]:
                measured.wrong.append(f"other hits in company: {question}")
            if isinstance(questions, dict) and questions[question] not in {hit.article_id for hit in hits}:
                measured.wrong.append(f"its article was not found: {question}")
            for hit in hits[:2]:
                if desk.article(hit.article_id).text[hit.start : hit.end] != hit.text:
                    measured.wrong.append(f"its words do not stand there: {hit.text[:60]}")
            if until is not None and until.is_set():
                return measured
        if until is None:
            return measured


def together(count: int, work: Callable[[], Measured]) -> Measured:
    """Do something in several threads at once, and return all that they measured."""
    parts: list[Measured] = []
    threads = [threading.Thread(target=lambda: parts.append(work())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Measured([ms for part in parts for ms in part.times], [line for part in parts for line in part.wrong])


def show(name: str, measured: Measured, idle: Measured) -> None:
    """Print one line."""
    p50, p95 = measured.quantile(0.5), measured.quantile(0.95)
    print(
        f"  {name:36} n = {len(measured.times):5}  p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  "
        f"p95 / idle p95 {p95 / idle.quantile(0.95):4.1f}  p95 / idle p50 {p95 / idle.quantile(0.5):4.1f}  "
        f"wrong {len(measured.wrong)}"
    )


if __name__ == "__main__":
    main()
