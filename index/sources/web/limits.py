"""What one visit to a server may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one visit may take, redirects and robots.txt included.

    Attributes:
        total_seconds: spent on the network; the turn at a host is waited for besides.
        idle_seconds: without a byte.
        connect_seconds: until a host is found and answers.
        hops: redirects that are followed.
        maximum_bytes: of a body, decompressed; ``page_bytes`` of one that is a page or a feed.
    """

    total_seconds: float = 8.0
    idle_seconds: float = 5.0
    connect_seconds: float = 4.0
    hops: int = 5
    maximum_bytes: int = 20_000_000
    page_bytes: int = 5_000_000
