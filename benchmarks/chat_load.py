"""The chat with many readers: how soon the first quotes come, whether a stream stalls, what comes beyond the capacity, what is left of
streams that were left, whether memory and a long conversation stay as they were, and how soon the page is there.

    python benchmarks/chat_load.py --library FOLDER [--minutes 0.5] [--chromium PATH]

FOLDER is any library; it is copied, and without one the sample articles are taken in. Each reader speaks to the server as the page
does: an event joins Gradio's queue, and what comes of it is a stream. Times are told as they are and as ratios to one reader of the
same run. Ends with 1 where something does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from rag import Desk
from rag.answer_types import Message
from ui.commands.demo import samples_folder
from ui.serve import make_application, make_server

READERS = 8
QUESTIONS = 400  # that are asked once each, in turn: what was asked before is quicker
LONG = 40  # answers of the long conversation
ABORTED = 200
FIRST_TOKEN, PER_TOKEN = 0.2, 1 / 50  # seconds of the stub
_SENTENCE = 40  # words
FIRST_QUOTES_WITHIN = 1.0  # seconds, p95
STALL_WITHIN = 2.0
BUSY_WITHIN = 0.1
FIRST_VIEW_WITHIN = 2.0
AS_QUICK = 1.5  # the last answers of a conversation, as a multiple of the first
FLAT_WITHIN = 0.05  # of the memory
_PATIENCE = 600.0
_READING = r"class=\"reading-now\""  # what a stream holds once there are words of articles to read
_SHOWN = (r"class=\"source\"", r"class=\"refusal\"")  # and once it is known what answers


class Stub:
    """Writes the beginning of the first quote, a word at a time, as fast as a usual model: a sentence of usual length.

    Nothing unchecked is shown, so a sentence stalls its stream for as long as the model takes to write it.
    """

    name = "stub"

    def stream(self, messages: Sequence[Message], *, markers: int, maximum_tokens: int) -> Iterator[str]:  # noqa: ARG002
        """Write the first quote."""
        found = re.findall(r"^\[1\] \(.*?\) (.*)$", messages[-1].content, re.MULTILINE)
        time.sleep(FIRST_TOKEN)
        for word in f"[1] {found[-1] if found else 'Nothing.'}".split(" ")[:_SENTENCE]:
            time.sleep(PER_TOKEN)
            yield f"{word} "

    def probability_yes(self, messages: Sequence[Message]) -> float | None:  # noqa: ARG002
        """Be fairly sure."""
        return 0.9

    def close(self) -> None:
        """Do nothing."""


@dataclass
class Asked:
    """What a reader saw of one answer, in seconds since the question.

    Attributes:
        words: when the first words of articles were shown, with their sources: the passages that are read closer.
        first: when the first quotes that answer, or the refusal, were shown.
        stall: the longest time in which nothing new was shown, after that.
    """

    words: float = 0.0
    first: float = 0.0
    stall: float = 0.0
    total: float = 0.0


@dataclass
class Door:
    """The page as its own script sees it: which event asks, and what it is given.

    Attributes:
        event: number of the event.
        empty: what the parts of the page hold before anything is typed; the question is the first.
    """

    address: str
    pid: int
    event: int
    empty: list[Any]
    questions: Iterator[str]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, help="which library; the samples where none is named")
    parser.add_argument("--minutes", type=float, default=0.5, help="how long memory is watched")
    parser.add_argument("--rounds", type=int, default=5, help="questions that each reader asks")
    parser.add_argument("--aborted", type=int, default=ABORTED, help="streams that are left half way")
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="a browser for the first view")
    parser.add_argument("--serve", metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--stub", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        _serve(Path(given.serve), stub=given.stub)
        return 0
    fine: dict[str, bool] = {}
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        if given.library:
            shutil.copytree(given.library, library, ignore=shutil.ignore_patterns("lock", "watched.json"))
        with _served(Path(folder), stub=False) as door:
            fine |= asyncio.run(_quotes_alone(door, given.rounds))
            fine |= asyncio.run(_long_conversation(door))
            fine |= asyncio.run(_memory(door, given.minutes * 60))
            fine |= _first_view(door, given.chromium)
        with _served(Path(folder), stub=True) as door:
            fine |= asyncio.run(_with_a_model(door, given.rounds))
            fine |= asyncio.run(_beyond_capacity(door))
            fine |= asyncio.run(_aborted(door, given.aborted))
    for what, holds in fine.items():
        print(f"{'holds' if holds else 'FAILS'}: {what}")
    return 0 if all(fine.values()) else 1


def _serve(folder: Path, *, stub: bool) -> None:
    library = folder / "library"
    with Desk(library=library, model="none", create=True) as opened:
        if not opened.count_passages():
            opened.ingest([samples_folder() / "articles"])
        desk = opened.with_model(Stub()) if stub else opened
        desk.warm_up()
        application = make_application(desk, token="never-used", host="127.0.0.1", warm=threading.Event())
        server = make_server(application, desk)
        listener = server.config.bind_socket()
        told = {"address": f"http://127.0.0.1:{listener.getsockname()[1]}", "questions": _make_questions(desk)}
        print(json.dumps({**told, "passages": desk.count_passages()}), flush=True)
        server.run(sockets=[listener])


def _make_questions(desk: Desk) -> list[str]:
    """Return questions made of how articles begin, from all over the library; none leans on another."""
    ids = desk.library.article_ids()
    spread = ids[:: max(1, len(ids) // QUESTIONS)][:QUESTIONS]
    return [f"{' '.join(desk.article(each).text.split()[:10])}?" for each in spread]


@contextmanager
def _served(folder: Path, *, stub: bool) -> Iterator[Door]:
    command = [sys.executable, __file__, "--serve", folder, *(["--stub"] if stub else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            told = json.loads(server.stdout.readline())
            print(f"{told['passages']:,} passages, {'a stub model' if stub else 'quotes alone'}")
            yield _find_door(told["address"], server.pid, told["questions"])
        finally:
            server.terminate()


def _find_door(address: str, pid: int, questions: list[str]) -> Door:
    """Return the event that asks, as the page describes it to its script."""
    for _ in range(200):
        try:
            page = httpx.get(f"{address}/config", timeout=_PATIENCE).json()
            break
        except httpx.ConnectError:
            time.sleep(0.05)
    parts = {each["id"]: each["props"] for each in page["components"]}
    question = next(name for name, props in parts.items() if props.get("elem_id") == "question")
    event = next(each for each in page["dependencies"] if [question, "submit"] in each["targets"])
    return Door(address, pid, event["id"], [parts[name].get("value") for name in event["inputs"]], cycle(questions))


async def _stream(client: httpx.AsyncClient, door: Door, question: str, session: str) -> AsyncIterator[dict[str, Any]]:
    """Ask a question in a session, and yield what the server tells of it."""
    told = {"data": [question, *door.empty[1:]], "fn_index": door.event, "session_hash": session}
    joined = await client.post("/gradio_api/queue/join", json=told)
    joined.raise_for_status()
    async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as lines:
        async for line in lines.aiter_lines():
            if line.startswith("data:"):
                message = json.loads(line.removeprefix("data:"))
                yield message
                if message["msg"] in ("process_completed", "close_stream", "unexpected_error"):
                    return


async def _ask(client: httpx.AsyncClient, door: Door, question: str, session: str) -> Asked:
    asked, started = Asked(), time.perf_counter()
    last, succeeded = started, False
    async for message in _stream(client, door, question, session):
        now = time.perf_counter()
        if message["msg"] not in ("process_generating", "process_completed"):
            continue
        shown = json.dumps(message)
        known = not asked.first and any(mark in shown for mark in _SHOWN)
        if not asked.words and (known or _READING in shown):
            asked.words = now - started
        if known:
            asked.first = now - started
        elif asked.first:
            asked.stall = max(asked.stall, now - last)
        last = now
        succeeded = message["msg"] == "process_completed" and message["success"]
    if not succeeded or not asked.first:
        raise SystemExit(f"No answer came to {question!r}.")
    asked.total = time.perf_counter() - started
    return asked


def _client(door: Door) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=door.address, timeout=_PATIENCE, limits=httpx.Limits(max_connections=400))


async def _read(door: Door, readers: int, rounds: int) -> list[Asked]:
    """Have readers ask at the same time, each in a window of its own and other questions than the others."""
    async with _client(door) as client:

        async def read() -> list[Asked]:
            return [await _ask(client, door, next(door.questions), uuid.uuid4().hex) for _ in range(rounds)]

        return [asked for each in await asyncio.gather(*(read() for _ in range(readers))) for asked in each]


def _p95(numbers: Sequence[float]) -> float:
    return sorted(numbers)[int(0.95 * (len(numbers) - 1) + 0.5)]


async def _quotes_alone(door: Door, rounds: int) -> dict[str, bool]:
    await _read(door, 1, 2)  # what the first question loads is loaded
    one = await _read(door, 1, max(10, rounds))
    many = await _read(door, READERS, rounds)
    held = {}
    for what, told in (("words", "the first words of articles"), ("first", "the first quotes that answer")):
        alone, together = ([getattr(each, what) for each in asked] for asked in (one, many))
        print(
            f"{told}: one reader p50 {median(alone):.2f} s, p95 {_p95(alone):.2f} s; {READERS} readers p50 {median(together):.2f} s, "
            f"p95 {_p95(together):.2f} s (n = {len(together)}), p95 / p95 of one {_p95(together) / _p95(alone):.1f}"
        )
        held[f"{told} before {READERS} readers within {FIRST_QUOTES_WITHIN:g} s (p95)"] = (
            _p95(together) <= FIRST_QUOTES_WITHIN
        )
    return held


async def _long_conversation(door: Door) -> dict[str, bool]:
    session = uuid.uuid4().hex
    async with _client(door) as client:
        asked = [next(door.questions) for _ in range(LONG)]
        for question in asked[:-5]:
            await _ask(client, door, question, session)
        # The same questions in the long conversation and as the first of one: each was asked before, so neither is the quicker.
        for question in asked[-5:]:
            await _ask(client, door, question, uuid.uuid4().hex)
        firsts = [(await _ask(client, door, question, uuid.uuid4().hex)).total for question in asked[-5:]]
        lasts = [(await _ask(client, door, question, session)).total for question in asked[-5:]]
    first, last = median(firsts), median(lasts)
    print(f"a conversation: the last 5 of {LONG} answers {last:.2f} s, the same as first questions {first:.2f} s")
    return {f"answer {LONG} as quick as the first": last <= max(0.3, first * AS_QUICK)}


async def _memory(door: Door, seconds: float) -> dict[str, bool]:
    ends, weighed = time.monotonic() + seconds, []
    answers = 0
    while time.monotonic() < ends:
        answers += len(await _read(door, READERS, 2))
        weighed.append(_weigh(door.pid)[0])
    quarter = max(1, len(weighed) // 4)
    early, late = median(weighed[quarter : 2 * quarter] or weighed), median(weighed[-quarter:])
    print(
        f"memory over {seconds / 60:g} min and {answers} answers: {early:.0f} MB early, {late:.0f} MB late ({late / early - 1:+.1%})"
    )
    return {"memory flat": late <= early * (1 + FLAT_WITHIN)}


def _first_view(door: Door, chromium: str | None) -> dict[str, bool]:
    if not chromium:
        print("first view: not measured, there is no browser")
        return {}
    from playwright.sync_api import sync_playwright

    seconds = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(5):
            page = browser.new_context().new_page()
            started = time.perf_counter()
            page.goto(door.address, wait_until="commit")
            page.locator("#coverage").wait_for()
            page.locator("#question textarea").wait_for()
            seconds.append(time.perf_counter() - started)
            page.context.close()
        browser.close()
    print(f"first view, nothing cached: {median(seconds):.2f} s (median of 5), {max(seconds):.2f} s at most")
    return {f"first view within {FIRST_VIEW_WITHIN:g} s": median(seconds) <= FIRST_VIEW_WITHIN}


async def _with_a_model(door: Door, rounds: int) -> dict[str, bool]:
    await _read(door, 1, 2)
    one = await _read(door, 1, max(3, rounds))
    many = await _read(door, READERS, rounds)
    stalls = [each.stall for each in many]
    firsts = [each.first for each in many]
    print(
        f"a model of {FIRST_TOKEN * 1000:g} ms and {1 / PER_TOKEN:g} tokens a second: first quotes p95 {_p95(firsts):.2f} s "
        f"(one reader {_p95([each.first for each in one]):.2f} s), longest stall {max(stalls):.2f} s "
        f"(one reader {max(each.stall for each in one):.2f} s), an answer {median(each.total for each in many):.1f} s"
    )
    return {f"no stream stalls over {STALL_WITHIN:g} s": max(stalls) <= STALL_WITHIN}


async def _beyond_capacity(door: Door) -> dict[str, bool]:
    """Ask until the queue is full, and once more."""
    waited, said = [], ""
    told = {"fn_index": door.event, "data": [next(door.questions), *door.empty[1:]]}
    sessions: list[str] = []
    async with _client(door) as client:
        for _ in range(400):
            session = uuid.uuid4().hex
            started = time.perf_counter()
            answer = await client.post("/gradio_api/queue/join", json={**told, "session_hash": session})
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                waited.append(time.perf_counter() - started)
                said = answer.json()["detail"]
            else:
                sessions.append(session)
            if len(waited) == 20:
                break
        # Those that wait are let go, as by windows that are closed.
        await asyncio.gather(*(_leave(client, session) for session in sessions))
    print(f"beyond the capacity, after {len(sessions)}: {said!r} within {_p95(waited or [9.0]) * 1000:.0f} ms (p95)")
    return {f"busy is said within {BUSY_WITHIN * 1000:g} ms": bool(waited) and _p95(waited) <= BUSY_WITHIN}


async def _leave(client: httpx.AsyncClient, session: str) -> None:
    async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as lines:
        async for _ in lines.aiter_lines():
            return


async def _aborted(door: Door, count: int) -> dict[str, bool]:
    """Leave many streams half way, and see what the second half of them left that the first had not."""
    question = next(door.questions)
    async with _client(door) as client:
        before = await _ask(client, door, question, uuid.uuid4().hex)

    async def abort() -> None:
        async with _client(door) as client:
            async for message in _stream(client, door, next(door.questions), uuid.uuid4().hex):
                if message["msg"] == "process_generating":
                    return  # the window is closed while the answer is written

    weighed, left = [], 0
    for begin in (0, count // 2):
        for first in range(begin, begin + count // 2, 20):
            await asyncio.gather(*(abort() for _ in range(first, min(begin + count // 2, first + 20))))
        left = await _idle(door)
        weighed.append(_weigh(door.pid))
    (memory, threads), (memory_after, threads_after) = weighed
    async with _client(door) as client:
        after = await _ask(client, door, question, uuid.uuid4().hex)
    print(
        f"after {count} streams that were left: {left} in the queue; the second half left {threads_after - threads:+d} threads "
        f"(of {threads}), {memory_after - memory:+.0f} MB (of {memory:.0f}); the next answer {after.total:.2f} s, "
        f"before {before.total:.2f} s"
    )
    return {
        f"{count} streams that were left leave nothing": left == 0
        and threads_after <= threads + 2
        and memory_after <= memory * (1 + FLAT_WITHIN)
        and after.total <= max(1.0, before.total * 2)
    }


async def _idle(door: Door) -> int:
    """Wait until the queue is empty and the server rests, and return how many events are left in it after that."""
    size = -1
    async with _client(door) as client:
        for _ in range(60):
            size = (await client.get("/gradio_api/queue/status")).json()["queue_size"]
            busy = _cpu(door.pid)
            await asyncio.sleep(1)
            if size == 0 and _cpu(door.pid) - busy < 0.1:
                break
    return size


def _weigh(pid: int) -> tuple[float, int]:
    """Return the memory of a process in MB, and its threads."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    memory, threads = (int(re.findall(rf"{name}:\s+(\d+)", status)[0]) for name in ("VmRSS", "Threads"))
    return memory / 1024, threads


def _cpu(pid: int) -> float:
    """Return the seconds that a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    sys.exit(main())
