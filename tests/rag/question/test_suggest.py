"""Another year is suggested only where the question names one."""

from __future__ import annotations

from rag.question.suggest import other_questions
from tests.rag.quotes_for_tests import make_quote

QUOTES = [make_quote(1, "Puerto Alba handled 3.1 million containers in 2030.", published="2031-01-09")]


def test_years_of_the_nearest_quotes() -> None:
    found = other_questions("How many containers did Puerto Alba handle in 2025?", QUOTES)
    assert found == (
        "How many containers did Puerto Alba handle in 2030?",
        "How many containers did Puerto Alba handle in 2031?",
    )


def test_no_year_no_suggestion() -> None:
    assert other_questions("How many containers did Puerto Alba handle?", QUOTES) == ()
    assert other_questions("What changed between 2025 and 2026?", QUOTES) == ()


def test_the_year_asked_for_is_no_other() -> None:
    assert (
        other_questions("How many did Puerto Alba handle in 2030?", [make_quote(1, "In 2030.", published=None)]) == ()
    )
