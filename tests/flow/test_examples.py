"""What the desk proposes to ask, it answers: of several kinds, of the collection itself, and on from an answer."""

from __future__ import annotations

import pytest

from rag import Desk
from tests.flow.asking_for_tests import check

pytestmark = pytest.mark.model


def test_examples_are_of_many_kinds_and_all_are_answered(desk: Desk) -> None:
    examples = desk.examples()
    assert len(examples) == 6
    assert len({example.kind for example in examples}) >= 5
    for example in examples:
        answer = desk.ask(example.question)
        check(answer, desk)
        assert (answer.kind, answer.status) == (example.kind, "answered")


def test_examples_speak_of_several_things(desk: Desk) -> None:
    questions = [example.question for example in desk.examples()]
    assert len(set(questions)) == len(questions)
    assert not any(outlet in question for question in questions for outlet in desk.outlets())


def test_what_follows_an_answer_is_answered_too(desk: Desk) -> None:
    answer = desk.ask("Why did Kestrel Bay cut its offer?")
    following = desk.follow_ups(answer)
    assert len(following) == 3
    assert answer.question not in {example.question for example in following}
    assert all(desk.ask(example.question).status == "answered" for example in following)


def test_nothing_follows_a_refusal(desk: Desk) -> None:
    assert desk.follow_ups(desk.ask("Who won the chess olympiad in Lodra?")) == ()


def test_topics_are_whole_names(desk: Desk) -> None:
    topics = desk.topics()
    assert "Puerto Alba" in topics
    assert "the Maravel Ports Company" in topics
