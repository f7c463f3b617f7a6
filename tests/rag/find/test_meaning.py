"""Quotes that mean what is asked count more than those that only share its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from index.settings import EvidenceSettings
from rag.answer_types import Found, Hit, Quote
from rag.find.meaning import weigh_meaning
from rag.models.reader import Reading
from rag.query_types import Kind, Part, Query
from tests.rag.quotes_for_tests import make_quote

BUSES = "They came from Holt on 64 buses."
COACH = "The coach of Holt brought his team."


class Says:
    """Knows which texts say anything of a question."""

    def __init__(self, *telling: str) -> None:
        self.telling = telling

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        return [Reading(0.0, 0.4, 0.4, 0.1 if text in self.telling else 0.9, None, 0.0) for _, text in pairs]


def quotes(*scored: tuple[str, float]) -> tuple[Quote, ...]:
    return tuple(replace(make_quote(n, text), score=score) for n, (text, score) in enumerate(scored, 1))


def found(*similar: float | None) -> Found:
    hits = (Hit(n, f"article-{n}", 0, 500, "", 1.0, similarity=each) for n, each in enumerate(similar, 1))
    return Found(tuple(hits), {})


def asked(kind: Kind = "fact", **more: object) -> Query:
    return replace(Query("?", "How many coaches came from Holt?", kind=kind), **more)  # type: ignore[arg-type]


def test_what_says_something_of_the_question_in_a_passage_like_it_goes_first() -> None:
    before = quotes((COACH, 0.45), (BUSES, 0.4))
    weighed = weigh_meaning(asked(), before, found(0.2, 0.6), judge=Says(BUSES), settings=EvidenceSettings())
    assert [(quote.n, quote.quote) for quote in weighed] == [(1, BUSES), (2, COACH)]
    assert weighed[0].score > 0.5 > 0.3 > weighed[1].score


def test_of_a_fact_what_is_nearer_than_usual_counts_no_more() -> None:
    (usual,) = weigh_meaning(asked(), quotes((BUSES, 0.4)), found(0.43), judge=Says(BUSES), settings=EvidenceSettings())
    (nearer,) = weigh_meaning(asked(), quotes((BUSES, 0.4)), found(0.9), judge=Says(BUSES), settings=EvidenceSettings())
    (cause,) = weigh_meaning(
        asked("reason"), quotes((BUSES, 0.4)), found(0.43), judge=Says(BUSES), settings=EvidenceSettings()
    )
    (near_cause,) = weigh_meaning(
        asked("reason"), quotes((BUSES, 0.4)), found(0.9), judge=Says(BUSES), settings=EvidenceSettings()
    )
    assert nearer.score == pytest.approx(usual.score)
    assert near_cause.score > cause.score


@pytest.mark.parametrize(
    "query",
    [
        asked("statement"),
        asked("yes_no"),
        asked(language="es"),
        asked(parts=(Part("a", "a?"), Part("b", "b?"))),
    ],
)
def test_other_kinds_parts_and_languages_are_left_as_they_are(query: Query) -> None:
    before = quotes((COACH, 0.45), (BUSES, 0.4))
    assert weigh_meaning(query, before, found(0.2, 0.6), judge=Says(BUSES), settings=EvidenceSettings()) == before


def test_without_a_reader_nothing_is_moved() -> None:
    before = quotes((COACH, 0.45), (BUSES, 0.4))
    assert weigh_meaning(asked(), before, found(0.2, 0.6), judge=object(), settings=EvidenceSettings()) == before


def test_passages_that_were_not_compared_are_neither_near_nor_far() -> None:
    (only,) = weigh_meaning(asked(), quotes((BUSES, 0.4)), found(None), judge=Says(BUSES), settings=EvidenceSettings())
    (usual,) = weigh_meaning(asked(), quotes((BUSES, 0.4)), found(0.43), judge=Says(BUSES), settings=EvidenceSettings())
    assert only.score == pytest.approx(usual.score)


def test_what_cannot_answer_stays_so() -> None:
    assert (
        weigh_meaning(asked(), quotes((BUSES, 0.0)), found(0.9), judge=Says(BUSES), settings=EvidenceSettings())[
            0
        ].score
        == 0.0
    )
