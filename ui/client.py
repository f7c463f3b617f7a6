"""Ask the process that owns a library, from another process. Standard library only: it has to start fast."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack
from urllib.parse import urlencode, urlsplit

import msgspec

from index import errors
from index.articles import Article, BuildReport, Coverage
from index.database_url import DatabaseUrl
from index.errors import CitewireError, UsageError
from index.sources.uploads import Reference, Upload
from index.sources.web.addresses import is_web_reference
from index.store.lock import Owner, read_owner
from rag.answer_events import Event, Finished, PassagesFound, QuotesFound, SentenceChecked, Waiting
from rag.answer_types import Answer, Hit, Quote
from rag.draft_types import CheckedDraft
from rag.question.filters import FilterWords

if TYPE_CHECKING:
    from index.build import Progress
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

    @property
    def model_name(self) -> str:
        """The name of the model that writes the owner's sentences, or ``none``."""
        return str(self.health()["model"])

    def ask(
        self,
        question: str,
        *,
        today: str | None = None,
        history: Sequence[Answer] = (),
        quotes_only: bool = False,
        **filters: Unpack[FilterWords],
    ) -> Answer:
        """Answer a question through the owner."""
        for event in self.stream(question, today=today, history=history, quotes_only=quotes_only, **filters):
            if isinstance(event, Finished):
                return event.answer
        raise CitewireError("The server that owns the library ended before the answer was whole.", hint="Ask again.")

    def stream(
        self,
        question: str,
        *,
        today: str | None = None,
        history: Sequence[Answer] = (),
        quotes_only: bool = False,
        **filters: Unpack[FilterWords],
    ) -> Iterator[Event]:
        """Answer a question through the owner, step by step."""
        asked = {"question": question, "today": today, "history": history, "quotes_only": quotes_only}
        for event in self._events("/api/ask", asked | filters):
            yield decode_event(event)

    def search(
        self, question: str, *, today: str | None = None, limit: int | None = None, **filters: Unpack[FilterWords]
    ) -> tuple[Hit, ...]:
        """Return found passages through the owner."""
        asked = {"question": question, "today": today, "limit": limit}
        return msgspec.convert(self._request("POST", "/api/search", asked | filters), tuple[Hit, ...])

    def article(self, article_id: str, *, version: int | None = None, sha256: str | None = None) -> Article:
        """Return a stored article through the owner."""
        asked = {name: value for name, value in (("version", version), ("sha256", sha256)) if value}
        query = f"?{urlencode(asked)}" if asked else ""
        name = "".join(character for character in article_id if character.isalnum())
        return msgspec.convert(self._request("GET", f"/api/articles/{name or '-'}{query}"), Article)

    def ingest(
        self,
        references: Sequence[Reference],
        *,
        options: IngestOptions | None = None,
        progress: Progress | None = None,
    ) -> BuildReport:
        """Have the owner ingest files, folders and addresses.

        Args:
            progress: told of each input once all are done.

        Raises:
            UsageError: an upload is among them: the owner reads what lies under a path, as the same user.
        """
        if any(isinstance(each, Upload) for each in references):
            raise UsageError("A file that was handed over cannot be passed on.", hint="Name it by its path.")
        named = [str(each) for each in references]
        absolute = [each if is_web_reference(each) else str(Path(each).resolve()) for each in named]
        body: dict[str, object] = {"references": absolute} | ({"options": options} if options else {})
        report = msgspec.convert(self._request("POST", "/api/ingest", body), BuildReport)
        for done, source in enumerate(report.sources if progress else (), start=1):
            progress(source, done, len(report.sources)) if progress else None
        return report

    def check(self, text: str, **filters: Unpack[FilterWords]) -> CheckedDraft:
        """Have the owner check a draft."""
        return msgspec.convert(self._request("POST", "/api/check", {"text": text, **filters}), CheckedDraft)

    def remove(self, articles: Sequence[str]) -> int:
        """Have the owner remove articles."""
        return int(self._request("POST", "/api/remove", {"articles": articles})["removed"])

    def outlets(self) -> tuple[str, ...]:
        """Return the outlets that have an article."""
        return tuple(self._request("GET", "/api/library")["outlets"])

    def coverage(self) -> Coverage:
        """Return what the whole library covers."""
        return msgspec.convert(self._request("GET", "/api/library")["coverage"], Coverage)

    def health(self) -> dict[str, Any]:
        """Return what the owner says of itself."""
        return dict(self._request("GET", "/api/health"))

    def _events(self, path: str, body: object) -> Iterator[dict[str, Any]]:
        connection, response = self._send("POST", path, body)
        try:
            _check(response)
            for line in response:
                event: dict[str, Any] = msgspec.json.decode(line)
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


def find_owner(library: Path | DatabaseUrl) -> OwnerClient | None:
    """Return the server that owns a library and answers for it, or None. It may be gone: calls raise OwnerGone."""
    if isinstance(library, DatabaseUrl):
        return None  # nobody owns what many share
    owner = read_owner(library)
    return OwnerClient(owner) if owner and owner.address and owner.token else None


def decode_event(sent: dict[str, Any]) -> Event:
    """Return an event of the owner as one of this process.

    Raises:
        CitewireError: the owner is of another version and sends what is unknown here.
    """
    if sent["event"] == "passages":
        return PassagesFound(msgspec.convert(sent["passages"], tuple[Hit, ...]))
    if sent["event"] == "quotes":
        return QuotesFound(msgspec.convert(sent["quotes"], tuple[Quote, ...]))
    if sent["event"] == "waiting":
        return Waiting(int(sent["place"]))
    if sent["event"] == "sentence":
        return msgspec.convert({name: sent[name] for name in ("sentence", "withheld", "verdict")}, SentenceChecked)
    if sent["event"] == "answer":
        return Finished(msgspec.convert(sent["answer"], Answer))
    raise CitewireError(
        f"The server that owns the library sent {sent['event']!r}, which is unknown here.",
        hint="Restart it with `citewire serve`.",
    )


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
