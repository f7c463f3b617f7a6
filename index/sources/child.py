"""A child process that parses what cannot be trusted, with limits on its time and its memory.

Starting a process for each file is slow, so one child serves many requests: a line of JSON goes in, a line of JSON
comes out, or several for a file of many articles. The parent kills it when it takes too long, and starts another at
the next request when it was killed or died.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from index.errors import SourceError
from index.sources.deadline import Deadline

Handler = Callable[[dict[str, str]], Mapping[str, object] | Iterable[Mapping[str, object]]]
"""What answers a request in the child: one mapping for ``ask``, any number of them for ``stream``."""

_LONGEST_WORK = 1200.0  # seconds for one answer of a child that says all the while that it works
_START_SECONDS = 60.0  # a cold disk and a busy machine; the clock of a request starts after it
_CLOSE_SECONDS = 2.0
_PROJECT = Path(__file__).resolve().parents[2]
# What Python needs to start; the rest of the environment may hold keys, which a parser has no use for.
_PASSED_ON = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "TEMP", "TESSDATA_PREFIX")
_WORKING = "working"


class ChildWorker:
    """One child process, started at the first request, that answers requests one at a time.

    Attributes:
        arguments: what follows the interpreter on its command line, ``("-m", "package.module")`` or a file.
            That program calls ``serve_requests``.
        seconds: wall-clock limit of one answer, or of the time until the child says that it still works on it.
        memory_bytes: how far the child's address space may grow beyond what it has when it is ready, where the
            system has such a limit.
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
        self._deadline = Deadline()

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
            answer = self._begin(request, reference)
        return _accept(answer, reference)

    def stream(self, request: Mapping[str, str], *, reference: str) -> Iterator[dict[str, object]]:
        """Yield the child's answers to ``request`` one after the other, each within the limit of time.

        The child answers nobody else meanwhile; leaving the iteration early ends it.

        Raises:
            SourceError: about ``reference``, at any step: as for ``ask``.
        """
        with self._lock:
            ended = False
            try:
                answer = self._begin(request, reference)
                while not (ended := "end" in answer or "refused" in answer):
                    yield answer
                    answer = self._exchange(None, self.seconds, reference)
                _accept(answer, reference)
            finally:
                if not ended:
                    self._stop()

    def close(self) -> None:
        """End the child, if there is one. A later request starts another."""
        with self._lock:
            self._stop()
            self._deadline.close()

    def _begin(self, request: Mapping[str, str], reference: str) -> dict[str, object]:
        """Send a request to the child, a fresh one where needed, and return its first answer."""
        if self._requests >= self.requests_per_child:
            self._stop()
        if self._process is None:
            self._start(reference)
        self._requests += 1
        return self._exchange(json.dumps(request), self.seconds, reference)

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

    def _exchange(self, line: str | None, seconds: float, reference: str) -> dict[str, object]:
        """Send a line, if there is one, and return the next answer; kill the child when it takes longer than
        ``seconds``.
        """
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise RuntimeError("there is no child to ask")
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            _kill(process)

        latest = time.monotonic() + _LONGEST_WORK
        try:
            while True:
                # Killing the child closes its ends of the pipes, which frees the blocking calls below.
                with self._deadline.within(seconds, expire):
                    answer = _send_line(process.stdin, process.stdout, line)
                if answer is None or _WORKING not in answer:
                    break
                line = None
                if time.monotonic() > latest:
                    seconds = _LONGEST_WORK
                    expire()
                    break
        except BaseException:
            # Interrupted between question and answer: the next answer would belong to this question.
            self._stop()
            raise
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
                _kill(process)
        return process.returncode


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a child at once, and what it has started."""
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # it leads a group of its own
    process.kill()


def _send_line(into: IO[bytes], out_of: IO[bytes], line: str | None) -> dict[str, object] | None:
    """Return the answer to ``line``, or the next one without a line; None where the child died instead of
    answering.
    """
    try:
        if line is not None:
            into.write(line.encode("ascii") + b"\n")
            into.flush()
    except OSError:
        return None
    reply = out_of.readline()
    if not reply.endswith(b"\n"):
        return None
    answer: dict[str, object] = json.loads(reply)
    return answer


def _accept(answer: dict[str, object], reference: str) -> dict[str, object]:
    if isinstance(reason := answer.get("refused"), str):
        raise SourceError(f"{reference}: {reason}.", reference=reference, hint=str(answer.get("hint", "")))
    return answer


def _describe_death(status: int | None) -> str:
    if status is not None and status < 0:
        return f"it is broken or too large to be read (its reader was ended by signal {-status})"
    return f"it is broken or too large to be read (its reader ended with status {status})"


_tell_parent: Callable[[], None] | None = None


def still_working() -> None:
    """Tell the parent, where there is one, that an answer takes longer and is worked on: it waits anew."""
    if _tell_parent is not None:
        _tell_parent()


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

    def tell() -> None:
        _write_answer(answers, {_WORKING: True})
        _set_alarm(limits["seconds"])

    global _tell_parent
    _tell_parent = tell
    for line in requests:
        answered = _answer_request(handle, line)
        while True:
            _set_alarm(limits["seconds"])
            answer = next(answered, None)
            # Writing waits for the parent, which takes the time it needs for the answer before.
            _set_alarm(0)
            if answer is None:
                break
            _write_answer(answers, answer)


def _answer_request(handle: Handler, line: bytes) -> Iterator[Mapping[str, object]]:
    """Yield the one answer of a handler, or its many and then the word that they ended."""
    try:
        answer = handle(json.loads(line))
        if isinstance(answer, Mapping):
            yield answer
        else:
            yield from answer
            yield {"end": True}
    except Exception as error:  # noqa: BLE001 - whatever a parser raises on hostile input is this article's failure
        yield describe_failure(error)


def describe_failure(error: Exception) -> dict[str, str]:
    """Return what a child answers about an input that failed: the reason, and the hint where there is one."""
    if isinstance(error, SourceError):
        # The parent puts the reference in front of the reason and a full stop behind it.
        return {"refused": error.message.removeprefix(f"{error.reference}: ").rstrip("."), "hint": error.hint}
    if isinstance(error, MemoryError):
        return {"refused": "reading it takes more memory than is allowed"}
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

    for limit, value in ((resource.RLIMIT_AS, _address_space() + memory_bytes), (resource.RLIMIT_CORE, 0)):
        # macOS refuses a limit on the address space; time is still limited there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


def _address_space() -> int:
    """Return how many bytes of address space this process has, or 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
