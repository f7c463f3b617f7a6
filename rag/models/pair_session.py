"""What reads two texts together: an ONNX session and its tokenizer, loaded when first used; the pairs are read side by side."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from index.models.onnx_session import Session
from rag.models.pair_queue import pair_queue

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Result = TypeVar("Result")


class PairSession:
    """Runs pairs of texts through a model. Safe to use from several threads.

    Args:
        open_model: opens the session and the tokenizer.
        threads: pairs that are read at once; 0 means one per core.
    """

    def __init__(self, open_model: Callable[[], tuple[Session, Tokenizer]], *, threads: int) -> None:
        self._open_model = open_model
        self._threads = threads
        self._loaded: tuple[Session, Tokenizer] | None = None
        self._guard = threading.Lock()
        self._process = 0  # that opened it

    def run(self, pairs: Sequence[tuple[str, str]], read: Callable[[Session, Any], Result]) -> list[Result]:
        """Return what ``read`` makes of each pair, as the session and the encoded pair give it, in the order of the pairs."""
        session, tokenizer = self.load()
        encoded = tokenizer.encode_batch(list(pairs))
        # The longest first, so that no thread is left alone with one at the end.
        order = sorted(range(len(encoded)), key=lambda place: -len(encoded[place].ids))
        read_all = pair_queue(self._threads).map(lambda place: read(session, encoded[place]), order)
        found = dict(zip(order, read_all, strict=True))
        return [found[place] for place in range(len(encoded))]

    def load(self) -> tuple[Session, Tokenizer]:
        """Return what runs the pairs; opened unless this process has done so."""
        with self._guard:
            if self._loaded is None or self._process != os.getpid():
                self._process = os.getpid()
                self._loaded = self._open_model()
            return self._loaded

    def opening(self, open_model: Callable[[], tuple[Session, Tokenizer]]) -> PairSession:
        """Return the same for another model."""
        return PairSession(open_model, threads=self._threads)

    def close(self) -> None:
        """Free the weights."""
        with self._guard:
            self._loaded = None
