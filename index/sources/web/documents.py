"""A child process of ``WebReader``: run as a program, it reads feeds, sitemaps, the links of pages and robots.txt."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache

from protego import Protego

from index.sources.child import Handler, serve_requests
from index.sources.web.feeds import read_listing
from index.sources.web.page_links import find_links


@lru_cache(maxsize=64)
def _parse_robots(text: str) -> Protego:
    return Protego.parse(text)


def _answer(request: dict[str, str]) -> Mapping[str, object]:
    if request["do"] == "robots":
        rules = _parse_robots(request["text"])
        allowed = rules.can_fetch(request["url"], request["agent"])
        return {"allowed": allowed, "delay": rules.crawl_delay(request["agent"])}
    data = base64.b64decode(request["data"])
    if request["do"] == "links":
        return asdict(find_links(data, request["url"]))
    listing = read_listing(request["reference"], data, request["url"])
    return asdict(listing) if listing else {"kind": None}


def _load() -> Handler:
    return _answer


if __name__ == "__main__":
    serve_requests(_load)
