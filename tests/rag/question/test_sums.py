from __future__ import annotations

import pytest

from rag.question.sums import Sum, find_sum


@pytest.mark.parametrize(
    ("question", "operation", "first", "second"),
    [
        (
            "By how much did the death toll rise from February 18 to February 20?",
            "difference",
            "What was the death toll on February 18?",
            "What was the death toll on February 20?",
        ),
        (
            "How much did inflation fall between December and March?",
            "difference",
            "What was inflation in December?",
            "What was inflation in March?",
        ),
        (
            "How much higher was the first offer than the second one?",
            "difference",
            "How much was the first offer?",
            "How much was the second offer?",
        ),
        (
            "How much lower was the fee of May than that of January?",
            "difference",
            "How much was the fee of May?",
            "How much was the fee of January?",
        ),
        (
            "How much dearer is a loaf in June than in March?",
            "difference",
            "How much is a loaf in June?",
            "How much is a loaf in March?",
        ),
        (
            "How many more ships did Puerto Alba handle than Puerto Cinza in 2030?",
            "difference",
            "How many ships did Puerto Alba handle in 2030?",
            "How many ships did Puerto Cinza handle in 2030?",
        ),
        (
            "How many ships did Puerto Alba and Puerto Cinza handle together in 2030?",
            "total",
            "How many ships did Puerto Alba handle in 2030?",
            "How many ships did Puerto Cinza handle in 2030?",
        ),
    ],
)
def test_a_sum_is_two_questions(question: str, operation: str, first: str, second: str) -> None:
    assert find_sum(question) == Sum(operation, first, second)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "question",
    [
        "By how much was the offer cut?",
        "How many people were aboard the ferry?",
        "How much more does the union want?",
        "What is the difference between a toll and a fee?",
        "How many ships did the two ports handle together?",
        "",
    ],
)
def test_others_are_none(question: str) -> None:
    assert find_sum(question) is None
