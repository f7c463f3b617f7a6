"""All articles of a topic, near-copies too: what a question counts ("How many outlets reported on the strike?")."""

from __future__ import annotations

import re
from collections.abc import Callable

from index.archive import Archive
from index.articles import Article
from index.caches.words import FieldWeights
from rag.find.events import ABOUT, IN_OPENING, lead_of
from rag.find.topic import heads_of, share_held, weigh_topic
from rag.query_types import Query
from rag.question.bearing import is_opened_with, speaks_of

READ = 400  # articles with words of the topic, the likeliest first
_HELD = 0.9  # share of the topic that an article has to hold where it need only mention it
_MENTIONS = re.compile(r"\b(?:mention|nam(?:e|ing)|speak|spoke)", re.IGNORECASE)


def find_topic_articles(
    query: Query, archive: Archive, *, rarity: Callable[[str], float]
) -> tuple[tuple[Article, ...], bool]:
    """Return the articles that are about the topic of a query, the newest first, and whether all of them were looked at.

    Where the question asks for those that mention it, an article may do so anywhere; else in its headline or first sentence.
    """
    ranked = archive.words.articles(query.topic, limit=READ, weights=FieldWeights(title=1.0), filters=query.narrowed)
    records = archive.library.passages([number for number, _ in ranked])
    weights = weigh_topic(query.topic, rarity)
    heads = heads_of(query.topic, weights)
    mentions = bool(_MENTIONS.search(query.text.removesuffix(query.topic)))
    found: dict[str, Article] = {}
    for record in records.values():
        article = record.article
        whole = f"{article.title or ''}\n{article.text}"
        if mentions:
            fits = share_held(weights, whole) >= _HELD and speaks_of(query.bearers, whole)
        else:
            lead = lead_of(record)
            opening = f"{article.title or ''} {lead.text if lead else ''}"
            fits = (
                share_held(weights, whole) >= ABOUT
                and (not heads or share_held(heads, whole) >= IN_OPENING)
                and share_held(weights, opening) >= IN_OPENING
                and is_opened_with(query.bearers, article.title or "", article.text)
            )
        if fits:
            found[article.id] = article
    newest = sorted(found.values(), key=lambda article: (article.published or "", article.id), reverse=True)
    return tuple(newest), len(ranked) < READ
