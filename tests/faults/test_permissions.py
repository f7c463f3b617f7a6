"""Folders that may not be written, read or entered: said in one line, within seconds, by every command."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.faults.command import Ended, citewire
from tests.faults.killed import KILLS, end, start, take_in, write_articles

NOBODY = 65534
AS_ROOT = os.geteuid() == 0
COMMANDS = {
    "ingest": lambda place: ("ingest", place / "articles", "--library", place / "library"),
    "ask": lambda place: ("ask", "Who approves the budget?", "--model", "none", "--library", place / "library"),
    "search": lambda place: ("search", "budget", "--library", place / "library"),
    "list": lambda place: ("list", "--library", place / "library"),
    "doctor": lambda place: ("doctor", "--library", place / "library"),
    "rebuild": lambda place: ("rebuild", "--embed", "--library", place / "library"),
    "remove": lambda place: ("remove", "0123456789ab", "--library", place / "library"),
    "backup": lambda place: ("backup", place / "copy", "--library", place / "library"),
}

FEW = COMMANDS if KILLS else ("ingest", "ask", "list")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    write_articles(folder / "articles", 5)
    assert end(start(take_in, folder / "articles", folder / "library", folder / "ledger")) == 0
    return folder


@pytest.fixture
def place(made: Path) -> Iterator[Path]:
    """A folder that everybody may use, with articles and a library that belong to whoever runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="citewire-test-"))
    try:
        folder.chmod(0o777)
        shutil.copytree(made / "articles", folder / "articles")
        shutil.copytree(made / "library", folder / "library")
        (folder / "out").touch()
        (folder / "err").touch()
        yield folder
    finally:
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir():
                path.chmod(0o700)
        shutil.rmtree(folder)


def give_up_rights() -> None:
    """Become a user who owns nothing, where the tests run as one who may do everything."""
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    os.environ["HOME"] = tempfile.gettempdir()


def run(place: Path, command: str) -> Ended:
    if AS_ROOT and not _everybody_may_enter(ROOT):
        pytest.skip("as another user, the program itself could not be read here")
    return citewire(*COMMANDS[command](place), folder=place, before=give_up_rights if AS_ROOT else None)


def _everybody_may_enter(folder: Path) -> bool:
    return all(each.stat().st_mode & stat.S_IXOTH for each in [folder, *folder.parents])


def require_clear(ended: Ended, *wanted: str, code: int = 1) -> None:
    assert ended.code == code, ended
    assert "Traceback" not in ended.err, ended.err
    assert ended.err.startswith("citewire: "), ended.err
    assert any(words in ended.err for words in wanted), ended.err
    assert ended.seconds < 15  # with the start of a process that has everything imported, for the first


@pytest.mark.parametrize("command", COMMANDS)
def test_a_library_that_may_not_be_written(place: Path, command: str) -> None:
    library = place / "library"
    for path in library.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    library.chmod(0o555)
    if command in ("list", "backup") and run(place, command).code == 0:
        return  # what only reads may also succeed
    require_clear(run(place, command), "cannot be written", "readonly")


@pytest.mark.parametrize("command", FEW)
def test_a_library_that_may_not_be_entered(place: Path, command: str) -> None:
    (place / "library").chmod(0o000)
    require_clear(run(place, command), "Permission denied", "cannot be written or read")


@pytest.mark.parametrize("command", FEW)
def test_a_folder_on_the_way_that_may_not_be_entered(place: Path, command: str) -> None:
    inner = place / "inner"
    inner.mkdir()
    shutil.move(place / "library", inner / "library")
    (place / "library").symlink_to(inner / "library")
    inner.chmod(0o000)
    require_clear(run(place, command), "Permission denied", "cannot be made")


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "ingest"])
def test_no_library(place: Path, command: str) -> None:
    shutil.rmtree(place / "library")
    require_clear(run(place, command), "There is no library", code=3)
    assert not (place / "library").exists()


def test_a_folder_that_may_not_be_made(place: Path) -> None:
    shutil.rmtree(place / "library")
    place.chmod(0o555)
    require_clear(run(place, "ingest"), "cannot be made: Permission denied")


def test_a_library_in_the_place_of_a_file(place: Path) -> None:
    shutil.rmtree(place / "library")
    (place / "library").write_text("not a folder")
    for command in ("ingest", "ask", "list"):
        ended = run(place, command)
        assert ended.code in (1, 3)
        assert "Traceback" not in ended.err
        assert ended.err.startswith("citewire: ")


def test_articles_that_may_not_be_read(place: Path) -> None:
    """They are that file's failure; the others are taken in."""
    if AS_ROOT and not _everybody_may_enter(Path(sys.executable).resolve()):
        pytest.skip("as another user, the interpreter could not be started here")
    shutil.rmtree(place / "library")
    (place / "articles" / "0000.md").chmod(0o000)
    ended = run(place, "ingest")
    assert ended.code == 0, ended.err
    assert "4 added" in ended.out
    assert "1 failed" in ended.out
    (place / "articles").chmod(0o000)
    require_clear(run(place, "ingest"), "Permission denied", "may not be read")
