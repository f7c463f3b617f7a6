"""A web address -> the other spellings that lead to the same article (pure).

Feeds, networks and readers hand one article around as http and https, with and without "www.", with a slash at its end, and as the AMP page
that is made for telephones (https://amp.dev/documentation/guides-and-tutorials/start/converting/). What only says how a reader came is
taken off where an address is read (``index.sources.fields``).
"""

from __future__ import annotations

import re
from itertools import product
from urllib.parse import SplitResult, urlsplit, urlunsplit

_HOSTS = ("", "www.", "amp.", "m.")
_AMP_HOST = re.compile(r"^(?:www|amp|m|mobile)\.(?=[^.]+\.)")
_AMP_PATH = re.compile(r"(?:/amp/?|\.amp)$", re.IGNORECASE)
_AMP_QUERY = re.compile(r"(?:^|&)(?:amp(?:=[^&]*)?|output[Tt]ype=amp)(?=&|$)")
_AMP_MARKS = ("amp", "amp=1", "outputType=amp")
_LONGEST = 2_000  # characters


def spellings(url: str) -> tuple[str, ...]:
    """Return the spellings of an address that lead to the same article, the plain one first.

    An address that is none, or is longer than any that a browser takes, is its own only spelling.
    """
    parts = _split(url)
    if parts is None:
        return (url,)
    host = _AMP_HOST.sub("", parts.netloc)
    path = _AMP_PATH.sub("", parts.path).rstrip("/")
    query = _AMP_QUERY.sub("", parts.query).strip("&")
    ends = [(end, query) for end in (path, f"{path}/", f"{path}/amp", f"{path}/amp/", f"{path}.amp")]
    ends += [(end, f"{query}&{mark}".strip("&")) for end, mark in product((path, f"{path}/"), _AMP_MARKS)]
    found = (
        urlunsplit((scheme, f"{prefix}{host}", end, asked, parts.fragment))
        for scheme, prefix, (end, asked) in product(("https", "http"), _HOSTS, ends)
    )
    return tuple(dict.fromkeys((*found, url)))


def plain_spelling(url: str) -> str:
    """Return the one spelling that stands for all of an address: two addresses of one article share it."""
    return spellings(url)[0]


def _split(url: str) -> SplitResult | None:
    if len(url) > _LONGEST or not url.lower().startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.netloc else None
