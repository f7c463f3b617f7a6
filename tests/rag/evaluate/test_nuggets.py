"""Nuggets: held where one of their wordings stands in the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluate.nuggets import Nugget, is_in_order, score_nuggets, share_without

VITAL = Nugget(texts=("14 people", "fourteen people"))
OTHER = Nugget(texts=("39 people",))
OKAY = Nugget(texts=("a storm",), importance="okay")


@pytest.mark.parametrize(
    ("text", "strict", "weighted"),
    [
        ("Fourteen people died, later 39 people, in a storm.", 1.0, 1.0),
        ("14 people died in a storm.", 0.5, 0.6),
        ("There was a storm.", 0.0, 0.2),
        ("", 0.0, 0.0),
    ],
)
def test_strict_counts_the_vital_and_weighted_all(text: str, strict: float, weighted: float) -> None:
    scores = score_nuggets([VITAL, OTHER, OKAY], text)
    assert scores["nuggets_strict"] == strict
    assert scores["nuggets_weighted"] == pytest.approx(weighted)


def test_what_has_no_nugget_has_no_score() -> None:
    assert score_nuggets([], "text") == {}
    assert "nuggets_strict" not in score_nuggets([OKAY], "a storm")


def test_order() -> None:
    assert is_in_order([VITAL, OTHER], "14 people, then 39 people")
    assert not is_in_order([VITAL, OTHER], "39 people, before that 14 people")
    assert is_in_order([VITAL, OTHER], "39 people")


def test_sentences_without_a_nugget() -> None:
    assert share_without([VITAL], ["14 people died.", "It rained."]) == 0.5
    assert share_without([VITAL], []) == 0.0


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1), st.text(alphabet="abcd ", max_size=30))
def test_scores_are_shares(words: list[str], text: str) -> None:
    scores = score_nuggets([Nugget(texts=(word,)) for word in words], text)
    assert all(0.0 <= value <= 1.0 for value in scores.values())
    assert scores["nuggets_strict"] == scores["nuggets_weighted"]
