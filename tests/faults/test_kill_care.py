"""Killed in the middle of a backup, a restore, a migration or a rebuild: the library is the old one or the new one, whole."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from pathlib import Path

import pytest

from index.build import ingest
from index.prepare import library_stamp
from index.rebuild import embed_anew
from index.settings import PassageSettings, Settings
from index.store.library import DATABASE_FILE, Library
from tests.conftest import SAMPLES, WordEncoder
from tests.faults.killed import end, start, take_care, times
from tests.index.store.test_migrations import VERSION_2

TIMES = times(1, 20)
SMALLER = PassageSettings(target_characters=300)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "library"
    settings, encoder = Settings(library=folder, model="none"), WordEncoder()
    with Library.open(folder, stamp=library_stamp(settings, encoder), create=True) as library:
        ingest([SAMPLES], library=library, encoder=encoder, settings=settings)
    return folder


def kill(action: str, step: str, library: Path, file: Path) -> None:
    assert end(start(take_care, action, step, library, file)) == -signal.SIGKILL


def is_whole(library: Path, passages: PassageSettings = PassageSettings()) -> bool:  # noqa: B008 (frozen)
    settings = Settings(library=library, model="none", passages=passages)
    with Library.open(library, stamp=library_stamp(settings, WordEncoder())) as opened:
        return opened.check() == [] and len(opened.article_ids()) == 41


@pytest.mark.parametrize("time", range(TIMES))
def test_killed_in_a_backup(made: Path, tmp_path: Path, time: int) -> None:
    kill("backup", "within backup", made, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    assert is_whole(made)


@pytest.mark.parametrize("time", range(TIMES))
def test_killed_in_a_restore(made: Path, tmp_path: Path, time: int) -> None:
    from index.backup import back_up, restore

    back_up(made, tmp_path / "copy")
    kill("restore", "within restore", tmp_path / "new", tmp_path / "copy")
    assert not (tmp_path / "new" / DATABASE_FILE).exists()
    restore(tmp_path / "copy", tmp_path / "new")
    assert is_whole(tmp_path / "new")


@pytest.mark.parametrize("time", range(TIMES))
@pytest.mark.parametrize("step", ["within migration", "after migration"])
def test_killed_in_a_migration(tmp_path: Path, step: str, time: int) -> None:
    library = tmp_path / "library"
    library.mkdir()
    file = sqlite3.connect(library / DATABASE_FILE)
    file.executescript(VERSION_2.read_text(encoding="utf-8"))
    file.close()
    kill("migrate", step, library, tmp_path)
    file = sqlite3.connect(library / DATABASE_FILE)
    version = file.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()[0]
    file.close()
    assert version == ("2" if step == "within migration" else "3")
    settings = Settings(library=library, model="none")
    with Library.open(library, stamp=library_stamp(settings, WordEncoder())) as opened:
        assert opened.check() == []
        assert len(opened.article_ids()) == 4


@pytest.mark.parametrize("time", range(TIMES))
@pytest.mark.parametrize("step", ["within rebuild", "before swap", "after swap"])
def test_killed_in_a_rebuild(made: Path, tmp_path: Path, step: str, time: int) -> None:
    library = Path(shutil.copytree(made, tmp_path / "library"))
    kill("rebuild", step, library, tmp_path)
    assert is_whole(library, SMALLER if step == "after swap" else PassageSettings())
    settings = Settings(library=library, model="none", passages=SMALLER)
    embed_anew(settings, WordEncoder())
    assert is_whole(library, SMALLER)
