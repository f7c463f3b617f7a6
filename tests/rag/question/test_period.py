"""The time a question asks about: read from its words, counted from the day it is asked, never invented."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.period import Period, closeness, could_know, find_period

TODAY = date(2031, 9, 17)  # a Wednesday


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        pytest.param("Who won this week?", "2031-09-08", "2031-09-17", id="this week, as it is reported"),
        pytest.param("Who won last week?", "2031-09-08", "2031-09-21", id="last week ended on Sunday"),
        pytest.param("What fell last month?", "2031-08-01", "2031-09-07", id="last month and its first reports"),
        pytest.param("What fell over the past three months?", "2031-06-16", "2031-09-17", id="three months"),
        pytest.param("Which ferry sank two weeks ago?", "2031-08-31", "2031-09-13", id="two weeks ago"),
        pytest.param("Who resigned in June 2029?", "2029-06-01", "2029-07-07", id="a month of a year"),
        pytest.param("Who resigned in November?", "2030-11-01", "2030-12-07", id="a month to come is last year's"),
        pytest.param("Who resigned in May?", "2031-05-01", "2031-06-07", id="a month that was"),
        pytest.param("Who voted on March 3, 2031?", "2031-03-03", "2031-03-10", id="a day"),
        pytest.param("Who voted on 3 March?", "2031-03-03", "2031-03-10", id="a day without a year"),
        pytest.param("Who voted on December 3?", "2030-12-03", "2030-12-10", id="a day to come is last year's"),
        pytest.param("What was built in 2028?", "2028-01-01", "2029-01-07", id="a year"),
        pytest.param("What has changed since March 2030?", "2030-03-01", None, id="since is open"),
        pytest.param("What was known before March 2030?", None, "2030-03-01", id="before is open"),
        pytest.param("What was known by 2030?", None, "2030-12-31", id="by the end"),
        pytest.param("What is the latest toll?", "2031-09-03", "2031-09-17", id="latest"),
    ],
)
def test_a_period_is_found(question: str, first: str | None, last: str | None) -> None:
    wanted = Period(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)
    assert find_period(question, today=TODAY) == wanted


@pytest.mark.parametrize(
    "question",
    [
        "Who may lead the march?",
        "Why did August Ferrand resign?",
        "How many of the 2031 ballots were spoiled?",
        "Who won the lastweek cup?",
        "What happened on February 30?",
        "Did the last train leave?",
        "",
    ],
)
def test_no_period_is_invented(question: str) -> None:
    assert find_period(question, today=TODAY) is None


def test_the_first_time_named_counts() -> None:
    period = find_period("What did the audit of 2029 say that was known in 2027 and in 2028?", today=TODAY)
    assert period == Period(date(2027, 1, 1), date(2028, 1, 7))


def test_closeness_is_whole_within_and_falls_outside() -> None:
    period = Period(date(2031, 3, 1), date(2031, 3, 10))
    assert closeness("2031-03-01", period, days=14) == closeness("2031-03-10T23:00:00+00:00", period, days=14) == 1.0
    assert closeness("2031-02-15", period, days=14) == pytest.approx(0.3679, abs=1e-4)
    assert closeness("2031-03-24", period, days=14) == pytest.approx(0.3679, abs=1e-4)
    assert closeness(None, period, days=14) == 0.0
    assert closeness("1950-01-01", Period(None, date(2031, 1, 1)), days=14) == 1.0


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 400), st.integers(1, 400))
def test_farther_is_never_closer(last: date, far: int, farther: int) -> None:
    period = Period(last - timedelta(days=7), last)
    near, off = (closeness((last + timedelta(days=days)).isoformat(), period, days=14) for days in (far, far + farther))
    assert 0.0 <= off <= near <= 1.0


@given(st.text(max_size=60), st.dates(date(1000, 1, 1)))
def test_any_question_can_be_read(question: str, today: date) -> None:
    period = find_period(f"{question} in the past 999 years, in May, 999 years ago", today=today)
    if period and period.first and period.last:
        assert period.first <= period.last


def test_what_came_before_cannot_know_and_what_came_after_can() -> None:
    period = Period(date(2031, 9, 8), date(2031, 9, 17))
    shares = [could_know(day, period, days=14) for day in ("2031-06-01", "2031-09-01", "2031-09-08", "2032-01-01")]
    assert shares == sorted(shares)
    assert shares[0] < 0.01
    assert 0.5 < shares[1] < 1.0
    assert shares[2:] == [1.0, 1.0]
    assert could_know(None, period, days=14) == 1.0
    assert could_know("1999-01-01", Period(None, date(2031, 9, 17)), days=14) == 1.0
