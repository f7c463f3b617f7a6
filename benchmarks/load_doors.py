"""Thirty-two streams at once, for five minutes, against a server whose model is a stub: no answer may be lost, memory stays flat, and
who comes beyond the capacity is sent away at once.

Run: ``.venv/bin/python benchmarks/load_doors.py``; ``--seconds 30`` for a short run. Ends with 1 where something does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean, median

import httpx
import uvicorn

from index.settings import ServerSettings
from rag import Desk
from rag.answer_types import Message
from ui.commands.demo import samples_folder
from ui.doors.keys import Keys
from ui.http import make_api

STREAMS = 32
AT_ONCE = 4
TURNED_AWAY_WITHIN = 0.1  # seconds
FLAT_WITHIN = 0.05  # of the memory
PATIENCE = 1800.0  # seconds that a client waits: slow is not lost


class Stub:
    """Writes the first quote, a word at a time, as fast as a good server would."""

    name = "stub"

    def stream(self, messages: Sequence[Message], *, markers: int, maximum_tokens: int) -> Iterator[str]:  # noqa: ARG002
        """Write the first quote."""
        found = re.findall(r"^\[1\] \(.*?\) (.*)$", messages[-1].content, re.MULTILINE)
        for word in f"[1] {found[-1] if found else 'Nothing.'}".split(" "):
            time.sleep(0.005)
            yield f"{word} "

    def probability_yes(self, messages: Sequence[Message]) -> float | None:  # noqa: ARG002
        """Be fairly sure."""
        return 0.9

    def close(self) -> None:
        """Do nothing."""


@dataclass
class Seen:
    """What the clients saw."""

    whole: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    turned_away: list[float] = field(default_factory=list)
    without_hint: int = 0
    let_in: int = 0
    memory: list[float] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0, help="how long")
    parser.add_argument("--serve", metavar="FOLDER", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        _serve(Path(given.serve))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--serve", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                address, key = server.stdout.readline().split()
                seen = asyncio.run(_load(address, key, server.pid, given.seconds))
            finally:
                server.terminate()
    return _report(seen, given.seconds)


def _serve(folder: Path) -> None:
    with Desk(library=folder / "library", model="none", create=True) as opened:
        opened.ingest([samples_folder() / "articles"])
        desk = opened.with_model(Stub())
        settings = ServerSettings(at_once=AT_ONCE, waiting=STREAMS - AT_ONCE, requests_per_minute=10_000_000)
        desk.settings = replace(
            desk.settings, server=settings, library=folder, answer=replace(desk.settings.answer, drafts_at_once=STREAMS)
        )
        desk.warm_up()
        _, key = Keys(folder).add("load")
        server = uvicorn.Server(
            uvicorn.Config(
                make_api(desk, token="never-used", host="127.0.0.1"), port=0, log_level="warning", access_log=False
            )
        )
        listener = server.config.bind_socket()
        print(f"http://127.0.0.1:{listener.getsockname()[1]} {key}", flush=True)
        server.run(sockets=[listener])


async def _load(address: str, key: str, pid: int, seconds: float) -> Seen:
    rows = [
        json.loads(line) for line in (samples_folder() / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    questions = [row["question"] for row in rows]
    seen = Seen()
    limits = httpx.Limits(max_connections=STREAMS + 8)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=PATIENCE, limits=limits) as client:
        ends = time.monotonic() + seconds
        streams = [_ask_on(client, questions, place, seen, ends) for place in range(STREAMS)]
        await asyncio.gather(*streams, _knock(client, seen, ends), _weigh(pid, seen, ends))
    return seen


async def _ask_on(client: httpx.AsyncClient, questions: Sequence[str], place: int, seen: Seen, ends: float) -> None:
    while time.monotonic() < ends:
        place += 1
        started, last = time.monotonic(), ""
        try:
            sent = {"question": questions[place % len(questions)]}
            async with client.stream("POST", "/api/v1/ask/stream", json=sent) as response:
                if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
                    # The one who knocks took the place: it is asked for again, as a client does.
                    await asyncio.sleep(0.05)
                    continue
                async for line in response.aiter_lines():
                    last = line or last
        except httpx.HTTPError as error:
            seen.lost[type(error).__name__] += 1
            continue
        told = json.loads(last.removeprefix("data:")) if last.startswith("data:") else {}
        if told.get("event") == "answer":
            seen.whole += 1
            seen.seconds.append(time.monotonic() - started)
        else:
            seen.lost[f"HTTP {response.status_code}, {last[:80]!r}"] += 1


async def _knock(client: httpx.AsyncClient, seen: Seen, ends: float) -> None:
    """Ask beyond the capacity, again and again."""
    await asyncio.sleep(2)
    while time.monotonic() < ends:
        started = time.monotonic()
        response = await client.post("/api/v1/search", json={"question": "port"})
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            seen.turned_away.append(time.monotonic() - started)
            seen.without_hint += not response.headers.get("retry-after", "").isdecimal()
        else:
            seen.let_in += 1
        await asyncio.sleep(0.5)


async def _weigh(pid: int, seen: Seen, ends: float) -> None:
    while time.monotonic() < ends:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        seen.memory.append(int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024)
        await asyncio.sleep(1)


def _report(seen: Seen, seconds: float) -> int:
    quarter = max(1, len(seen.memory) // 4)
    early, late = mean(seen.memory[quarter : 2 * quarter] or seen.memory), mean(seen.memory[-quarter:])
    away = sorted(seen.turned_away)
    worst = away[-1] if away else 0.0
    usual = away[int(0.95 * (len(away) - 1))] if away else 0.0
    print(
        f"{STREAMS} streams, {seconds:g} s: {seen.whole} whole answers, {sum(seen.lost.values())} lost {dict(seen.lost)}"
    )
    if seen.seconds:
        print(f"an answer took {median(seen.seconds):.2f} s (median), {max(seen.seconds):.2f} s at most")
    print(f"memory {early:.0f} MB early, {late:.0f} MB late ({late / early - 1:+.1%})")
    print(f"429: {len(away)}, 95 of 100 within {usual * 1000:.0f} ms, all within {worst * 1000:.0f} ms, "
          f"{seen.without_hint} without Retry-After; {seen.let_in} were let in")  # fmt: skip
    fine = {
        "no answer lost": not seen.lost and seen.whole > 0,
        "memory flat": late <= early * (1 + FLAT_WITHIN),
        "429 at once": bool(away) and usual <= TURNED_AWAY_WITHIN and not seen.without_hint,
    }
    for what, holds in fine.items():
        print(f"{'holds' if holds else 'FAILS'}: {what}")
    return 0 if all(fine.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
