"""The log-in before everything that has no key of its own: one password, a session in a cookie, a page to log in.

It stands before the whole application, so that a route that is added later, by us or by Gradio, is behind it as well.
"""

from __future__ import annotations

import hashlib
import secrets
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

from cachetools import TTLCache
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import AccessRefused, NotAllowed, SettingsError, TooMany, UsageError
from ui.chat.templates import fill
from ui.doors.gate import same_origin
from ui.doors.responses import error_response, json_response, plain_error
from ui.doors.slowdown import Slowdown
from ui.watch import log

LEAST_CHARACTERS = 12
_COOKIE = "citewire_session"
_SECONDS = 12 * 3600  # after which a session has to be opened anew
_MOST_SESSIONS = 1000
_LARGEST_FORM = 4096  # bytes
_REFUSED = 1008  # the code of WebSocket for a policy that is broken
_OPEN = ("/healthz", "/readyz")  # they say that a server runs, and no more


def read_password(path: Path) -> bytes:
    """Return what stands for the password in a file: never the password itself, which is kept nowhere.

    Raises:
        SettingsError: the file cannot be read, others can read it too, or its first line is too short.
    """
    hint = f"Write {LEAST_CHARACTERS} or more characters into a file that only you can read (chmod 600)."
    try:
        mode = path.stat().st_mode
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The file of the log-in, {str(path)!r}, cannot be read: {error}.", hint=hint) from error
    if stat.S_IMODE(mode) & 0o077:
        raise SettingsError(f"The file of the log-in, {str(path)!r}, can be read by others.", hint=hint)
    password = lines[0].strip() if lines else ""
    if len(password) < LEAST_CHARACTERS:
        raise SettingsError(f"The password in {str(path)!r} is shorter than {LEAST_CHARACTERS} characters.", hint=hint)
    return _hash(password)


class LoginWall:
    """An application that only who has logged in reaches.

    Args:
        app: what is behind.
        password: what ``read_password`` returned.
        token: the secret of the library's owner; who shows it is the same user.
        mounts: paths below which every request is asked for a key, and ``doors`` such paths themselves.
        slowdown: who may try now.
        clock: seconds that only grow, for the sessions.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        password: bytes,
        token: str,
        mounts: tuple[str, ...],
        doors: tuple[str, ...],
        slowdown: Slowdown | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._password = password
        self._owner = f"Bearer {token}".encode()
        self._mounts = tuple(f"{mount}/" for mount in mounts)
        self._doors = doors
        self._slowdown = slowdown or Slowdown()
        self._sessions: TTLCache[str, bool] = TTLCache(maxsize=_MOST_SESSIONS, ttl=_SECONDS, timer=clock)
        self._guard = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, show the page to log in, or answer 401."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if scope["type"] == "http" and path in ("/login", "/logout"):
            await (await self._log(Request(scope, receive)))(scope, receive, send)
        elif self._may_pass(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _REFUSED})
        elif scope["method"] in ("GET", "HEAD") and "text/html" in Headers(scope=scope).get("accept", ""):
            await _page(status=401)(scope, receive, send)
        else:
            error = NotAllowed("This server wants a log-in.", hint="Open /login in a browser; programs show a key.")
            await json_response(plain_error(error, 401), status=401)(scope, receive, send)

    async def _log(self, request: Request) -> Response:
        """Log in or out."""
        if request.method in ("GET", "HEAD"):
            return _page()
        if request.method != "POST":
            return error_response(UsageError("This path takes GET and POST."))
        if not same_origin(request.headers.get("origin"), host=request.headers.get("host")):
            return error_response(NotAllowed("A page of somewhere else may not log in here."))
        if request.url.path == "/logout":
            with self._guard:
                self._sessions.pop(_session(request.scope), None)
            response: Response = RedirectResponse("/login", status_code=303)
            response.delete_cookie(_COOKIE)
            return response
        caller = request.client.host if request.client else ""
        try:
            self._slowdown.admit(caller)
            shown = await _read_form(request)
        except TooMany as error:
            log("login", status=429)
            return _page(str(error), status=429, headers={"Retry-After": str(error.seconds)})
        except AccessRefused as error:
            return error_response(error)
        if not secrets.compare_digest(_hash(shown), self._password):
            self._slowdown.failed(caller)
            log("login", status=401)
            return _page("That is not the password.", status=401)
        self._slowdown.passed(caller)
        log("login", status=200)
        token = secrets.token_urlsafe(32)
        with self._guard:
            self._sessions[_mark(token)] = True
        response = RedirectResponse("/", status_code=303)
        response.set_cookie(
            _COOKIE, token, max_age=_SECONDS, httponly=True, samesite="strict", secure=request.url.scheme == "https"
        )
        return response

    def _may_pass(self, scope: Scope) -> bool:
        """Return whether a request has logged in, or is for what guards itself."""
        path = scope["path"]
        if scope["type"] == "http":
            if path in self._doors or path.startswith(self._mounts) or (scope["method"] == "GET" and path in _OPEN):
                return True
            shown = Headers(scope=scope).get("authorization", "").encode("utf-8", "surrogatepass")
            if secrets.compare_digest(shown, self._owner):
                return True
        with self._guard:
            return _session(scope) in self._sessions


async def _read_form(request: Request) -> str:
    """Return the password of a form.

    Raises:
        NotAllowed: the form is larger than any is.
    """
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_FORM:
            raise NotAllowed("The form is larger than any log-in.")
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10)
    return fields.get("password", [""])[0].strip()


def _page(said: str = "", *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    # Without a referrer a browser would not say that the form is of this server: its origin would be "null".
    told = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin", **(headers or {})}
    return HTMLResponse(fill("login", said=said), status_code=status, headers=told)


def _session(scope: Scope) -> str:
    return _mark(Request({**scope, "type": "http"}).cookies.get(_COOKIE, ""))


def _mark(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _hash(password: str) -> bytes:
    # It is in memory alone and compared once a try, which is slowed: no slow hash is needed.
    return hashlib.sha256(password.encode("utf-8", "surrogatepass")).digest()
