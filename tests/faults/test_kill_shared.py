"""Writers and the server itself are really killed: nothing acknowledged is lost or there twice, and all goes on by itself."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from index.database_url import DatabaseUrl
from index.errors import LibraryUnreachable
from tests.faults.command import citewire, run
from tests.faults.killed import KILLS, end, read_ledger, start, times, title_of, write_articles
from tests.faults.killed_shared import inspect, open_shared, take_in, take_out
from tests.postgres_for_tests import PostgresServer

ARTICLES = 24
IN_INGEST = ["within store", "after store", "after remember"]
if KILLS:
    IN_INGEST += ["before embed", "before store", "before upsert", "after seal"]


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_articles(tmp_path_factory.mktemp("articles") / "all", ARTICLES)


@pytest.mark.parametrize("number", range(times(1, 20)))
@pytest.mark.parametrize("step", IN_INGEST)
def test_a_writer_killed_at_a_named_step(
    articles: Path, tmp_path: Path, database_url: DatabaseUrl, step: str, number: int
) -> None:
    cache, ledger = tmp_path / "cache", tmp_path / "ledger"
    each = random.Random(number).randint(1, ARTICLES - 1) if step.endswith(" store") else 1
    assert end(start(take_in, database_url, cache, articles, ledger, step, each)) == -signal.SIGKILL
    acknowledged = read_ledger(ledger)
    assert inspect(database_url, cache, acknowledged) >= len(acknowledged)
    assert end(start(take_in, database_url, cache, articles, ledger)) == 0
    assert inspect(database_url, cache, read_ledger(ledger)) == ARTICLES


@pytest.mark.parametrize("step", ["within remove", "after remove"] if KILLS else ["within remove"])
def test_a_writer_killed_in_a_removal(articles: Path, tmp_path: Path, database_url: DatabaseUrl, step: str) -> None:
    cache, ledger = tmp_path / "cache", tmp_path / "ledger"
    assert end(start(take_in, database_url, cache, articles, ledger)) == 0
    titles = [title_of(each) for each in range(10)]
    assert end(start(take_out, database_url, cache, titles, step, 3 if step == "within remove" else 1)) == -9
    kept = {title: mark for title, mark in read_ledger(ledger).items() if title not in titles}
    assert inspect(database_url, cache, kept) == (ARTICLES if step == "within remove" else ARTICLES - 10)


@pytest.mark.parametrize("number", range(times(1, 20)))
def test_the_server_killed_under_writers(
    postgres: PostgresServer, articles: Path, tmp_path: Path, database_url: DatabaseUrl, number: int
) -> None:
    """Two writers fail with a clear error, a reader says meanwhile what is the matter and goes on afterwards without being opened anew."""
    reader = open_shared(database_url, tmp_path / "reader")
    writers = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        given = ["ingest", str(articles), "--library", database_url.secret]
        writers.append(start(run, given, tmp_path / name, _slow_store, ()))
    deadline = time.monotonic() + 60
    while len(reader.article_ids()) < 5 + number % 10:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    postgres.stop(signal.SIGKILL)
    try:
        with pytest.raises(LibraryUnreachable, match="cannot be reached") as caught:
            reader.article_ids()
        assert "try again" in caught.value.hint
        codes = [end(writer) for writer in writers]
        assert citewire("list", "--library", database_url.secret, folder=tmp_path).code == 1
    finally:
        postgres.start()
    for name, code in zip(("first", "second"), codes, strict=True):
        said = (tmp_path / name / "err").read_text(encoding="utf-8")
        assert code == 1, said
        assert "cannot be reached" in said
        assert "Traceback" not in said
    there = set(reader.article_ids())  # the same reader, with connections that it made anew
    assert len(there) >= 5 + number % 10
    assert reader.check() == []
    assert end(start(take_in, database_url, tmp_path / "cache", articles, tmp_path / "ledger")) == 0
    assert there <= set(reader.article_ids())
    reader.close()
    assert inspect(database_url, tmp_path / "cache", {}) == ARTICLES


def _slow_store() -> None:
    """Have each article take a moment, so that the server is killed in the middle of them."""
    from index.store import writing

    store = writing.LibraryWriter.store

    def slow(self: writing.LibraryWriter, new: object) -> int:
        time.sleep(0.1)
        return store(self, new)  # type: ignore[arg-type]

    writing.LibraryWriter.store = slow  # type: ignore[method-assign,assignment]


def test_a_restart_between_two_questions_is_not_noticed(
    postgres: PostgresServer, tmp_path: Path, database_url: DatabaseUrl
) -> None:
    with open_shared(database_url, tmp_path / "cache") as library:
        with library.snapshot():
            pass
        assert library.article_ids() == ()
        postgres.stop(signal.SIGINT)
        postgres.start()
        assert library.article_ids() == ()
        library.change_note("a", lambda _: "b")
        assert library.note("a") == "b"
