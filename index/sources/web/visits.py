"""What is remembered of a visit to a web address, so that the next one costs almost nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Visit:
    """What a server said when an address was last fetched.

    Attributes:
        url: the address that was asked for.
        final_url: the one that answered, after redirects; the validators are its own.
        checked: when, an instant.
        sha256: hash of the body as it was received, decompressed, hexadecimal.
        etag: the server's validator, as it stood in the header.
        last_modified: the server's other validator, as it stood in the header.
        is_listing: whether it was a feed or a sitemap, which brings the pages that it lists.
        reader: what read it, and how: what another reads anew is asked for as if it had never been seen.
    """

    url: str
    final_url: str
    checked: str
    sha256: str
    etag: str | None = None
    last_modified: str | None = None
    is_listing: bool = False
    reader: str = ""


class RemembersVisits(Protocol):
    """Where visits are kept from one run to the next.

    A visit must be remembered only after what it brought is stored: remembered without its article, it would hide
    that article from every later run.
    """

    def visit_of(self, url: str) -> Visit | None:
        """Return the last visit to ``url``, or None."""

    def remember_visits(self, visits: Sequence[Visit]) -> None:
        """Keep visits in the place of earlier ones to the same addresses."""
