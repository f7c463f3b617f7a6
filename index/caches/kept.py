"""Facts that are found once and kept; the one that was used longest ago is forgotten first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by key; usable from several threads. Two of them may find the same at once: nobody waits for another's search."""

    def __init__(self, *, most: int) -> None:
        self._known: LRUCache[Hashable, Value] = LRUCache(most)
        self._guard = threading.Lock()

    def get(self, key: Hashable, find: Callable[[], Value]) -> Value:
        """Return what is kept under a key, found now if need be."""
        with self._guard:
            if key in self._known:
                return self._known[key]
        found = find()
        with self._guard:
            self._known[key] = found
        return found
