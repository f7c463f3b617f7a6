"""The address of a library in a PostgreSQL database: what may be shown of it, and what only the driver is told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from index.errors import SettingsError

_SCHEMES = ("postgresql", "postgres")
_SECRET_PARAMETERS = frozenset({"password", "sslpassword"})
_HIDDEN = "***"


@dataclass(frozen=True, slots=True, repr=False)
class DatabaseUrl:
    """A URL as libpq reads it: ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full``.

    Shown, printed or logged it has no password. TLS is what its own ``sslmode`` and ``sslrootcert`` say.

    Raises:
        SettingsError: it is no URL of a PostgreSQL database.
    """

    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.secret)
            known = parts.scheme in _SCHEMES and (parts.port is None or parts.port > 0)
        except ValueError:  # a port that is no number, a bracket that is not closed
            known = False
        if not known or "\0" in self.secret:
            raise SettingsError(
                "The address of the library is no URL of a PostgreSQL database.",
                hint="Write postgresql://USER@HOST:PORT/DATABASE, with special characters in it as %XX.",
            )

    def __str__(self) -> str:
        """Return the URL with every password hidden."""
        parts = urlsplit(self.secret)
        login, at, host = parts.netloc.rpartition("@")
        user, colon, password = login.partition(":")
        shown = f"{user}:{_HIDDEN}" if colon and password else user
        parameters = [
            (name, _HIDDEN if name in _SECRET_PARAMETERS else value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
        ]
        query = urlencode(parameters, safe="*/", quote_via=quote)
        return f"{parts.scheme}://{shown}{at}{host}{parts.path}{'?' if query else ''}{query}"

    def __repr__(self) -> str:
        return f"DatabaseUrl({str(self)!r})"

    def hide(self, text: str) -> str:
        """Return a text, such as what the driver says, with every password of this address hidden in it."""
        for password in sorted(self._passwords(), key=len, reverse=True):
            text = text.replace(password, _HIDDEN)
        return text

    def _passwords(self) -> set[str]:
        """Return the passwords as they are and as they are written in the URL."""
        parts = urlsplit(self.secret)
        written = {parts.netloc.rpartition("@")[0].partition(":")[2]}
        for part in parts.query.split("&"):
            name, _, value = part.partition("=")
            written |= {value} if unquote(name) in _SECRET_PARAMETERS else set()
        return {text for each in written if each for text in (each, unquote(each))}


def is_url(text: str) -> bool:
    """Return whether a library is named by a URL rather than by its folder."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text) is not None
