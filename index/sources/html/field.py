"""A field of an export (a cell, a JSON string) that may hold HTML -> its words."""

from __future__ import annotations

import html
import re

from index.errors import SourceError
from index.sources.html.blocks import read_blocks
from index.sources.html.hidden import drop_unshown
from index.sources.html.page import MOST_TAGS, parse_page

# Only what ends or breaks a block shows that a text is HTML; an article may speak of <b> as well.
_MARKUP = re.compile(
    r"</(?:p|div|li|ul|ol|h[1-6]|blockquote|article|section|figure|table|tr|td)\s*>|<br\s*/?>|<p\b[^>]*>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);", re.IGNORECASE)
_CAPTIONS = ("figcaption",)


def read_field(reference: str, text: str) -> str:
    """Return the words of a field: paragraphs parted by blank lines where it is HTML, entities resolved, else the text as it is.

    Raises:
        SourceError: it has too many tags.
    """
    if not _MARKUP.search(text):
        return read_name(text)
    if text.count("<") > MOST_TAGS:
        raise SourceError(
            f"{reference}: its text has more than {MOST_TAGS} tags.",
            reference=reference,
            hint="Give the article as a text file.",
        )
    tree = parse_page(text)
    if tree is None:
        return ""
    drop_unshown(tree)
    return "\n\n".join(block.words for block in read_blocks(tree) if block.tag not in _CAPTIONS)


def read_name(text: str) -> str:
    """Return a title or a name with its entities resolved: exports hold them as the page had them."""
    return html.unescape(text) if _ENTITY.search(text) else text
