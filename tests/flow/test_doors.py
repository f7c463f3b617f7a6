"""Every door answers the same questions with the same citations as the desk itself."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import httpx2
import msgspec
import openai
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from rag import Desk
from rag.answer_types import Answer, Timings
from rag.llama_index import CitedQueryEngine, CitedResponse
from tests.conftest import ROOT
from tests.flow.doors_for_tests import TWELVE, Served, serve

Ask = Callable[[Served, Desk, str], Answer]


@pytest.fixture(scope="module")
def served(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(desk.with_model(None), tmp_path_factory.mktemp("keys")) as running:
        yield running


def read(value: Any) -> Answer:
    return msgspec.convert(value, Answer)


def by_http(served: Served, desk: Desk, question: str) -> Answer:
    sent = {"question": question}
    response = httpx.post(f"{served.address}/api/v1/ask", headers=served.headers, json=sent, timeout=60)
    assert response.status_code == 200
    return read(response.json())


def by_http_events(served: Served, desk: Desk, question: str) -> Answer:
    sent = {"question": question}
    where = f"{served.address}/api/v1/ask/stream"
    with httpx.stream("POST", where, headers=served.headers, json=sent, timeout=60) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        events = [json.loads(line.removeprefix("data: ")) for line in response.iter_lines() if line.startswith("data:")]
    assert [event["event"] for event in events][:1] == ["quotes"]
    return read(events[-1]["answer"])


def by_chat(served: Served, desk: Desk, question: str) -> Answer:
    with openai.OpenAI(base_url=f"{served.address}/v1", api_key=served.key, max_retries=0) as client:
        said = client.chat.completions.create(model="citewire", messages=[{"role": "user", "content": question}])
    assert said.model_extra is not None
    return read(said.model_extra["citewire"])


def by_responses(served: Served, desk: Desk, question: str) -> Answer:
    with openai.OpenAI(base_url=f"{served.address}/v1", api_key=served.key, max_retries=0) as client:
        said = client.responses.create(model="citewire-quotes", input=question)
    assert said.model_extra is not None
    return read(said.model_extra["citewire"])


def by_mcp(served: Served, desk: Desk, question: str) -> Answer:
    async def ask() -> Any:
        async with (
            httpx2.AsyncClient(headers=served.headers, timeout=60) as http,
            Client(streamable_http_client(f"{served.address}/mcp", http_client=http)) as client,
        ):
            return await client.call_tool("ask", {"question": question})

    result = asyncio.run(ask())
    assert not result.is_error
    return read(result.structured_content)


def by_llama_index(served: Served, desk: Desk, question: str) -> Answer:
    response = CitedQueryEngine(desk).query(question)
    assert isinstance(response, CitedResponse)
    assert response.answer is not None
    return response.answer


def by_python(served: Served, desk: Desk, question: str) -> Answer:
    return asyncio.run(desk.aask(question))


DOORS: list[Ask] = [by_http, by_http_events, by_chat, by_responses, by_mcp, by_llama_index, by_python]


@pytest.mark.parametrize("question", TWELVE)
def test_every_door_gives_the_answer_of_the_desk(served: Served, desk: Desk, question: str) -> None:
    wanted = desk.ask(question)
    for door in DOORS:
        answer = door(served, desk, question)
        assert msgspec.to_builtins(answer) | {"timings_ms": None} == msgspec.to_builtins(wanted) | {
            "timings_ms": None
        }, door.__name__
        assert isinstance(answer.timings_ms, Timings)


def test_twelve_questions_are_of_every_outcome(desk: Desk) -> None:
    assert len(TWELVE) == len(set(TWELVE)) == 12
    assert {desk.ask(question).status for question in TWELVE} >= {"answered", "no_evidence"}


def blocks() -> list[Any]:
    found = []
    for name in ("http", "openai", "mcp"):
        text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
        code = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        assert code
        found += [pytest.param(block, id=f"{name}-{number}") for number, block in enumerate(code, start=1)]
    return found


@pytest.mark.parametrize("code", blocks())
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the examples leave their clients to the end of the program
def test_examples_of_the_guides_run(served: Served, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", served.key)
    assert "http://127.0.0.1:7860" in code
    exec(compile(code.replace("http://127.0.0.1:7860", served.address), "example", "exec"), {"__name__": "example"})
