"""A child process that parses what cannot be trusted, with limits on its time and its memory.

Starting a process for each file is slow (importing the parser takes about a second), so one child serves many
requests: a line of JSON goes in, a line of JSON comes out. The parent kills it when it takes too long, and
starts another at the next request when it was killed or died.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from index.errors import SourceError

Handler = Callable[[dict[str, str]], Mapping[str, object]]

_START_SECONDS = 60.0  # a cold disk and a busy machine; the clock of a request starts after it
_CLOSE_SECONDS = 2.0
_PROJECT = Path(__file__).resolve().parents[2]
# What Python needs to start; the rest of the environment may hold keys, which a parser has no use for.
_PASSED_ON = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "TEMP")


class ChildWorker:
    """One child process, started at the first request, that answers requests one at a time.

    Attributes:
        arguments: what follows the interpreter on its command line, ``("-m", "package.module")`` or a file.
            That program calls ``serve_requests``.
        seconds: wall-clock limit of one request.
        memory_bytes: limit of the child's address space, where the system has such a limit.
        requests_per_child: after so many a fresh child is started, because the caches of parsers grow.
    """

    def __init__(
        self, arguments: Sequence[str], *, seconds: float, memory_bytes: int, requests_per_child: int = 500
    ) -> None:
        self.arguments = tuple(arguments)
        self.seconds = seconds
        self.memory_bytes = memory_bytes
        self.requests_per_child = requests_per_child
        self._process: subprocess.Popen[bytes] | None = None
        self._requests = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(self, request: Mapping[str, str], *, reference: str) -> dict[str, object]:
        """Return the child's answer to ``request``.

        Raises:
            SourceError: about ``reference``: the child refused it, took too long, ran out of memory or died.
        """
        with self._lock:
            if self._requests >= self.requests_per_child:
                self._stop()
            if self._process is None:
                self._start(reference)
            self._requests += 1
            answer = self._exchange(json.dumps(request), self.seconds, reference)
        if isinstance(reason := answer.get("refused"), str):
            raise SourceError(f"{reference}: {reason}.", reference=reference, hint=str(answer.get("hint", "")))
        return answer

    def close(self) -> None:
        """End the child, if there is one. A later request starts another."""
        with self._lock:
            self._stop()

    def _start(self, reference: str) -> None:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment["PYTHONPATH"] = str(_PROJECT)
        self._process = subprocess.Popen(  # this interpreter, with arguments of this program
            [sys.executable, "-P", "-B", *self.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            # Not in the terminal's process group: Ctrl-C reaches the parent, which then closes the child.
            start_new_session=True,
        )
        self._requests = 0
        limits = {"seconds": self.seconds, "memory_bytes": self.memory_bytes}
        answer = self._exchange(json.dumps(limits), _START_SECONDS, reference)
        if isinstance(reason := answer.get("refused"), str):
            self._stop()
            raise SourceError(f"{reference}: its reader did not start: {reason}.", reference=reference)

    def _exchange(self, line: str, seconds: float, reference: str) -> dict[str, object]:
        """Send a line and return the answer; kill the child when it takes longer than ``seconds``."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise RuntimeError("there is no child to ask")
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            process.kill()

        # Killing the child closes its ends of the pipes, which frees the blocking calls below.
        timer = threading.Timer(seconds, expire)
        timer.daemon = True
        timer.start()
        try:
            answer = _send_line(process.stdin, process.stdout, line)
        except BaseException:
            # Interrupted between question and answer: the next answer would belong to this question.
            self._stop()
            raise
        finally:
            timer.cancel()
            timer.join()
        if answer is None or expired.is_set():
            status = self._stop()
            reason = f"reading it took longer than {seconds:g} s" if expired.is_set() else _describe_death(status)
            raise SourceError(
                f"{reference}: {reason}.",
                reference=reference,
                hint="Give the article as a text or Markdown file.",
            )
        return answer

    def _stop(self) -> int | None:
        """End the child and return its exit status, or None where there is none."""
        process, self._process, self._requests = self._process, None, 0
        if process is None:
            return None
        with process:  # closes the pipes and waits
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()  # the child ends when its input ends
            try:
                process.wait(_CLOSE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        return process.returncode


def _send_line(into: IO[bytes], out_of: IO[bytes], line: str) -> dict[str, object] | None:
    """Return the answer to ``line``, or None where the child died instead of answering."""
    try:
        into.write(line.encode("ascii") + b"\n")
        into.flush()
    except OSError:
        return None
    reply = out_of.readline()
    if not reply.endswith(b"\n"):
        return None
    answer: dict[str, object] = json.loads(reply)
    return answer


def _describe_death(status: int | None) -> str:
    if status is not None and status < 0:
        return f"its reader was ended by signal {-status}"
    return f"its reader ended with status {status}"


def serve_requests(load: Callable[[], Handler]) -> None:
    """Answer the parent's requests until its end of the pipe closes; the main function of a child.

    ``load`` imports what is heavy and returns the function that answers one request. A ``SourceError`` that
    it raises goes back as a refusal, and so does any other error: one bad article must not end the reader.
    """
    requests = sys.stdin.buffer
    # A library that prints must not write into the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limits = json.loads(requests.readline())
    try:
        handle = load()
    except ImportError as error:
        _write_answer(answers, {"refused": f"{error}"})
        return
    _limit_memory(limits["memory_bytes"])
    _write_answer(answers, {})
    for line in requests:
        _set_alarm(limits["seconds"])
        _write_answer(answers, _answer_request(handle, line))
        _set_alarm(0)


def _answer_request(handle: Handler, line: bytes) -> Mapping[str, object]:
    try:
        return handle(json.loads(line))
    except SourceError as error:
        # The parent puts the reference in front of the reason and a full stop behind it.
        return {"refused": error.message.removeprefix(f"{error.reference}: ").rstrip("."), "hint": error.hint}
    except MemoryError:
        return {"refused": "reading it takes more memory than is allowed"}
    except Exception as error:  # noqa: BLE001 - whatever a parser raises on hostile input is this article's failure
        return {"refused": f"it could not be parsed ({type(error).__name__})"}


def _write_answer(answers: IO[bytes], answer: Mapping[str, object]) -> None:
    answers.write(json.dumps(answer).encode("ascii") + b"\n")
    answers.flush()


def _set_alarm(seconds: float) -> None:
    """End this process some seconds after the parent should have: the parent may have been killed
    meanwhile.
    """
    if sys.platform != "win32":
        signal.alarm(ceil(seconds) + 5 if seconds else 0)


def _limit_memory(memory_bytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    for limit, value in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CORE, 0)):
        # macOS refuses a limit on the address space; time is still limited there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
