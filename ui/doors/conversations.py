"""Conversations of clients that send texts back, not answers: which of the answers given here those texts were.

The last few hundred answers are kept in memory. Where the library is in a database they are kept there too for some days, so that any of
its servers goes on with a conversation. Each is found again by the key it was given to and by no other.
"""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections.abc import Sequence

import msgspec
from cachetools import LRUCache

from index.errors import CitewireError
from index.store.protocol import KeepsConversations
from rag.answer_types import Answer
from ui.doors.keys import Key
from ui.watch import log

_KEPT = 500
_MOST_UNPACKED = 16_000_000  # bytes: what the database holds was written by a server, and is still not trusted blindly


class Conversations:
    """The answers that were given lately, each with those before it; usable from several threads.

    Args:
        shared: where all servers of the library keep them, or None: then this one alone does, in memory.
    """

    def __init__(self, shared: KeepsConversations | None = None) -> None:
        self._shared = shared
        self._kept: LRUCache[tuple[str, str], tuple[Answer, ...]] = LRUCache(maxsize=_KEPT)
        self._guard = threading.Lock()

    def keep(self, key: Key, name: str, text: str, history: Sequence[Answer], answer: Answer) -> None:
        """Keep an answer under a name, and under the text that was sent.

        What the database does not take is kept in memory alone, and the log says so: the answer itself is there.

        Args:
            history: the answers of the same conversation before it.
        """
        whole = (*history, answer)
        with self._guard:
            self._kept[key.id, name] = whole
            self._kept[key.id, _hash(text)] = whole
        if self._shared is None:
            return
        packed = _pack(whole, self._shared.most_bytes)
        try:
            if packed is not None:
                self._shared.keep(key.id, name, _hash(text), packed)
        except CitewireError as error:
            log("conversation_not_shared", error=type(error).__name__)

    def find(self, key: Key, name: str) -> tuple[Answer, ...] | None:
        """Return the conversation up to the answer of that name, or None.

        Raises:
            LibraryError: the database that keeps them cannot be asked.
        """
        with self._guard:
            known = self._kept.get((key.id, name))
        if known is None and self._shared is not None:
            known = _unpack(self._shared.find(key.id, name))
        return known

    def read_back(self, key: Key, texts: Sequence[str]) -> tuple[Answer, ...]:
        """Return the answers that texts are, in their order; a text that is none of them is left out.

        Raises:
            LibraryError: the database that keeps them cannot be asked.
        """
        found = [self._find_text(key, _hash(text)) for text in texts]
        return tuple(answers[-1] for answers in found if answers)

    def _find_text(self, key: Key, text_sha256: str) -> tuple[Answer, ...] | None:
        with self._guard:
            known = self._kept.get((key.id, text_sha256))
        if known is None and self._shared is not None:
            known = _unpack(self._shared.find_text(key.id, text_sha256))
        return known


def _pack(answers: Sequence[Answer], most: int) -> bytes | None:
    """Return answers in no more than so many bytes: the earliest are left out where all are too many, None where one is."""
    for first in range(len(answers)):
        written = msgspec.msgpack.encode(answers[first:])
        packed = zlib.compress(written)
        if len(packed) <= most and len(written) <= _MOST_UNPACKED:
            return packed
    return None


def _unpack(packed: bytes | None) -> tuple[Answer, ...] | None:
    """Return answers; None for those of another version of the program, which cannot be read."""
    if packed is None:
        return None
    try:
        written = zlib.decompressobj().decompress(packed, _MOST_UNPACKED)
        return msgspec.msgpack.decode(written, type=tuple[Answer, ...]) or None
    except (zlib.error, msgspec.DecodeError):
        return None


def _hash(text: str) -> str:
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()
