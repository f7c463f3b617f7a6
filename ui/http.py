"""What a running server answers beside its chat: the commands of its own user, and the doors for programs.

The routes right under ``/api`` are for other processes of the same user. They want the secret that the owner has written into the
library folder, readable by that user only; no web page can know it. The doors (``ui.doors``) want a key.
"""

from __future__ import annotations

import contextlib
import importlib.util
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Lifespan, Message, Receive, Scope, Send

from index.errors import CitewireError, UsageError
from index.inputs import IngestOptions
from rag.answer_types import Answer
from rag.desk import Desk
from rag.question.filters import FilterWords
from ui.doors.api import DESCRIPTION, make_json_api
from ui.doors.api import PREFIX as API_PREFIX
from ui.doors.guard import Guarded
from ui.doors.hosts import KnownHosts
from ui.doors.keys import Keys
from ui.doors.openai import PREFIX as OPENAI_PREFIX
from ui.doors.openai import make_openai_api
from ui.doors.openai_forms import openai_error
from ui.doors.reception import Reception
from ui.doors.responses import plain_error
from ui.events import encode_error, encode_event
from ui.login import LoginWall

NOT_FOUND, NOT_ALLOWED = 404, 405
# Pictures, scripts and connections come from this server alone: nothing an article or a model writes can call out.
CONTENT_POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'self'; frame-ancestors 'none'; object-src 'none'"
)


@dataclass(frozen=True)
class AskRequest:
    """A question as another process sends it, with the earlier answers of its conversation.

    Attributes:
        today: the day on which it is asked.
        limit: of a search, how many passages at most.
    """

    question: str
    today: str | None = None
    limit: int | None = None
    first: str | None = None
    last: str | None = None
    outlets: tuple[str, ...] = ()
    as_of: str | None = None
    articles: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    history: tuple[Answer, ...] = ()
    quotes_only: bool = False

    @property
    def filters(self) -> FilterWords:
        """Return which articles may answer."""
        return _filters_of(self)


@dataclass(frozen=True)
class CheckRequest:
    """A draft as another process sends it, and which articles it is held against."""

    text: str
    first: str | None = None
    last: str | None = None
    outlets: tuple[str, ...] = ()
    as_of: str | None = None
    articles: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def filters(self) -> FilterWords:
        """Return which articles it is held against."""
        return _filters_of(self)


def _filters_of(request: AskRequest | CheckRequest) -> FilterWords:
    return {
        "first": request.first,
        "last": request.last,
        "outlets": request.outlets,
        "as_of": request.as_of,
        "articles": request.articles,
        "languages": request.languages,
    }


@dataclass(frozen=True)
class IngestRequest:
    """Absolute paths that the server, running as the same user, is asked to read, and web addresses."""

    references: tuple[str, ...] = field(default=())
    options: IngestOptions = field(default_factory=IngestOptions)


@dataclass(frozen=True)
class RemoveRequest:
    """The ids of articles to remove."""

    articles: tuple[str, ...] = field(default=())


def _keys_of(desk: Desk) -> Keys:
    """Return the keys of a library: in its folder, or in its database, where all servers of it have the same."""
    place = desk.settings.library
    return Keys(place if isinstance(place, Path) else desk.library)


