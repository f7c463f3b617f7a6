"""One message to an address that the person who runs this has named: JSON by POST, under the rules of fetching.

The address is checked as those of articles are, and so is every address that its host leads to, unless its origin was named as trusted.
No redirect is followed: the message goes where it was meant to go, or nowhere.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from urllib.parse import urlsplit

import httpcore

from index.errors import SourceError
from index.sources.web.addresses import PORTS, WebAddress, parse_address
from index.sources.web.connections import Connector, GuardedBackend, Resolver, connect_by_tcp, resolve_by_system
from index.sources.web.exchange import USER_AGENT, Exchange, make_request
from index.sources.web.fetched import failure
from index.sources.web.limits import Limits

_HINT = "Nothing was marked as told; the next run tells it again."
_DELIVERED = range(200, 300)


def post_json(
    reference: str,
    body: bytes,
    *,
    trusted: Collection[str] = (),
    limits: Limits | None = None,
    ports: Collection[int] = PORTS,
    resolver: Resolver = resolve_by_system,
    connector: Connector = connect_by_tcp,
) -> None:
    """Send JSON to an address, and wait until its server says that it has it.

    Args:
        reference: the address.
        trusted: origins (scheme, host and port) that may be written to although they are not public.
        limits: how long it may take in all.

    Raises:
        SourceError: the address may not be written to, or its server did not take the message.
    """
    bounds = limits or Limits()
    known = next((found for each in trusted if (found := _read_trusted(reference, each))), None)
    address = known or parse_address(reference, ports=ports)
    backend = GuardedBackend(resolver=resolver, connector=connector, public_only=known is None)
    headers = {
        "Host": address.authority,
        "User-Agent": USER_AGENT,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    request = make_request("POST", address, headers, limits=bounds, content=body)
    with (
        httpcore.ConnectionPool(max_connections=1, network_backend=backend) as pool,
        backend.deadline(time.monotonic() + bounds.total_seconds),
        # What follows the host of such an address is often a secret: messages name the host alone.
        Exchange(pool, request, address.origin, address, bounds) as response,
    ):
        if response.status not in _DELIVERED:
            raise failure(
                address.origin, f"the server did not take the message (it answered {response.status})", hint=_HINT
            )


def _read_trusted(reference: str, origin: str) -> WebAddress | None:
    """Return an address whose origin was named as trusted, or None where it is of another."""
    try:
        named, wanted = urlsplit(origin), urlsplit(reference)
        same = (named.scheme, named.hostname, named.port) == (wanted.scheme, wanted.hostname, wanted.port)
    except ValueError as error:
        raise SourceError(f"{reference}: it is no address.", reference=reference) from error
    if not same or wanted.scheme not in ("http", "https") or not wanted.hostname or "@" in wanted.netloc:
        return None
    target = (wanted.path or "/") + (f"?{wanted.query}" if wanted.query else "")
    if not (target + wanted.hostname).isascii() or not target.isprintable() or " " in target:
        raise SourceError(f"{reference!r}: it holds characters that no address has.", reference=reference)
    port = wanted.port or (443 if wanted.scheme == "https" else 80)
    return WebAddress(wanted.scheme, wanted.hostname, port, target)
