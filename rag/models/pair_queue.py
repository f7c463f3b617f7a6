"""Pairs that wait to be read: one queue for all models of this process, and what is due first is read first.

A sentence that is being checked is two pairs or three, a question's choice of quotes some forty. Where many ask at once, a sentence
would wait behind all of those, and its stream would stand still. What is short is therefore due sooner (earliest deadline first: Liu
and Layland, 1973), and what waits long enough comes before all that is new, so nothing waits forever.
"""

from __future__ import annotations

import heapq
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_DUE_AFTER = 0.05  # seconds for each pair that is asked for together: about what one takes where several ask


@dataclass(order=True, slots=True)
class _Waiting:
    due: float
    number: int
    result: Future[Any] = field(compare=False)
    read: Callable[[], Any] = field(compare=False)


class PairQueue:
    """Threads, and what waits for them. Safe to use from several threads.

    Args:
        threads: pairs that are read at once.
    """

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pairs")
        self._guard = threading.Lock()
        self._numbers = count()
        self._waiting: list[_Waiting] = []

    def map(self, read: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Return what ``read`` makes of each item, in their order; what it raises is raised here, after all of them are done."""
        due = time.monotonic() + _DUE_AFTER * len(items)
        results: list[Future[Result]] = [Future() for _ in items]
        with self._guard:
            for item, result in zip(items, results, strict=True):
                heapq.heappush(self._waiting, _Waiting(due, next(self._numbers), result, partial(read, item)))
        for _ in items:
            self._threads.submit(self._read_next)
        for result in results:
            result.exception()
        return [result.result() for result in results]

    def _read_next(self) -> None:
        with self._guard:
            first = heapq.heappop(self._waiting)
        try:
            first.result.set_result(first.read())
        except BaseException as error:  # noqa: BLE001 - it is for whoever asked, who raises it
            first.result.set_exception(error)


_queues: dict[tuple[int, int], PairQueue] = {}
_guard = threading.Lock()


def pair_queue(threads: int = 0) -> PairQueue:
    """Return the queue of this process that reads so many pairs at once; 0 means one per core.

    One for each process: threads do not come along into a forked child.
    """
    key = os.getpid(), threads or os.cpu_count() or 1
    with _guard:
        if key not in _queues:
            _queues[key] = PairQueue(key[1])
        return _queues[key]
