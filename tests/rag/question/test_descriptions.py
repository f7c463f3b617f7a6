"""Long questions are taken apart where they describe or compare, and only there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.descriptions import split_long_question
from rag.question.parts import split_question

CASES = [
    pytest.param(
        "Which company that bought the two ferries of the northern line in spring was fined by the harbour authority for dumping "
        "oil, and is accused by its own crews of paying them late?",
        [
            "Which company bought the two ferries of the northern line in spring was fined by the harbour authority for dumping "
            "oil?",
            "Which company is accused by its own crews of paying them late?",
        ],
        id="a description after 'that'",
    ),
    pytest.param(
        "What kind of vessel is built without an engine room on the yards of Porto Branco, has carried grain to the outer "
        "islands since January, and was banned from the strait after two accidents?",
        [
            "What kind of vessel is built without an engine room on the yards of Porto Branco?",
            "What kind of vessel has carried grain to the outer islands since January?",
            "What kind of vessel was banned from the strait after two accidents?",
        ],
        id="a description without one",
    ),
    pytest.param(
        "Does the Harbour Wire article suggest that dockers will strike again before the vote on the port sale, while the Quay "
        "Times reports that their union has promised to wait until summer?",
        [
            "dockers will strike again before the vote on the port sale?",
            "their union has promised to wait until summer?",
        ],
        id="a comparison of two outlets",
    ),
    pytest.param(
        "Between the report by the Harbour Wire on the sunken ferry of February 18 and the report by the Quay Times on the same "
        "ferry a week later, did the number of the dead change?",
        [
            "did the number of the dead change (the report by the Harbour Wire on the sunken ferry of February 18)?",
            "did the number of the dead change (the report by the Quay Times on the same ferry a week later)?",
        ],
        id="between two reports",
    ),
    pytest.param(
        "After the Harbour Wire reported on March 3 that the buyers had cut their offer, did the Quay Times describe the port "
        "authority as ready to break off the talks?",
        [
            "March 3 that the buyers had cut their offer?",
            "the port authority as ready to break off the talks?",
        ],
        id="one report after another",
    ),
    pytest.param(
        "Did the Harbour Wire write of a strike of the tug crews in the eastern basin before the Quay Times wrote of new wages "
        "for the same crews?",
        [
            "the Harbour Wire write of a strike of the tug crews in the eastern basin?",
            "the Quay Times wrote of new wages for the same crews?",
        ],
        id="in turn",
    ),
]
WHOLE = [
    "Who approved the sale?",
    "After knocking out the power of the whole southern coast for more than two weeks last autumn, which storm went on to flood "
    "the harbour?",
    "Several kinds of fish became dearer in the markets of the capital this spring, but nothing comes close to the rising cost of "
    "which one?",
    "How many of the people who were aboard the ferry Stella Marisa when it left the quay on the evening of February 16 are known "
    "to have died?",
    "",
    "?",
]


@pytest.mark.parametrize(("question", "asked"), CASES)
def test_what_is_described_or_compared_is_asked_piece_by_piece(question: str, asked: list[str]) -> None:
    parts = split_long_question(question)
    assert [part.asked for part in parts] == asked
    assert not any(part.whole for part in parts)
    assert split_question(question) == parts


@pytest.mark.parametrize("question", WHOLE)
def test_what_asks_one_thing_stays_whole(question: str) -> None:
    assert split_long_question(question) == ()


def test_a_long_list_gives_few_parts() -> None:
    things = ", ".join(f"has carried {n} thousand tonnes of cement to the new island number {n}" for n in range(2, 12))
    parts = split_long_question(f"Which company that owns barges {things}?")
    assert len(parts) == 4
    assert all(f" {n} thousand" in " ".join(part.text for part in parts) for n in range(2, 12))


@given(st.text(alphabet=st.sampled_from("abAB ,;?'"), max_size=300) | st.text(max_size=200))
def test_any_text_can_be_asked(question: str) -> None:
    assert len(split_long_question(question)) in (0, 2, 3, 4)
