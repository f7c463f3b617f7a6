"""Quotes are exact slices, few from one article, and understandable alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from index.articles import Article, PassageRecord, Span
from index.settings import EvidenceSettings
from index.text.sentences import split_sentences
from rag.answer_types import Candidate, Found, Hit
from rag.find.quotes import choose_quotes, list_candidates
from rag.query_types import Part, Query
from tests.rag.questions_for_tests import understood

QUERY = Query("How many vessels waited?", "How many vessels waited?")

SETTINGS = EvidenceSettings(quotes=6, per_article=3, close_to_best=0.0)
STRIKE = (
    "Dockers walked out at noon on Monday. The coastguard counted 34 vessels off the breakwater. "
    "Grain prices were unchanged in the capital. Ferries kept running between the islands."
)
COPY = "The coastguard counted 34 vessels off the breakwater."


@dataclass
class ScriptedScorer:
    """Scores a sentence by the first scripted words that it contains; records the questions."""

    scores: dict[str, float]
    asked: list[str] = field(default_factory=list)

    def answers(self, asked: Part, candidates: Sequence[Candidate]) -> list[float]:
        self.asked.append(asked.asked)
        return [
            next((score for words, score in self.scores.items() if words in candidate.text), 0.1)
            for candidate in candidates
        ]


def make_article(name: str, text: str, *, origin: str | None = None) -> Article:
    return Article(
        id=name,
        version=1,
        text=text,
        sha256=name * 4,
        origin=origin or f"origin of {name}",
        reference=f"{name}.md",
        kind="markdown",
        fetched="2031-03-14T09:00:00Z",
        title=f"Title of {name}",
        outlet="Harbour Wire",
        author="R. Quill",
        published="2031-03-14",
        url=f"https://wire.example/{name}",
    )


def found_in(*articles: Article) -> Found:
    """Return each article as one hit that is its whole text."""
    hits = tuple(
        Hit(number, article.id, 0, len(article.text), article.text, 1 / number)
        for number, article in enumerate(articles, 1)
    )
    records = {
        number: PassageRecord(number, article, Span(0, len(article.text)), split_sentences(article.text))
        for number, article in enumerate(articles, 1)
    }
    return Found(hits, records)


def texts(found: Found, scores: dict[str, float], settings: EvidenceSettings = SETTINGS) -> list[str]:
    return [quote.quote for quote in choose_quotes(QUERY, found, scorer=ScriptedScorer(scores), settings=settings)]


def test_quotes_are_exact_slices_of_their_article() -> None:
    articles = [
        make_article("a", STRIKE),
        make_article("b", "\n\n  Rain fell all day.\nRoads were closed in the north. "),
    ]
    quotes = choose_quotes(QUERY, found_in(*articles), scorer=ScriptedScorer({"34": 0.9}), settings=SETTINGS)
    by_id = {article.id: article for article in articles}
    assert {quote.article_id for quote in quotes} == {"a", "b"}
    for quote in quotes:
        article = by_id[quote.article_id]
        assert article.text[quote.start : quote.end] == quote.quote == quote.quote.strip()
        assert quote.article_sha256 == article.sha256


def test_a_quote_carries_the_facts_of_its_article() -> None:
    (quote,) = choose_quotes(
        QUERY, found_in(make_article("a", COPY)), scorer=ScriptedScorer({"34": 0.75}), settings=SETTINGS
    )
    assert (quote.n, quote.title, quote.outlet, quote.author) == (1, "Title of a", "Harbour Wire", "R. Quill")
    assert (quote.published, quote.url, quote.origin) == (
        "2031-03-14",
        "https://wire.example/a",
        "origin of a",
    )
    assert (quote.score, quote.context) == (0.75, COPY)


def test_the_likeliest_comes_first_and_numbers_follow() -> None:
    scorer = ScriptedScorer({"34": 0.9, "Ferries": 0.8, "Dockers": 0.7})
    quotes = choose_quotes(QUERY, found_in(make_article("a", STRIKE)), scorer=scorer, settings=SETTINGS)
    assert [quote.score for quote in quotes] == [0.9, 0.8, 0.7]
    assert [quote.n for quote in quotes] == [1, 2, 3]
    assert scorer.asked == [QUERY.question]


def test_equals_keep_the_order_of_the_search() -> None:
    assert texts(found_in(make_article("a", STRIKE)), {})[0] == "Dockers walked out at noon on Monday."


@pytest.mark.parametrize("limit", [1, 2, 4])
def test_the_limit_of_one_article(limit: int) -> None:
    settings = EvidenceSettings(quotes=6, per_article=limit, close_to_best=0.0)
    chosen = texts(found_in(make_article("a", STRIKE), make_article("b", "Rain fell all day long.")), {}, settings)
    assert sum(text in STRIKE for text in chosen) == limit
    assert "Rain fell all day long." in chosen


PLANTED = ["Some 12 vessels waited.", "Just 12 vessels waited offshore.", "Only 12 vessels waited at anchor."]


@pytest.mark.parametrize("outlets", ["one", "apart"])
def test_an_outlet_does_not_crowd_out_the_others(outlets: str) -> None:
    planted = [
        replace(make_article(f"p{number}", text), outlet="Planted" if outlets == "one" else f"Planted {number}")
        for number, text in enumerate(PLANTED)
    ]
    chosen = texts(found_in(*planted, make_article("a", COPY)), {"12": 0.9, "34": 0.8})
    assert chosen == ([*PLANTED[:2], COPY, PLANTED[2]] if outlets == "one" else [*PLANTED, COPY])


@pytest.mark.parametrize("outlet", ["Planted", None])
def test_where_one_outlet_is_all_there_is_nothing_is_lost(outlet: str | None) -> None:
    articles = [replace(make_article(f"p{place}", text), outlet=outlet) for place, text in enumerate(PLANTED)]
    assert texts(found_in(*articles), {"12": 0.9}) == PLANTED


def test_an_outlet_that_is_asked_for_may_say_it_all() -> None:
    planted = [replace(make_article(f"p{n}", text), outlet="Harbour Post") for n, text in enumerate(PLANTED)]
    asked = "How many vessels waited, according to the Harbour Post?"
    found = found_in(*planted, make_article("a", COPY))
    scorer = ScriptedScorer({"12": 0.9, "34": 0.1})
    quotes = choose_quotes(understood(asked, "Harbour Post"), found, scorer=scorer, settings=SETTINGS)
    assert [quote.quote for quote in quotes] == [*PLANTED, COPY]


@pytest.mark.parametrize("asked", ["How many vessels waited?", "“How many vessels waited?”"])
def test_a_question_is_no_evidence(asked: str) -> None:
    assert texts(found_in(make_article("a", f"{asked} {COPY}")), {}) == [COPY]


def test_the_limit_of_all_quotes() -> None:
    settings = EvidenceSettings(quotes=2, per_article=4, close_to_best=0.0)
    assert len(texts(found_in(make_article("a", STRIKE)), {}, settings)) == 2


def test_what_is_far_below_the_best_is_left_out() -> None:
    settings = EvidenceSettings(quotes=6, per_article=4, close_to_best=0.5)
    assert len(texts(found_in(make_article("a", STRIKE)), {"34": 0.9, "Ferries": 0.45, "Dockers": 0.44}, settings)) == 2


@pytest.mark.parametrize(
    ("other", "same_origin", "kept"),
    [
        pytest.param(COPY, True, 1, id="one origin's copy is dropped"),
        pytest.param(COPY, False, 2, id="another origin confirms"),
        pytest.param("Off the breakwater, the coastguard counted 34 vessels.", True, 1, id="one origin's words moved"),
        pytest.param("Trawlers were told to stay in the inner basin.", True, 2, id="one origin says something else"),
    ],
)
def test_repetitions(other: str, same_origin: bool, kept: int) -> None:
    one = make_article("a", COPY, origin="wire")
    two = make_article("b", other, origin="wire" if same_origin else "gazette")
    assert len(texts(found_in(one, two), {"34": 0.9})) == kept


@pytest.mark.parametrize(
    ("text", "wanted", "quote"),
    [
        pytest.param(
            "Rada Quill leads the dockers. He counted 34 vessels.",
            "34",
            "Rada Quill leads the dockers. He counted 34 vessels.",
            id="he",
        ),
        pytest.param(
            "The bank met on Monday. It raised the rate to 8 percent.",
            "8 percent",
            "The bank met on Monday. It raised the rate to 8 percent.",
            id="it",
        ),
        pytest.param(
            "“We counted,” Quill said. “They were 34 vessels.”",
            "34",
            "“We counted,” Quill said. “They were 34 vessels.”",
            id="they, in quotation marks",
        ),
        pytest.param(
            "Rain fell all day. Helmsmen counted 34 vessels.",
            "34",
            "Helmsmen counted 34 vessels.",
            id="Helmsmen",
        ),
        pytest.param("He counted 34 vessels. Rain fell all day.", "34", "He counted 34 vessels.", id="nothing before"),
    ],
)
def test_a_sentence_takes_along_what_it_leans_on(text: str, wanted: str, quote: str) -> None:
    assert texts(found_in(make_article("a", text)), {wanted: 0.9})[0] == quote


def test_a_very_long_sentence_before_is_not_taken_along() -> None:
    before = f"Quill spoke of {'cranes and ' * 62}ropes."
    assert (
        texts(found_in(make_article("a", f"{before} He counted 34 vessels.")), {"34": 0.9})[0]
        == "He counted 34 vessels."
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("It rained.", id="a fragment"),
        pytest.param("A heading without any full stop", id="a heading"),
        pytest.param(f"{'Cranes and ' * 80}ropes.", id="too long"),
    ],
)
def test_what_is_no_quotable_sentence(text: str) -> None:
    assert list_candidates(found_in(make_article("a", text))) == []


def test_a_sentence_in_two_hits_is_one_candidate() -> None:
    found = found_in(make_article("a", COPY), make_article("a", COPY))
    assert len(list_candidates(found)) == 1


def test_nothing_found_is_no_quote() -> None:
    assert texts(Found((), {}), {}) == []


def test_what_was_published_before_the_time_asked_about_counts_little() -> None:
    query = understood("How many vessels waited this week?")
    old = make_article("a", "The coastguard counted 12 vessels off the breakwater.")  # of March
    new = replace(make_article("b", STRIKE), published="2031-09-16")
    undated = replace(make_article("c", "The pilots counted 9 vessels off the cape."), published=None)
    scorer = ScriptedScorer({"counted": 0.9})
    quotes = choose_quotes(query, found_in(old, new, undated), scorer=scorer, settings=SETTINGS)
    scores = {quote.article_id: quote.score for quote in quotes if "counted" in quote.quote}
    assert scores == pytest.approx({"a": 0.18, "b": 0.9, "c": 0.9}, abs=1e-4)


def test_a_forecast_may_be_older_than_its_time() -> None:
    query = understood("How many vessels will wait in 2050?")
    article = make_article("a", "The coastguard counted 12 vessels off the breakwater.")
    (quote,) = choose_quotes(query, found_in(article), scorer=ScriptedScorer({"counted": 0.9}), settings=SETTINGS)
    assert quote.score == 0.9


@pytest.mark.parametrize(
    "furniture",
    [
        "Hide Caption The coastguard's cutter leaves the harbour.",
        "3 of 12 The coastguard's cutter leaves.",
        "Photo: The cutter leaves.",
    ],
)
def test_the_furniture_of_a_picture_gallery_is_no_quote(furniture: str) -> None:
    article = make_article("a", f"{furniture} Grain prices were unchanged in the capital.")
    assert [candidate.text for candidate in list_candidates(found_in(article))] == [
        "Grain prices were unchanged in the capital."
    ]


def test_of_sentences_that_score_alike_the_one_of_the_better_passage_comes_first() -> None:
    """What the search knows of the topic decides between sentences that the judge cannot tell apart."""
    near, far = (
        make_article("a", "The coastguard counted 34 vessels off the breakwater."),
        make_article("b", COPY[:-1] + " too."),
    )
    scorer = ScriptedScorer({"34": 0.6})
    found = found_in(far, near)
    worst = replace(found.hits[0], score=0.1)
    reordered = Found((worst, replace(found.hits[1], score=1.0)), found.records)
    quotes = choose_quotes(QUERY, reordered, scorer=scorer, settings=SETTINGS)
    assert [quote.article_id for quote in quotes] == ["a", "b"]
    blind = choose_quotes(QUERY, reordered, scorer=scorer, settings=replace(SETTINGS, relevance_weight=0.0))
    assert [quote.article_id for quote in blind] == ["b", "a"]
