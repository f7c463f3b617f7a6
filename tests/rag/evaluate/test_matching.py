from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluate.matching import answers_stand_in, chooses_right, normal_words, right_choices, stands_in


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("$412 million", "It had underpaid by 412m dollars."),
        ("$3.1 billion", "The bid was US$3.1bn in cash."),
        ("five votes to four", "By 5 votes to 4, the tribunal agreed."),
        ("two hundred five thousand", "205,000 boxes"),
        ("twenty-five", "25 of them"),
        ("March 23, 2031", "on 2031-03-23T10:00:00Z"),
        ("23 March 2031", "on Mar. 23, 2031."),
        ("July 21 2030", "21st of July, 2030"),
        ("June 2030", "in June, 2030"),
        ("25 per cent", "25% of voters"),
        ("U.S.", "the US said"),
        ("A. B. Dray", "Lt. Gen. A.B. Dray said"),
        ("the Quay Times", "Quay Times' editor"),
        ("Núria Calvet", "Nuria Calvet wrote"),
        ("“A quick sale”", "a 'quick sale' is good"),
    ],
)
def test_the_same_in_other_writing(answer: str, text: str) -> None:
    assert stands_in(answer, text)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("34", "340 vessels"),
        ("34", "3.4 percent"),
        ("$412 million", "412 vessels"),
        ("March 23", "March 2, 3 of them"),
        ("five", "fivefold"),
        ("", "anything"),
        ("Ann Lee", "Ann, then Lee"[:4]),
    ],
)
def test_other_words_are_not_taken_for_it(answer: str, text: str) -> None:
    assert not stands_in(answer, text)


def test_any_and_all() -> None:
    texts = ["It was $3.1 billion.", "Of this, $2.3bn was cash."]
    answers = ["$3.1 billion", "$2.3 billion"]
    assert answers_stand_in(answers, texts, match="all")
    assert not answers_stand_in(answers, texts[:1], match="all")
    assert answers_stand_in(answers, texts[:1], match="any")
    assert not answers_stand_in([], texts, match="any")


CHOICES = ("Ford", "Ford Motor Credit", "Harbour Bank")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Ford Motor Credit pays.", True),  # the shorter wrong choice stands there only as a part
        ("Ford Motor Credit and Harbour Bank pay.", False),
        ("Ford pays.", False),
        ("Nobody pays.", False),
        ("Ford Motor Credit, owned by Ford, pays.", False),
    ],
)
def test_a_right_choice_counts_alone(text: str, right: bool) -> None:
    assert chooses_right(CHOICES, ("Ford Motor Credit",), text) is right


def test_right_choices_are_those_that_are_an_answer() -> None:
    assert right_choices(("12 ", "Twelve boats", "13"), ("twelve",)) == ("12 ",)


@given(st.text(max_size=60))
def test_normal_words_stay_as_they_are(text: str) -> None:
    words = normal_words(text)
    assert all(words)
    if words:
        assert stands_in(text, f"before. {text} . after") or not stands_in(text, text)
