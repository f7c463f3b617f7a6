"""Answers made of quotes alone: two speakers side by side, each with what it surely said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer_types import Quote
from rag.find.bars import Bars
from rag.query_types import Part, Query
from rag.write.alone import quotes_alone
from tests.rag.quotes_for_tests import make_quote

SPEAKERS = (
    Part("the mayor", "What did the mayor say about the bridge?", side="the mayor"),
    Part("the union", "What did the union say about the bridge?", side="the union"),
)
TOWNS = (
    Part("Holt", "How many pupils are in Holt?", side="Holt"),
    Part("Skarn", "How many pupils are in Skarn?", side="Skarn"),
)
BARS = Bars(0.3, 0.4)


def scored(*scores: tuple[float, float]) -> tuple[Quote, ...]:
    return tuple(
        replace(make_quote(n, f"Words {n}."), score=max(pair), part_scores=pair) for n, pair in enumerate(scores, 1)
    )


def shown(parts: tuple[Part, ...], quotes: tuple[Quote, ...]) -> list[tuple[str | None, int]]:
    query = Query("?", "?", kind="comparison", parts=parts)
    return [(each.label, each.citations[0]) for each in quotes_alone(query, quotes, BARS, failed=False)]


def test_what_a_speaker_surely_said_follows_side_by_side() -> None:
    quotes = scored((0.99, 0.1), (0.1, 0.98), (0.95, 0.1), (0.2, 0.93), (0.6, 0.1))
    assert shown(SPEAKERS, quotes) == [("the mayor", 1), ("the mayor", 3), ("the union", 2), ("the union", 4)]


def test_no_more_than_three_of_a_side_and_none_that_is_rather_the_others() -> None:
    quotes = scored((0.99, 0.1), (0.1, 0.98), (0.97, 0.1), (0.96, 0.1), (0.95, 0.1), (0.91, 0.93))
    assert shown(SPEAKERS, quotes) == [
        ("the mayor", 1),
        ("the mayor", 3),
        ("the mayor", 4),
        ("the union", 2),
        ("the union", 6),
    ]


@pytest.mark.parametrize("second", [0.5, 0.95])
def test_sides_that_do_not_speak_have_one_sentence_each(second: float) -> None:
    assert shown(TOWNS, scored((0.99, 0.1), (0.1, 0.98), (second, 0.1))) == [("Holt", 1), ("Skarn", 2)]


def test_one_side_alone_compares_nothing_unless_it_is_sure() -> None:
    low = Bars(0.1, 0.1)
    query = Query("?", "?", kind="comparison", parts=TOWNS)
    assert quotes_alone(query, scored((0.2, 0.0)), low, failed=False) == []
    assert [each.label for each in quotes_alone(query, scored((0.5, 0.0)), low, failed=False)] == ["Holt"]
    assert len(quotes_alone(query, scored((0.2, 0.0), (0.0, 0.2)), low, failed=False)) == 2
