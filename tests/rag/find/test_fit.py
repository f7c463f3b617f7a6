"""A sentence is worth more where it fits the kind of answer that is wanted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.articles import Span
from rag.answer_types import Candidate
from rag.find.fit import fit_to_kind, heads
from rag.query_types import Kind
from rag.question.bearers import find_bearers
from tests.rag.question.test_bearing import make_candidate


def fitted(kind: Kind, question: str, *texts: str) -> list[float]:
    candidates = [make_candidate(text) for text in texts]
    return fit_to_kind(kind, question, find_bearers(question), candidates, [0.4] * len(texts), lambda _stem: 1.0)


@pytest.mark.parametrize(
    ("kind", "question", "fit", "unfit"),
    [
        (
            "reason",
            "Why did the mill close?",
            "The mill closed because the river was low.",
            "The mill closed on Monday.",
        ),
        (
            "identity",
            "Who is Anna Holm?",
            "Anna Holm, a judge from Brill, spoke.",
            "It was raining when Anna Holm arrived.",
        ),
        (
            "statement",
            "What did Anna Holm say about the mill?",
            '"The mill is dead," said Anna Holm.',
            "The mill belongs to Anna Holm.",
        ),
        (
            "statement",
            "What did Anna Holm say about the mill?",
            "Anna Holm came to the mill. She said it was dead.",
            'Anna Holm listened. "The mill is dead," said Peter Lund.',
        ),
        ("list", "Which towns were flooded?", "Brill, Holt and Skarn were flooded.", "Many towns were flooded."),
    ],
)
def test_what_fits_is_worth_more(kind: Kind, question: str, fit: str, unfit: str) -> None:
    one, other = fitted(kind, question, fit, unfit)
    assert one > 0.4 > other


def test_a_question_of_fact_is_left_to_the_judge() -> None:
    assert fitted("fact", "When did the mill close?", "The mill closed on Monday.") == [0.4]


def test_the_hurt_are_not_the_passengers() -> None:
    question = "How many people were hurt when the train derailed?"
    hurt, passengers = fitted("fact", question, "Nobody was hurt.", "A train with 60 passengers derailed.")
    assert hurt == 0.4
    assert passengers < 0.2


def test_what_was_said_of_something_else_is_worth_little() -> None:
    about, beside = fitted(
        "statement",
        "What did Anna Holm say about the mill?",
        "Anna Holm said the mill was dead.",
        "Anna Holm said it rained.",
    )
    assert about > 0.5
    assert beside < 0.2


def test_another_month_counts_less() -> None:
    of_march, later = fitted("yes_no", "Did prices rise in June?", "In June prices rose.", "Prices rose.")
    assert later < of_march


def test_a_heading_that_the_question_names() -> None:
    text = "The sale was approved.\n\nConditions\n\nThe buyers must keep all jobs."
    under = make_candidate("The buyers must keep all jobs.", article=text)
    start = text.index("The buyers")
    moved = type(under)(under.article, type(under.span)(start, len(text)), under.text, under.title, text)
    assert heads("What are the conditions of the sale?", moved)
    assert not heads("What are the results?", moved)


def test_no_score_is_no_score() -> None:
    candidates = [make_candidate("The mill closed because it rained.")]
    assert fit_to_kind("reason", "Why did the mill close?", (), candidates, [0.0], lambda _stem: 1.0) == [0.0]


def test_what_was_found_is_a_cause_and_what_somebody_says_of_what_he_did_may_be_one() -> None:
    cause, none = fitted(
        "reason", "Why was the well shut?", "The well was shut after lead was found in it.", "The well was shut."
    )
    assert cause > 0.4 > none
    said, other = fitted(
        "reason",
        "Why did Anna Holm vote against the mill?",
        'Anna Holm wrote that the mill would "cost the town its river".',
        "Anna Holm sat in the third row.",
    )
    assert said == 0.4 > other


def in_one_article(*texts: str) -> list[Candidate]:
    article = " ".join(texts)
    one = make_candidate(article)
    found = []
    for text in texts:
        start = article.index(text)
        found.append(replace(one, text=text, span=Span(start, start + len(text))))
    return found


def parts_of(question: str, *texts: str) -> list[float]:
    return fit_to_kind("list", question, (), in_one_article(*texts), [0.4] + [0.05] * (len(texts) - 1), lambda _: 1.0)


def test_the_parts_of_a_sum_go_before_what_only_names_it() -> None:
    texts = (
        "The works was fined 18 million.",
        "Its owner lives in Brill.",
        "Of that sum 11 million are for the river.",
        "Another 4 million are for late notice.",
        "The remaining 3 million are for costs.",
    )
    named, other, *parts = parts_of("What is the fine of 18 million made up of?", *texts)
    assert min(parts) > named > other
    assert parts_of("Who was fined 18 million?", *texts)[2] < named


def test_the_parts_of_another_sum_are_none_of_the_one_that_is_asked_for() -> None:
    texts = ("The works was fined 18 million.", "The price was 20 million.", "It is made up of 12 and 8 million.")
    asked, _, parts = parts_of("What is the fine of 99 million made up of?", *texts)
    assert parts <= asked


def test_a_cause_of_something_else_is_none_of_what_a_why_asks_of() -> None:
    """Flights are not cancelled because a speech was."""
    speech = "The speech was cancelled because the hall was wet."
    flights = "The flights were cancelled because the hall was wet."
    of_another, of_it = fitted("reason", "Why were flights cancelled?", speech, flights)
    assert of_another < of_it
