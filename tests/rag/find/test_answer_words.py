"""The words that answer, marked in the quotes: exact places in the article, and none where there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from index.articles import Span
from rag.find.answer_words import mark_answers
from rag.models.reader import Reading
from rag.query_types import Part, Query
from tests.rag.quotes_for_tests import make_quote


class Marking:
    """Finds the scripted words, as likely as it is told."""

    def __init__(self, words: str, likely: float = 3.0) -> None:
        self._words = words
        self._likely = likely
        self.read_pairs: list[tuple[str, str]] = []

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading] | None:
        self.read_pairs += pairs
        found = [text.find(self._words) for _, text in pairs]
        return [
            Reading(1.0, 0.1, 0.1, 0.8, Span(place, place + len(self._words)) if place >= 0 else None, self._likely)
            for place in found
        ]


class Unable:
    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading] | None:
        return None


QUOTE = replace(make_quote(1, "The fine was 18.4 million marins."), start=200, end=233, score=0.9)
QUERY = Query("How large was the fine?", "How large was the fine?")


def test_the_words_are_marked_at_their_place_in_the_article() -> None:
    (marked,) = mark_answers(QUERY, [QUOTE], Marking("18.4 million marins"))
    assert marked.answer == Span(213, 232)
    assert QUOTE.quote[marked.answer.start - 200 : marked.answer.end - 200] == "18.4 million marins"


@pytest.mark.parametrize("reader", [Unable(), Marking("18.4 million marins", likely=-2.0), Marking("40 days")])
def test_nothing_is_marked_where_nothing_is_found(reader: Marking | Unable) -> None:
    assert mark_answers(QUERY, [QUOTE], reader)[0].answer is None


@pytest.mark.parametrize(
    "query",
    [replace(QUERY, kind="yes_no"), replace(QUERY, kind="timeline", topic="fine"), replace(QUERY, language="es")],
)
def test_where_no_words_are_the_answer_none_are_sought(query: Query) -> None:
    reader = Marking("18.4 million marins")
    assert mark_answers(query, [QUOTE], reader)[0].answer is None
    assert reader.read_pairs == []


def test_each_quote_is_read_for_the_part_that_it_answers_best() -> None:
    query = replace(QUERY, parts=(Part("how large", "How large was it?"), Part("who paid", "Who paid it?")))
    first, second = replace(QUOTE, part_scores=(0.9, 0.1)), replace(QUOTE, n=2, part_scores=(0.1, 0.8))
    reader = Marking("fine")
    assert [quote.n for quote in mark_answers(query, [first, second], reader)] == [1, 2]
    assert {asked for asked, _ in reader.read_pairs} == {"How large was it?", "Who paid it?"}
