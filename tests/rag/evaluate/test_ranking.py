from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Filters
from index.errors import EvaluationError
from rag.answer_types import Hit
from rag.evaluate.cases import Case
from rag.evaluate.names import ArticleFacts, ArticleNames
from rag.evaluate.ranking import Ranking, first_relevant, measure_rankings, rank_by_run, rank_cases, rankings_to_items
from rag.evaluate.runs import evaluate_run

LETTERS = "abcdefghijklmnop"


def hit(article: str, place: int) -> Hit:
    return Hit(
        passage_id=place, article_id=article, start=0, end=1, text=f"words of {article}", score=1.0 / (place + 1)
    )


def ranking(relevant: str, found: str) -> Ranking:
    best = {letter: hit(letter, place) for place, letter in enumerate(found)}
    return Ranking(Case(id="c", question="q"), tuple(relevant), tuple(found), best, 3.0)


class Search:
    """Finds the passages it was told to, and remembers how it was asked."""

    def __init__(self, found: str) -> None:
        self.found = found
        self.asked: list[dict[str, Any]] = []

    def search(self, question: str, **how: Any) -> tuple[Hit, ...]:
        self.asked.append({"question": question, **how})
        return tuple(hit(letter, place) for place, letter in enumerate(self.found))


def names() -> ArticleNames:
    facts = {letter: ArticleFacts(f"Title {letter}", "Quay Times", "2031-01-02", None) for letter in LETTERS}
    return ArticleNames(facts, {letter: {letter} for letter in LETTERS}, {})


def test_metrics_by_hand() -> None:
    (values,) = measure_rankings([ranking("bd", "abcd")])
    gain = 1 / math.log2(3) + 1 / math.log2(5)
    assert values == pytest.approx(
        {
            "hit@1": 0.0,
            "hit@5": 1.0,
            "hit@10": 1.0,
            "mrr@10": 0.5,
            "ndcg@10": gain / (1 + 1 / math.log2(3)),
            "recall@10": 1.0,
        }
    )


def test_nothing_found_is_nought() -> None:
    missed, found = measure_rankings([ranking("a", ""), ranking("a", "a")])
    assert set(missed.values()) == {0.0}
    assert set(found.values()) == {1.0}


def test_rank_11_is_outside() -> None:
    (values,) = measure_rankings([ranking("k", LETTERS[:11])])
    assert set(values.values()) == {0.0}


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(LETTERS), min_size=1), st.permutations(LETTERS))
def test_metrics_lie_between_0_and_1_and_grow_with_depth(relevant: set[str], found: list[str]) -> None:
    (values,) = measure_rankings([ranking("".join(sorted(relevant)), "".join(found))])
    assert all(0.0 <= value <= 1.0 + 1e-9 for value in values.values())
    assert values["hit@1"] <= values["hit@5"] <= values["hit@10"]
    rank = first_relevant(sorted(relevant), found)
    assert values["hit@10"] == float(rank is not None and rank <= 10)


def test_case_is_asked_with_its_filters_and_day() -> None:
    search = Search("ba")
    case = Case(
        id="1",
        question="Who?",
        articles=("a",),
        as_of="2031-03-01",
        filters=Filters(first="2031-01-01", outlets=("Q",)),
    )
    rank_cases([case], search, names())
    assert search.asked == [
        {
            "question": "Who?",
            "first": "2031-01-01",
            "last": None,
            "outlets": ("Q",),
            "today": "2031-03-01",
            "limit": 60,
        }
    ]


def test_articles_are_ranked_by_their_first_passage() -> None:
    ((found,), _) = rank_cases([Case(id="1", question="Who?", articles=("b",))], Search("abab"), names())
    assert found.articles == ("a", "b")


def test_cases_without_an_article_are_dropped_with_the_reason() -> None:
    cases = [
        Case(id="1", question="Who?", articles=("nowhere.md",)),
        Case(id="2", question="Who?"),
        Case(id="3", question="Who?", answerable=False),
    ]
    rankings, dropped = rank_cases(cases, Search("a"), names())
    assert rankings == []
    assert [(item.id, item.reason) for item in dropped] == [
        ("1", "not in the library: nowhere.md"),
        ("2", "no relevant article is known"),
        ("3", "the collection does not answer it"),
    ]


@pytest.mark.parametrize(
    ("found", "why", "shown"),
    [
        ("abcdefgh", ("the first relevant article is at rank 8",), ["1", "2", "3", "4", "5", "8"]),
        ("abc", ("no relevant article was found within 60 passages",), ["1", "2", "3"]),
        ("h", (), ["1"]),
    ],
)
def test_a_case_says_why_it_failed(found: str, why: tuple[str, ...], shown: list[str]) -> None:
    (item,) = rankings_to_items([ranking("h", found)], names())
    assert item.why == why
    assert item.failed is bool(why)
    assert [piece.label for piece in item.pieces] == shown
    assert [piece.relevant for piece in item.pieces].count(True) == ("h" in found)
    assert item.expected == ("Quay Times, 2031-01-02: Title h",)


CASES = (
    Case(id="1", question="Who?", articles=("a", "b")),
    Case(id="2", question="Why?", articles=("c",)),
    Case(id="3", question="When?"),
)


def test_a_run_is_measured_as_its_documents_are_written() -> None:
    rankings, dropped = rank_by_run(CASES, {"1": ("x", "b"), "9": ("a",)}, None)
    assert [(each.relevant, each.articles) for each in rankings] == [(("a", "b"), ("x", "b")), (("c",), ())]
    assert [each.id for each in dropped] == ["3"]
    found, missed = rankings_to_items(rankings, None)
    assert (found.values["mrr@10"], missed.values["mrr@10"]) == (0.5, 0.0)
    assert "search_ms" not in found.values
    assert (found.expected, found.pieces[1].source, found.pieces[1].relevant) == (("a", "b"), "b", True)
    assert missed.why == ("no relevant article was found among 0",)


def test_a_run_is_measured_by_the_names_of_the_library() -> None:
    known = ArticleNames(
        {letter: ArticleFacts("T", "Quay Times", None, None) for letter in "ab"}, {"https://quay.example/b": {"b"}}, {}
    )
    case = Case(id="1", question="Who?", articles=("https://quay.example/b",))
    (ranking,), _ = rank_by_run([case], {"1": ("unknown", "https://quay.example/b")}, known)
    assert (ranking.relevant, ranking.articles) == (("b",), ("unknown", "b"))
    (item,) = rankings_to_items([ranking], known)
    assert item.pieces[0].source == "unknown"
    assert item.pieces[1].source == "Quay Times, undated: T"


def test_the_report_on_a_run_tells_what_is_missing() -> None:
    report = evaluate_run(CASES, {"1": ("b",), "9": ("a",)}, names=None, inputs=[])
    assert report.find("hit@1") is not None
    assert report.find("search_ms_p50") is None
    assert report.notes[1:] == (
        "1 cases are not in the run and count as not found, such as 2.",
        "1 topics of the run are no case, such as 9.",
    )
    assert [each.id for each in report.dropped] == ["3"]


@pytest.mark.parametrize(
    ("cases", "message"),
    [(CASES[:2], "The run has none of the 2 cases, such as '1'"), (CASES[2:], "None of the 1 cases")],
)
def test_a_run_of_something_else_is_refused(cases: tuple[Case, ...], message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        evaluate_run(cases, {"9": ("a",)}, names=None, inputs=[])
