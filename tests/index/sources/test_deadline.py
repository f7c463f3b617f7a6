"""What must end in time is ended, and what has ended is left alone."""

import threading
import time
from collections.abc import Iterator

import pytest

from index.sources.deadline import Deadline

SOON = 0.05
LONG = 60.0


@pytest.fixture
def deadline() -> Iterator[Deadline]:
    made = Deadline()
    yield made
    made.close()


def test_acts_when_the_time_has_passed(deadline: Deadline) -> None:
    acted = threading.Event()

    with deadline.within(SOON, acted.set):
        assert acted.wait(5)


def test_does_not_act_after_the_end(deadline: Deadline) -> None:
    acted = threading.Event()

    with deadline.within(SOON, acted.set):
        pass

    assert not acted.wait(4 * SOON)


def test_acts_once(deadline: Deadline) -> None:
    times: list[float] = []

    with deadline.within(SOON, lambda: times.append(time.monotonic())):
        time.sleep(6 * SOON)

    assert len(times) == 1


def test_a_short_time_after_a_long_one_is_kept(deadline: Deadline) -> None:
    with deadline.within(LONG, lambda: None):
        time.sleep(SOON)  # The thread sleeps until the long time has passed.
    acted = threading.Event()

    with deadline.within(SOON, acted.set):
        assert acted.wait(5)


def test_a_time_set_out_of_idleness_is_kept(deadline: Deadline) -> None:
    with deadline.within(SOON, lambda: None):
        pass
    time.sleep(4 * SOON)  # The thread has woken and found nothing to do.
    acted = threading.Event()

    with deadline.within(SOON, acted.set):
        assert acted.wait(5)


def test_is_used_again_after_it_was_closed(deadline: Deadline) -> None:
    deadline.close()
    acted = threading.Event()

    with deadline.within(SOON, acted.set):
        assert acted.wait(5)


def test_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    deadline = Deadline()
    with deadline.within(LONG, lambda: None):
        assert set(threading.enumerate()) - before

    deadline.close()

    assert set(threading.enumerate()) <= before
