"""Bombs and giants: each is a clear error in ten seconds, and takes little memory here and in the child."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.articles import RawArticle, Unreadable
from index.errors import SourceError
from index.sources.files import read_download, read_input
from index.sources.kinds import guess_kind
from index.sources.reader import ArticleReader
from tests.index.bombs import BOMBS, write_bomb

SECONDS = 10.0
GROWTH = 256 * 1024 * 1024

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit the address space")


class Watch:
    """Samples the memory of this process and its children while something runs."""

    def __init__(self) -> None:
        self.peak = 0
        self.seconds = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Watch:
        release_freed_memory()
        self._before = self.peak = resident()
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.monotonic() - self._began
        self._done.set()
        self._thread.join()

    @property
    def growth(self) -> int:
        return self.peak - self._before

    def _sample(self) -> None:
        while not self._done.wait(0.005):
            self.peak = max(self.peak, resident())


def release_freed_memory() -> None:
    """Give back what building the bomb took, so that it cannot hide what reading it takes."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


def resident() -> int:
    """Return the resident memory of this process and its children in bytes."""
    total = _resident_of(os.getpid())
    for task in Path(f"/proc/{os.getpid()}/task").iterdir():
        children = (task / "children").read_text() if (task / "children").exists() else ""
        total += sum(_resident_of(int(child)) for child in children.split())
    return total


def _resident_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bombs")


@pytest.fixture
def warm() -> Iterator[ArticleReader]:
    """A reader with a fresh child that is ready, so that neither starting it nor what it read before counts."""
    with ArticleReader() as reader:
        (article,) = reader.read("dam.txt", b"The dam opened at dawn on Monday, officials said.", "text")
        assert isinstance(article, RawArticle)
        yield reader


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_clear_error_in_time_and_takes_little_memory(warm: ArticleReader, folder: Path, name: str) -> None:
    path = write_bomb(name, folder)
    try:
        with Watch() as watch:
            reasons = reasons_of(lambda: read_input(path, warm))
    finally:
        path.unlink()
    print(f"{name}: {watch.seconds:.2f} s, {watch.growth / 2**20:.0f} MiB, {reasons[0]}")
    assert watch.seconds <= SECONDS
    assert watch.growth <= GROWTH
    for reason in reasons:
        assert reason.startswith(str(path.resolve())) or name.endswith((".jsonl", ".csv")), reason
        assert "\n" not in reason
        assert "root:" not in reason
    (article,) = warm.read("dam.txt", b"The dam opened at dawn on Monday, officials said.", "text")
    assert isinstance(article, RawArticle)


def reasons_of(read: Callable[[], Iterator[RawArticle | Unreadable]]) -> list[str]:
    """Return why a file, or all that is in it, could not be read; none of it may be taken for an article."""
    try:
        found = list(read())
    except SourceError as error:
        return [str(error)]
    assert not [item for item in found if isinstance(item, RawArticle)]
    return [item.reason for item in found if isinstance(item, Unreadable)]


@pytest.mark.parametrize("name", ["small-zip.zip", "pdf-nested.pdf", "attributes.html", "docx.docx"])
def test_a_bomb_that_was_downloaded_is_refused_as_well(warm: ArticleReader, folder: Path, name: str) -> None:
    path = write_bomb(name, folder)
    data = path.read_bytes()
    path.unlink()
    address = f"https://a.example/{name}"
    with Watch() as watch:
        reasons = reasons_of(lambda: read_download(address, data, guess_kind(name), warm))
    assert all(reason.startswith(address) for reason in reasons)
    assert watch.seconds <= SECONDS
    assert watch.growth <= GROWTH
