"""Work for many hosts at once and never twice at once for one: who is called on next."""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


class Rounds(Generic[Task, Result]):
    """Does tasks in threads, those of one host one after the other, and hands out each as it is done.

    New work may be added between two results. Nothing is begun while nobody asks for the next result, so that no more
    than ``workers`` results wait in memory.
    """

    def __init__(self, work: Callable[[Task], Result], *, ready_at: Callable[[str], float], workers: int) -> None:
        self._work = work
        self._ready_at = ready_at
        self._workers = workers
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="fetching")
        self._tasks: dict[str, deque[Task]] = {}
        self._idle: list[tuple[float, str]] = []  # hosts with tasks of which none is being done, by when they are ready
        self._running: dict[Future[Result], tuple[str, Task]] = {}

    def add(self, host: str, task: Task, *, first: bool = False) -> None:
        """Add a task for ``host``; with ``first`` before those that wait."""
        tasks = self._tasks.setdefault(host, deque())
        if not tasks and all(busy != host for busy, _ in self._running.values()):
            heapq.heappush(self._idle, (self._ready_at(host), host))
        if first:
            tasks.appendleft(task)
        else:
            tasks.append(task)

    def results(self) -> Iterator[tuple[Task, Future[Result]]]:
        """Yield each task with its outcome, in the order in which they are done, until none is left."""
        while self._idle or self._running:
            self._start()
            pause = max(0.0, self._idle[0][0] - time.monotonic()) if self._idle else None
            if not self._running:
                time.sleep(pause or 0.0)
                continue
            full = len(self._running) >= self._workers
            done, _ = wait(self._running, timeout=None if full else pause, return_when=FIRST_COMPLETED)
            for future in done:
                host, task = self._running.pop(future)
                if self._tasks[host]:
                    heapq.heappush(self._idle, (self._ready_at(host), host))
                yield task, future

    def close(self) -> None:
        """Begin nothing more. What is being done ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _start(self) -> None:
        """Begin a task for each host that is ready, as long as a thread is free."""
        while self._idle and len(self._running) < self._workers:
            noted, host = self._idle[0]
            ready = self._ready_at(host)
            if ready > noted:  # it was put off meanwhile
                heapq.heapreplace(self._idle, (ready, host))
                continue
            if ready > time.monotonic():
                return
            heapq.heappop(self._idle)
            task = self._tasks[host].popleft()
            self._running[self._threads.submit(self._work, task)] = (host, task)
