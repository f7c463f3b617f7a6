"""The queue before a model: in order, told, bounded, and never blocked by one that left."""

from __future__ import annotations

import threading

import pytest

from index.errors import ModelUnavailable
from rag.models.turns import Turns


def test_the_first_goes_at_once_and_the_next_are_told_their_places() -> None:
    turns = Turns(at_once=1, seconds=30)
    first, second, third = turns.join(), turns.join(), turns.join()
    assert list(first.places()) == []
    waiting, last = second.places(), third.places()
    assert next(waiting) == 1
    assert next(last) == 2
    turns.leave(first)
    assert list(waiting) == [0]
    assert next(last) == 1
    turns.leave(second)
    assert list(last) == [0]


def test_who_leaves_while_waiting_is_not_waited_for() -> None:
    turns = Turns(at_once=1, seconds=30)
    first = turns.join()
    with turns.join() as gives_up:
        assert next(gives_up.places()) == 1
    third = turns.join()
    assert next(third.places()) == 1
    turns.leave(first)
    turns.leave(first)
    assert list(third.places()) == []


def test_so_many_at_once_as_the_model_writes() -> None:
    turns = Turns(at_once=2, seconds=30)
    assert list(turns.join().places()) == []
    assert list(turns.join().places()) == []
    assert next(turns.join().places()) == 1


def test_the_wait_is_bounded_and_says_who_is_before() -> None:
    turns = Turns(at_once=1, seconds=0.05)
    turns.join()
    turns.join()
    with pytest.raises(ModelUnavailable, match=r"busy for 0.05 seconds; 2 were to be served before") as raised:
        list(turns.join().places())
    assert "--model none" in raised.value.hint


def test_many_threads_are_served_one_after_another() -> None:
    turns = Turns(at_once=1, seconds=30)
    inside, most = 0, 0
    served: list[int] = []
    guard = threading.Lock()

    def serve(number: int) -> None:
        nonlocal inside, most
        with turns.join() as turn:
            list(turn.places())
            with guard:
                inside += 1
                most = max(most, inside)
            served.append(number)
            with guard:
                inside -= 1

    threads = [threading.Thread(target=serve, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(served) == list(range(12))
    assert most == 1
