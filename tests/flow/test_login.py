"""The log-in: nothing of the library without it, on no route of the whole application; wrong passwords wait; secrets stay secret."""

from __future__ import annotations

import asyncio
import gc
import re
import threading
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from index.errors import SettingsError, TooMany, UsageError
from index.settings import ServerSettings, Settings
from rag import Desk
from ui.doors.slowdown import Slowdown
from ui.login import LoginWall, read_password

PASSWORD = "a long enough password"
SECRET = "the secret of the owner"


def password_file(folder: Path, text: str = f"{PASSWORD}\n", mode: int = 0o600) -> Path:
    path = folder / "password"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(tmp_path: Path, clock: Clock) -> Iterator[TestClient]:
    app = Starlette(routes=[Route("/{any:path}", lambda request: PlainTextResponse("within"))])
    wall = LoginWall(
        app, password=read_password(password_file(tmp_path)), token=SECRET, mounts=("/v1",), doors=("/mcp",),
        slowdown=Slowdown(clock), clock=clock,
    )  # fmt: skip
    with TestClient(wall, base_url="http://127.0.0.1", follow_redirects=False) as opened:
        yield opened


def log_in(client: TestClient, password: str = PASSWORD, **headers: str):
    return client.post("/login", data={"password": password}, headers=headers)


def test_who_logged_in_passes_until_the_session_ends(client: TestClient, clock: Clock) -> None:
    assert client.get("/anything").status_code == 401
    page = client.get("/", headers={"accept": "text/html"})
    assert (page.status_code, "Log in" in page.text) == (401, True)
    done = log_in(client)
    assert done.status_code == 303
    assert {"httponly", "samesite=strict"} <= set(re.split(r";\s*", done.headers["set-cookie"].lower()))
    assert client.get("/anything").text == "within"
    clock.now += 13 * 3600
    assert client.get("/anything").status_code == 401
    log_in(client)
    client.post("/logout")
    assert client.get("/anything").status_code == 401


@pytest.mark.parametrize("path", ["/v1", "/v1x", "/mcpx", "/mcp/", "/healthz/x", "//v1/x", "/login/x", "/v2/../v1"])
def test_what_is_only_named_like_a_door_is_behind_the_wall(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 401


def test_doors_guard_themselves_and_the_owner_passes(client: TestClient) -> None:
    for path in ("/v1/models", "/mcp", "/healthz"):
        assert client.get(path).text == "within"
    assert client.post("/healthz").status_code == 401
    assert client.get("/api/health", headers={"authorization": f"Bearer {SECRET}"}).text == "within"
    assert client.get("/api/health", headers={"authorization": "Bearer other"}).status_code == 401


def test_a_forged_session_or_a_page_of_somewhere_else_gets_nowhere(client: TestClient) -> None:
    for forged in ("", "x", "0" * 64):
        client.cookies.set("citewire_session", forged)
        assert client.get("/anything").status_code == 401
    assert log_in(client, origin="http://evil.example").status_code == 403
    assert client.post("/login", content=b"password=" + b"x" * 5000).status_code == 403


def test_wrong_passwords_wait_ever_longer_and_the_right_one_waits_too(client: TestClient, clock: Clock) -> None:
    assert [log_in(client, "wrong").status_code for _ in range(4)] == [401, 401, 401, 429]
    waiting = log_in(client)
    assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "1")
    clock.now += 1.1
    assert log_in(client, "wrong").status_code == 401
    assert log_in(client).headers["retry-after"] == "2"
    clock.now += 2.1
    assert log_in(client).status_code == 303


