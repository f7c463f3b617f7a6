"""What comes of a visit: a body, the word that nothing changed, or a reason why there is nothing."""

from __future__ import annotations

from dataclasses import dataclass

from index.errors import SourceError
from index.sources.web.addresses import WebAddress
from index.sources.web.visits import Visit

LOOK = "Open it in a browser; if the article shows there, save the page and give the file."


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server has for an address.

    Attributes:
        address: the one that answered, after redirects.
        content_type: in lower case, without parameters; empty where none was given.
        charset: the encoding that the server names, or None.
        body: decompressed.
        visit: what to remember once the body is dealt with.
    """

    address: WebAddress
    content_type: str
    charset: str | None
    body: bytes
    visit: Visit


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed since the last visit."""

    visit: Visit


class NoAnswer(SourceError):
    """The server was not reached, was too slow, or did not answer as HTTP wants it."""


class TryLater(SourceError):
    """The server is too busy and asks to come back.

    Attributes:
        seconds: after how long.
    """

    def __init__(self, message: str, *, reference: str, hint: str, seconds: float) -> None:
        super().__init__(message, reference=reference, hint=hint)
        self.seconds = seconds


def failure(reference: str, reason: str, *, hint: str = LOOK) -> SourceError:
    """Return the error of a reference that brought nothing: ``reason`` is what the matter is, without a full stop."""
    return SourceError(f"{reference}: {reason}.", reference=reference, hint=hint)
