"""Which names a server is reached by: a request for any other is refused before anything else looks at it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import WrongHost
from ui.doors.responses import error_response

_REFUSED = 1008  # the code of WebSocket for a policy that is broken


class KnownHosts:
    """An application that only requests for certain hosts reach: a page that lets its own name lead to this machine reaches nothing.

    Args:
        app: what is behind.
        hosts: names and addresses, without ports; those of IPv6 with or without brackets.
        any_address: let requests for any IP address through, where the server listens on all of this machine: no page can have one
            lead elsewhere, as it can its own name.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], *, any_address: bool = False) -> None:
        self._app = app
        self._any_address = any_address
        self._hosts = {host.strip("[]").casefold() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer 421."""
        if scope["type"] not in ("http", "websocket") or self._knows(_name_in(Headers(scope=scope).get("host"))):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _REFUSED})
        else:
            error = WrongHost(
                "This server is not reached by the name that the request is for.",
                hint="Ask it as 127.0.0.1 or localhost, or name the host in the setting server.hosts; a proxy has to send one of them.",
            )
            await error_response(error)(scope, receive, send)

    def _knows(self, name: str | None) -> bool:
        return name in self._hosts or (self._any_address and name is not None and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _name_in(header: str | None) -> str | None:
    """Return the host in a Host header, or None where it is none."""
    if not header:
        return None
    try:
        parts = urlsplit(f"//{header}")
        _ = parts.port  # raises where it is no number
        name = parts.hostname
    except ValueError:
        return None
    # Whatever else an address may hold (a user, a path) has no place in this header.
    return name if name and not (set(header) & set("/@?#\\ \t")) else None
