"""The articles of a topic: those that say it in its words, and then those that say it in others."""

from __future__ import annotations

from index.articles import Article, PassageRecord, Span
from rag.answer_types import Found, Hit
from rag.find.events import list_events
from rag.query_types import Query

STRIKE = "The strike at the docks of Holt began on Monday."
STOPPAGE = "Cranes at the docks stood still for a third day, and nobody in Holt knows when it ends."
WEATHER = "It rained in Holt for a third day, and the fields were wet."
LONG = " Nothing else is known of it so far, the office of the harbour said in the evening."


def told(topic: str, *articles: tuple[str, float]) -> list[str]:
    records = {}
    for number, (text, _) in enumerate(articles, 1):
        whole = text + LONG
        article = Article(
            id=f"a{number}", version=1, text=whole, sha256="0" * 64, origin=f"o{number}", reference="a.md",
            kind="markdown", fetched="2031-03-14T09:00:00Z", title="News", published=f"2031-03-1{number}",
        )  # fmt: skip
        sentences = (Span(0, len(text)), Span(len(text) + 1, len(whole)))
        records[number] = PassageRecord(number, article, Span(0, len(whole)), sentences)
    hits = tuple(
        Hit(number, f"a{number}", 0, len(records[number].article.text), records[number].text, 1.0, similarity=similar)
        for number, (_, similar) in enumerate(articles, 1)
    )
    leads = {record.article.id: record for record in records.values()}
    found = list_events(
        Query(topic, topic, kind="overview", topic=topic),
        Found(hits, records),
        read_lead=lambda ids: {each: leads[each] for each in ids},
        rarity=lambda _stem: 1.0,
    )
    return [event.lead.text for event in found]


def test_an_article_that_says_the_topic_in_other_words_is_of_it_where_another_one_says_it() -> None:
    assert told("the long bitter strike at the docks of Holt", (STRIKE, 0.6), (STOPPAGE, 0.58)) == [STRIKE, STOPPAGE]


def test_one_that_is_not_alike_is_not_though_it_shares_words() -> None:
    assert told("the long bitter strike at the docks of Holt", (STRIKE, 0.6), (WEATHER, 0.3)) == [STRIKE]
    assert told("the long bitter strike at the docks of Holt", (STRIKE, 0.9), (STOPPAGE, 0.55)) == [STRIKE]


def test_where_no_article_says_it_likeness_alone_makes_no_topic() -> None:
    assert told("the earthquake in Skarn", (STOPPAGE, 0.7), (WEATHER, 0.65)) == []
