"""Values over days: read from what an answer tells as changed, and from nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer_types import Answer, Disagreement, Side
from rag.record.series import find_series
from tests.rag.answers_for_tests import make_answer, make_citation


def answer_with(*sides: tuple[str, tuple[int, ...]], days: dict[int, str | None]) -> Answer:
    citations = [replace(make_citation(n, f"Quote {n}."), published=day) for n, day in days.items()]
    told = tuple(Side(value, numbers, None) for value, numbers in sides)
    return replace(make_answer("How many?", "Quote 1.", *citations), updates=(Disagreement("vessel", told),))


def test_a_value_stands_on_each_day_on_which_a_quote_gives_it() -> None:
    answer = answer_with(
        ("34 vessels", (1, 3)),
        ("51 vessels", (2,)),
        days={1: "2031-03-13", 2: "2031-03-20T08:00:00+00:00", 3: "2031-03-14"},
    )
    (series,) = find_series(answer)
    assert series.counted == "vessels"
    assert [(each.day, each.number, each.words, each.citations) for each in series.values] == [
        ("2031-03-13", 34, "34 vessels", (1,)),
        ("2031-03-14", 34, "34 vessels", (3,)),
        ("2031-03-20", 51, "51 vessels", (2,)),
    ]


@pytest.mark.parametrize(
    ("one", "other", "counted", "numbers"),
    [
        ("$3.6 billion", "$3.1 billion", "billion dollars", [3.6, 3.1]),
        ("8.25 percent", "7.75 percent", "percent", [8.25, 7.75]),
        ("12,000 people", "18,000 people", "people", [12000, 18000]),
        ("900,000 marins", "1.2 million marins", "million marins", [0.9, 1.2]),
    ],
)
def test_numbers_are_read_with_what_they_count(one: str, other: str, counted: str, numbers: list[float]) -> None:
    (series,) = find_series(answer_with((one, (1,)), (other, (2,)), days={1: "2031-01-01", 2: "2031-02-01"}))
    assert series.counted == counted
    assert [each.number for each in series.values] == pytest.approx(numbers)


@pytest.mark.parametrize(
    ("sides", "days"),
    [
        ([("34 vessels", (1,)), ("51 vessels", (2,))], {1: "2031-03-13", 2: None}),
        ([("34 vessels", (1,)), ("51 vessels", (2,))], {1: "2031-03-13", 2: "2031-03-13"}),
        ([("34 vessels", (1,)), ("many vessels", (2,))], {1: "2031-03-13", 2: "2031-03-20"}),
        ([("10 to 12 vessels", (1,)), ("hundreds of vessels", (2,))], {1: "2031-03-13", 2: "2031-03-20"}),
        ([("Ansel Brook", (1,)), ("Mira Holt", (2,))], {1: "2031-03-13", 2: "2031-03-20"}),
    ],
)
def test_what_has_no_day_or_no_one_number_makes_no_series(
    sides: list[tuple[str, tuple[int, ...]]], days: dict[int, str | None]
) -> None:
    assert find_series(answer_with(*sides, days=days)) == ()


def test_an_answer_without_changes_has_none() -> None:
    assert find_series(make_answer("How many?", "34 vessels waited.")) == ()
