"""The JSON interface of a running server: how other processes ask the one that owns the library.

Every route under ``/api`` wants the secret that the owner has written into the library folder, readable by the same user
only; no web page can know it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.trustedhost import TrustedHostMiddleware

from index.errors import CitewireError
from index.inputs import IngestOptions
from rag.answer_events import Event, Finished, QuotesFound, Waiting
from rag.answer_types import Answer
from rag.desk import Desk
from rag.question.filters import FilterWords

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
    history: tuple[Answer, ...] = ()
    quotes_only: bool = False

    @property
    def filters(self) -> FilterWords:
        """Return which articles may answer."""
        return {"first": self.first, "last": self.last, "outlets": self.outlets, "as_of": self.as_of}


@dataclass(frozen=True)
class IngestRequest:
    """Absolute paths that the server, running as the same user, is asked to read, and web addresses."""

    references: tuple[str, ...] = field(default=())
    options: IngestOptions = field(default_factory=IngestOptions)


@dataclass(frozen=True)
class RemoveRequest:
    """The ids of articles to remove."""

    articles: tuple[str, ...] = field(default=())


def make_api(desk: Desk, *, token: str, host: str) -> FastAPI:
    """Return the application with its JSON routes; the chat is mounted beside them.

    Args:
        desk: the open desk.
        token: the secret that callers must send.
        host: the name or address that the server is reached by; requests for any other are refused.
    """
    api = FastAPI(title="Citewire", docs_url=None, redoc_url=None, openapi_url=None)
    api.add_middleware(BaseHTTPMiddleware, dispatch=_add_headers)
    api.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]", host])
    guarded = [Depends(_Guard(token))]

    @api.get("/api/health", dependencies=guarded)
    def health() -> Response:
        return _json({"status": "ok", "model": desk.model_name, "passages": desk.count_passages()})

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

    return api


class _Guard:
    """Let a request pass only with the secret."""

    def __init__(self, token: str) -> None:
        self._expected = f"Bearer {token}".encode()

    def __call__(self, authorization: Annotated[str, Header()] = "") -> None:
        if not secrets.compare_digest(authorization.encode("utf-8"), self._expected):
            raise HTTPException(status_code=401, detail="The secret of the library's owner is wanted.")


def encode_event(event: Event) -> dict[str, Any]:
    """Return an event as one JSON object: ``{"event": "quotes" | "waiting" | "sentence" | "answer", ...}``."""
    if isinstance(event, QuotesFound):
        return {"event": "quotes", "quotes": event.quotes}
    if isinstance(event, Waiting):
        return {"event": "waiting", "place": event.place}
    if isinstance(event, Finished):
        return {"event": "answer", "answer": event.answer}
    return {"event": "sentence", "sentence": event.sentence, "withheld": event.withheld}


def encode_error(error: CitewireError) -> dict[str, Any]:
    """Return an error as one JSON object that the other side can raise again."""
    return {
        "event": "error",
        "error": {
            "kind": type(error).__name__,
            "message": error.message,
            "hint": error.hint,
            "exit_code": error.exit_code,
        },
    }


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


async def _add_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(request)
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
