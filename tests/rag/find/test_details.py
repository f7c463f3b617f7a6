"""What is told of an event beside the sentence that carries it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article, Span
from rag.answer_types import Candidate
from rag.find.details import fewer_than, tell_more
from rag.query_types import Changes, Kind, Query

LEAD = "Divers found the wreck of the Anna off Holt."
ROUND_UP = (
    "Good morning, and this is what you have to know today, wherever in the world you are reading it with us now."
)


def lead_in(*sentences: str, title: str = "News", at: int = 0) -> Candidate:
    text = " ".join(sentences)
    article = Article(
        id="a", version=1, text=text, sha256="0" * 64, origin="a", reference="a.md", kind="markdown",
        fetched="2031-03-14T09:00:00Z", title=title, published="2031-03-14",
    )  # fmt: skip
    start = text.index(sentences[at])
    span = Span(start, start + len(sentences[at]))
    return Candidate(article, span, sentences[at], title, text)


def told(kind: Kind, lead: Candidate, most: int = 3) -> list[str]:
    return [each.text for each in tell_more(kind, lead, {"wreck": 1.0, "anna": 1.0}, most=most)]


def test_a_timeline_of_one_article_is_told_by_what_it_gives_a_time_for() -> None:
    dated = ("The team set off in March with two boats.", "A second dive in May gave clear pictures of the wreck.")
    lead = lead_in(LEAD, dated[0], "The crew was happy about the good weather.", dated[1])
    assert told("timeline", lead) == list(dated)
    assert len(told("overview", lead)) == 3


def test_a_sentence_that_leans_is_told_with_the_one_before_it() -> None:
    lead = lead_in(LEAD, "Anna Brill led the team of six divers.", "She had looked for the wreck for 20 years.")
    assert told("overview", lead) == [
        "Anna Brill led the team of six divers. She had looked for the wreck for 20 years."
    ]


def test_of_a_round_up_only_what_says_the_topic_is_told() -> None:
    other = "Gunmen killed 12 people in a bar in Skarn on Monday."
    more = "The wreck lay at a depth of 30 metres for a hundred years."
    assert told("overview", lead_in(ROUND_UP, ROUND_UP, LEAD, other, more, at=2)) == [more]
    assert told("overview", lead_in(LEAD, other, more)) == [other, more]


@pytest.mark.parametrize(
    ("kind", "events", "short", "more"),
    [
        ("overview", 1, False, 3),
        ("overview", 3, False, 1),
        ("overview", 7, False, 0),
        ("overview", 0, False, 0),
        ("overview", 1, True, 0),
        ("timeline", 1, False, 5),
        ("timeline", 2, False, 2),
        ("timeline", 3, False, 0),
        ("latest", 1, False, 0),
    ],
)
def test_where_few_events_make_up_an_answer_more_is_told(kind: Kind, events: int, short: bool, more: int) -> None:
    assert fewer_than(events, Query("?", "?", kind=kind, topic="?", changes=Changes(short=short))) == more


@given(st.lists(st.text(alphabet="Aab12 .,'\"\n", max_size=40), max_size=8), st.integers(0, 5))
def test_what_is_told_are_the_words_of_the_article_behind_the_lead(sentences: list[str], most: int) -> None:
    lead = lead_in(LEAD, *sentences)
    found = tell_more("overview", lead, {"wreck": 1.0}, most=most)
    assert len(found) <= most
    for each in found:
        assert each.span.start >= lead.span.end
        assert each.span.slice(each.article.text) == each.text
