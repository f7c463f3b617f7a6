"""The network between a server of Citewire and its database is really cut: nothing is lost, and all goes on by itself."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from index.database_url import DatabaseUrl
from index.errors import LibraryUnreachable
from tests.faults.killed import end, read_ledger, start, times, write_articles
from tests.faults.killed_shared import inspect, open_shared, take_in
from tests.postgres_for_tests import PostgresServer, name_of

ARTICLES = 24
NOTICED_WITHIN = 60.0  # seconds
_NAME = f"cw{os.getpid() % 100000}"
_HERE, _THERE = "10.231.7.1", "10.231.7.2"
_FORWARD = """
import asyncio, sys
async def pipe(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
async def serve(reader, writer):
    there, to = await asyncio.open_unix_connection(sys.argv[2])
    await asyncio.gather(pipe(reader, to), pipe(there, writer))
async def main():
    server = await asyncio.start_server(serve, sys.argv[1], 5432)
    print("ready", flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


@dataclass
class Line:
    """The way to the database: a network of its own, whose only line can be cut."""

    url: DatabaseUrl

    def cut(self) -> None:
        """Have nothing pass any more, in either direction; nobody is told."""
        _ip("link", "set", _NAME, "down")

    def mend(self) -> None:
        """Have everything pass again."""
        _ip("link", "set", _NAME, "up")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=20)


@pytest.fixture
def line(postgres: PostgresServer, database_url: DatabaseUrl) -> Iterator[Line]:
    if shutil.which("ip") is None:
        pytest.skip("there is no `ip` here to make a network with")
    try:
        _ip("netns", "add", _NAME)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network can be made here: {error.stderr.decode().strip()}")
    try:
        _ip("link", "add", _NAME, "type", "veth", "peer", "name", f"{_NAME}b")
        _ip("link", "set", f"{_NAME}b", "netns", _NAME)
        _ip("address", "add", f"{_HERE}/30", "dev", _NAME)
        _ip("link", "set", _NAME, "up")
        _ip("netns", "exec", _NAME, "ip", "address", "add", f"{_THERE}/30", "dev", f"{_NAME}b")
        _ip("netns", "exec", _NAME, "ip", "link", "set", f"{_NAME}b", "up")
        folder = unquote(parse_qs(urlsplit(database_url.secret).query)["host"][0])
        forward = subprocess.Popen(
            ["ip", "netns", "exec", _NAME, sys.executable, "-c", _FORWARD, _THERE, f"{folder}/.s.PGSQL.5432"],
            stdout=subprocess.PIPE,
        )
        assert forward.stdout is not None
        assert forward.stdout.readline() == b"ready\n"
        yield Line(DatabaseUrl(f"postgresql://postgres@{_THERE}:5432/{name_of(database_url)}"))
        forward.send_signal(signal.SIGKILL)
        forward.wait()
        forward.stdout.close()
    finally:
        subprocess.run(["ip", "link", "del", _NAME], capture_output=True, check=False)
        subprocess.run(["ip", "netns", "del", _NAME], capture_output=True, check=False)


@pytest.mark.parametrize("number", range(times(1, 20)))
def test_a_line_that_is_cut_under_a_writer(line: Line, tmp_path: Path, database_url: DatabaseUrl, number: int) -> None:
    """Reader and writer say in time that the database cannot be reached; the reader goes on by itself when it can be again."""
    articles = write_articles(tmp_path / "all", ARTICLES)
    ledger = tmp_path / "ledger"
    reader = open_shared(line.url, tmp_path / "reader")
    writer = start(take_in, line.url, tmp_path / "writer", articles, ledger)
    deadline = time.monotonic() + 60
    while len(reader.article_ids()) < 2 + number % 10:
        assert time.monotonic() < deadline
    line.cut()
    try:
        started = time.monotonic()
        with pytest.raises(LibraryUnreachable, match="cannot be reached"):
            reader.article_ids()
        assert time.monotonic() - started < NOTICED_WITHIN
        assert end(writer) != 0
    finally:
        line.mend()
    acknowledged = read_ledger(ledger)
    assert len(reader.article_ids()) >= len(acknowledged)
    assert end(start(take_in, line.url, tmp_path / "again", articles, ledger)) == 0
    reader.close()
    assert inspect(database_url, tmp_path / "seen", {**acknowledged, **read_ledger(ledger)}) == ARTICLES
