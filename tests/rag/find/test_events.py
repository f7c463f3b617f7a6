"""The articles of a topic: those that say it in its words, and then those that say it in others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.articles import Article, PassageRecord, Span
from rag.answer_types import Found, Hit
from rag.find.events import choose_events, list_events
from rag.query_types import Kind, Query

STRIKE = "The strike at the docks of Holt began on Monday."
STOPPAGE = "Cranes at the docks stood still for a third day, and nobody in Holt knows when it ends."
WEATHER = "It rained in Holt for a third day, and the fields were wet."
LONG = "Nothing else is known of it so far, the office of the harbour said in the evening."


def record_of(number: int, sentences: Sequence[str], title: str = "News") -> PassageRecord:
    whole = " ".join(sentences)
    starts = [len(" ".join(sentences[:place])) + bool(place) for place in range(len(sentences))]
    article = Article(
        id=f"a{number}", version=1, text=whole, sha256="0" * 64, origin=f"o{number}", reference="a.md",
        kind="markdown", fetched="2031-03-14T09:00:00Z", title=title, published=f"2031-03-1{number}",
    )  # fmt: skip
    spans = tuple(Span(start, start + len(each)) for start, each in zip(starts, sentences, strict=True))
    return PassageRecord(number, article, Span(0, len(whole)), spans)


def told(topic: str, *articles: tuple[str, float], title: str = "News") -> list[str]:
    records = {}
    for number, (text, _) in enumerate(articles, 1):
        records[number] = record_of(number, [*re.split(r"(?<=\.) ", text), LONG], title)
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


def test_where_few_events_make_up_an_overview_more_is_told_of_each() -> None:
    assert chosen("overview", STRIKE, "Its union asked for 9 percent, and the owner for time.", "Rain fell on the docks on Monday.") == [
        STRIKE, "Its union asked for 9 percent, and the owner for time.", "Rain fell on the docks on Monday.",
    ]  # fmt: skip
    assert chosen("timeline", STRIKE, "Its union asked for 9 percent, and the owner for time.") == [STRIKE]


def test_what_is_told_beside_an_event_says_nothing_twice() -> None:
    found = chosen("overview", STRIKE, "The owner asked for time.", "He said it was short.", "It rained for a day.")
    assert len(found) == 3
    assert not any(one != other and one in other for one in found for other in found)


def test_an_article_that_only_mentions_the_topic_is_told_with_that_sentence() -> None:
    sale = "The sale of the mill was approved. A promise had ended the strike at the docks of Holt by then."
    found = told("the strike at the docks of Holt", (STRIKE, 0.6), (sale, 0.2))
    assert found == [STRIKE, "A promise had ended the strike at the docks of Holt by then."]


def test_an_article_of_the_same_company_is_not_about_its_audit() -> None:
    audit = "The audit of Holm Mills found a debt."
    sale = "Holm Mills sold a boat."
    assert told("the audit of Holm Mills", (audit, 0.7), (sale, 0.4)) == [audit]


def chosen(kind: Kind, *sentences: str) -> list[str]:
    record = record_of(1, sentences)
    hit = Hit(1, "a1", 0, len(record.article.text), record.text, 1.0, similarity=0.7)
    topic = "the strike at the docks of Holt"
    quotes = choose_events(
        Query(topic, topic, kind=kind, topic=topic),
        Found((hit,), {1: record}),
        read_lead=lambda _ids: {"a1": record},
        rarity=lambda _stem: 1.0,
    )
    return [quote.quote for quote in quotes]


def test_a_reportage_that_begins_with_something_else_is_told_by_the_sentence_that_says_the_topic() -> None:
    greeting = "Most mornings Anna Brill drinks her coffee on the quay."
    strike = "The strike at the docks has kept her there since Monday."
    article = (f"{greeting} {strike}", 0.6)
    assert told("the strike at the docks of Holt", article, title="Strike in Holt") == [strike]
    assert told("Holt", article, title="Strike in Holt") == [greeting]
