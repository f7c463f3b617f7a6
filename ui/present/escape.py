"""What makes hostile text harmless (pure). Nothing else escapes.

Article text, titles, outlets, URLs and model output are hostile until they have passed through ``plain``, ``escape_markdown``
or ``safe_url``. HTML is written by templates alone, whose engine escapes every value (``ui.chat.templates``).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# C0 and C1 controls, bidirectional overrides: what could drive a terminal or turn a line around.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$&:^=\"'])")

_LOADS = re.compile(r"(<|!(?=\[)|\](?=[(\[:]))")


def plain(text: str | None) -> str:
    """Return text that is safe to print in a terminal: no control characters, on one line."""
    return " ".join(_CONTROL.sub("", text or "").split())


def without_controls(text: str) -> str:
    """Return text of several lines without control characters, for where its white space counts."""
    return _CONTROL.sub("", text)


def escape_markdown(text: str | None) -> str:
    """Return text that any Markdown renderer shows as it is: no markup, link, image, formula or HTML survives."""
    escaped = _MARKDOWN.sub(r"\\\1", plain(text))
    # Entities are what every renderer agrees on where a backslash might be read differently.
    return escaped.replace("\\&", "&amp;").replace("\\<", "&lt;").replace("\\>", "&gt;")


def defuse_markdown(text: str | None) -> str:
    """Return text that reads as it is where nothing renders it, and in which no Markdown loads or links anything.

    For programs of others, of which some render Markdown and some do not: ``escape_markdown`` would show its backslashes in those.
    Only what begins an image, a link, a definition of one, or HTML is taken apart.
    """
    return _LOADS.sub(r"\\\1", plain(text))


def safe_url(url: str | None) -> str | None:
    """Return an article's address when it is an ordinary web address that can be linked to, else None."""
    if not url or _CONTROL.search(url) or any(c.isspace() or c in "<>\"'`\\^{|}()[]" for c in url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else None
