from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.trust.checks.dates import check_dates
from rag.trust.checks.evidence import Evidence, collect_evidence
from tests.rag.quotes_for_tests import make_quote

FRIDAY = "2031-03-14"

FOLLOWS = [
    pytest.param("It sank on 13 March 2031.", "It sank on Thursday.", FRIDAY, id="weekday resolved"),
    pytest.param("It sank on Thursday.", "It sank on Thursday.", FRIDAY, id="same weekday"),
    pytest.param("It sank on Thursday.", "It sank on March 13.", FRIDAY, id="weekday of a day"),
    pytest.param("It sank on March 13, 2031.", "It sank on Mar. 13.", FRIDAY, id="year of the article"),
    pytest.param("It sank in March.", "It sank on March 13.", FRIDAY, id="less precise"),
    pytest.param("It sank on 13 March 2031.", "It sank yesterday.", FRIDAY, id="yesterday"),
    pytest.param("It sank in 2030.", "It sank last year.", FRIDAY, id="last year"),
    pytest.param("It sank in February 2031.", "It sank last month.", FRIDAY, id="last month"),
    pytest.param("It sank on 2031-03-13.", "It sank on March 13, 2031.", None, id="ISO for words"),
    pytest.param("It sank on the 13th of March.", "It sank on March 13.", None, id="ordinal day"),
    pytest.param("It sinks in 2031.", "The ferry sank.", FRIDAY, id="the year the article appeared"),
    pytest.param("It sank this week.", "It sank on March 12.", FRIDAY, id="a day of this week"),
    pytest.param("It sank last week.", "It sank on March 5.", FRIDAY, id="a day of last week"),
    pytest.param("It sank this week.", "It sank this week.", None, id="this week"),
    pytest.param("It sank in March.", "It sank last week.", FRIDAY, id="the month of last week"),
    pytest.param("He was told on 12 December 2030.", "He was told on Dec. 12.", "2031-01-06", id="over new year"),
    pytest.param("Talks are on 17 March 2031.", "Talks will be held on Monday.", FRIDAY, id="a coming weekday"),
    pytest.param("The officials may appeal.", "The officials may appeal.", None, id="may is no month"),
    pytest.param("Theresa May spoke.", "The prime minister spoke.", None, id="a surname is no month"),
    pytest.param("It closes from April to August.", "It closes from April to August.", FRIDAY, id="months"),
    pytest.param("It sank on March 13.", "It sank on March 12-13.", FRIDAY, id="end of a range"),
]

CONTRADICTS = [
    pytest.param("It sank on Wednesday.", "It sank on Thursday.", FRIDAY, id="other weekday"),
    pytest.param("It sank on 12 March 2031.", "It sank on Thursday.", FRIDAY, id="wrong day for the weekday"),
    pytest.param("It sank this week.", "It sank on March 2.", FRIDAY, id="a day of another week"),
    pytest.param("It sank this week.", "It sank this month.", FRIDAY, id="a week for a month"),
    pytest.param("It sank on March 14.", "It sank on March 13.", FRIDAY, id="article's day against another day"),
    pytest.param("It sank in April.", "It sank in March.", FRIDAY, id="other month"),
    pytest.param("It sank in 2029.", "It sank in 2030.", FRIDAY, id="other year"),
    pytest.param("It sank in 2029.", "The ferry sank.", FRIDAY, id="invented year"),
    pytest.param("It sank on March 13, 2030.", "It sank on March 13, 2031.", FRIDAY, id="other year of a day"),
    pytest.param("It sank in June.", "The ferry sank.", FRIDAY, id="invented month"),
    pytest.param("It sank on 13 March 2031.", "It sank on Thursday.", None, id="undated article resolves nothing"),
    pytest.param("It sank on 1 March.", "It sank on 11 March.", FRIDAY, id="a day within another day's digits"),
    pytest.param("It sank on 20 March 2031.", "It sank on Thursday.", FRIDAY, id="past told as future"),
    pytest.param("It sank in 2031.", "It sank in 2030.", FRIDAY, id="article's year against another year"),
    pytest.param("It sank last week.", "It sank last month.", FRIDAY, id="other period"),
]


@pytest.mark.parametrize(("claim", "text", "published"), FOLLOWS)
def test_dates_that_follow(claim: str, text: str, published: str | None) -> None:
    assert check_dates(claim, Evidence(text, published=published)) == []


@pytest.mark.parametrize(("claim", "text", "published"), CONTRADICTS)
def test_dates_that_contradict(claim: str, text: str, published: str | None) -> None:
    findings = check_dates(claim, Evidence(text, published=published))
    assert [finding.severity for finding in findings] == ["fatal"]


def test_the_day_the_article_appeared_is_doubtful() -> None:
    (finding,) = check_dates("The ferry sank on 14 March 2031.", Evidence("The ferry sank.", published=FRIDAY))
    assert finding.severity == "doubtful"


def test_the_reason_names_both_dates() -> None:
    (finding,) = check_dates("It sank on Wednesday.", Evidence("It sank on Thursday.", published=FRIDAY))
    assert finding.reason == "the quote says Thursday, not Wednesday"


def test_each_quote_is_read_with_its_own_date() -> None:
    quotes = [
        make_quote(1, "It sank on Thursday.", published="2031-03-14"),
        make_quote(2, "It rained.", published=None),
    ]
    assert check_dates("It sank on 13 March 2031.", collect_evidence(quotes)) == []


@given(st.dates())
def test_a_verbatim_date_never_has_a_finding(day: object) -> None:
    sentence = f"It sank on {day:%d %B %Y}."
    assert check_dates(sentence, Evidence(sentence)) == []
