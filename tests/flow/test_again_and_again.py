"""``citewire ingest`` that goes on: what it takes in while it runs, what does not end it, and what does."""

from __future__ import annotations

import contextlib
import json
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from index.errors import LibraryInUse, SourceError
from index.store.lock import LibraryLock
from tests.conftest import ROOT
from tests.flow.citewire_on_fake_web import COMMAND, environment
from tests.index.fake_web import Answer, FakeWeb, article_page, rss
from ui.commands.ingest import ingest

PATIENCE = 60.0  # seconds; a round takes less than two on an idle machine


class Running:
    """The command while it runs: its reports as they come, and what it says beside them."""

    def __init__(self, web: FakeWeb, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [*COMMAND, "ingest", "--json", *arguments], cwd=ROOT, env=environment(web),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        self._lines: queue.Queue[dict] = queue.Queue()
        self.said: list[str] = []
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._threads = [
            threading.Thread(target=self._take, args=(self._process.stdout,), daemon=True),
            threading.Thread(target=self.said.extend, args=(self._process.stderr,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _take(self, lines: Iterator[str]) -> None:
        for line in lines:
            self._lines.put(json.loads(line))

    def until(self, **wanted: int) -> dict[str, str]:
        """Return what became of each input of the next round that ends with those counts."""
        sources: dict[str, str] = {}
        deadline = time.monotonic() + PATIENCE
        while True:
            line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            if line["event"] == "source":
                sources[line["reference"].rpartition("/")[2]] = line["outcome"]
            elif all(line[name] == count for name, count in wanted.items()):
                return sources
            else:
                sources = {}

    def rounds_within(self, seconds: float) -> int:
        """Return how many rounds end within so many seconds."""
        deadline = time.monotonic() + seconds
        ended = 0
        while (left := deadline - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                ended += self._lines.get(timeout=left)["event"] == "report"
        return ended

    def until_said(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not any(words in line for line in self.said):
            assert time.monotonic() < deadline, self.said
            time.sleep(0.02)

    def end(self, sent: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        self._process.send_signal(sent)
        code = self._process.wait(timeout=PATIENCE)
        for thread in self._threads:
            thread.join()
        return code

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            thread.join()
        for stream in (self._process.stdout, self._process.stderr):
            stream.close()


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb() as web:
        yield web


@contextlib.contextmanager
def owned_by_another(library: Path) -> Iterator[None]:
    """Own a library as a server does that does not answer any more."""
    lock = LibraryLock(library)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            lock.acquire()
            break
        except LibraryInUse:  # a round is going on
            assert time.monotonic() < deadline
            time.sleep(0.02)
    lock.announce(address="http://127.0.0.1:9", token="gone")
    yield
    lock.release()


def test_a_watched_folder(web: FakeWeb, tmp_path: Path) -> None:
    folder, library = tmp_path / "in", tmp_path / "l"
    folder.mkdir()
    (folder / "a.md").write_text("The bridge opened on Monday.")
    running = Running(web, "--watch", str(folder), "--library", str(library))
    try:
        assert running.until(added=1) == {"a.md": "added"}
        # Right behind the first round, when nobody may be watching yet; and a file that cannot be read ends nothing.
        (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
        (folder / "b.md").write_text("The harbour closed on Tuesday.")
        assert running.until(added=1, failed=1) == {"a.md": "unchanged", "b.md": "added", "broken.pdf": "failed"}
        with owned_by_another(library):
            (folder / "broken.pdf").unlink()
            (folder / "b.md").write_text("The harbour closed on Wednesday.")
            running.until_said("is in use by process")
        # Nothing in the folder changes any more: the round that failed is tried again by itself.
        assert running.until(changed=1, failed=0) == {"a.md": "unchanged", "b.md": "changed"}
        assert running.end(signal.SIGTERM) == 143
    finally:
        running.close()
    assert "ended; what was stored before is kept" in "".join(running.said)
    assert "Traceback" not in "".join(running.said)


def test_a_library_within_a_watched_folder_is_not_watched(web: FakeWeb, tmp_path: Path) -> None:
    """Taking in changes the library: each round would be the reason for the next."""
    (tmp_path / "a.md").write_text("The bridge opened on Monday.")
    running = Running(web, "--watch", str(tmp_path), "--library", str(tmp_path / "l"))
    try:
        assert running.until(added=1)["a.md"] == "added"
        (tmp_path / "b.md").write_text("The harbour closed on Tuesday.")
        assert running.until(added=1)["b.md"] == "added"
        running.rounds_within(3)  # the file itself may be told of twice
        assert running.rounds_within(3) == 0
        assert running.end(signal.SIGINT) == 130
    finally:
        running.close()


def test_watching_an_empty_folder_is_interrupted(web: FakeWeb, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    running = Running(web, "--watch", str(tmp_path / "in"), "--library", str(tmp_path / "l"))
    try:
        assert running.until(added=0) == {}
        assert running.end(signal.SIGINT) == 130
    finally:
        running.close()
    assert "interrupted; what was stored before is kept" in "".join(running.said)
    assert "Traceback" not in "".join(running.said)


def test_a_followed_feed(web: FakeWeb, tmp_path: Path) -> None:
    feed = "http://courier.test/feed"
    web.put("http://courier.test/1", article_page("Dam opens"), ETag='"1"')
    web.put(feed, rss("<item><link>/1</link></item>"), kind="application/rss+xml")
    running = Running(web, "--follow", feed, "--every", "0.002", "--library", str(tmp_path / "l"))
    try:
        assert running.until(added=1) == {"1": "added"}
        web.pages[feed] = Answer(b"", 500)
        assert running.until(failed=1) == {"feed": "failed"}
        web.put("http://courier.test/2", article_page("Port closes"))
        web.put(feed, rss("<item><link>/2</link></item>", "<item><link>/1</link></item>"), kind="application/rss+xml")
        assert running.until(added=1) == {"1": "unchanged", "2": "added"}
        assert running.end(signal.SIGINT) == 130
    finally:
        running.close()
    assert "Traceback" not in "".join(running.said)


def test_a_list_that_is_no_text_is_refused_by_its_line(tmp_path: Path) -> None:
    arguments = ["-", "--library", str(tmp_path / "l")]
    done = CliRunner().invoke(ingest, arguments, input=b"# list\n\xff\xfe\x00.md\n")
    assert isinstance(done.exception, SourceError)
    assert "line 2 holds characters that stand in no path and no address" in str(done.exception)
    assert not (tmp_path / "l").exists()
