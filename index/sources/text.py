"""Plain text -> RawArticle."""

from __future__ import annotations

from index.articles import RawArticle
from index.sources.fields import build_article
from index.sources.opening import read_opening


def read_text(reference: str, text: str) -> RawArticle:
    """Return the article of a text file.

    Its title, author and dates are what stands above the body, see ``read_opening``. Where nothing does, all of it is
    body.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    opening = read_opening(lines)
    return build_article(opening.facts, reference=reference, kind="text", text="\n".join(opening.body).strip())
