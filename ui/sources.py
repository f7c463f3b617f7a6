"""Quotes to what the panel beside the chat shows: whole articles with the quoted words marked (pure)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from index.articles import Article
from rag.answer_types import Citation, Quote
from ui.present import escape_template, head_line, plain

PanelTurn = dict[str, Any]
"""One question's sources: ``heading`` and ``articles``, each with ``title``, ``source`` and ``segments``."""


def anchor(turn: int, n: int) -> str:
    """Return the id that a citation's link leads to; unique within a conversation."""
    return f"src-{turn}-{n}"


def list_sources(
    quotes: Sequence[Quote | Citation], *, turn: int, heading: str, read: Callable[[str, str], Article]
) -> PanelTurn:
    """Return the articles that the quotes come from, with every quoted word marked.

    The quotes are sliced again from the stored text here: what is shown is what the article says.

    Args:
        quotes: numbered quotes or citations.
        turn: number of the question within the conversation.
        heading: shown above them.
        read: returns the stored article for an id and the hash of its text.
    """
    by_article: dict[tuple[str, str], list[Quote | Citation]] = {}
    for quote in quotes:
        by_article.setdefault((quote.article_id, quote.article_sha256), []).append(quote)
    articles = []
    for (article_id, sha256), cited in by_article.items():
        article = read(article_id, sha256)
        articles.append(
            {
                "title": escape_template(plain(article.title) or "Untitled"),
                "source": escape_template(_source(article, cited[0])),
                "segments": [
                    {**segment, "text": escape_template(segment["text"])}
                    for segment in cut_segments(article.text, cited, turn=turn)
                ],
            }
        )
    return {"heading": escape_template(plain(heading)), "articles": articles}


def cut_segments(text: str, quotes: Sequence[Quote | Citation], *, turn: int) -> list[dict[str, Any]]:
    """Return the text in order, cut where quotes begin and end; joined, the pieces are the text again.

    Quotes that overlap share one mark, under the number of the first.
    """
    segments: list[dict[str, Any]] = []
    done = 0
    for quote in sorted(quotes, key=lambda item: (item.start, item.n)):
        start = max(done, quote.start)
        if start >= quote.end:
            continue
        if done < start:
            segments.append({"text": text[done:start], "anchor": "", "n": ""})
        segments.append({"text": text[start : quote.end], "anchor": anchor(turn, quote.n), "n": str(quote.n)})
        done = quote.end
    if done < len(text):
        segments.append({"text": text[done:], "anchor": "", "n": ""})
    return segments


def _source(article: Article, cited: Quote | Citation) -> str:
    facts = [
        plain(article.outlet) or "unnamed outlet",
        article.published[:10] if article.published else "undated",
    ]
    facts += [f"updated {article.updated[:10]}"] if article.updated else []
    facts += [plain(article.author)] if article.author else []
    facts += [plain(article.url)] if article.url else []
    if isinstance(cited, Citation):
        facts += [head_line(cited.head)] if cited.head else []
        facts += [cited.note] if cited.note else []
    return " · ".join(facts)
