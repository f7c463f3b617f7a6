"""In a conversation a quote keeps its number, and no two quotes share one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rag.answer_types import Quote
from rag.find.numbering import number_quotes
from tests.rag.answers_for_tests import make_answer, make_citation
from tests.rag.quotes_for_tests import make_quote


def quote_at(start: int) -> Quote:
    return replace(make_quote(1, "34 vessels"), start=start, end=start + 10, article_sha256="0" * 64)


def test_a_first_answer_counts_from_one() -> None:
    assert [quote.n for quote in number_quotes([quote_at(40), quote_at(0)], [])] == [1, 2]


def test_a_known_quote_keeps_its_number_and_new_ones_follow() -> None:
    history = [make_answer("?", "34 vessels", make_citation(3, "34 vessels", start=40))]
    assert [quote.n for quote in number_quotes([quote_at(0), quote_at(40), quote_at(80)], history)] == [4, 3, 5]


@given(st.lists(st.lists(st.integers(0, 20), unique=True, max_size=6), max_size=5))
def test_numbers_are_never_shared(turns: list[list[int]]) -> None:
    known: dict[int, int] = {}
    history = []
    for starts in turns:
        for quote in number_quotes([quote_at(start) for start in starts], history):
            assert known.setdefault(quote.start, quote.n) == quote.n
        assert len(set(known.values())) == len(known)
        if starts:
            history.append(
                make_answer("?", "34 vessels", *(make_citation(known[s], "34 vessels", start=s) for s in starts))
            )
