"""A response as it arrives -> its body, counted while it comes out, and the few headers that are believed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpcore

from index.sources.web.fetched import failure
from index.sources.web.inflate import Broken, Overflow, collect

_CODINGS = {"": "", "identity": "", "gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE | re.ASCII)
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,1000}")
_SHORT_BODY = 65_536


def read_body(reference: str, response: httpcore.Response, maximum: int) -> bytes:
    """Return a body, decompressed.

    Raises:
        SourceError: about ``reference``: it is larger than ``maximum`` bytes, or is compressed in a way that is not read.
    """
    length = _read_number(header(response, b"content-length"))
    too_large = f"it is larger than {maximum / 1e6:.1f} MB, the most that is fetched of its kind"
    if length is not None and length > maximum:
        raise failure(reference, too_large)
    named = header(response, b"content-encoding").strip().lower()
    if named not in _CODINGS:
        raise failure(reference, f"it is compressed as {named[:40]!r}, wanted gzip, deflate or nothing")
    try:
        return collect(response.iter_stream(), coding=_CODINGS[named], maximum=maximum)
    except Overflow as error:
        raise failure(reference, too_large) from error
    except Broken as error:
        raise failure(reference, f"it could not be decompressed ({error})") from error


def read_off(response: httpcore.Response) -> None:
    """Read a short body that nobody needs, so that its connection serves the next request."""
    length = _read_number(header(response, b"content-length"))
    if length is not None and length <= _SHORT_BODY:
        for _ in response.iter_stream():
            pass


def header(response: httpcore.Response, name: bytes) -> str:
    """Return the value of a header, or an empty string; of several the first."""
    value = next((value for key, value in response.headers if key.lower() == name), b"")
    return str(value, "utf-8", "replace").strip()


def read_validator(response: httpcore.Response, name: bytes) -> str | None:
    """Return a header that can be sent back as it came, or None."""
    value = header(response, name)
    return value if _VALIDATOR.fullmatch(value) else None


def read_content_type(value: str) -> tuple[str, str | None]:
    """Return the type in lower case, and the encoding that is named with it."""
    charset = _CHARSET.search(value)
    return value.partition(";")[0].strip().lower(), charset.group(1) if charset else None


def _read_number(value: str) -> int | None:
    """Return a whole number, or None; of an absurdly long one the first digits, which are absurd enough."""
    return int(value[:20]) if value.isascii() and value.isdigit() else None


def read_retry_after(value: str, *, usual: float) -> float:
    """Return the seconds that a Retry-After header asks to wait, in either of its forms."""
    seconds = _read_number(value)
    if seconds is not None:
        return float(seconds)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return usual
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