def test_addresses_wait_apart_all_of_them_for_a_little_and_memory_is_bounded() -> None:
    clock = Clock()
    slowdown = Slowdown(clock)
    for _ in range(12):
        slowdown.failed("2001:db8:1:2::1")
    with pytest.raises(TooMany) as waits:
        slowdown.admit("2001:db8:1:2:ffff::9")
    assert waits.value.seconds == 512
    slowdown.admit("2001:db8:1:3::1")
    for number in range(6000):
        slowdown.failed(f"10.0.{number // 256}.{number % 256}")
    with pytest.raises(TooMany) as waits:
        slowdown.admit("192.0.2.1")
    assert waits.value.seconds <= 10
    assert len(slowdown._of_address) <= 4096


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [("tiny\n", 0o600, "shorter than 12"), ("", 0o600, "shorter"), (PASSWORD, 0o644, "can be read by others")],
)
def test_a_bad_password_file_is_refused_without_its_content(tmp_path: Path, text: str, mode: int, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as raised:
        read_password(password_file(tmp_path, text, mode))
    assert not text or text.strip() not in str(raised.value)


@pytest.mark.model
def test_without_a_log_in_the_network_is_refused_and_what_to_set_is_said(tmp_path: Path) -> None:
    from ui.serve import run_server

    with pytest.raises(UsageError) as raised:
        run_server(Settings(library=tmp_path), host="0.0.0.0", port=0, say=print)
    for word in ("no log-in", "server.password_file", "CITEWIRE_SERVER_PASSWORD_FILE", "citewire key add"):
        assert word in str(raised.value)
    missing = Settings(library=tmp_path, server=ServerSettings(password_file=str(tmp_path / "none")))
    with pytest.raises(SettingsError, match="cannot be read"):
        run_server(missing, host="0.0.0.0", port=0, say=print)


@pytest.fixture
def loops_of_gradio() -> Iterator[None]:
    """Collect the event loop that Gradio opens for itself and never closes."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        asyncio.set_event_loop(None)
        gc.collect()


def every_route(routes, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield method and path of all routes, also of those that are mounted."""
    for route in routes:
        path = before + getattr(route, "path", "")
        if (
            included := getattr(route, "original_router", None)
        ) is not None:  # what FastAPI makes of a router of Gradio
            yield from every_route(included.routes, before)
        elif isinstance(route, Mount):
            yield from every_route(route.routes, path.removesuffix("/"))
        elif path:
            filled = re.sub(r"\{[^}]*\}", "x", path)
            for method in getattr(route, "methods", None) or ("GET", "POST"):
                yield method, filled


@pytest.mark.model
@pytest.mark.usefixtures("loops_of_gradio")
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_no_route_of_the_whole_application_gives_anything_of_the_library(sample_library: Path, tmp_path: Path) -> None:
    from ui.serve import make_application

    with Desk(library=sample_library, model="none") as desk:
        server = ServerSettings(requests_per_minute=100_000)
        desk.settings = replace(desk.settings, server=server)
        password = read_password(password_file(tmp_path))
        app = make_application(desk, token=SECRET, host="0.0.0.0", warm=threading.Event(), password=password)
        outlets = desk.outlets()
        titles = [entry.title for entry in desk.library.entries() if entry.title]
        with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
            walked = sorted(set(every_route(app.routes)))
            open_to_all = set()
            for method, path in walked:
                done = client.request(method, path, headers={"accept": "text/html"})
                if done.status_code not in (401, 405) and path not in ("/login", "/logout"):
                    open_to_all.add((method, path))
                for word in (*outlets, *titles, SECRET, PASSWORD):
                    assert word not in done.text, (method, path, word)
            assert len(walked) > 60
            assert {path for _, path in open_to_all} <= {
                "/healthz",
                "/readyz",
                "/api/v1/openapi.json",
                "/v1/openapi.json",
            }
            assert client.get("/", headers={"host": "evil.example"}).status_code == 421
            assert client.get("/gradio_api/info", headers={"host": "192.0.2.7:7860"}).status_code == 401
            log_in(client)
            within = client.get("/", headers={"accept": "text/html"})
            assert within.status_code == 200
            assert SECRET not in within.text
            assert PASSWORD not in within.text
