"""A comparison shows its two sides, and each can be asked about alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.sides import asked_of_both, split_sides
from tests.rag.questions_for_tests import understood


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Compare the accounts of Anna Holm and Peter Lund", "Anna Holm", "Peter Lund"),
        ("Compare the first and the second offer for the mill", "first", "second"),
        ("Holm versus Lund on taxes", "Holm", "Lund"),
        ("How do the police and the union differ on the numbers?", "police", "union"),
        ("What is the difference between the old law and the new law?", "old law", "new law"),
        ("How did sales in May compare with sales in June?", "sales May", "sales June"),
    ],
)
def test_sides(question: str, one: str, other: str) -> None:
    sides = [part.side for part in split_sides(question)]
    wanted = (one, other)
    assert [set(side.split()) & set(name.split()) != set() for side, name in zip(sides, wanted, strict=True)] == [
        True,
        True,
    ]


def test_each_side_is_asked_about_without_the_other() -> None:
    first, second = split_sides("Compare the first and the second offer for the mill")
    assert first.asked == "the first offer for the mill?"
    assert second.asked == "the second offer for the mill?"


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("Compare the offer of January with the offer of March", ("January", "March")),
        ("Compare inflation in March with inflation in April", ("March", "April")),
        ("How does the toll before the strike compare to the toll after the strike?", ("before", "after")),
    ],
)
def test_what_both_sides_share_tells_neither(question: str, sides: tuple[str, str]) -> None:
    assert tuple(part.side for part in split_sides(question)) == sides
    assert all(other not in part.asked for part, other in zip(split_sides(question), reversed(sides), strict=True))


@pytest.mark.parametrize("question", ["Compare the offers", "Compare", "Which is larger?", ""])
def test_what_shows_no_two_sides_has_none(question: str) -> None:
    assert split_sides(question) == ()


def test_the_sides_are_parts_of_the_query() -> None:
    query = understood("Compare the accounts of Anna Holm and Peter Lund")
    assert (query.kind, [part.side for part in query.parts]) == ("comparison", ["Anna Holm", "Peter Lund"])


@given(st.text(alphabet="ab AB,.'?", max_size=60))
def test_any_text_has_two_sides_or_none(text: str) -> None:
    assert len(split_sides(f"Compare {text} and {text[::-1]}")) in (0, 2)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (
            "How do the police and Plaza Count differ on the size of the march?",
            (
                "What was the size of the march according to the police?",
                "What was the size of the march according to Plaza Count?",
            ),
        ),
        (
            "Compare what Gideon Stroe and Lena Hask say about the river.",
            ("What did Gideon Stroe say about the river?", "What did Lena Hask say about the river?"),
        ),
        (
            "How do Mayor Holm and Anna Brill differ on the sale?",
            ("What did Mayor Holm say about the sale?", "What did Anna Brill say about the sale?"),
        ),
        (
            "What did Peter Lund and Anna Brill each make of the new toll?",
            ("What did Peter Lund say of the new toll?", "What did Anna Brill say of the new toll?"),
        ),
        (
            "Compare the figures that the union and the company gave for the strike",
            ("What figures did the union give for the strike?", "What figures did the company give for the strike?"),
        ),
        (
            "Compare the harvests of 2029 and 2030 in Skarn",
            ("the harvests of 2029 in Skarn?", "the harvests of 2030 in Skarn?"),
        ),
        (
            "Compare the votes in January and in May",
            ("the votes in January?", "the votes in May?"),
        ),
        (
            "How do rents in Holt compare with those in Ostrel?",
            ("rents in Holt?", "rents in Ostrel?"),
        ),
        (
            "What is the difference between the old concession and the new one?",
            ("the old concession?", "the new concession?"),
        ),
        (
            "Compare Puerto Alba and Puerto Cinza in containers",
            ("Puerto Alba in containers?", "Puerto Cinza in containers?"),
        ),
        (
            "What is the difference between the union's and the company's count of strikers?",
            ("the union's count of strikers?", "the company's count of strikers?"),
        ),
    ],
)
def test_each_side_is_asked_as_a_reader_would(question: str, asked: tuple[str, str]) -> None:
    assert tuple(part.asked for part in split_sides(question)) == asked


def test_what_two_agree_on_is_asked_by_itself() -> None:
    assert asked_of_both("Do the two papers agree on the number of marchers?") == "What was the number of marchers?"
    assert asked_of_both("Do they agree on how many marched?") == "How many marched?"
    assert asked_of_both("Did the two sides agree?") == "Did the two sides agree?"
