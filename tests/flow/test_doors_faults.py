"""A model on its bad days, asked through every door: each says who failed and why, in time, and shows the quotes all the same."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import httpx2
import msgspec
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from rag import Desk
from rag.answer_types import Answer
from rag.models.remote.model import RemoteModel
from tests.conftest import SAMPLES
from tests.flow.asking_for_tests import QUESTION
from tests.flow.doors_for_tests import Served, serve
from tests.flow.model_faults import DAYS, PARTIAL, Faulty, closed_port, play_faults
from tests.flow.test_cli import run
from ui.cli import main

TIMEOUT = 1.5
YES_OR_NO = "Did Brantholm Metals appeal against its fine?"


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    with play_faults() as running:
        yield running


class Changing:
    """A model that is another one on each day: one server with all its doors for all of them."""

    def __init__(self) -> None:
        self.today: RemoteModel | None = None

    def be(self, url: str) -> None:
        self.close()
        self.today = RemoteModel("openai", "m", url=url, timeout=TIMEOUT, draft_timeout=2 * TIMEOUT)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.today, name)

    def close(self) -> None:
        if self.today:
            self.today.close()


@pytest.fixture(scope="module")
def changing() -> Iterator[Changing]:
    model = Changing()
    model.be(closed_port())
    yield model
    model.close()


@pytest.fixture(scope="module")
def asked(desk: Desk, changing: Changing) -> Desk:
    return desk.with_model(changing)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def served(asked: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(asked, tmp_path_factory.mktemp("keys")) as running:
        yield running


def by_http(served: Served, question: str) -> Any:
    return post(served, "/api/v1/ask", {"question": question})


def by_stream(served: Served, question: str) -> Any:
    response = httpx.post(
        f"{served.address}/api/v1/ask/stream", headers=served.headers, json={"question": question}, timeout=150
    )
    assert response.status_code == 200
    last = [line for line in response.text.splitlines() if line.startswith("data:")][-1]
    return msgspec.json.decode(last.removeprefix("data:").strip())["answer"]


def by_chat(served: Served, question: str) -> Any:
    sent = {"model": "citewire", "messages": [{"role": "user", "content": question}]}
    said = post(served, "/v1/chat/completions", sent)
    (choice,) = said["choices"]
    # What broke off is marked in the form of this door.
    broken = bool(said["citewire"]["model_error"]) and said["citewire"]["model"] != "none"
    assert choice["finish_reason"] == ("length" if broken else "stop")
    return said["citewire"]


def by_responses(served: Served, question: str) -> Any:
    said = post(served, "/v1/responses", {"model": "citewire", "input": question})
    broken = bool(said["citewire"]["model_error"]) and said["citewire"]["model"] != "none"
    assert said["status"] == ("incomplete" if broken else "completed")
    return said["citewire"]


def by_mcp(served: Served, question: str) -> Any:
    async def run() -> Any:
        async with (
            httpx2.AsyncClient(headers=served.headers, timeout=150) as http,
            Client(streamable_http_client(f"{served.address}/mcp", http_client=http)) as client,
        ):
            return await client.call_tool("ask", {"question": question})

    result = asyncio.run(run())
    assert not result.is_error
    answer = result.structured_content
    assert answer["model_error"] in result.content[0].text
    return answer


def post(served: Served, path: str, body: dict[str, Any]) -> Any:
    response = httpx.post(served.address + path, headers=served.headers, json=body, timeout=150)
    assert response.status_code == 200, response.text
    assert "Traceback" not in response.text
    return response.json()


DOORS: dict[str, Callable[[Served, str], Any]] = {
    "http": by_http,
    "stream": by_stream,
    "chat": by_chat,
    "responses": by_responses,
    "mcp": by_mcp,
}


def check(answer: Answer, pattern: str, url: str) -> None:
    assert answer.model_error
    assert re.search(rf"{pattern}|left alone: it failed 5 times in a row, at last: .*", answer.model_error)
    if "no whole sentence" not in answer.model_error:
        assert f"'openai/m' at {url}" in answer.model_error
    assert "Traceback" not in answer.model_error
    # What answers is there all the same, and was checked.
    assert answer.status == "answered"
    assert "34" in answer.text or "Thirty-four" in answer.text
    assert answer.citations


@pytest.mark.parametrize("day", DAYS)
def test_every_door_says_what_is_the_matter(
    served: Served, asked: Desk, changing: Changing, faulty: Faulty, day: str
) -> None:
    changing.be(faulty.url(day))
    changing.facts()
    pattern, url = DAYS[day][1], faulty.url(day)
    started = time.monotonic()
    with ThreadPoolExecutor(len(DOORS) + 1) as pool:
        told = {name: pool.submit(door, served, QUESTION) for name, door in DOORS.items()}
        own = pool.submit(asked.ask, QUESTION)
        answers = {name: msgspec.convert(each.result(), Answer) for name, each in told.items()}
        answers["python"] = own.result()
    spent = time.monotonic() - started
    # What it costs to find and to check is another matter, and more of it on a busy machine.
    whole = 2 * TIMEOUT if day in ("drip", "endless", *PARTIAL) else TIMEOUT
    for answer in answers.values():
        check(answer, pattern, url)
        assert (answer.timings_ms.generate or 0.0) / 1000 <= whole + 2.0
    assert spent < 150, "nothing hangs"
    if day in PARTIAL:
        assert any(answer.model == "openai/m" and answer.sentences for answer in answers.values())


def test_nobody_listens(served: Served, changing: Changing) -> None:
    url = closed_port()
    changing.be(url)
    for door in DOORS.values():
        check(msgspec.convert(door(served, QUESTION), Answer), "it refused the connection", url)


def test_question_of_yes_or_no_is_answered_by_the_articles_alone(asked: Desk, desk: Desk, changing: Changing) -> None:
    changing.be(closed_port())
    answer = asked.ask(YES_OR_NO)
    assert "refused the connection" in (answer.model_error or "") or "left alone" in (answer.model_error or "")
    assert answer.verdict == desk.ask(YES_OR_NO).verdict


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("command") / "library"
    with Desk(library=folder, model="none", create=True) as opened:
        opened.ingest(sorted(SAMPLES.glob("*warning-strike*")))
    return folder


@pytest.mark.parametrize("day", DAYS)
def test_command_says_what_is_the_matter_and_ends_with_its_code(
    library: Path, faulty: Faulty, day: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CITEWIRE_ANSWER_URL", faulty.url(day))
    monkeypatch.setenv("CITEWIRE_ANSWER_TIMEOUT", str(TIMEOUT))
    monkeypatch.setenv("CITEWIRE_ANSWER_DRAFT_TIMEOUT", str(2 * TIMEOUT))
    monkeypatch.setattr(sys, "argv", ["citewire", "ask", QUESTION, "--model", "openai/m", "--library", str(library)])
    started = time.monotonic()
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert time.monotonic() - started < 60, "nothing hangs"
    assert ended.value.code == 5
    assert re.search(DAYS[day][1], " ".join(said.err.split()))
    assert "Traceback" not in said.out + said.err
    assert "34 vessels" in " ".join(said.out.split())


def test_command_of_its_own_process_ends_with_its_code(library: Path, faulty: Faulty) -> None:
    for url, words in ((closed_port(), "refused the connection"), (faulty.url("status_500"), "HTTP 500: boom")):
        done = run(
            "ask", QUESTION, "--model", "openai/m", "--library", str(library),
            CITEWIRE_ANSWER_URL=url, CITEWIRE_ANSWER_TIMEOUT="2",
        )  # fmt: skip
        assert done.returncode == 5
        assert words in done.stderr
        assert "'openai/m'" in done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        assert "vessels" in done.stdout
