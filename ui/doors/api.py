"""``/api/v1``: the versioned JSON interface. What it gives are Citewire's own types, as ``citewire --json`` prints them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated, Any

import msgspec
from fastapi import Depends, FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from fastapi.sse import format_sse_event
from pydantic.dataclasses import dataclass
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse

from index.articles import Article, BuildReport, Coverage, Entry
from index.errors import CitewireError, NotAllowed, UsageError
from index.inputs import IngestOptions
from index.sources.web.addresses import is_web_reference
from rag.answer_types import Answer, Hit
from rag.question.filters import make_filters
from rag.record.recheck import RecheckedAnswer, recheck
from ui.doors.forms import AskForm, Day, IngestForm, SearchForm
from ui.doors.guard import key_of
from ui.doors.reception import Reception
from ui.doors.responses import EventStream, error_response, json_response
from ui.events import encode_error, encode_event

PREFIX = "/api/v1"
DESCRIPTION = "/openapi.json"
_DOOR = "api"
_MOST_LISTED = 500


@dataclass
class ErrorFacts:
    """What went wrong."""

    kind: str
    message: str
    hint: str


@dataclass
class ErrorBody:
    """What every request that failed is answered with."""

    error: ErrorFacts


@dataclass
class HitList:
    """Passages that a search found, the best first."""

    hits: list[Hit]


@dataclass
class EntryList:
    """Articles without their texts, the newest first."""

    articles: list[Entry]


@dataclass
class VersionEntry:
    """One version of an article, without its text; ``sha256`` names it in ``GET /articles/{id}``."""

    version: int
    sha256: str
    title: str | None
    published: str | None
    updated: str | None
    fetched: str
    characters: int


@dataclass
class VersionList:
    """The versions of an article, the oldest first."""

    versions: list[VersionEntry]


@dataclass
class LibraryFacts:
    """What the library covers, and who writes the sentences."""

    coverage: Coverage
    model: str
    passages: int


@dataclass
class Rechecked:
    """A saved answer, looked up again: whether it stands, and what became of each citation."""

    stands: bool
    answer: RecheckedAnswer


REASONS = {
    400: "The request cannot be carried out as given.",
    401: "No key, or one that is not known.",
    403: "The key may not do this, or a page of somewhere else asks.",
    404: "There is no such article or version.",
    405: "The path has no such method.",
    409: "The library holds no article.",
    413: "The request is too large.",
    421: "The request is for a host that this server is not.",
    422: "The request is malformed.",
    429: "Too many requests; Retry-After says when another try is worth it.",
    500: "The server or its library is at fault.",
    503: "A model did not answer.",
}
RETRY = {"Retry-After": {"description": "seconds", "schema": {"type": "integer", "minimum": 1}}}


def _failures(*statuses: int) -> dict[int | str, dict[str, Any]]:
    described: dict[int | str, dict[str, Any]] = {
        status: {"model": ErrorBody, "description": REASONS[status]}
        for status in sorted({401, 403, 405, 413, 421, 429, 500, *statuses})
    }
    described[429]["headers"] = RETRY
    return described


def make_json_api(reception: Reception) -> FastAPI:
    """Return the application behind ``/api/v1``; it has to be guarded."""
    app = FastAPI(
        title="Citewire",
        version="1",
        summary="Answers over news articles in which every sentence cites exact words and has been checked.",
        docs_url=None,
        redoc_url=None,
        openapi_url=DESCRIPTION,
        separate_input_output_schemas=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        dependencies=[Depends(HTTPBearer(auto_error=False, description="A key that `citewire key add` made."))],
    )
    _add_error_handlers(app)
    _add_asking(app, reception)
    _add_reading(app, reception)
    _add_writing(app, reception)
    return app


def _add_asking(app: FastAPI, reception: Reception) -> None:
    @app.post("/ask", response_model=Answer, responses=_failures(400, 404, 409, 422, 503), operation_id="ask")
    async def ask(form: AskForm) -> Response:
        """Answer a question: sentences that were checked, each with exact quotes, or a refusal."""
        return json_response(await reception.answer(form.asked(), door=_DOOR))

    @app.post(
        "/ask/stream",
        response_class=StreamingResponse,
        responses={
            200: {"description": _EVENTS, "content": {"text/event-stream": {"schema": _EVENT}}},
            **_failures(400, 404, 409, 422, 503),
        },
        operation_id="ask_stream",
    )
    async def ask_stream(form: AskForm) -> Response:
        """Answer a question step by step, as server-sent events."""
        answering = await reception.open(form.asked(), door=_DOOR)

        async def pieces() -> AsyncGenerator[bytes, None]:
            try:
                async for event in answering.events():
                    yield _event(encode_event(event))
            except CitewireError as error:
                yield _event(encode_error(error))

        return EventStream(pieces(), answering.close)

    @app.post("/search", response_model=HitList, responses=_failures(400, 404, 409, 422), operation_id="search")
    async def search(form: SearchForm) -> Response:
        """Return the passages that matter for a question, without an answer."""
        hits = await reception.search(form.question, today=form.today, limit=form.limit, filters=form.filters)
        return json_response({"hits": hits})

    @app.post("/recheck", response_model=Rechecked, responses=_failures(400, 422), operation_id="recheck")
    async def look_up(answer: Answer) -> Response:
        """Say whether a saved answer still stands: whether every quoted word is still what its article says."""
        found = await reception.work(lambda: recheck(answer, reception.desk))
        return json_response({"stands": found.stands, "answer": found})


def _add_reading(app: FastAPI, reception: Reception) -> None:
    desk = reception.desk

    @app.get("/library", response_model=LibraryFacts, responses=_failures(), operation_id="library")
    def library() -> Response:
        """Return what the library covers."""
        return json_response({"coverage": desk.coverage(), "model": desk.model_name, "passages": desk.count_passages()})

    @app.get("/articles", response_model=EntryList, responses=_failures(400, 422), operation_id="list_articles")
    def articles(
        first: Annotated[Day | None, Query()] = None,
        last: Annotated[Day | None, Query()] = None,
        outlet: Annotated[list[str] | None, Query(max_length=100)] = None,
        as_of: Annotated[Day | None, Query()] = None,
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=_MOST_LISTED)] = 100,
    ) -> Response:
        """List articles, the newest first."""
        wanted = make_filters(first=first, last=last, outlets=outlet or (), as_of=as_of)
        listed = []
        for place, entry in enumerate(desk.library.entries(wanted)):
            if place >= offset + limit:
                break
            if place >= offset:
                listed.append(entry)
        return json_response({"articles": listed})

    @app.get(
        "/articles/{article_id}", response_model=Article, responses=_failures(400, 404, 422), operation_id="get_article"
    )
    def article(
        article_id: Annotated[str, Path(max_length=100)],
        version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
        sha256: Annotated[str | None, Query(pattern="^[0-9a-f]{64}$")] = None,
    ) -> Response:
        """Return an article with its text: the current version, a numbered one, or the one with that hash."""
        return json_response(desk.article(article_id, version=version, sha256=sha256))

    @app.get(
        "/articles/{article_id}/versions",
        response_model=VersionList,
        responses=_failures(400, 404, 422),
        operation_id="list_versions",
    )
    def versions(article_id: Annotated[str, Path(max_length=100)]) -> Response:
        """List the versions of an article, the oldest first."""
        desk.article(article_id)  # says so where there is none
        return json_response(
            {
                "versions": [
                    {
                        "version": each.version,
                        "sha256": each.sha256,
                        "title": each.title,
                        "published": each.published,
                        "updated": each.updated,
                        "fetched": each.fetched,
                        "characters": len(each.text),
                    }
                    for each in desk.library.versions(article_id)
                ]
            }
        )


def _add_writing(app: FastAPI, reception: Reception) -> None:
    @app.post("/ingest", response_model=BuildReport, responses=_failures(400, 422), operation_id="ingest")
    async def ingest(request: Request, form: IngestForm) -> Response:
        """Fetch web addresses into the library. Off unless the server allows it; the key has to be one that may."""
        if not reception.settings.ingest:
            raise NotAllowed(
                "This server lets nothing be brought in over HTTP.",
                hint="Its owner allows it with the setting server.ingest.",
            )
        if not key_of(request.scope).may_ingest:
            raise NotAllowed(
                "This key may not bring articles in.", hint="`citewire key add NAME --ingest` makes one that may."
            )
        strange = [each for each in form.addresses if not is_web_reference(each)]
        if strange:
            raise UsageError(
                f"{strange[0][:200]!r} is no web address.",
                hint="One begins with https:// or http://; paths are not taken.",
            )
        options = IngestOptions(follow=form.follow, outlet=form.outlet)
        report = await reception.work(lambda: reception.desk.ingest(form.addresses, options=options))
        return json_response(report)


def _add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(CitewireError)
    async def failed(_: Request, error: CitewireError) -> Response:
        return error_response(error)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> Response:
        return json_response(_facts("UsageError", validation_message(error)), status=422)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> Response:
        return json_response(
            _facts("UsageError", str(error.detail)), status=error.status_code, headers=dict(error.headers or {})
        )


def validation_message(error: RequestValidationError) -> str:
    """Return what is malformed in a request, without what was sent: it may be long, or a secret."""
    found = [f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()[:5]]
    return f"The request is malformed: {'; '.join(found)}."


def _facts(kind: str, message: str) -> dict[str, Any]:
    return {"error": {"kind": kind, "message": message, "hint": f"See {PREFIX}{DESCRIPTION}."}}


def _event(told: dict[str, Any]) -> bytes:
    data = msgspec.json.encode(told).decode("utf-8")
    return format_sse_event(event=str(told["event"]), data_str=data)


_EVENT = {
    "type": "object",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
    "required": ["event", "data"],
}
_EVENTS = (
    "Events `quotes`, `waiting`, `sentence`, and `answer` as the last; `error` where it breaks off. The data of each is a JSON object "
    "with its name under `event`; that of `answer` holds the whole answer under `answer`."
)
