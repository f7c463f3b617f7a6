"""Web pages -> RawArticle, parsed in a child process: the parent never parses HTML."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from index.articles import RawArticle
from index.errors import SourceError
from index.sources.child import ChildWorker

MAXIMUM_HTML_BYTES = 5_000_000
PARSE_SECONDS = 20.0
PARSE_MEMORY_BYTES = 2_000_000_000

_FACTS = ("title", "outlet", "author", "published", "updated", "url", "language")


class HtmlReader:
    """Reads web pages with one child process, which starts at the first page and ends with the context."""

    def __init__(self, *, seconds: float = PARSE_SECONDS, memory_bytes: int = PARSE_MEMORY_BYTES) -> None:
        self._worker = ChildWorker(("-m", "index.sources.html"), seconds=seconds, memory_bytes=memory_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, reference: str, text: str) -> RawArticle:
        """Return the article of the page whose HTML is ``text``.

        Raises:
            SourceError: the page is larger than 5 MB, holds no article text, or could not be read within the
            limits.
        """
        size = len(text.encode("utf-8", "surrogatepass"))
        if size > MAXIMUM_HTML_BYTES:
            raise SourceError(
                f"{reference}: the page has {size} bytes, at most {MAXIMUM_HTML_BYTES} are read.",
                reference=reference,
                hint="Give the article as a text or Markdown file.",
            )
        answer = self._worker.ask({"reference": reference, "text": text}, reference=reference)
        facts = {name: value if isinstance(value := answer.get(name), str) else None for name in _FACTS}
        return RawArticle(reference=reference, kind="html", text=str(answer["text"]), **facts)

    def close(self) -> None:
        """End the child process; reading another page starts another."""
        self._worker.close()
