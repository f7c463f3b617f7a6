"""The 58 addresses that must never be fetched, by every way that leads from outside to the fetcher."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.settings import Settings
from index.sources.web.fetch import Fetcher
from index.sources.web.politeness import Politeness
from rag.desk import Desk
from tests.conftest import ROOT
from tests.flow.citewire_on_fake_web import COMMAND, CONNECTED, environment
from tests.index.fake_web import PUBLIC, Canary, FakeWeb, canary_and_web
from tests.index.ssrf_rows import ROWS, lay_traps
from ui.adding import take_addresses
from ui.http import make_api
from ui.present import escape_markdown

pytestmark = pytest.mark.model


@pytest.fixture
def trapped() -> Iterator[tuple[Canary, FakeWeb]]:
    with canary_and_web() as (canary, web):
        lay_traps(web, canary.port)
        yield canary, web


@pytest.fixture
def desk(trapped: tuple[Canary, FakeWeb], settings: Settings) -> Iterator[Desk]:
    """A desk whose fetcher may use the canary's port, so that only the address can be the reason of a refusal."""
    canary, web = trapped
    with Desk(
        settings=settings,
        create=True,
        open_fetcher=lambda robots: Fetcher(
            robots=robots,
            politeness=Politeness(delay=0.0),
            ports={80, 443, canary.port},
            resolver=web.resolve,
            connector=web.connect,
        ),
    ) as opened:
        yield opened


def rows_for(canary: Canary) -> list[str]:
    return [row.replace("{PORT}", str(canary.port)) for row, _ in ROWS]


def assert_all_are_refused(reasons: list[str], canary: Canary) -> None:
    assert canary.hits == 0
    assert len(reasons) == len(ROWS) == 58
    for _, reason in ROWS:
        wanted = sum(other == reason for _, other in ROWS)
        assert sum(reason in said for said in reasons) >= wanted, (reason, reasons)


def test_by_a_list_for_the_command_line(trapped: tuple[Canary, FakeWeb], tmp_path: Path) -> None:
    canary, web = trapped
    done = subprocess.run(
        [*COMMAND, "ingest", "-", "--json", "--library", str(tmp_path / "l")],
        input="".join(f"{row}\n" for row in rows_for(canary)), env=environment(web, ports=(canary.port,)),
        capture_output=True, encoding="utf-8", timeout=120, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    *sources, report = [json.loads(line) for line in done.stdout.splitlines()]
    assert (report["failed"], report["added"]) == (58, 0)
    assert_all_are_refused([source["reason"] for source in sources], canary)
    assert f"{CONNECTED}{json.dumps([PUBLIC])}" in done.stderr
    assert "Traceback" not in done.stderr
    assert "root:" not in done.stdout + done.stderr


def test_by_the_interface_of_the_server(trapped: tuple[Canary, FakeWeb], desk: Desk) -> None:
    canary, web = trapped
    client = TestClient(make_api(desk, token="secret", host="127.0.0.1"), base_url="http://127.0.0.1")
    asked = {"references": rows_for(canary)}
    assert client.post("/api/ingest", json=asked).status_code == 401
    answer = client.post("/api/ingest", json=asked, headers={"Authorization": "Bearer secret"})
    assert answer.status_code == 200
    sources = answer.json()["sources"]
    assert {source["outcome"] for source in sources} == {"failed"}
    assert_all_are_refused([source["reason"] for source in sources], canary)
    assert {ip for ip, _ in web.connected} == {PUBLIC}


def test_by_the_box_of_the_chat(trapped: tuple[Canary, FakeWeb], desk: Desk) -> None:
    canary, web = trapped
    told = take_addresses(desk, "\n".join(rows_for(canary)))[0].splitlines()
    assert told[-1] == "0 added, 0 changed, 0 unchanged, 58 failed"
    reasons = [line for line in told if line.startswith("- **failed** ")]
    assert canary.hits == 0
    assert len(reasons) == 58
    for _, reason in ROWS:
        assert any(escape_markdown(reason) in said for said in reasons), (reason, reasons)
    assert {ip for ip, _ in web.connected} == {PUBLIC}
