"""Conversations of clients that send texts back, not answers: which of the answers given here those texts were.

Answers are kept in memory alone, the last few hundred; each is found again by the key it was given to and by no other.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence

from cachetools import LRUCache

from rag.answer_types import Answer
from ui.doors.keys import Key

_KEPT = 500


class Conversations:
    """The answers that were given lately, each with those before it."""

    def __init__(self) -> None:
        self._kept: LRUCache[tuple[str, str], tuple[Answer, ...]] = LRUCache(maxsize=_KEPT)
        self._guard = threading.Lock()

    def keep(self, key: Key, name: str, text: str, history: Sequence[Answer], answer: Answer) -> None:
        """Keep an answer under a name, and under the text that was sent.

        Args:
            history: the answers of the same conversation before it.
        """
        whole = (*history, answer)
        with self._guard:
            self._kept[key.id, name] = whole
            self._kept[key.id, _hash(text)] = whole

    def find(self, key: Key, name: str) -> tuple[Answer, ...] | None:
        """Return the conversation up to the answer of that name, or None."""
        with self._guard:
            return self._kept.get((key.id, name))

    def read_back(self, key: Key, texts: Sequence[str]) -> tuple[Answer, ...]:
        """Return the answers that texts are, in their order; a text that is none of them is left out."""
        with self._guard:
            found = [self._kept.get((key.id, _hash(text))) for text in texts]
        return tuple(answers[-1] for answers in found if answers)


def _hash(text: str) -> str:
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()
