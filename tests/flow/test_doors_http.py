"""The JSON interface over a real server: what it gives, whom it lets in, how much it takes on, and that it keeps to its description."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.routing import Mount, Route

from index.settings import ServerSettings
from rag import Desk
from rag.answer_types import Answer
from tests.flow.asking_for_tests import QUESTION
from tests.flow.doors_for_tests import Served, serve
from ui.http import make_api

DOORS = ["/api/v1/library", "/api/v1/articles", "/api/v1/nothing", "/v1/models", "/v1/nothing", "/mcp", "/metrics"]
# Who may read these without a key learns that a server runs, and what its interface looks like.
OPEN = {"/healthz", "/readyz"}


@pytest.fixture(scope="module")
def served(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(desk.with_model(None), tmp_path_factory.mktemp("keys")) as running:
        yield running


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.address, headers=served.headers, timeout=60) as opened:
        yield opened


def test_articles_versions_and_what_is_covered(client: httpx.Client, desk: Desk) -> None:
    facts = client.get("/api/v1/library").json()
    assert facts["coverage"]["articles"] == desk.coverage().articles
    assert facts["passages"] == desk.count_passages()
    first = client.get("/api/v1/articles", params={"limit": 2}).json()["articles"]
    then = client.get("/api/v1/articles", params={"limit": 2, "offset": 2}).json()["articles"]
    assert len({each["id"] for each in first + then}) == 4
    name = first[0]["id"]
    article = client.get(f"/api/v1/articles/{name}").json()
    (version,) = client.get(f"/api/v1/articles/{name}/versions").json()["versions"]
    assert (version["sha256"], version["characters"]) == (article["sha256"], len(article["text"]))
    assert client.get(f"/api/v1/articles/{name}", params={"sha256": version["sha256"]}).json() == article
    named = client.get("/api/v1/articles", params={"outlet": "The Coastal Record"}).json()["articles"]
    assert {each["outlet"] for each in named} == {"The Coastal Record"}
    missing = client.get("/api/v1/articles/nowhere")
    assert (missing.status_code, missing.json()["error"]["kind"]) == (404, "ArticleNotFound")


def test_search_and_recheck(client: httpx.Client, desk: Desk) -> None:
    hits = client.post("/api/v1/search", json={"question": QUESTION, "limit": 3}).json()["hits"]
    assert hits == list(msgspec.to_builtins(desk.search(QUESTION, limit=3)))
    answer = msgspec.to_builtins(desk.ask(QUESTION))
    assert client.post("/api/v1/recheck", json=answer).json()["stands"] is True
    answer["citations"][0]["quote"] += " and more"
    found = client.post("/api/v1/recheck", json=answer).json()
    assert (found["stands"], found["answer"]["citations"][0]["standing"]) == (False, "false")


def test_follow_up_by_history(client: httpx.Client, desk: Desk) -> None:
    first = client.post("/api/v1/ask", json={"question": "How large was the fine against Brantholm Metals?"}).json()
    sent = {"question": "and who imposed it?", "history": [first]}
    second = client.post("/api/v1/ask", json=sent).json()
    assert second["understood"]
    assert second["citations"]


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"question": ""}, 422, "question"),
        ({"question": "x" * 100_001}, 422, "question"),
        ({"question": "\ud800"}, 422, "half a character"),
        ({"question": "x" * 3000}, 400, "3,000"),
        ({"question": "Who?", "first": "soon"}, 400, "is no date"),
        ({"question": "Who?", "surprise": 1}, 422, "surprise"),
        ({"question": "Who?", "history": [{"id": "x"}]}, 422, "history"),
    ],
)
def test_malformed_requests_are_said(client: httpx.Client, sent: dict[str, Any], status: int, words: str) -> None:
    for path in ("/api/v1/ask", "/api/v1/ask/stream"):
        response = client.post(path, content=json.dumps(sent), headers={"Content-Type": "application/json"})
        assert response.status_code == status, response.text
        assert words in response.json()["error"]["message"].replace("3000", "3,000")


def test_what_is_too_large_is_refused(client: httpx.Client) -> None:
    large = b'{"question": "' + b"x" * 1_100_000 + b'"}'
    for content in (large, iter([large[:600_000], large[600_000:]])):
        response = client.post("/api/v1/ask", content=content)
        assert (response.status_code, response.json()["error"]["kind"]) == (413, "TooLarge")


@pytest.mark.parametrize("path", DOORS)
def test_every_door_wants_a_key(served: Served, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer cw_0_wrong"}, {"Authorization": f"Basic {served.key}"}):
        response = httpx.get(served.address + path, headers=headers)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert served.key not in response.text


def test_every_route_is_guarded_or_known_to_be_open(desk: Desk) -> None:
    api = make_api(desk, token="secret", host="127.0.0.1")
    open_ones = set()
    for route in api.routes:
        if isinstance(route, Route) and not isinstance(route, Mount):
            dependant = getattr(route, "dependencies", [])
            if not dependant and type(route.endpoint).__name__ != "Guarded":
                open_ones.add(route.path)
        elif isinstance(route, Mount):
            assert type(route.app).__name__ == "Guarded", route.path
    assert open_ones == OPEN


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://127.0.0.1"]
)
@pytest.mark.parametrize("path", DOORS)
def test_pages_of_others_are_refused(served: Served, path: str, origin: str) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        response = httpx.request(method, served.address + path, headers=served.headers | {"Origin": origin})
        assert response.status_code == 403
        assert "access-control-allow-origin" not in response.headers


def test_own_pages_and_named_origins_may_ask(served: Served, desk: Desk, tmp_path: Path) -> None:
    own = httpx.get(f"{served.address}/api/v1/library", headers=served.headers | {"Origin": served.address})
    assert own.status_code == 200
    settings = ServerSettings(origins="https://desk.example https://other.example")
    with serve(desk.with_model(None), tmp_path, settings=settings) as opened:
        asked = {"Origin": "https://desk.example", "Access-Control-Request-Method": "POST"}
        preflight = httpx.options(f"{opened.address}/api/v1/ask", headers=asked)
        assert preflight.headers["access-control-allow-origin"] == "https://desk.example"
        named = httpx.get(f"{opened.address}/api/v1/library", headers=opened.headers | asked)
        assert named.headers["access-control-allow-origin"] == "https://desk.example"
        strange = httpx.get(
            f"{opened.address}/api/v1/library", headers=opened.headers | {"Origin": "https://evil.example"}
        )
        assert (strange.status_code, strange.headers.get("access-control-allow-origin")) == (403, None)


def test_paths_that_no_mount_takes_are_answered_in_the_form_of_their_door(client: httpx.Client) -> None:
    for path, wanted in (
        ("/v1/models/a%0Ab", {"message", "type", "param", "code"}),
        ("/api/v1/a%0Ab", {"kind", "message", "hint"}),
    ):
        response = client.get(path)
        assert (response.status_code, set(response.json()["error"])) == (404, wanted)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil@127.0.0.1", "127.0.0.1:x", "localhost/evil"]
)
def test_other_names_of_this_machine_are_refused(served: Served, host: str) -> None:
    for path in ("/healthz", *DOORS):
        response = httpx.get(served.address + path, headers=served.headers | {"Host": host})
        assert (response.status_code, response.json()["error"]["kind"]) == (421, "WrongHost")
        assert "evil" not in response.text


def test_wrong_keys_come_to_an_end(desk: Desk, tmp_path: Path) -> None:
    with serve(desk.with_model(None), tmp_path) as opened, httpx.Client(base_url=opened.address) as client:
        statuses = [
            client.get("/v1/models", headers={"Authorization": f"Bearer cw_0_{number}"}).status_code
            for number in range(100)
        ]
        assert statuses == [401] * 20 + [429] * 80
        assert client.get("/v1/models", headers=opened.headers).status_code == 200


def test_requests_of_a_key_are_limited(desk: Desk, tmp_path: Path) -> None:
    settings = ServerSettings(requests_per_minute=3)
    with serve(desk.with_model(None), tmp_path, settings=settings) as opened:
        asked = [httpx.get(f"{opened.address}/api/v1/library", headers=opened.headers) for _ in range(4)]
        assert [response.status_code for response in asked] == [200, 200, 200, 429]
        assert 1 <= int(asked[3].headers["retry-after"]) <= 60
        other = {"Authorization": f"Bearer {opened.writing_key}"}
        assert httpx.get(f"{opened.address}/v1/models", headers=other).status_code == 200


class SlowDesk:
    """Makes every answer of a desk wait until it may go on, and counts what was begun and ended."""

    def __init__(self, desk: Desk) -> None:
        self.go = threading.Event()
        self.begun = 0
        self.ended = 0
        stream = desk.stream

        def slow(*arguments: Any, **named: Any) -> Iterator[Any]:
            self.begun += 1
            try:
                events = stream(*arguments, **named)
                yield next(events)
                self.go.wait(60)
                yield from events
            finally:
                self.ended += 1

        desk.stream = slow  # type: ignore[method-assign]


def test_beyond_capacity_nobody_waits(desk: Desk, tmp_path: Path) -> None:
    slow = SlowDesk(other := desk.with_model(None))
    settings = ServerSettings(at_once=1, waiting=1, requests_per_minute=1000)
    with contextlib.ExitStack() as stack:
        opened = stack.enter_context(serve(other, tmp_path, settings=settings))
        pool = stack.enter_context(ThreadPoolExecutor(2))
        with httpx.Client(base_url=opened.address, headers=opened.headers, timeout=60) as client:
            sent = {"question": QUESTION}
            client.get("/healthz")
            waiting = [pool.submit(client.post, "/api/v1/ask", json=sent) for _ in range(2)]
            while "citewire_busy 2.0" not in client.get("/metrics").text:
                time.sleep(0.02)
            took = []
            for path in ("/api/v1/ask", "/api/v1/ask/stream", "/api/v1/search") * 5:
                started = time.perf_counter()
                refused = client.post(path, json=sent)
                took.append(time.perf_counter() - started)
                assert refused.status_code == 429
                assert int(refused.headers["retry-after"]) >= 1
            # The best of them: on a machine that others use, any one may be held up.
            assert min(took) < 0.1
            assert client.get("/healthz").status_code == 200
            slow.go.set()
            assert [answer.result().status_code for answer in waiting] == [200, 200]
            assert client.post("/api/v1/ask", json=sent).status_code == 200


def test_streams_that_are_left_give_their_place_back(desk: Desk, tmp_path: Path) -> None:
    slow = SlowDesk(other := desk.with_model(None))
    settings = ServerSettings(at_once=1, waiting=0, requests_per_minute=1000)
    with contextlib.ExitStack() as stack:
        opened = stack.enter_context(serve(other, tmp_path, settings=settings))
        with httpx.Client(base_url=opened.address, headers=opened.headers, timeout=60) as client:
            sent = {"question": QUESTION}
            with client.stream("POST", "/api/v1/ask/stream", json=sent) as response:
                assert next(response.iter_lines()) == "event: quotes"
                assert client.post("/api/v1/ask", json=sent).status_code == 429
            slow.go.set()
            until = time.monotonic() + 30
            while client.post("/api/v1/ask", json=sent).status_code == 429:
                assert time.monotonic() < until
                time.sleep(0.05)
    assert slow.begun == slow.ended


def test_nothing_is_brought_in_unless_it_is_allowed(served: Served, desk: Desk, tmp_path: Path) -> None:
    writer = {"Authorization": f"Bearer {served.writing_key}"}
    sent = {"addresses": ["http://127.0.0.1:9/feed"]}
    refused = httpx.post(f"{served.address}/api/v1/ingest", headers=writer, json=sent)
    assert (refused.status_code, refused.json()["error"]["kind"]) == (403, "NotAllowed")
    settings = ServerSettings(ingest=True)
    with serve(desk.with_model(None), tmp_path, settings=settings) as opened:
        where = f"{opened.address}/api/v1/ingest"
        assert httpx.post(where, headers=opened.headers, json=sent).status_code == 403
        writer = {"Authorization": f"Bearer {opened.writing_key}"}
        path = httpx.post(where, headers=writer, json={"addresses": ["/etc/passwd"]})
        assert (path.status_code, "is no web address" in path.text) == (400, True)
        report = httpx.post(where, headers=writer, json=sent, timeout=60)
        assert report.status_code == 200
        assert [source["outcome"] for source in report.json()["sources"]] == ["failed"]


def test_metrics_count_and_tell_nothing_of_what_was_asked(client: httpx.Client) -> None:
    client.post("/api/v1/ask", json={"question": QUESTION})
    client.get("/v1/models/gpt-9")
    shown = client.get("/metrics").text
    assert 'citewire_requests_total{door="openai",status="404"}' in shown
    assert 'citewire_answers_total{door="api",status="answered"}' in shown
    assert "citewire_answer_seconds_bucket" in shown
    assert "process_resident_memory_bytes" in shown
    assert "vessels" not in shown
    assert "cw_" not in shown


def test_health_and_readiness(desk: Desk) -> None:
    from starlette.testclient import TestClient

    ready = threading.Event()
    client = TestClient(make_api(desk, token="secret", host="127.0.0.1", is_ready=ready.is_set), "http://127.0.0.1")
    assert client.get("/healthz").json() == {"status": "ok"}
    assert (client.get("/readyz").status_code, client.get("/readyz").json()) == (503, {"status": "loading"})
    ready.set()
    assert client.get("/readyz").status_code == 200


def test_described_shape_of_an_answer_is_that_of_the_schema(served: Served) -> None:
    described = httpx.get(f"{served.address}/api/v1/openapi.json").json()
    assert described["servers"] == [{"url": "/api/v1"}]
    known = json.loads((Path(__file__).parents[2] / "rag" / "answer.schema.json").read_text(encoding="utf-8"))
    answer = described["components"]["schemas"]["Answer"]["properties"]
    assert set(answer) == set(known["$defs"]["Answer"]["properties"])


def test_desk_is_asked_awaiting_and_can_be_left(desk: Desk) -> None:
    slow = SlowDesk(other := desk.with_model(None))

    async def run() -> Answer:
        task = asyncio.ensure_future(other.aask(QUESTION))
        while not slow.begun:
            await asyncio.sleep(0.01)
        task.cancel()
        slow.go.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert slow.ended == 1
        hits = await other.asearch(QUESTION, limit=2)
        assert len(hits) == 2
        return await other.aask(QUESTION)

    assert replace(asyncio.run(run()), timings_ms=None) == replace(desk.ask(QUESTION), timings_ms=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("door", ["/api/v1", "/v1"])
def test_requests_that_nobody_thought_of_are_answered_as_described(served: Served, door: str) -> None:
    """A few for each operation; ``benchmarks/fuzz_doors.py`` makes up ten thousand."""
    described = schemathesis.openapi.from_url(f"{served.address}{door}/openapi.json")
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    for found in described.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True
        )
        def answered(case: Any) -> None:
            case.call_and_validate(headers=served.headers, checks=checks, timeout=120)

        answered()
