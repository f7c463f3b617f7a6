"""``/v1``: the application behind it, which speaks as OpenAI does."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from pydantic.dataclasses import dataclass
from starlette.exceptions import HTTPException

from index.errors import CitewireError, UsageError
from ui.doors.api import DESCRIPTION, REASONS, RETRY, validation_message
from ui.doors.conversations import Conversations
from ui.doors.openai_chat import add_chat
from ui.doors.openai_forms import ModelNotFound, openai_error
from ui.doors.openai_responses import add_responses
from ui.doors.reception import Reception
from ui.doors.responses import error_response, json_response
from ui.watch import log

PREFIX = "/v1"


@dataclass
class OpenAIErrorFacts:
    """What went wrong."""

    message: str
    type: str
    code: str | None
    param: str | None


@dataclass
class OpenAIErrorBody:
    """What every request that failed is answered with."""

    error: OpenAIErrorFacts


def _open_conversations(reception: Reception) -> Conversations:
    """Return the conversations of all servers of the library, or where that cannot be those of this one, and say so once."""
    library = reception.desk.library
    shared = library.conversations
    if shared is None and library.shared:
        log("conversations_in_memory", reason="this role may not write the table of conversations")
    return Conversations(shared)


def make_openai_api(reception: Reception) -> FastAPI:
    """Return the application behind ``/v1``; it has to be guarded."""
    app = FastAPI(
        title="Citewire, as OpenAI",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=DESCRIPTION,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        dependencies=[Depends(HTTPBearer(auto_error=False, description="A key that `citewire key add` made."))],
    )

    @app.exception_handler(CitewireError)
    async def failed(_: Request, error: CitewireError) -> Response:
        if isinstance(error, ModelNotFound):
            return json_response(openai_error(error, 404), status=404)
        return error_response(error, openai_error)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> Response:
        return json_response(openai_error(UsageError(validation_message(error)), 422), status=422)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> Response:
        shown = openai_error(UsageError(str(error.detail)), error.status_code)
        return json_response(shown, status=error.status_code, headers=dict(error.headers or {}))

    conversations = _open_conversations(reception)
    failures: dict[int | str, dict[str, Any]] = {
        status: {"model": OpenAIErrorBody, "description": reason} for status, reason in REASONS.items()
    }
    failures[429]["headers"] = RETRY
    add_chat(app, reception, conversations, failures)
    add_responses(app, reception, conversations, failures)
    return app
