"""What is looked at: rows for the plots, and tables that say the same."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.answer_types import Disagreement, Side
from tests.rag.answers_for_tests import make_answer, make_citation
from ui.chat.looking import OTHERS, draw_answer_coverage, draw_coverage, draw_values


def test_articles_are_counted_by_month_and_outlet_and_an_empty_month_keeps_its_place() -> None:
    drawn = draw_coverage([("2031-01-05", "A"), ("2031-01-07", "A"), ("2031-03-04", "B"), (None, "C")])
    assert drawn is not None
    assert drawn.rows == [("2031-01", 2, "A"), ("2031-02", 0, "A"), ("2031-03", 1, "B")]
    assert drawn.label == "Articles by month and outlet"
    assert re.findall(r"<td>(\d*)</td>", drawn.table) == ["2", "", "", "", "", "1", "2", "0", "1"]
    assert drawn.colours.keys() == {"A", "B"}


def test_many_outlets_share_the_last_colour() -> None:
    drawn = draw_coverage([("2031-01-05", f"Outlet {n}") for n in range(12)])
    assert drawn is not None
    assert sum(number for _, number, _ in drawn.rows) == 12
    assert {name: number for _, number, name in drawn.rows}[OTHERS] == 5
    assert len(set(drawn.colours.values())) == len(drawn.colours) == 8


def test_where_nothing_has_a_day_nothing_is_drawn() -> None:
    assert draw_coverage([(None, "A")]) is None
    undated = replace(make_citation(1, "A quote."), published=None)
    assert draw_answer_coverage(make_answer("Why?", "A quote.", undated)) is None


def test_an_article_that_is_quoted_twice_counts_once() -> None:
    drawn = draw_answer_coverage(make_answer("Why?", "One.", make_citation(1, "One."), make_citation(2, "Two.")))
    assert drawn is not None
    assert drawn.rows == [("2031-03", 1, "Harbour Wire")]


def test_values_are_drawn_at_their_days_and_told_with_their_quotes() -> None:
    cited = [replace(make_citation(n, "Q."), published=f"2031-0{n}-01") for n in (1, 2)]
    hostile = "<img src=x onerror=alert(1)>"
    sides = (Side("34 vessels", (1,), None), Side("51 vessels", (2,), None))
    answer = replace(make_answer("How many?", "Q.", *cited), updates=(Disagreement(hostile, sides),))
    (drawn,) = draw_values(answer, turn=7)
    assert [(time[:10], number) for time, number, _ in drawn.rows] == [("2031-01-01", 34), ("2031-02-01", 51)]
    assert "34 vessels" in drawn.table
    assert 'href="#src-7-1"' in drawn.table
    assert "<img" not in drawn.table
