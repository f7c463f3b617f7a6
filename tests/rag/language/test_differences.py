"""Two versions of a sentence differ where figures or names differ; other wording is no difference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.differences import find_differences, is_shortened, says_the_same


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("The strike held up 22 vessels on Wednesday.", "The strike held up 34 vessels on Wednesday.", [("22", "34")]),
        ("The board named Ines Valdarrama as its head.", "The board named Carlos Portela as its head.", [("Ines Valdarrama", "Carlos Portela")]),
        ("The strike held up 22 vessels on Wednesday.", "The strike stopped 22 vessels on Wednesday.", []),
        ("The strike held up 22 vessels on Wednesday.", "The strike held up 22 vessels.", []),
        ("The strike held up 22 vessels.", "Inflation in Valmora fell to 5.9 percent in March.", []),
        ("", "", []),
    ],
)  # fmt: skip
def test_differences(one: str, other: str, wanted: list[tuple[str, str]]) -> None:
    assert [(found.one, found.other) for found in find_differences(one, other)] == wanted


def test_a_difference_says_what_it_is_about() -> None:
    (found,) = find_differences(
        "The board named Ines Valdarrama as its head.", "The board named Carlos Portela as its head."
    )
    assert found.about == "The board named"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("More than 1,000 people were arrested.", "More than 1,000 people were arrested, it said.", True),
        ("More than 1,000 people were arrested.", "More than 2,000 people were arrested.", False),
        ("More than 1,000 people were arrested.", "The strike held up 22 vessels.", False),
    ],
)
def test_same(one: str, other: str, same: bool) -> None:
    assert says_the_same(one, other) is same


@given(st.text(max_size=80))
def test_a_sentence_does_not_differ_from_itself(text: str) -> None:
    assert find_differences(text, text) == ()


@given(st.text(max_size=80), st.text(max_size=80))
def test_differences_are_words_of_their_sentences(one: str, other: str) -> None:
    for found in find_differences(one, other):
        assert found.one
        assert found.other


@pytest.mark.parametrize(
    ("claim", "shortened"),
    [
        ("The authority approved the sale by four votes to one.", True),
        ("The authority approved the sale of the ports on Thursday by four votes to one.", True),
        ("The authority approved the sale by five votes to one.", False),
        ("The sale was approved by the authority by four votes to one.", False),
        ("The owner approved the sale by four votes to one.", False),
    ],
)
def test_a_claim_that_only_leaves_out_is_told(claim: str, *, shortened: bool) -> None:
    text = "It rained. The authority approved the sale of the ports on Thursday by four votes to one, a day early."
    assert is_shortened(claim, text) is shortened


@pytest.mark.parametrize(
    "text",
    [
        "The old bridge will be closed, the mayor said, in the first week of May.",
        "The old bridge will be closed only in the first week of May.",
        "The old bridge will be closed unless it rains in the first week of May.",
    ],
)
def test_words_that_turn_a_sentence_are_not_left_out(text: str) -> None:
    assert not is_shortened("The old bridge will be closed in the first week of May.", text)