def make_api(
    desk: Desk,
    *,
    token: str,
    host: str,
    is_ready: Callable[[], bool] = lambda: True,
    password: bytes | None = None,
) -> FastAPI:
    """Return the application with everything but the chat, which is mounted beside it.

    Args:
        desk: the open desk.
        token: the secret that other commands of the same user must send.
        host: the name or address that the server is reached by; requests for any other are refused.
        is_ready: whether what the first question needs is loaded.
        password: of the log-in, as ``ui.login.read_password`` returns it; None for none.
    """
    reception = Reception(desk, keys=_keys_of(desk), settings=desk.settings.server)
    mcp_door, lifespan = _make_mcp_door(reception)
    api = FastAPI(
        title="Citewire",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    if password is not None:
        doors = ("/metrics", "/mcp") if mcp_door else ("/metrics",)
        api.add_middleware(LoginWall, password=password, token=token, mounts=(API_PREFIX, OPENAI_PREFIX), doors=doors)
    api.add_middleware(_WithHeaders)
    named = (desk.settings.server.hosts or "").split()
    everywhere = host in ("0.0.0.0", "::")  # noqa: S104 (compared, and only behind a log-in)
    hosts = ["127.0.0.1", "localhost", "::1", host, *named]
    api.add_middleware(KnownHosts, hosts=hosts, any_address=everywhere)
    _add_owner_routes(api, desk, token)
    _add_state(api, reception, is_ready)
    _open_doors(api, reception)
    if mcp_door is not None:
        api.router.routes.append(Route("/mcp", mcp_door))
    return api


def _make_mcp_door(reception: Reception) -> tuple[ASGIApp | None, Lifespan[FastAPI] | None]:
    """Return the door for assistants and what has to run beside it, or nothing where that extra is not installed."""
    if importlib.util.find_spec("mcp") is None:
        return None, None
    from mcp.server.transport_security import TransportSecuritySettings

    from ui.doors.mcp_server import make_mcp_server

    server = make_mcp_server(reception)
    app = server.streamable_http_app(
        stateless_http=True,
        max_request_body_size=reception.settings.maximum_body,
        # Hosts and origins are checked before every door, this one too.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    guarded = Guarded(_without_get(app), gate=reception.gate, metrics=reception.metrics, door="mcp")
    return _for_pages(guarded, reception.gate.origins), lifespan


def _without_get(app: ASGIApp) -> ASGIApp:
    """Refuse what opens a stream for messages of the server: without sessions it has none, and a silent stream holds a connection."""

    async def posted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            error = UsageError("This door answers POST; it opens no streams of its own.", hint="See docs/mcp.md.")
            refused = _json(plain_error(error, NOT_ALLOWED), status=NOT_ALLOWED)
            refused.headers["Allow"] = "POST"
            await refused(scope, receive, send)
        else:
            await app(scope, receive, send)

    return posted


def _open_doors(api: FastAPI, reception: Reception) -> None:
    gate, metrics = reception.gate, reception.metrics
    json_door = Guarded(make_json_api(reception), gate=gate, metrics=metrics, door="api", open_paths=(DESCRIPTION,))
    openai_door = Guarded(
        make_openai_api(reception),
        gate=gate,
        metrics=metrics,
        door="openai",
        shape=openai_error,
        open_paths=(DESCRIPTION,),
    )
    api.mount(API_PREFIX, _for_pages(json_door, gate.origins))
    api.mount(OPENAI_PREFIX, _for_pages(openai_door, gate.origins))

    @api.exception_handler(NOT_FOUND)
    async def nowhere(request: Request, _: Exception) -> Response:
        """Answer what no mount takes, such as a path with a line break in it, in the form of the door that it was for."""
        shape = openai_error if request.url.path.startswith(f"{OPENAI_PREFIX}/") else plain_error
        return _json(shape(UsageError("There is nothing at this path."), NOT_FOUND), status=NOT_FOUND)


def _for_pages(app: ASGIApp, origins: tuple[str, ...]) -> ASGIApp:
    """Let browsers call for pages of the origins that the settings name; of no other, and of none by default."""
    if not origins:
        return app
    return CORSMiddleware(
        app, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=["Authorization", "Content-Type"]
    )


def _add_state(api: FastAPI, reception: Reception, is_ready: Callable[[], bool]) -> None:
    """Say whether the process lives and whether it can answer, which anybody may know, and its figures, which wants a key."""

    @api.get("/healthz")
    def alive() -> Response:
        return _json({"status": "ok"})

    @api.get("/readyz")
    def ready() -> Response:
        return _json({"status": "ok"}) if is_ready() else _json({"status": "loading"}, status=503)

    async def figures(scope: Scope, receive: Receive, send: Send) -> None:
        shown = await run_in_threadpool(reception.metrics.expose)
        await Response(shown, media_type=reception.metrics.content_type)(scope, receive, send)

    behind = Guarded(figures, gate=reception.gate, metrics=reception.metrics, door="metrics")
    api.router.routes.append(Route("/metrics", behind))


def _add_owner_routes(api: FastAPI, desk: Desk, token: str) -> None:
    guarded = [Depends(_Guard(token))]

    @api.get("/api/health", dependencies=guarded)
    def health() -> Response:
        return _json({"status": "ok", "model": desk.model_name, "passages": desk.count_passages()})

    @api.get("/api/library", dependencies=guarded)
    def library() -> Response:
        return _json({"coverage": desk.coverage(), "outlets": desk.outlets()})

    @api.post("/api/ask", dependencies=guarded)
    async def ask(request: Request) -> Response:
        wanted = _decode(await request.body(), AskRequest)
        events = _stream(desk, wanted)
        return StreamingResponse(events, media_type="application/x-ndjson")

    @api.post("/api/search", dependencies=guarded)
    async def search(request: Request) -> Response:
        wanted = _decode(await request.body(), AskRequest)
        return await _answered(
            lambda: desk.search(wanted.question, today=wanted.today, limit=wanted.limit, **wanted.filters)
        )

    @api.post("/api/check", dependencies=guarded)
    async def check(request: Request) -> Response:
        wanted = _decode(await request.body(), CheckRequest)
        return await _answered(lambda: desk.check(wanted.text, **wanted.filters))

    @api.get("/api/articles/{article_id}", dependencies=guarded)
    async def show(article_id: str, version: int | None = None, sha256: str | None = None) -> Response:
        return await _answered(lambda: desk.article(article_id, version=version, sha256=sha256))

    @api.post("/api/ingest", dependencies=guarded)
    async def ingest(request: Request) -> Response:
        wanted = _decode(await request.body(), IngestRequest)
        return await _answered(lambda: desk.ingest(wanted.references, options=wanted.options))

    @api.post("/api/remove", dependencies=guarded)
    async def remove(request: Request) -> Response:
        wanted = _decode(await request.body(), RemoveRequest)
        return await _answered(lambda: {"removed": desk.remove(wanted.articles)})


class _Guard:
    """Let a request pass only with the secret."""

    def __init__(self, token: str) -> None:
        self._expected = f"Bearer {token}".encode()

    def __call__(self, authorization: Annotated[str, Header()] = "") -> None:
        if not secrets.compare_digest(authorization.encode("utf-8"), self._expected):
            raise HTTPException(status_code=401, detail="The secret of the library's owner is wanted.")


def _stream(desk: Desk, wanted: AskRequest) -> Iterator[bytes]:
    try:
        for event in desk.stream(
            wanted.question,
            today=wanted.today,
            history=wanted.history,
            quotes_only=wanted.quotes_only,
            **wanted.filters,
        ):
            yield msgspec.json.encode(encode_event(event)) + b"\n"
    except CitewireError as error:
        yield msgspec.json.encode(encode_error(error)) + b"\n"


async def _answered(work: Callable[[], object]) -> Response:
    try:
        return _json(await run_in_threadpool(work))
    except CitewireError as error:
        return _json(encode_error(error), status=400)


def _decode(body: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise HTTPException(status_code=422, detail=f"The request is malformed: {error}") from error


def _json(value: object, *, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")


class _WithHeaders:
    """Add to every response what keeps browsers from doing more with it than show it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = CONTENT_POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Referrer-Policy", "no-referrer")
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
