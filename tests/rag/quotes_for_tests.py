"""Quotes for tests, made of one sentence."""

from __future__ import annotations

from rag.answer_types import Quote


def make_quote(
    n: int, text: str, *, published: str | None = "2031-03-14", context: str = "", title: str | None = None
) -> Quote:
    return Quote(
        n=n,
        quote=text,
        start=0,
        end=len(text),
        article_id=f"article-{n}",
        article_sha256="0" * 64,
        title=title,
        outlet="Harbour Wire",
        author=None,
        published=published,
        updated=None,
        url=None,
        origin=f"origin-{n}",
        context=context,
    )
