"""A question is cut where it asks again, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.settings import EvidenceSettings
from rag.find.bars import Bars, bars_for
from rag.query_types import Query
from rag.question.parts import MOST_PARTS, split_question


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who designed the canal, and how many transits did it see?", ["Who designed the canal", "how many transits did it see"]),
        ("When will work on the bridge start and what will it cost?", ["When will work on the bridge start", "what will it cost"]),
        ("Was the sale approved or cancelled, and at what price?", ["Was the sale approved or cancelled", "at what price"]),
        ("Did the bank raise its rate? By how much?", ["Did the bank raise its rate", "By how much"]),
        ("What did the two ministers agree on, and did Parliament approve it?", ["What did the two ministers agree on", "did Parliament approve it"]),
    ],
)  # fmt: skip
def test_parts(question: str, parts: list[str]) -> None:
    assert [part.text for part in split_question(question)] == parts


@pytest.mark.parametrize(
    "question",
    [
        "Who said that supply and demand are equal?",
        "What do the police and the organisers say?",
        "Which insect can be considered a fish and have the same protection?",
        "Who is the man that ran the exchange and is now facing a trial?",
        "Who is the trader whose trial is near, and who is also accused of fraud?",
        "The summit was held in Almere but where will it be next year?",
        "Who won and who lost?",
        "Ferry toll",
        "and",
    ],
)
def test_one_thing_is_its_only_part(question: str) -> None:
    (part,) = split_question(question)
    assert part.text == part.asked == question


def test_a_part_that_leans_on_the_first_says_what_it_is_about() -> None:
    _, cost = split_question("When will work on the bridge start and what will it cost?")
    assert "bridge" in cost.asked
    _, price = split_question("Was the sale of the ports approved, and at what price?")
    assert "sale of the ports" in price.asked


@pytest.mark.parametrize(
    ("question", "scores"),
    [
        ("How many vessels waited?", (0.4, 0.3)),
        ("Who designed the canal, and how many transits did it see?", (0.4, 0.3)),
        (
            "Which company that bought the two ferries of the northern line in spring was fined by the harbour authority, and is "
            "accused by its own crews of paying them late?",
            (0.2, 0.2),
        ),
    ],
)
def test_a_question_taken_apart_into_no_questions_wants_less(question: str, scores: tuple[float, float]) -> None:
    settings = EvidenceSettings(minimum_score=0.4, minimum_score_for_model=0.3, minimum_score_for_pieces=0.2)
    query = Query(question, question, parts=split_question(question))
    assert bars_for(query, settings) == Bars(*scores)
    assert bars_for(query, replace(settings, minimum_score_for_pieces=0.9)) == Bars(0.4, 0.3)


@given(st.text(max_size=200))
def test_any_text_has_parts(text: str) -> None:
    assert 1 <= len(split_question(text)) <= MOST_PARTS


@pytest.mark.timeout(5)
@pytest.mark.parametrize("piece", ["and what ", "? ", ", and who, and whose ", "in in what "])
def test_long_questions_are_cut_in_time(piece: str) -> None:
    split_question(piece * (100_000 // len(piece)))
