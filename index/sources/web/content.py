"""What a server sent -> its articles: the seam between fetching and reading."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Protocol

from index.articles import RawArticle, Unreadable
from index.errors import SourceError
from index.sources.decode import decode_as_browsers_do
from index.sources.kinds import HEAD_BYTES, guess_kind, recognise_kind
from index.sources.reader import ArticleReader

_TEXTUAL = ("text/", "application/xhtml+xml", "application/json")
# Encodings of text that servers name; Python knows others, some of them slow and none of them meant.
_CHARSETS = re.compile(r"iso8859-\d+|cp\d+|koi8-[ru]|gb\w+|big5\w*|shift_jis\w*|euc_\w+|utf-16(?:-[lb]e)?|mac-roman")


class ReadsContent(Protocol):
    """Reads the articles of what was fetched."""

    def read(self, reference: str, data: bytes, content_type: str, name: str) -> Iterator[RawArticle | Unreadable]:
        """Return the articles in ``data``.

        Args:
            reference: how the source is named in the articles and in errors.
            data: the body; text is in UTF-8 where the server named its encoding.
            content_type: as the server declares it; may be empty or wrong.
            name: the path of the address, whose suffix may say what it is.

        Raises:
            SourceError: at the call: nothing of it could be read.
        """


class DocumentReader:
    """Reads whatever kind of document a server sends, by its content type, its suffix and how it begins."""

    def __init__(self, articles: ArticleReader) -> None:
        self._articles = articles

    def read(self, reference: str, data: bytes, content_type: str, name: str) -> Iterator[RawArticle | Unreadable]:
        """Return the articles in ``data``; see ``ReadsContent``."""
        kind = recognise_kind(data[:HEAD_BYTES], guess_kind(content_type) or guess_kind(name))
        if kind is None:
            raise SourceError(
                f"{reference}: it is of the type {content_type!r}, which is not read.",
                reference=reference,
                hint="Give the address of an article, a feed or a sitemap.",
            )
        return self._articles.read(reference, data, kind)


def to_utf8(data: bytes, content_type: str, charset: str | None) -> bytes:
    """Return text in UTF-8 where the server names its encoding and is right; anything else as it is."""
    if charset is None or not content_type.startswith(_TEXTUAL):
        return data
    try:
        name = codecs.lookup(charset).name
        text = decode_as_browsers_do(data, name) if _CHARSETS.fullmatch(name) else None
        return data if text is None else text.encode("utf-8")
    except (LookupError, UnicodeError, ValueError):
        return data
