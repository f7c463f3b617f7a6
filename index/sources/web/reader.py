"""Feeds, sitemaps, links of pages and robots.txt, parsed in a child process: the parent never parses them."""

from __future__ import annotations

import base64
from types import TracebackType
from typing import Self, cast

from index.sources.child import ChildWorker
from index.sources.web.listings import Entry, Listing, ListingKind, PageLinks
from index.sources.web.robots import Verdict

PARSE_SECONDS = 8.0
ROBOTS_SECONDS = 3.0
PARSE_MEMORY_BYTES = 250_000_000


class WebReader:
    """Reads what leads to articles with child processes, which start when needed and end with the context.

    Those that fetch ask about robots.txt, and must not wait for a feed that takes its time: there are two children.
    """

    def __init__(self, *, seconds: float = PARSE_SECONDS, memory_bytes: int = PARSE_MEMORY_BYTES) -> None:
        program = ("-m", "index.sources.web.documents")
        self._documents = ChildWorker(program, seconds=seconds, memory_bytes=memory_bytes)
        self._robots = ChildWorker(program, seconds=min(seconds, ROBOTS_SECONDS), memory_bytes=memory_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child processes; reading something else starts others."""
        self._documents.close()
        self._robots.close()

    def read_listing(self, reference: str, data: bytes, url: str) -> Listing | None:
        """Return what the feed or sitemap at ``url`` lists, or None where ``data`` is neither.

        Raises:
            SourceError: it is broken, hostile, or could not be read within the limits.
        """
        answer = self._ask("listing", reference, data, url)
        if answer["kind"] is None:
            return None
        entries = cast(list[dict[str, str | None]], answer["entries"])
        return Listing(
            cast(ListingKind, answer["kind"]),
            tuple(Entry(**entry) for entry in entries),
            cast(int, answer["left_out"]),
        )

    def find_links(self, reference: str, data: bytes, url: str) -> PageLinks:
        """Return where the page at ``url`` leads without a click.

        Raises:
            SourceError: it could not be read within the limits.
        """
        answer = self._ask("links", reference, data, url)
        return PageLinks(cast(str | None, answer["refresh"]), tuple(cast(list[str], answer["feeds"])))

    def judge_robots(self, reference: str, text: str, url: str, agent: str) -> Verdict:
        """Return what a robots.txt says about ``url``.

        Raises:
            SourceError: it could not be read within the limits.
        """
        request = {"do": "robots", "text": text, "url": url, "agent": agent}
        answer = self._robots.ask(request, reference=reference)
        return Verdict(bool(answer["allowed"]), cast(float | None, answer["delay"]))

    def _ask(self, do: str, reference: str, data: bytes, url: str) -> dict[str, object]:
        request = {"do": do, "reference": reference, "data": base64.b64encode(data).decode("ascii"), "url": url}
        return self._documents.ask(request, reference=reference)
