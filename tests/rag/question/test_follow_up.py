"""A follow-up question says what it leans on; a question that stands alone stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.follow_up import resolve
from tests.rag.answers_for_tests import make_answer

FINE = make_answer("How large was the fine against Brantholm Metals?", "The fine was 18.4 million marins.")
JUDGE = make_answer("Who presided over the Tribunal in the ports case?", "The presiding judge was Amaya Ferrol.")
PRICES = make_answer("What was inflation in Valmora in March?", "Inflation was 5.9 percent.")


@pytest.mark.parametrize(
    ("before", "question", "resolved"),
    [
        (FINE, "and who imposed it?", "Who imposed it (the fine against Brantholm Metals)?"),
        (FINE, "When was it paid?", "When was it paid (the fine against Brantholm Metals)?"),
        (FINE, "Why?", "Why (the fine against Brantholm Metals)?"),
        (JUDGE, "What did she say about it?", "What did she say about it (Amaya Ferrol – presided over the Tribunal in the ports case)?"),
        (JUDGE, "By how many votes?", "By how many votes (presided over the Tribunal in the ports case)?"),
        (PRICES, "And in February?", "In February (inflation in Valmora)?"),
    ],
)  # fmt: skip
def test_what_it_leans_on_is_added(before, question: str, resolved: str) -> None:
    assert resolve(question, [before]) == resolved


@pytest.mark.parametrize(
    "question",
    [
        "Who owns the Maravel Canal?",
        "Is it true that the ports were sold?",
        "What did Ambassador Prendick say about his quick sale?",
        "What did the union say about its strike?",
        "How long does it take to cross the Maravel Canal?",
        "Did the bank say that the rate would fall?",
    ],
)
def test_what_stands_alone_stays(question: str) -> None:
    assert resolve(question, [FINE]) == question


def test_nothing_was_said_before() -> None:
    assert resolve("and who owns it?", []) == "and who owns it?"


def test_a_chain_of_follow_ups_keeps_its_topic() -> None:
    second = make_answer("and who imposed it?", "The agency did.", understood=resolve("and who imposed it?", [FINE]))
    assert "Brantholm" in resolve("And when?", [FINE, second])


@given(st.text(max_size=80), st.text(min_size=1, max_size=80))
def test_any_question_can_follow_any_other(question: str, before: str) -> None:
    resolved = resolve(question, [make_answer(before, "Yes.")])
    assert resolved == question or "(" in resolved


@pytest.mark.timeout(5)
@pytest.mark.parametrize("piece", ["it ", "and ", "that the ", "in may "])
def test_long_questions_are_resolved_in_time(piece: str) -> None:
    resolve(piece * 700, [make_answer(piece * 700, "Yes.")])
