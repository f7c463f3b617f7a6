"""Pairs that wait: what is short is not held up by what is long, nothing waits forever, nothing is lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.models import pair_queue as module
from rag.models.pair_queue import PairQueue, pair_queue


def test_what_is_read_comes_back_in_its_order() -> None:
    assert PairQueue(2).map(lambda number: number * 2, range(50)) == [number * 2 for number in range(50)]
    assert PairQueue(2).map(str, []) == []


def test_what_is_short_does_not_wait_behind_what_is_long() -> None:
    queue, read = PairQueue(1), []
    begun, go_on = threading.Event(), threading.Event()

    def read_long(number: int) -> None:
        begun.set()
        go_on.wait(10)
        read.append(number)

    with ThreadPoolExecutor() as callers:
        long = callers.submit(queue.map, read_long, range(40))
        assert begun.wait(10)
        short = callers.submit(queue.map, read.append, ["short"])
        while len(queue._waiting) < 40:  # 39 of the long one, and the short one
            pass
        go_on.set()
        short.result(10)
        long.result(10)
    assert read == [0, "short", *range(1, 40)]


def test_what_has_waited_long_comes_before_what_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    queue, read = PairQueue(1), []
    begun, go_on = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        begun.set()
        go_on.wait(10)

    with ThreadPoolExecutor() as callers:
        held = callers.submit(queue.map, hold, [None])
        assert begun.wait(10)
        long = callers.submit(queue.map, read.append, range(10))
        while len(queue._waiting) < 10:
            pass
        now[0] = 10.0
        short = callers.submit(queue.map, read.append, ["short"])
        while len(queue._waiting) < 11:
            pass
        go_on.set()
        for each in (held, long, short):
            each.result(10)
    assert read == [*range(10), "short"]


def test_what_fails_is_raised_to_whoever_asked_and_to_nobody_else() -> None:
    queue = PairQueue(2)

    def read(number: int) -> int:
        if number == 3:
            raise ValueError("three")
        return number

    with pytest.raises(ValueError, match="three"):
        queue.map(read, range(8))
    assert queue.map(read, [1, 2]) == [1, 2]


def test_all_models_of_a_process_share_a_queue() -> None:
    assert pair_queue(2) is pair_queue(2)
    assert pair_queue(2) is not pair_queue(3)
