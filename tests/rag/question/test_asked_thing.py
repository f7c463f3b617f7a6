"""The kind of thing that a question asks for, and whether a sentence gives one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.asked_thing import asked_thing, gives_thing


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many vessels waited off Brill?", "number"),
        ("What is the population of Dunmarrow?", "number"),
        ("What percentage of voters stayed away?", "number"),
        ("When will the bridge open?", "time"),
        ("In what year did the refinery close?", "time"),
        ("Who bought the refinery?", "name"),
        ("Which country recalled its ambassador?", "name"),
        ("Which two airlines merged? What companies paid?", "name"),
        ("Where did the ferry sink?", "name"),
        ("Why was the sale stopped?", None),
        ("What did the court decide?", None),
    ],
)
def test_the_kind_is_read_from_the_question(question: str, kind: str | None) -> None:
    assert asked_thing(question) == kind


@pytest.mark.parametrize(
    ("question", "sentence", "gives"),
    [
        ("How many vessels waited?", "The coastguard counted 34 vessels.", True),
        ("How many vessels waited?", "The coastguard counted thirty-four, or three dozen less two, vessels.", True),
        ("How many vessels waited?", "The vessels waited off the breakwater.", False),
        ("How many of the 34 vessels waited?", "All of the 34 vessels were told to wait.", False),
        ("When will the bridge open?", "The bridge will open in September.", True),
        ("When will the bridge open?", "The bridge will open.", False),
        ("Who bought the refinery?", "The refinery was bought by Halden Oil.", True),
        ("Who bought the refinery?", "The refinery was bought for a high price.", False),
        ("Who bought the Almere refinery?", "The Almere refinery was bought.", False),
        ("Who heads Almere's port?", "Port Almere is a large port.", False),
    ],
)
def test_a_sentence_gives_what_the_question_does_not_name(question: str, sentence: str, gives: bool) -> None:
    kind = asked_thing(question)
    assert kind is not None
    assert gives_thing(kind, question, sentence) is gives


@given(st.sampled_from(["number", "time", "name"]), st.text(max_size=80))
def test_a_question_never_answers_itself(kind: str, text: str) -> None:
    assert not gives_thing(kind, text, text)  # type: ignore[arg-type]
