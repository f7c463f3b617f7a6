"""Work that blocks, done in threads: how what is asked synchronously is awaited, and ended by who no longer waits for it."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Generic, TypeVar

import anyio

Item = TypeVar("Item")

_END = object()


async def iterate_in_thread(start: Callable[[], Iterator[Item]]) -> AsyncGenerator[Item, None]:
    """Yield what an iterator yields; each step, and the start, run in a thread.

    Who stops early, or is cancelled, waits for the step that is being taken, which is the last, and for the iterator to be closed:
    nothing is left running behind. Leave the loop with ``contextlib.aclosing`` around it, else that waits for the garbage
    collector.

    Args:
        start: returns the iterator.
    """
    steps = _Steps(start)
    over = False
    try:
        while True:
            item = await asyncio.to_thread(steps.take)
            if item is _END:
                over = True
                return
            yield item  # type: ignore[misc]
    finally:
        if not over:
            with anyio.CancelScope(shield=True):
                await asyncio.to_thread(steps.close)


class _Steps(Generic[Item]):
    """The steps of an iterator: one at a time, in whatever thread but in one context, none after it was closed."""

    def __init__(self, start: Callable[[], Iterator[Item]]) -> None:
        self._start = start
        self._steps: Iterator[Item] | None = None
        self._turn = threading.Lock()
        self._closed = False
        self._context = contextvars.copy_context()

    def take(self) -> Item | object:
        with self._turn:
            if self._closed:
                return _END
            if self._steps is None:
                self._steps = self._context.run(self._start)
            return self._context.run(next, self._steps, _END)

    def close(self) -> None:
        with self._turn:
            self._closed = True
            close = getattr(self._steps, "close", None)
            if close is not None:
                self._context.run(close)
