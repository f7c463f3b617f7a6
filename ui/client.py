"""Ask the process that owns a library, from another process. Standard library only: it has to start fast."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import msgspec

from index import errors
from index.articles import Article, BuildReport
from index.errors import CitewireError
from index.sources.web.addresses import is_web_reference
from index.store.lock import Owner, read_owner
from rag.answer_types import Answer, Hit

if TYPE_CHECKING:
    from index.inputs import IngestOptions

_CONNECT_SECONDS = 2.0


class OwnerGone(Exception):
    """The note about the owner is stale: nobody answers there."""


class OwnerClient:
    """The desk of another process."""

    def __init__(self, owner: Owner) -> None:
        if owner.address is None or owner.token is None:
            raise OwnerGone
        self._parts = urlsplit(owner.address)
        self._token = owner.token

    def ask(
        self,
        question: str,
        *,
        first: str | None,
        last: str | None,
        outlets: tuple[str, ...],
        as_of: str | None,
        quotes_only: bool,
    ) -> Answer:
        """Answer a question through the owner."""
        body = {
            "question": question,
            "first": first,
            "last": last,
            "outlets": outlets,
            "as_of": as_of,
            "quotes_only": quotes_only,
        }
        for event in self._events("/api/ask", body):
            if event["event"] == "answer":
                return msgspec.convert(event["answer"], Answer)
        raise CitewireError("The server that owns the library ended before the answer was whole.", hint="Ask again.")

    def search(
        self, question: str, *, first: str | None, last: str | None, outlets: tuple[str, ...], as_of: str | None
    ) -> tuple[Hit, ...]:
        """Return found passages through the owner."""
        body = {"question": question, "first": first, "last": last, "outlets": outlets, "as_of": as_of}
        return msgspec.convert(self._request("POST", "/api/search", body), tuple[Hit, ...])

    def article(self, article_id: str, *, version: int | None = None, sha256: str | None = None) -> Article:
        """Return a stored article through the owner."""
        asked = {name: value for name, value in (("version", version), ("sha256", sha256)) if value}
        query = f"?{urlencode(asked)}" if asked else ""
        name = "".join(character for character in article_id if character.isalnum())
        return msgspec.convert(self._request("GET", f"/api/articles/{name or '-'}{query}"), Article)

    def ingest(self, references: Sequence[str], options: IngestOptions) -> BuildReport:
        """Have the owner ingest files, folders and addresses."""
        absolute = [each if is_web_reference(each) else str(Path(each).resolve()) for each in references]
        body = {"references": absolute, "options": options}
        return msgspec.convert(self._request("POST", "/api/ingest", body), BuildReport)

    def remove(self, articles: Sequence[str]) -> int:
        """Have the owner remove articles."""
        return int(self._request("POST", "/api/remove", {"articles": articles})["removed"])

    def health(self) -> dict[str, Any]:
        """Return what the owner says of itself."""
        return dict(self._request("GET", "/api/health"))

    def _events(self, path: str, body: object) -> Iterator[dict[str, Any]]:
        connection, response = self._send("POST", path, body)
        try:
            _check(response)
            for line in response:
                event = msgspec.json.decode(line, type=dict[str, Any])
                if event["event"] == "error":
                    raise decode_error(event["error"])
                yield event
        finally:
            connection.close()

    def _request(self, method: str, path: str, body: object = None) -> Any:
        connection, response = self._send(method, path, body)
        try:
            content = response.read()
            if response.status == http.client.BAD_REQUEST:
                raise decode_error(msgspec.json.decode(content)["error"])
            _check(response)
            return msgspec.json.decode(content)
        finally:
            connection.close()

    def _send(
        self, method: str, path: str, body: object
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        connection = http.client.HTTPConnection(self._parts.hostname or "", self._parts.port, timeout=_CONNECT_SECONDS)
        try:
            connection.connect()
            connection.sock.settimeout(None)  # a model may think for minutes; only reaching the server has a limit
            headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
            connection.request(method, path, None if body is None else msgspec.json.encode(body), headers)
            return connection, connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise OwnerGone from error


def find_owner(folder: Path) -> OwnerClient | None:
    """Return the server that owns a library and answers for it, or None. It may be gone: calls raise OwnerGone."""
    owner = read_owner(folder)
    return OwnerClient(owner) if owner and owner.address and owner.token else None


def decode_error(sent: dict[str, Any]) -> CitewireError:
    """Return an error of the owner as one of this process, with the same exit code."""
    kind = getattr(errors, str(sent.get("kind")), CitewireError)
    known = isinstance(kind, type) and issubclass(kind, CitewireError) and kind is not errors.SourceError
    error = (kind if known else CitewireError)(str(sent.get("message")), hint=str(sent.get("hint") or ""))
    error.exit_code = int(sent.get("exit_code", 1))
    return error


def _check(response: http.client.HTTPResponse) -> None:
    if response.status == http.client.UNAUTHORIZED:
        raise OwnerGone
    if response.status != http.client.OK:
        raise CitewireError(
            f"The server that owns the library answered {response.status} {response.reason}.",
            hint="Restart it with `citewire serve`.",
        )
