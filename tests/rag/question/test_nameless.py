"""What is asked of those whom a question names, without their names."""

from __future__ import annotations

import pytest

from rag.question.bearers import find_bearers
from rag.question.nameless import without_names


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("What is Holm Mills's dividend per share?", "What is the dividend per share?"),
        ("What is the dividend per share of Holm Mills?", "What is the dividend per share?"),
        ("Holm Mills dividend per share?", "dividend per share?"),
        ("What is the rate of inflation in Ostrel?", "What is the rate of inflation?"),
        ("What was the margin of error of Anna Brill's count?", "What was the margin of error of the count?"),
        ("What did Anna Brill promise?", None),
        ("What is the price of bread?", None),
        ("Who is Anna Brill?", None),
    ],
)
def test_the_names_are_taken_out_where_the_question_stands_without(question: str, bare: str | None) -> None:
    assert without_names(question, find_bearers(question)) == bare
