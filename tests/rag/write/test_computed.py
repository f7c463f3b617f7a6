from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Span
from rag.answer_types import Quote
from rag.models.reader import Reading
from rag.question.sums import Sum, find_sum
from rag.write.computed import COMPUTED, compute, find_operand
from rag.write.operands import compute_from
from tests.rag.quotes_for_tests import make_quote


def operand(text: str, words: str):
    start = text.index(words)
    found = find_operand(make_quote(1, text), Span(start, start + len(words)))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (
            ("The first offer was $3.6 billion.", "$3.6 billion"),
            ("It is now $3.1 billion.", "3.1 billion"),
            "The difference is $500 million: $3.6 billion less $3.1 billion.",
        ),
        (
            ("Inflation was 5.9 percent.", "5.9 percent"),
            ("Inflation was 7.2 percent.", "7.2"),
            "The difference is 1.3 percentage points: 7.2 percent less 5.9 percent.",
        ),
        (
            ("The union counted 2,140 members.", "2,140"),
            ("The company counted about 1,900 members.", "1,900 members"),
            "The difference is about 240 members: 2,140 less 1,900.",
        ),
    ],
)
def test_a_difference_is_told_with_its_operands(first: tuple[str, str], second: tuple[str, str], told: str) -> None:
    assert compute("difference", [operand(*first), operand(*second)]) == told
    assert compute("difference", [operand(*second), operand(*first)]) == told


def test_a_total_is_told_with_its_operands() -> None:
    two = [operand("Puerto Alba handled 40 ships.", "40"), operand("Puerto Cinza handled 2 ships.", "2 ships")]
    assert compute("total", two) == "Together 42 ships: 40 and 2."


def test_what_is_of_another_kind_is_not_computed() -> None:
    percent, money = operand("A rise of 5 percent.", "5 percent"), operand("A fee of $5.", "$5")
    ships, sailors = operand("It saw 40 ships.", "40"), operand("It saw 90 sailors.", "90")
    assert compute("difference", [percent, money]) is None
    assert compute("total", [ships, sailors]) is None


def test_words_with_two_figures_are_no_operand() -> None:
    text = "It fell from 9 percent to 7 percent."
    assert find_operand(make_quote(1, text), Span(0, len(text))) is None
    assert find_operand(make_quote(1, "It fell."), Span(0, 8)) is None


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_difference_of_counts_is_exact(first: int, second: int) -> None:
    one, other = (operand(f"There were {count:,} ballots.", f"{count:,}") for count in (first, second))
    told = compute("difference", [one, other])
    assert told is not None
    if abs(first - second) < 1_000_000:
        assert f" {abs(first - second):,} ballots" in told


class ReadsFirstFigure:
    """Reads the words that stand behind the day that the question names."""

    def __init__(self, likely: float) -> None:
        self.likely = likely

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        readings = []
        for question, text in pairs:
            day = question.rstrip("?").split()[-1]
            end = text.index(day) - len(" in ")
            start = text.rindex(" ", 0, text.rindex(" percent", 0, end + 1)) + 1
            readings.append(Reading(3.0, 0.0, 0.0, 1.0, Span(start, end), self.likely))
        return readings


ASKED = find_sum("How much did inflation fall from December to March?")
BOTH = "Inflation fell from 7.2 percent in December to 5.9 percent in March."


def found(*texts: str) -> list[Quote]:
    return [make_quote(n, text) for n, text in enumerate(texts, start=1)]


def compute_over(quotes: Sequence[Quote], judge: object):
    assert isinstance(ASKED, Sum)
    return compute_from(ASKED, find=lambda _question: quotes, judge=judge, least=0.0)


def test_both_figures_of_one_quote_are_marked_and_cited_once() -> None:
    facts = compute_over(found(BOTH), ReadsFirstFigure(8.0))
    assert facts is not None
    assert facts.counted == "The difference is 1.3 percentage points: 7.2 percent less 5.9 percent."
    assert facts.note == COMPUTED
    assert [quote.n for quote in facts.quotes] == [1]


def test_two_quotes_are_both_cited_with_their_figures_marked() -> None:
    quotes = found("Inflation was 7.2 percent in December.", "Inflation was 5.9 percent in March.")
    facts = compute_over(quotes, ReadsFirstFigure(8.0))
    assert facts is not None
    assert [quote.answer.slice(quote.quote) for quote in facts.quotes if quote.answer] == ["7.2 percent", "5.9 percent"]


def test_nothing_is_computed_of_what_is_not_read_or_not_surely_or_of_another_thing() -> None:
    assert compute_over(found(BOTH), object()) is None
    assert compute_over(found(BOTH), ReadsFirstFigure(1.0)) is None
    other = found("Unemployment was 7.2 percent in December.", "Inflation was 5.9 percent in March.")
    assert compute_over(other, ReadsFirstFigure(8.0)) is None
