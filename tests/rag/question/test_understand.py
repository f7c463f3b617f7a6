"""A question is taken as asked; what cannot be searched is refused with a reason."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Filters
from index.errors import QuestionError
from rag.query_types import Period, Query
from rag.question.filters import make_filters
from rag.question.understand import understand

FILTERS = Filters(first="2031-03-01", outlets=("Harbour Wire",))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        pytest.param("What won?", "What won?", id="as asked"),
        pytest.param("  What \n\t won? ", "What won?", id="on one line"),
        pytest.param("What\x00 won?\u202e", "What won?", id="without control characters"),
        pytest.param("谁赢了?", "谁赢了?", id="another script"),
        pytest.param("2031", "2031", id="a number"),
    ],
)
def test_a_question(question: str, text: str) -> None:
    query = understand(question, filters=FILTERS, maximum_characters=50, today="2031-03-09")
    assert query == Query(text, text, FILTERS, today="2031-03-09", kind=query.kind)


def test_all_that_the_words_tell_stands_on_the_query() -> None:
    text = "How many ferries ran in May 2030 according to the Harbour Wire, and who owned them in June 2029?"
    query = understand(
        text, filters=FILTERS, maximum_characters=200, today="2031-03-09", outlets=("Quay Times", "Harbour Wire")
    )
    assert query.outlets == ("Harbour Wire",)
    assert query.thing == "number"
    assert query.period == Period(date(2030, 5, 1), date(2030, 6, 7))
    assert [part.thing for part in query.asks] == ["number", "name"]
    assert [part.period.first for part in query.asks if part.period] == [date(2030, 5, 1), date(2029, 6, 1)]
    assert understand(text, filters=FILTERS, maximum_characters=200, today="2031-03-09").outlets == ()


def test_a_question_is_asked_today_unless_another_day_is_given() -> None:
    assert understand("Who won?", filters=FILTERS, maximum_characters=50).today == date.today().isoformat()
    with pytest.raises(QuestionError, match="present day 'soon' is no date"):
        understand("Who won?", filters=FILTERS, maximum_characters=50, today="soon")


@pytest.mark.parametrize("question", ["", "   ", "?!", "\n\n", "\x00", "\u200b", "…"])
def test_a_question_without_words_is_refused(question: str) -> None:
    with pytest.raises(QuestionError, match="holds no words"):
        understand(question, filters=Filters(), maximum_characters=50)


def test_a_long_question_is_refused_with_both_lengths() -> None:
    with pytest.raises(QuestionError, match=r"has 2,001 characters; at most 2,000"):
        understand("a" * 2001, filters=Filters(), maximum_characters=2000)
    assert understand("a" * 2000, filters=Filters(), maximum_characters=2000).text == "a" * 2000


@given(st.text(max_size=80))
def test_any_text_is_one_line_or_refused(question: str) -> None:
    try:
        query = understand(question, filters=Filters(), maximum_characters=60)
    except QuestionError:
        return
    assert query.text
    assert len(query.text) <= 60
    assert len(query.text.splitlines()) == 1


@pytest.mark.parametrize(
    ("first", "last", "outlets", "expected"),
    [
        pytest.param(None, None, (), Filters(), id="none"),
        pytest.param("", "  ", (" ",), Filters(), id="blanks are none"),
        pytest.param("2031-03-01", "2031-03-14", (), Filters("2031-03-01", "2031-03-14"), id="days"),
        pytest.param("2031-03-01", "2031-03-01", (), Filters("2031-03-01", "2031-03-01"), id="one day"),
        pytest.param("March 1, 2031", None, (), Filters("2031-03-01"), id="written out"),
        pytest.param("2031-03-01T23:30:00+00:00", None, (), Filters("2031-03-01"), id="an instant"),
        pytest.param(None, None, ("A ", "B", "A"), Filters(outlets=("A", "B")), id="outlets once"),
    ],
)
def test_filters(first: str | None, last: str | None, outlets: tuple[str, ...], expected: Filters) -> None:
    assert make_filters(first=first, last=last, outlets=outlets) == expected


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        pytest.param("soon", None, "The first day 'soon' is no date", id="first"),
        pytest.param(None, "2031-02-30", "The last day '2031-02-30' is no date", id="last"),
        pytest.param("2031-03-02", "2031-03-01", "2031-03-02 lies after the last day 2031-03-01", id="crossed"),
    ],
)
def test_filters_that_are_refused(first: str | None, last: str | None, said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        make_filters(first=first, last=last)
