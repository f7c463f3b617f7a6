"""Processes that are really killed: nothing acknowledged is lost, nothing is there by half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.build import library_stamp
from index.library import Library
from index.settings import Settings
from index.vectors import VectorIndex
from tests.conftest import ROOT, WordEncoder

# Ingests a folder with an encoder that needs no model; prints each acknowledged article; may end itself at a named step.
CHILD = """
import os, signal, sys
from pathlib import Path
from index.build import ingest, library_stamp
from index.library import Library
from index.settings import Settings
from index.vectors import VectorIndex
from tests.conftest import WordEncoder

folder, library, step, place = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
seen = 0

def checkpoint(name):
    global seen
    if name == "after store":
        print("stored", flush=True)
    if name == step:
        seen += 1
        if seen == place:
            os.kill(os.getpid(), signal.SIGKILL)

settings, encoder = Settings(library=library, model="none"), WordEncoder()
with Library.open(library, stamp=library_stamp(settings, encoder), create=True) as opened:
    vectors = VectorIndex(opened)
    vectors.sync()
    ingest([folder], library=opened, encoder=encoder, settings=settings, checkpoint=checkpoint)
    vectors.sync()
    vectors.close()
print("done", flush=True)
"""
ARTICLES = 60
# More of them for a release: CITEWIRE_KILLS=200 pytest tests/faults
KILLS = int(os.environ.get("CITEWIRE_KILLS", "6"))


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    for n in range(ARTICLES):
        text = "\n\n".join(
            f"In town {n} the council met for the {k} time and voted {n} to {k}. " * 9 for k in range(2, 5)
        )
        (folder / f"{n:03}.md").write_text(f"---\ntitle: Town {n}\noutlet: Gazette {n % 3}\n---\n\n{text}\n")
    return folder


def start(articles: Path, library: Path, step: str = "-", place: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(articles), str(library), step, str(place)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def inspect(library: Path, acknowledged: int) -> int:
    """Open what a killed process left, without help, and check it whole. Returns the number of articles."""
    settings, encoder = Settings(library=library, model="none"), WordEncoder()
    with Library.open(library, stamp=library_stamp(settings, encoder), create=True) as opened:
        assert opened.check() == []
        names = opened.article_ids()
        assert len(names) >= acknowledged
        records = opened.passages(opened.passage_ids())
        for name in names:
            ends = sorted((r.span.start, r.span.end) for r in records.values() if r.article.id == name)
            assert ends[0][0] == 0
            assert ends[-1][1] == len(opened.article(name).text)
        vectors = VectorIndex(opened)
        for ids, matrix in opened.vectors():
            for number, vector in zip(ids[::20], matrix[::20], strict=True):
                found = vectors.nearest(vector, limit=5)
                assert found[0][1] > 0.99, number
        vectors.close()
        return len(names)


@pytest.mark.parametrize("step", ["before embed", "before store", "after store"])
@pytest.mark.parametrize("place", [1, 2])
def test_killed_at_a_named_step(articles: Path, tmp_path: Path, step: str, place: int) -> None:
    place = place if step == "before embed" else place * 13
    process = start(articles, tmp_path / "library", step, 1 if step == "before embed" else place)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    inspect(tmp_path / "library", output.count("stored"))
    finish(articles, tmp_path / "library")


def test_killed_at_random(articles: Path, tmp_path: Path) -> None:
    """One library through several kills: each run goes on where the one before was stopped."""
    random.seed(7)
    acknowledged, library = 0, tmp_path / "library"
    for number in range(KILLS):
        process = start(articles, library)
        time.sleep(random.uniform(0.6, 2.2))
        process.kill()
        output, _ = process.communicate(timeout=60)
        acknowledged = inspect(library, min(ARTICLES, acknowledged + output.count("stored")))
        if acknowledged == ARTICLES:  # nothing is left to lose: from nothing again
            library, acknowledged = tmp_path / f"library-{number}", 0
    finish(articles, library)


def finish(articles: Path, library: Path) -> None:
    process = start(articles, library)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert output.endswith("done\n")
    assert inspect(library, ARTICLES) == ARTICLES


def test_two_processes_do_not_share_a_library(articles: Path, tmp_path: Path) -> None:
    settings, encoder = Settings(library=tmp_path / "library", model="none"), WordEncoder()
    with Library.open(settings.library, stamp=library_stamp(settings, encoder), create=True):
        process = subprocess.run(
            [sys.executable, "-c", CHILD, str(articles), str(settings.library), "-", "0"],
            cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert process.returncode == 1
        assert f"in use by process {os.getpid()}" in process.stderr
    finish(articles, settings.library)


def test_read_only_folder_is_said(tmp_path: Path) -> None:
    from index.errors import StorageError

    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    settings, encoder = Settings(library=blocked / "library", model="none"), WordEncoder()
    with pytest.raises(StorageError, match="cannot be made"):
        Library.open(settings.library, stamp=library_stamp(settings, encoder), create=True)


def test_damaged_library_is_noticed(tmp_path: Path) -> None:
    from index.errors import LibraryDamaged

    settings, encoder = Settings(library=tmp_path, model="none"), WordEncoder()
    (tmp_path / "library.sqlite3").write_bytes(b"this is no database, whatever its name says " * 200)
    with pytest.raises(LibraryDamaged, match="cannot be used"):
        Library.open(tmp_path, stamp=library_stamp(settings, encoder))
