"""What a question only describes is asked for first."""

from __future__ import annotations

import pytest

from rag.question.two_steps import find_step, name_in, put_in


@pytest.mark.parametrize(
    ("question", "asked", "second"),
    [
        ("Who owns the company that runs the ferry?", "Which company runs the ferry?", "Who owns Blue Line?"),
        ("Where is the company based that sold the mill?", "Which company sold the mill?", "Where is Blue Line based?"),
        ("How old is the judge who leads the inquiry?", "Which judge leads the inquiry?", "How old is Blue Line?"),
    ],
)
def test_the_steps_of_a_question(question: str, asked: str, second: str) -> None:
    step = find_step(question)
    assert step is not None
    assert (step.asked, put_in(question, "Blue Line")) == (asked, second)


@pytest.mark.parametrize(
    "question",
    ["Who owns the ferry?", "Who said that the company lied?", "The company that runs the ferry?", "Who won?", ""],
)
def test_what_describes_nothing_is_one_step(question: str) -> None:
    assert find_step(question) is None


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("The port belongs to the Maravel Ports Company, which runs Puerto Alba.", "Maravel Ports Company"),
        ("Puerto Alba is run by the Maravel Ports Company.", "Maravel Ports Company"),
        ("SANTA RUELA - The tribunal ruled that the owner runs Puerto Alba badly.", None),
        ("Lam Tai sold Puerto Alba, which is run by nobody.", None),
        ("Puerto Alba closed.", None),
    ],
)
def test_the_name_stands_beside_the_deed(sentence: str, name: str | None) -> None:
    step = find_step("Who owns the company that runs Puerto Alba?")
    assert step is not None
    assert name_in(step, sentence) == name
