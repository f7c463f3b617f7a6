"""A disk that is full or fails: it is said in one line, what was stored is kept, and with space it goes on."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.backup import back_up
from index.build import ingest
from index.errors import StorageError
from index.settings import Settings
from tests.conftest import WordEncoder
from tests.faults.command import Ended, citewire
from tests.faults.killed import KILLS, end, inspect, open_library, read_ledger, start, take_in, write_articles

ARTICLES = 60
# From "nothing at all fits" to "only the indexes do not"; what else is tried lies between.
SIZES = [4, 40, 300, 1000, 2300, 2900, 3500][:: 1 if KILLS else 2]
LIMITS = [4, 20, 200, 600][:: 1 if KILLS else 2]


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_articles(tmp_path_factory.mktemp("articles") / "all", ARTICLES)


@pytest.fixture(scope="module")
def taken(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taken")
    assert end(start(take_in, articles, folder / "library", folder / "ledger")) == 0
    return folder


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A folder that becomes a small disk: ``resize`` gives it its size."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no memory disk can be mounted here: that takes root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def resize(disk: Path, kilobytes: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", str(disk)], check=True)


def leave_free(disk: Path, kilobytes: int) -> None:
    """Fill a disk up to so much."""
    state = os.statvfs(disk)
    (disk / "filling").write_bytes(bytes(max(0, state.f_bavail * state.f_frsize - kilobytes * 1024)))


def require_clear(ended: Ended, *wanted: str) -> None:
    assert ended.code == 1, ended
    assert "Traceback" not in ended.err, ended.err
    assert ended.err.startswith("citewire: "), ended.err
    assert any(words in ended.err for words in wanted), ended.err
    assert ended.seconds < 30


@pytest.mark.parametrize("kilobytes", SIZES)
def test_a_full_disk_in_an_ingest(articles: Path, mounted: Path, tmp_path: Path, kilobytes: int) -> None:
    resize(mounted, kilobytes)
    library = mounted / "library"
    require_clear(citewire("ingest", articles, "--library", library, folder=tmp_path), "is full")
    resize(mounted, 64_000)
    before = inspect(library, {})[0]
    again = citewire("ingest", articles, "--library", library, folder=tmp_path)
    assert again.code == 0, again.err
    assert f"{ARTICLES - before} added, 0 changed, {before} unchanged" in again.out
    assert inspect(library, {})[0] == ARTICLES


@pytest.mark.parametrize("kilobytes", [0, 40, 200, 400][:: 1 if KILLS else 2])
def test_a_full_disk_when_the_indexes_have_to_be_made(
    taken: Path, mounted: Path, tmp_path: Path, kilobytes: int
) -> None:
    resize(mounted, 16_000)
    library = Path(shutil.copytree(taken / "library", mounted / "library"))
    shutil.rmtree(library / "words")
    shutil.rmtree(library / "vectors")
    leave_free(mounted, kilobytes)
    require_clear(citewire("search", "budget", "--library", library, folder=tmp_path), "is full")
    (mounted / "filling").unlink()
    inspect(library, read_ledger(taken / "ledger"))


def test_a_full_disk_can_be_read(taken: Path, mounted: Path, tmp_path: Path) -> None:
    resize(mounted, 16_000)
    library = Path(shutil.copytree(taken / "library", mounted / "library"))
    leave_free(mounted, 64)
    assert citewire("list", "--library", library, folder=tmp_path).out.count("approves its budget") == ARTICLES
    assert citewire("search", "budget", "--library", library, folder=tmp_path).code == 0
    (mounted / "filling").unlink()
    inspect(library, read_ledger(taken / "ledger"))


def test_a_backup_to_a_full_disk(taken: Path, mounted: Path, tmp_path: Path) -> None:
    file = mounted / "copy"
    require_clear(
        citewire("backup", file, "--library", taken / "library", folder=tmp_path), f"{str(mounted)!r} is full"
    )
    assert list(mounted.iterdir()) == []
    resize(mounted, 16_000)
    assert back_up(taken / "library", file) == ARTICLES


def test_a_restore_to_a_full_disk(taken: Path, mounted: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    back_up(taken / "library", copy)
    library = mounted / "library"
    require_clear(citewire("restore", copy, "--library", library, folder=tmp_path), "is full")
    assert not (library / "library.sqlite3").exists()
    resize(mounted, 16_000)
    assert citewire("restore", copy, "--library", library, folder=tmp_path).code == 0
    assert inspect(library, read_ledger(taken / "ledger"))[0] == ARTICLES


def test_an_export_to_a_full_disk(taken: Path, mounted: Path, tmp_path: Path) -> None:
    leave_free(mounted, 8)
    ended = citewire("export", "--file", mounted / "all.jsonl", "--library", taken / "library", folder=tmp_path)
    require_clear(ended, "No space left")


def limit_files(kilobytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))


@pytest.mark.parametrize("kilobytes", LIMITS)
def test_a_limit_on_the_size_of_files(articles: Path, tmp_path: Path, kilobytes: int) -> None:
    library = tmp_path / "library"
    ended = citewire("ingest", articles, "--library", library, folder=tmp_path, before=limit_files, values=[kilobytes])
    require_clear(ended, "cannot be written", "is full")
    before = inspect(library, {})[0]
    again = citewire("ingest", articles, "--library", library, folder=tmp_path)
    assert f"{ARTICLES - before} added, 0 changed, {before} unchanged" in again.out


@pytest.mark.parametrize("pages", range(60, 170, 5 if KILLS else 60))
def test_sqlite_says_full_at_any_page(
    articles: Path, tmp_path: Path, pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every transaction that the limit meets is undone whole, and the next run goes on."""
    settings = Settings(library=tmp_path, model="none")

    def connect_limited(*given: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*given, **options)
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", connect_limited)
    with open_library(tmp_path) as library:
        with pytest.raises(StorageError, match="is full") as raised:
            ingest([articles], library=library, encoder=WordEncoder(), settings=settings)
        assert "what was stored before is kept" in raised.value.hint
        stored = library.article_ids()
        assert 0 < len(stored) < ARTICLES
        assert library.check() == []
    monkeypatch.undo()
    with open_library(tmp_path) as library:
        assert library.article_ids() == stored
        report = ingest([articles], library=library, encoder=WordEncoder(), settings=settings)
        assert (report.count("added"), report.count("unchanged")) == (ARTICLES - len(stored), len(stored))
        assert library.check() == []
