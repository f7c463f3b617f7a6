"""An outlet is found where a question names it, and a plain word is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.outlets import named_outlets, without_outlets

OUTLETS = ["Fortune", "Harbour Wire", "The Age", "Wired", "Northgate Courier"]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did the Harbour Wire say about the strike?", ("Harbour Wire",)),
        ("Did 'The Age' article agree with the Harbour Wire?", ("The Age", "Harbour Wire")),
        ("According to Wired, who makes the best adapter?", ("Wired",)),
        ("Between the article from Fortune and the report from The Age, what changed?", ("Fortune", "The Age")),
        ("Who made a fortune at the age of nine?", ()),
        ("Was the bridge wired for sound? How is Wired weather made?", ()),
        ("Who heads the Northgate Couriers' club?", ()),
        ("Who won?", ()),
    ],
)
def test_named_outlets(question: str, named: tuple[str, ...]) -> None:
    assert named_outlets(question, OUTLETS) == named


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("How many marched, according to the Harbour Wire?", "How many marched?"),
        ("According to the Harbour Wire, how many marched?", "how many marched?"),
        ("Who won, as reported by 'The Age'?", "Who won?"),
        ("What did the Harbour Wire say?", "What did the Harbour Wire say?"),
    ],
)
def test_who_says_it_is_left_out(question: str, left: str) -> None:
    assert without_outlets(question, OUTLETS) == left


@given(st.text(max_size=80), st.lists(st.text(max_size=12), max_size=4))
def test_any_text_can_be_read(question: str, outlets: list[str]) -> None:
    assert set(named_outlets(question, outlets)) <= set(outlets)
