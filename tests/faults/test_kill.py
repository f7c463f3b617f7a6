"""Processes that are really killed: nothing acknowledged is lost, nothing is there by half, nothing is there twice."""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import pytest

from index.caches.vectors import FOLDER
from index.errors import LibraryDamaged, LibraryInUse
from tests.faults.killed import (
    KILLS,
    bring_up_to_date,
    end,
    finish,
    hold,
    inspect,
    open_library,
    read_ledger,
    start,
    take_in,
    take_out,
    times,
    title_of,
    write_articles,
)

ARTICLES = 2000 if KILLS >= 100 else 100
AT_RANDOM = KILLS or 4
AIMED = times(3, 100)
IN_INGEST = [
    "before embed", "before store", "within store", "after store", "after remember",
    "before upsert", "after upsert", "before seal", "after seal",
]  # fmt: skip
_SECONDS_TO_KILL = 2.0 if KILLS >= 100 else 0.5


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_articles(tmp_path_factory.mktemp("articles") / "all", 60)


@pytest.fixture(scope="module")
def taken(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library of the articles, closed in order, and its ledger."""
    folder = tmp_path_factory.mktemp("taken")
    assert end(start(take_in, articles, folder / "library", folder / "ledger")) == 0
    return folder


def test_killed_at_random(tmp_path: Path, measured: dict[str, float]) -> None:
    """One library through many kills: each run goes on where the one before was stopped."""
    articles = write_articles(tmp_path / "articles", ARTICLES)
    moments, seconds = random.Random(7), []
    library, ledger = tmp_path / "library-0", tmp_path / "ledger-0"
    killed = 0
    while killed < AT_RANDOM:
        known = len(read_ledger(ledger))
        process = start(take_in, articles, library, ledger, "", 1, True)
        while process.exitcode is None and len(read_ledger(ledger)) == known:
            time.sleep(0.002)
        process.join(moments.uniform(0, _SECONDS_TO_KILL))
        process.kill()
        killed += end(process) == -signal.SIGKILL
        count, took = inspect(library, read_ledger(ledger))
        seconds.append(took)
        if count == ARTICLES:  # nothing is left to lose: from nothing again
            finish(articles, library, ledger)
            library, ledger = tmp_path / f"library-{killed}", tmp_path / f"ledger-{killed}"
    finish(articles, library, ledger)
    measured |= {"kills": killed, "articles": ARTICLES, "lost": 0, "p95 seconds to reopen": _p95(seconds)}


@pytest.mark.parametrize("number", range(times(1, 20)))
@pytest.mark.parametrize("step", IN_INGEST)
def test_killed_at_a_named_step(articles: Path, tmp_path: Path, step: str, number: int) -> None:
    library, ledger = tmp_path / "library", tmp_path / "ledger"
    each = random.Random(number).randint(1, 59) if step.endswith(" store") else 1
    assert end(start(take_in, articles, library, ledger, step, each)) == -signal.SIGKILL
    count, _ = inspect(library, read_ledger(ledger))
    assert count >= len(read_ledger(ledger))
    finish(articles, library, ledger)


@pytest.mark.parametrize("number", range(times(1, 20)))
@pytest.mark.parametrize("step", ["before store", "within store", "after store", "before upsert"])
def test_killed_in_an_update(tmp_path: Path, step: str, number: int) -> None:
    """Changed articles: each is there as it was before or as it is now, and what it was is kept as a version."""
    library, ledger = tmp_path / "library", tmp_path / "ledger"
    articles = write_articles(tmp_path / "articles", 30)
    assert end(start(take_in, articles, library, ledger)) == 0
    before = read_ledger(ledger)
    write_articles(articles, 20, edition=2)
    each = random.Random(number).randint(1, 19) if step.endswith(" store") else 1
    assert end(start(take_in, articles, library, ledger, step, each)) == -signal.SIGKILL
    assert inspect(library, read_ledger(ledger))[0] == 30
    inspect(library, before)
    finish(articles, library, ledger)


@pytest.mark.parametrize("number", range(times(1, 20)))
@pytest.mark.parametrize("step", ["within remove", "after remove"])
def test_killed_in_a_removal(taken: Path, tmp_path: Path, step: str, number: int) -> None:
    """All of the articles named are gone, or none of them is."""
    library = Path(shutil.copytree(taken / "library", tmp_path / "library"))
    titles = [title_of(each) for each in range(10)]
    assert end(start(take_out, library, titles, step, 1 + number % 10 if step == "within remove" else 1)) == -9
    kept = {title: mark for title, mark in read_ledger(taken / "ledger").items() if title not in titles}
    assert inspect(library, kept)[0] == (60 if step == "within remove" else 50)
    assert end(start(take_out, library, titles)) == 0
    assert inspect(library, kept)[0] == 50


def test_killed_as_a_file_of_the_vector_index_changes(tmp_path: Path, measured: dict[str, float]) -> None:
    """Chroma writes its graph when it has taken in a thousand vectors: what breaks it when it is killed there."""
    articles = write_articles(tmp_path / "articles", 60, paragraphs=45)
    library, ledger = tmp_path / "library", tmp_path / "ledger"
    assert end(start(take_in, articles, library, ledger)) == 0
    with open_library(library) as opened:
        assert opened.count_passages() > 1000
    acknowledged, moments, hit, seconds = read_ledger(ledger), random.Random(7), 0, []
    _discard(library)
    process = start(bring_up_to_date, library)
    whole = sum(1 for _ in _changes(library / FOLDER / "chroma", process))
    assert end(process) == 0
    assert whole > 3, "the watching saw nothing"
    while hit < AIMED:
        _discard(library)
        process = start(bring_up_to_date, library)
        chosen = moments.randint(1, whole)
        for number, _ in enumerate(_changes(library / FOLDER / "chroma", process), start=1):
            if number == chosen:
                process.kill()
        hit += end(process) == -signal.SIGKILL
        seconds.append(inspect(library, acknowledged)[1])
    measured |= {"kills": hit, "changes to choose from": whole, "p95 seconds to reopen": _p95(seconds)}


def _changes(folder: Path, process: BaseProcess) -> Iterator[str]:
    """Yield the name of a file each time that it has changed, until the process has ended."""
    seen: dict[str, tuple[int, int]] = {}
    while process.exitcode is None:
        for path in sorted(folder.rglob("*")):
            try:
                state = path.stat()
            except FileNotFoundError:
                continue
            if seen.get(path.name) != (now := (state.st_mtime_ns, state.st_size)):
                seen[path.name] = now
                yield path.name


def _discard(library: Path) -> None:
    shutil.rmtree(library / FOLDER, ignore_errors=True)


def _p95(seconds: list[float]) -> float:
    return round(float(np.percentile(seconds, 95)), 2)


def test_two_processes_do_not_share_a_library(articles: Path, tmp_path: Path) -> None:
    with open_library(tmp_path / "library"):
        process = start(take_in, articles, tmp_path / "library", tmp_path / "ledger")
        assert end(process) == 1
    finish(articles, tmp_path / "library", tmp_path / "ledger")


def test_the_lock_of_a_killed_process_is_free(taken: Path, tmp_path: Path) -> None:
    library = Path(shutil.copytree(taken / "library", tmp_path / "library"))
    process = start(hold, library)
    while not (library / "owner.json").exists():
        time.sleep(0.005)
    with pytest.raises(LibraryInUse, match=f"in use by process {process.pid}"):
        open_library(library)
    process.kill()
    end(process)
    inspect(library, read_ledger(taken / "ledger"))


def test_damaged_library_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite3").write_bytes(b"this is no database, whatever its name says " * 200)
    with pytest.raises(LibraryDamaged, match="cannot be used"):
        open_library(tmp_path)
