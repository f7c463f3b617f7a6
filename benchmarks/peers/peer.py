"""What every adapter shares: reading its task, timing its stages and its searches, writing what came out.

An adapter runs in the interpreter of its own environment, so this file needs the standard library alone.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

WARM_UP = 5
ENCODED_APART = 200


@dataclass(frozen=True, slots=True)
class Task:
    """What an adapter is given.

    Attributes:
        articles: objects with id, title, text, published, outlet, author and url.
        questions: objects with id and question.
        model: folder of the embedding model.
        store: an empty folder for the index.
        depth: how many passages a search returns.
        starting: seconds from the start of the process until now: the interpreter and the imports.
    """

    articles: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    model: str
    store: Path
    depth: int
    starting: float


@dataclass(slots=True)
class Report:
    """What an adapter hands back.

    Attributes:
        seconds: how long each stage took; what a row's ingest consists of stands in its ``stages``.
        encoding: milliseconds that the embedding of a question alone took.
    """

    task: Task
    chunks: int = 0
    chunk_characters: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    encoding: list[float] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Measure one stage."""
        say(stage)
        started = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - started

    def count_chunks(self, texts: Sequence[str]) -> None:
        """Note how many chunks there are, and how long they are together."""
        self.chunks, self.chunk_characters = len(texts), sum(map(len, texts))

    def time_encoding(self, encode: Callable[[str], object]) -> None:
        """Measure the embedding of questions alone."""
        say("encoding of questions")
        questions = [row["question"] for row in self.task.questions]
        for question in questions[:WARM_UP]:
            encode(question)
        self.encoding = [measure(encode, question)[1] for question in questions[:ENCODED_APART]]

    def search(self, row: str, searches: str, stages: Sequence[str], find: Callable[[str], list[str]]) -> None:
        """Ask every question and keep one row of results.

        Args:
            row: how the row is called.
            searches: what is searched, such as ``meaning``.
            stages: the stages that ingest consists of for this row.
            find: returns the article of each passage found, best first, at most ``depth`` of them.
        """
        say(f"search: {row}")
        for asked in self.task.questions[:WARM_UP]:
            find(asked["question"])
        rankings, milliseconds = {}, []
        for asked in self.task.questions:
            found, took = measure(find, asked["question"])
            rankings[asked["id"]] = found[: self.task.depth]
            milliseconds.append(took)
        self.rows.append(
            {
                "row": row,
                "searches": searches,
                "stages": list(stages),
                "rankings": rankings,
                "milliseconds": milliseconds,
            }
        )

    def write(self, output: Path, packages: Sequence[str]) -> None:
        """Write everything as one JSON object."""
        found = {
            "versions": {name: version(name) for name in packages},
            "chunks": self.chunks,
            "chunk_characters": self.chunk_characters,
            "seconds": {"start": self.task.starting, **self.seconds},
            "encoding": self.encoding,
            "load": os.getloadavg()[0],
            "rows": self.rows,
        }
        output.write_text(json.dumps(found), encoding="utf-8")


def run(work: Callable[[Task, Report], None], *, packages: Sequence[str]) -> None:
    """Do an adapter's work: read the task from the command line, call ``work``, write the report."""
    parser = argparse.ArgumentParser()
    for name in ("articles", "queries", "model", "store", "output"):
        parser.add_argument(f"--{name}", required=True, type=Path)
    parser.add_argument("--depth", type=int, required=True)
    parser.add_argument("--started", type=float, required=True, help="when the process was started, as epoch seconds")
    given = parser.parse_args()
    task = Task(
        starting=time.time() - given.started,
        articles=read_lines(given.articles),
        questions=read_lines(given.queries),
        model=str(given.model),
        store=given.store,
        depth=given.depth,
    )
    report = Report(task)
    work(task, report)
    report.write(given.output, packages)


def measure(work: Callable[[str], Any], question: str) -> tuple[Any, float]:
    """Return what the work returned, and the milliseconds it took."""
    started = time.perf_counter()
    found = work(question)
    return found, (time.perf_counter() - started) * 1000


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file that has one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def say(what: str) -> None:
    """Tell the person who waits what is going on."""
    print(f"  {time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)
