"""Errors of Citewire and streams of events as HTTP has them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from index.errors import (
    ArticleNotFound,
    CitewireError,
    KeyRefused,
    LibraryMissing,
    ModelError,
    NotAllowed,
    SourceError,
    TooLarge,
    TooMany,
    UsageError,
    WrongHost,
)

_STATUS: tuple[tuple[type[CitewireError], HTTPStatus], ...] = (
    (KeyRefused, HTTPStatus.UNAUTHORIZED),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (WrongHost, HTTPStatus.MISDIRECTED_REQUEST),
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (TooMany, HTTPStatus.TOO_MANY_REQUESTS),
    (ArticleNotFound, HTTPStatus.NOT_FOUND),
    (LibraryMissing, HTTPStatus.CONFLICT),
    (SourceError, HTTPStatus.BAD_REQUEST),
    (UsageError, HTTPStatus.BAD_REQUEST),
    (ModelError, HTTPStatus.SERVICE_UNAVAILABLE),
)

Shape = Callable[[CitewireError, int], object]
"""Returns an error in the form of a door: given the error and the status."""


def status_of(error: CitewireError) -> int:
    """Return the HTTP status of an error."""
    found = (status for kind, status in _STATUS if isinstance(error, kind))
    return int(next(found, HTTPStatus.INTERNAL_SERVER_ERROR))


def plain_error(error: CitewireError, status: int) -> object:  # noqa: ARG001
    """Return an error as the JSON interface shows it."""
    return {"error": {"kind": type(error).__name__, "message": error.message, "hint": error.hint}}


def error_response(error: CitewireError, shape: Shape = plain_error) -> Response:
    """Return the response to a request that failed."""
    status = status_of(error)
    headers = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.seconds)
    if isinstance(error, KeyRefused):
        headers["WWW-Authenticate"] = "Bearer"
    return json_response(shape(error, status), status=status, headers=headers)


def json_response(value: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a value as JSON: domain types as everywhere in Citewire."""
    return Response(msgspec.json.encode(value), status, headers, media_type="application/json")


class EventStream(StreamingResponse):
    """Server-sent events. Whatever ends the response, what yields them is closed: no place stays taken."""

    media_type = "text/event-stream"

    def __init__(self, pieces: AsyncGenerator[bytes, None], close: Callable[[], Any]) -> None:
        # Proxies that collect responses would hold every event back.
        super().__init__(pieces, headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
        self._pieces = pieces
        self._close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._pieces.aclose()
            await self._close()
