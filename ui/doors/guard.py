"""What stands before every door, whatever is behind it: origin, key and rate are checked here and nowhere else."""

from __future__ import annotations

import time
from typing import cast

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import AccessRefused, TooLarge
from ui.doors.gate import Gate
from ui.doors.keys import Key
from ui.doors.metrics import Metrics
from ui.doors.responses import Shape, error_response, plain_error
from ui.watch import log

_REFUSED = 1008  # the code of WebSocket for a policy that is broken


class Guarded:
    """An application that only requests with a key reach.

    Args:
        app: what is behind.
        gate: who may pass.
        metrics: what is counted.
        door: its name among the figures.
        shape: how it shows errors.
        open_paths: what anybody may read, below where it is mounted.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        gate: Gate,
        metrics: Metrics,
        door: str,
        shape: Shape = plain_error,
        open_paths: tuple[str, ...] = (),
    ) -> None:
        self._app = app
        self._gate = gate
        self._metrics = metrics
        self._door = door
        self._shape = shape
        self._open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or say why not."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _REFUSED})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        started = time.monotonic()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.count_request(self._door, message["status"])
                key = scope.get("state", {}).get("key")
                seconds = round(time.monotonic() - started, 3)
                log("request", door=self._door, status=message["status"], key=key.id if key else None, seconds=seconds)
            await send(message)

        headers = Headers(scope=scope)
        try:
            self._gate.check_origin(headers.get("origin"), host=headers.get("host"))
            if scope["path"].removeprefix(scope.get("root_path", "")) not in self._open_paths:
                caller = scope["client"][0] if scope.get("client") else ""
                key = self._gate.admit(headers.get("authorization"), caller=caller)
                scope.setdefault("state", {})["key"] = key
            receive = await _read_body(receive, headers, most=self._gate.maximum_body)
        except AccessRefused as error:
            await error_response(error, self._shape)(scope, receive, counted)
            return
        await self._app(scope, receive, counted)


async def _read_body(receive: Receive, headers: Headers, *, most: int) -> Receive:
    """Read the body of a request that is not too large, and return what gives it on."""
    announced = headers.get("content-length", "0")
    body = b""
    if not announced.isdecimal() or int(announced[:20]) > most:
        raise _too_large(most)
    while True:
        message = await receive()
        if message["type"] != "http.request":  # it went away
            break
        body += message.get("body", b"")
        if len(body) > most:
            raise _too_large(most)
        if not message.get("more_body", False):
            break
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"The request is larger than {most:,} bytes.", hint="Send less at once.")


def key_of(scope: Scope) -> Key:
    """Return the key that a request was let through with."""
    return cast("Key", scope["state"]["key"])
