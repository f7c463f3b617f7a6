"""Odd surroundings: few open files, no locale, no home, odd time zones, odd names, a clock that was set back."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import StorageError
from tests.conftest import ROOT
from tests.faults.command import citewire
from tests.faults.killed import KILLS, inspect, open_library, text_of, title_of, write_articles

ARTICLES = 12
ODD_NAME = "Ünïcode & spaces, 100% “quoted”? #1 – Библиотека 图书馆"


def few_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def no_home() -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "USER", "LOGNAME"):
        os.environ.pop(name, None)


def odd_zone() -> None:
    os.environ["TZ"] = "XYZ-13:37"
    time.tzset()


def no_such_zone() -> None:
    os.environ["TZ"] = "Nowhere/At_All"
    time.tzset()


def no_terminal() -> None:
    os.environ.pop("TERM", None)
    os.environ["COLUMNS"] = "0"
    os.close(0)


def all_at_once() -> None:
    for each in (few_files, no_home, odd_zone, no_terminal):
        each()


PROCESSES = [all_at_once, few_files, no_home, odd_zone, no_such_zone, no_terminal]
NAMES = [f"-{ODD_NAME} a'b\"c\\d\ne", ODD_NAME, "-rf", "a'b\"c\\d", "new\nline", "x" * 200]


@pytest.mark.parametrize("before", PROCESSES if KILLS else PROCESSES[:1])
def test_odd_processes(tmp_path: Path, before: Callable[[], None]) -> None:
    use_everything(tmp_path, tmp_path / "library", before)


@pytest.mark.parametrize("name", NAMES if KILLS else NAMES[:1])
def test_odd_names(tmp_path: Path, name: str) -> None:
    use_everything(tmp_path, tmp_path / name / "library", None)


def use_everything(place: Path, library: Path, before: Callable[[], None] | None) -> None:
    """Ingest, ask, search, list, back up and examine; all of it has to succeed."""
    articles = write_articles(library.parent / "articles", ARTICLES)
    write_articles(library.parent / "articles" / ODD_NAME, 1, edition=3)
    question = f"What did {title_of(3).split()[0]} do?"
    done = {}
    for command in (
        ["ingest", articles],
        ["ask", question, "--model", "none"],
        ["search", question],
        ["list"],
        ["backup", library.parent / "copy"],
        ["export", "--file", library.parent / "all.jsonl"],
        ["rebuild"],
        ["ingest", articles],
    ):
        ended = citewire(*command, "--library", library, folder=place, before=before)
        assert ended.code == 0, (command, ended)
        assert ended.err == "", (command, ended)
        done[str(command[0])] = ended.out
    assert title_of(3) in done["ask"]
    assert done["list"].count("approves its budget") == ARTICLES + 1
    assert f"0 added, 0 changed, {ARTICLES + 1} unchanged" in done["ingest"]


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LANG": "C"}] if KILLS else [{"LC_ALL": "C"}])
def test_without_a_locale(tmp_path: Path, locale: dict[str, str]) -> None:
    """Names and titles that ASCII has no letters for, in processes that believe in nothing else."""
    articles = tmp_path / ODD_NAME
    articles.mkdir()
    (articles / "größe.md").write_text(
        f"---\ntitle: Größe der Bücherei – 图书馆\n---\n\n{text_of(1)}\n", encoding="utf-8"
    )
    environment = {name: value for name, value in os.environ.items() if name not in ("LANG", "LC_ALL", "LC_CTYPE")}
    environment.pop("CITEWIRE_KILLS", None)
    for arguments in (["ingest", str(articles)], ["list"]):
        ended = subprocess.run(
            [sys.executable, "-m", "tests.faults.command", *arguments, "--library", str(tmp_path / "bücher 图")],
            cwd=ROOT, env={**environment, **locale}, capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr.decode(errors="replace")
        assert ended.stderr == b""
    assert b"Gr" in ended.stdout
    assert inspect(tmp_path / "bücher 图", {})[0] == 1


def test_a_clock_that_was_set_back(tmp_path: Path) -> None:
    """Files from a day that is still to come are taken in once, and again when they change."""
    library, articles = tmp_path / "library", write_articles(tmp_path / "articles", ARTICLES)
    tomorrow = time.time() + 86_400
    for path in articles.iterdir():
        os.utime(path, (tomorrow, tomorrow))
    for said in (f"{ARTICLES} added", f"0 changed, {ARTICLES} unchanged"):
        assert said in citewire("ingest", articles, "--library", library, folder=tmp_path).out
    write_articles(articles, 3, edition=2)  # dated now, a day earlier than before
    ended = citewire("ingest", articles, "--library", library, folder=tmp_path)
    assert f"3 changed, {ARTICLES - 3} unchanged" in ended.out
    assert inspect(library, {})[0] == ARTICLES


def test_a_library_whose_name_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="is not text"):
        open_library(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")))


def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    """Names on disk are bytes: one that is no UTF-8 must not take the others with it."""
    articles = write_articles(tmp_path / "articles", 2)
    odd = Path(os.fsdecode(os.fsencode(articles) + b"/caf\xe9.md"))
    try:
        odd.write_text(f"---\ntitle: {title_of(7)}\n---\n\n{text_of(7)}\n")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    ended = citewire("ingest", articles, "--library", tmp_path / "library", folder=tmp_path)
    assert ended.code == 0, ended.err
    assert "2 added" in ended.out or "3 added" in ended.out
    assert inspect(tmp_path / "library", {})[0] >= 2
