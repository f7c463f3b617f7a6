"""An encoder that remembers: a benchmark over the same articles embeds them once, however often it is run."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.models.embed import Encoder

_SLICE = 500
_AT_ONCE = 256  # texts embedded between two writes: an interrupted run loses no more


class CachedEncoder:
    """Another encoder's vectors, kept in a file under a hash of model and text (float16, as the library keeps them)."""

    def __init__(self, encoder: Encoder, file: Path) -> None:
        self._encoder = encoder
        self._mark = repr(sorted(encoder.identity.items())).encode()
        file.parent.mkdir(parents=True, exist_ok=True)
        # An ingest embeds in a thread of its own; the lock keeps the one connection to one thread at a time.
        self._connection = sqlite3.connect(file, check_same_thread=False)
        self._guard = threading.Lock()
        self._connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
        self.computed = 0

    @property
    def identity(self) -> dict[str, str]:
        """All that the vectors depend on."""
        return self._encoder.identity

    def key(self, text: str) -> bytes:
        """Return what a text's vector is kept under."""
        return hashlib.sha256(self._mark + text.encode()).digest()

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return unit vectors, shape ``(len(texts), dimension)``; only those that are not known are computed."""
        keys = [self.key(text) for text in texts]
        known = self._read(list(dict.fromkeys(keys)))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        ordered = sorted(missing, key=lambda key: len(missing[key]))
        for start in range(0, len(ordered), _AT_ONCE):
            part = ordered[start : start + _AT_ONCE]
            fresh = dict(zip(part, self._encoder.encode([missing[key] for key in part]), strict=True))
            self.remember(fresh)
            known |= fresh
            self.computed += len(part)
        return np.stack([known[key] for key in keys]) if keys else np.empty((0, 0), dtype=np.float32)

    def known(self, texts: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
        """Return the vectors of those texts that are known."""
        keys = {self.key(text): text for text in texts}
        return {keys[key]: vector for key, vector in self._read(list(keys)).items()}

    def remember(self, vectors: dict[bytes, npt.NDArray[np.float32]]) -> None:
        """Keep vectors under their keys."""
        rows = ((key, vector.astype("<f2").tobytes()) for key, vector in vectors.items())
        with self._guard, self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def _read(self, keys: list[bytes]) -> dict[bytes, npt.NDArray[np.float32]]:
        found: dict[bytes, npt.NDArray[np.float32]] = {}
        for start in range(0, len(keys), _SLICE):
            part = keys[start : start + _SLICE]
            marks = ",".join("?" * len(part))
            with self._guard:
                rows = self._connection.execute(
                    f"SELECT key, vector FROM vectors WHERE key IN ({marks})", part
                ).fetchall()
            found |= {key: np.frombuffer(blob, dtype="<f2").astype(np.float32) for key, blob in rows}
        return found
