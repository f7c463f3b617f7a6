"""Work for many hosts: never twice at once for one, and all of it done."""

from __future__ import annotations

import threading
import time
from collections import Counter

from index.sources.web.rounds import Rounds


def test_all_is_done_and_no_host_is_asked_twice_at_once() -> None:
    busy: Counter[str] = Counter()
    most: Counter[str] = Counter()
    lock = threading.Lock()

    def work(task: tuple[str, int]) -> int:
        host, number = task
        with lock:
            busy[host] += 1
            busy["all"] += 1
            most[host] = max(most[host], busy[host])
            most["all"] = max(most["all"], busy["all"])
        time.sleep(0.005)
        with lock:
            busy[host] -= 1
            busy["all"] -= 1
        return number

    rounds: Rounds[tuple[str, int], int] = Rounds(work, ready_at=lambda _: 0.0, workers=4)
    for number in range(60):
        host = f"host{number % 6}"
        rounds.add(host, (host, number))
    done = []
    for (host, number), outcome in rounds.results():
        done.append(outcome.result())
        if number < 6:
            rounds.add(host, (host, number + 100))  # work that other work leads to
    rounds.close()
    assert sorted(done) == [*range(60), *range(100, 106)]
    assert most.pop("all") == 4
    assert set(most.values()) == {1}


def test_a_host_that_is_not_ready_holds_up_no_other() -> None:
    ready = {"slow": time.monotonic() + 0.3, "quick": 0.0}
    rounds: Rounds[str, str] = Rounds(lambda task: task, ready_at=lambda host: ready[host], workers=1)
    for host in ("slow", "quick", "quick"):
        rounds.add(host, host)
    assert [task for task, _ in rounds.results()] == ["quick", "quick", "slow"]
    assert time.monotonic() >= ready["slow"]
    rounds.close()


def test_what_belongs_to_a_visit_that_has_begun_comes_first() -> None:
    rounds: Rounds[str, str] = Rounds(lambda task: task, ready_at=lambda _: 0.0, workers=1)
    rounds.add("host", "second")
    rounds.add("host", "first", first=True)
    assert [task for task, _ in rounds.results()] == ["first", "second"]
    rounds.close()


def test_an_error_is_the_outcome_of_its_task_alone() -> None:
    def work(task: int) -> int:
        return 1 // task

    rounds: Rounds[int, int] = Rounds(work, ready_at=lambda _: 0.0, workers=2)
    rounds.add("a", 0)
    rounds.add("b", 1)
    errors = {task: outcome.exception() for task, outcome in rounds.results()}
    assert isinstance(errors[0], ZeroDivisionError)
    assert errors[1] is None
    rounds.close()
