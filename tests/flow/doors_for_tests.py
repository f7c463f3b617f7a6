"""A server with every door over a desk, and twelve questions that each of them has to answer alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn

from index.settings import ServerSettings
from rag import Desk
from tests.flow.asking_for_tests import SAMPLE_QUESTIONS
from ui.doors.keys import Keys
from ui.http import make_api

TWELVE = [
    *[item["question"] for item in SAMPLE_QUESTIONS if item["answerable"]][:8],
    *[item["question"] for item in SAMPLE_QUESTIONS if not item["answerable"]][:1],
    "Who is Brunhilde Marrow-Lind?",
    "Summarise the ferry disaster.",
    "Did Brantholm Metals appeal against its fine?",
]


@dataclass(frozen=True)
class Served:
    """A running server.

    Attributes:
        key: one that may ask, ``writing_key`` one that may bring articles in.
    """

    address: str
    key: str
    writing_key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


@contextmanager
def serve(desk: Desk, keys: Path, *, settings: ServerSettings | None = None) -> Iterator[Served]:
    """Serve a desk on a free port of this machine.

    Args:
        keys: a folder for the keys.
        settings: of the server; without limits that tests would meet where None.
    """
    changed = settings or ServerSettings(at_once=4, waiting=100, requests_per_minute=100_000)
    desk.settings = replace(desk.settings, server=changed, library=keys)
    _, key = Keys(keys).add("reader")
    _, writing_key = Keys(keys).add("writer", may_ingest=True)
    api = make_api(desk, token="secret", host="127.0.0.1")
    server = uvicorn.Server(uvicorn.Config(api, port=0, log_level="warning", access_log=False, ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(f"http://127.0.0.1:{port}", key, writing_key)
    finally:
        server.should_exit = True
        thread.join()
