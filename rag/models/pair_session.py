"""What reads two texts together: an ONNX session, its tokenizer, and threads that read pairs side by side, loaded when first used."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from index.models.onnx_session import Session

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Result = TypeVar("Result")


class PairSession:
    """Runs pairs of texts through a model. Safe to use from several threads.

    Args:
        open_model: opens the session and the tokenizer.
        name: of the threads.
        threads: pairs that are read at once; 0 means one per core.
    """

    def __init__(self, open_model: Callable[[], tuple[Session, Tokenizer]], *, name: str, threads: int) -> None:
        self._open_model = open_model
        self._name = name
        self._threads = threads or os.cpu_count() or 1
        self._loaded: tuple[Session, Tokenizer, ThreadPoolExecutor] | None = None
        self._guard = threading.Lock()
        self._process = 0  # that loaded it: the threads of a pool do not come along into a forked child

    def run(self, pairs: Sequence[tuple[str, str]], read: Callable[[Session, Any], Result]) -> list[Result]:
        """Return what ``read`` makes of each pair, as the session and the encoded pair give it, in the order of the pairs."""
        session, tokenizer, pool = self.load()
        encoded = tokenizer.encode_batch(list(pairs))
        # The longest first, so that no thread is left alone with one at the end.
        order = sorted(range(len(encoded)), key=lambda place: -len(encoded[place].ids))
        found = dict(zip(order, pool.map(lambda place: read(session, encoded[place]), order), strict=True))
        return [found[place] for place in range(len(encoded))]

    def load(self) -> tuple[Session, Tokenizer, ThreadPoolExecutor]:
        """Return what runs the pairs; opened unless this process has done so."""
        with self._guard:
            if self._loaded is None or self._process != os.getpid():
                self._process = os.getpid()
                session, tokenizer = self._open_model()
                self._loaded = session, tokenizer, ThreadPoolExecutor(self._threads, thread_name_prefix=self._name)
            return self._loaded

    def opening(self, open_model: Callable[[], tuple[Session, Tokenizer]]) -> PairSession:
        """Return the same for another model."""
        return PairSession(open_model, name=self._name, threads=self._threads)

    def close(self) -> None:
        """Free the weights."""
        with self._guard:
            if self._loaded:
                self._loaded[2].shutdown()
            self._loaded = None
