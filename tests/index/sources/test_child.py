"""The child process: it answers, it is killed when it must be, and it leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import SourceError
from index.sources.child import ChildWorker

STUB = str(Path(__file__).with_name("stub_child.py"))
PROJECT = Path(__file__).parents[3]


@pytest.fixture
def worker() -> Iterator[ChildWorker]:
    with ChildWorker([STUB], seconds=10, memory_bytes=1_000_000_000) as worker:
        yield worker


def ask(worker: ChildWorker, do: str, words: str = "") -> dict[str, object]:
    return worker.ask({"do": do, "words": words}, reference="page.html")


def is_alive(pid: object) -> bool:
    try:
        os.kill(int(str(pid)), 0)
    except ProcessLookupError:
        return False
    return True


def test_one_child_answers_many_requests(worker: ChildWorker) -> None:
    first, second = ask(worker, "echo", "dam 😀"), ask(worker, "echo", "x" * 3_000_000)
    assert first["echo"] == "dam 😀"
    assert second["echo"] == "x" * 3_000_000
    assert first["pid"] == second["pid"] != os.getpid()


def test_no_child_is_started_before_the_first_request() -> None:
    with ChildWorker(["/no/such/file"], seconds=1, memory_bytes=1_000_000_000):
        pass


def test_the_child_ends_with_the_context(worker: ChildWorker) -> None:
    pid = ask(worker, "echo")["pid"]
    assert is_alive(pid)
    worker.close()
    assert not is_alive(pid)


def test_a_refusal_keeps_its_reason_and_hint(worker: ChildWorker) -> None:
    with pytest.raises(SourceError, match=r"^page\.html: it is empty\. Fill it\.$") as caught:
        ask(worker, "refuse")
    assert caught.value.reference == "page.html"


def count(worker: ChildWorker, last: int) -> Iterator[dict[str, object]]:
    return worker.stream({"do": "count", "words": str(last)}, reference="page.html")


def test_one_request_can_have_many_answers_or_none(worker: ChildWorker) -> None:
    assert [answer["number"] for answer in count(worker, 3)] == [0, 1, 2]
    assert list(count(worker, 0)) == []
    assert ask(worker, "echo", "after")["echo"] == "after"


def test_a_refusal_among_many_answers_comes_after_those_before_it(worker: ChildWorker) -> None:
    answers = count(worker, 5)
    assert [next(answers)["number"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(SourceError, match=r"^page\.html: three is too many\. Take two\.$"):
        next(answers)
    assert ask(worker, "echo", "after")["echo"] == "after"


def test_leaving_many_answers_early_ends_the_child_and_the_next_request_gets_its_own(worker: ChildWorker) -> None:
    answers = count(worker, 2)
    pid = next(answers)["pid"]
    answers.close()  # type: ignore[attr-defined]
    assert not is_alive(pid)
    assert ask(worker, "echo", "after")["echo"] == "after"


def test_an_error_is_a_refusal_and_the_child_goes_on(worker: ChildWorker) -> None:
    pid = ask(worker, "echo")["pid"]
    with pytest.raises(SourceError, match=r"could not be parsed \(ZeroDivisionError\)"):
        ask(worker, "break")
    assert ask(worker, "echo")["pid"] == pid


def test_a_slow_request_is_killed_and_the_next_is_answered() -> None:
    with ChildWorker([STUB], seconds=0.5, memory_bytes=1_000_000_000) as worker:
        pid = ask(worker, "echo")["pid"]
        began = time.monotonic()
        with pytest.raises(SourceError, match=r"took longer than 0\.5 s"):
            ask(worker, "sleep")
        assert time.monotonic() - began < 5
        assert not is_alive(pid)
        assert ask(worker, "echo")["pid"] != pid


def test_a_child_that_says_that_it_works_is_waited_for_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with ChildWorker([STUB], seconds=1.0, memory_bytes=1_000_000_000) as worker:
        done = ask(worker, "work", "6")
        assert done["echo"] == "done"
        assert ask(worker, "echo", "after")["echo"] == "after"
        monkeypatch.setattr("index.sources.child._LONGEST_WORK", 0.5)
        with pytest.raises(SourceError, match=r"took longer than 0\.5 s"):
            ask(worker, "work", "100")
        assert not is_alive(done["pid"])
        assert ask(worker, "echo", "again")["echo"] == "again"


@pytest.mark.parametrize(("do", "reason"), [("exit", "ended with status 3"), ("abort", "ended by signal 6")])
def test_a_child_that_dies_is_reported_and_replaced(worker: ChildWorker, do: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        ask(worker, do)
    assert ask(worker, "echo", "again")["echo"] == "again"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit the address space")
def test_memory_is_limited(worker: ChildWorker) -> None:
    with pytest.raises(SourceError, match="more memory than is allowed"):
        ask(worker, "eat")
    assert ask(worker, "echo", "again")["echo"] == "again"


def test_a_child_that_cannot_start_says_why() -> None:
    with (
        ChildWorker([STUB, "missing"], seconds=1, memory_bytes=1_000_000_000) as worker,
        pytest.raises(SourceError, match="did not start: No module named 'parser'"),
    ):
        ask(worker, "echo")


def test_the_child_is_given_no_secrets(worker: ChildWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "hush")
    assert "SOME_API_KEY" not in str(ask(worker, "environment")["names"])


def test_a_child_is_replaced_before_its_caches_grow() -> None:
    with ChildWorker([STUB], seconds=10, memory_bytes=1_000_000_000, requests_per_child=2) as worker:
        pids = [ask(worker, "echo")["pid"] for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def run_parent(code: str, close_input: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a program that uses the worker, warnings being errors."""
    program = [sys.executable, "-X", "dev", "-W", "error", "-c", textwrap.dedent(code)]
    if close_input:
        program = ["sh", "-c", 'exec "$@" <&-', "sh", *program]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(program, capture_output=True, text=True, timeout=60, env=environment, check=False)


PARENT = f"""
    from index.sources.child import ChildWorker
    with ChildWorker([{STUB!r}], seconds=10, memory_bytes=1_000_000_000) as worker:
        print(worker.ask({{"do": "echo", "words": "dam"}}, reference="page.html"))
"""


@pytest.mark.parametrize("close_input", [False, True])
def test_a_parent_leaves_no_warnings_with_or_without_input(close_input: bool) -> None:
    done = run_parent(PARENT, close_input)
    assert (done.returncode, done.stderr) == (0, "")
    assert "dam" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_killed_parent_leaves_no_child() -> None:
    code = PARENT.rstrip() + (
        "\n        import os, signal, sys; sys.stdout.flush(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = run_parent(code)
    assert done.returncode == -9
    pid = int(done.stdout.split("'pid': ")[1].split("}")[0])
    deadline = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(pid)
