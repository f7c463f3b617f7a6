"""Plain text -> its article, or its articles where a press database delivered it."""

from __future__ import annotations

from index.articles import RawArticle
from index.sources.delivery import delivered_articles
from index.sources.fields import build_article
from index.sources.opening import read_opening


def read_text(reference: str, text: str) -> list[RawArticle]:
    """Return the article of a text file, or those of a delivery of a press database.

    Its title, author and dates are what stands above the body, see ``read_opening``. Where nothing does, all of it is
    body.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    if delivered := delivered_articles(reference, lines, "text"):
        return delivered
    opening = read_opening(lines)
    return [build_article(opening.facts, reference=reference, kind="text", text="\n".join(opening.body).strip())]
