"""Overviews, the latest and timelines over the sample articles: told by days, each sentence an article's own."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rag import Desk
from tests.flow.asking_for_tests import ScriptedModel, check, with_model

pytestmark = pytest.mark.model


def test_a_timeline_is_told_in_the_order_of_its_days(desk: Desk) -> None:
    answer = desk.ask("Give me a timeline of the sinking of the Stella Marisa.")
    check(answer, desk)
    assert answer.kind == "timeline"
    days = [sentence.day for sentence in answer.sentences]
    assert len(days) > 5
    assert all(one is not None and other is not None and one <= other for one, other in pairwise(days))
    assert [sentence.newest for sentence in answer.sentences] == [False] * (len(days) - 1) + [True]
    assert "14 people died" in answer.sentences[0].text
    assert answer.sentences[0].day == "2031-02-16"  # an article without a date of its own: the one its words state


def test_the_latest_begins_with_what_is_newest(desk: Desk) -> None:
    answer = desk.ask("What is the latest on the canal ports?")
    check(answer, desk)
    assert answer.kind == "latest"
    assert answer.sentences[0].newest
    assert "approved the sale" in answer.sentences[0].text
    assert answer.sentences[0].day == max(sentence.day or "" for sentence in answer.sentences)


def test_an_overview_names_each_origin_once(desk: Desk) -> None:
    answer = desk.ask("Catch me up on the sale of the canal ports")
    check(answer, desk)
    origins = [citation.origin for citation in answer.citations]
    assert len(origins) == len(set(origins))
    assert 3 <= len(answer.sentences) <= 8


@pytest.mark.parametrize(
    "question",
    [
        "Summarise the war in Lodra.",
        "Tell me about the school of Lodra.",
        "What is the latest on Minister Tarek Olin?",
        "Give me a timeline of the bank robbery in Skarn.",
    ],
)
def test_what_no_article_is_about_is_refused_with_what_is_nearest(desk: Desk, question: str) -> None:
    answer = desk.ask(question)
    check(answer, desk)
    assert answer.status == "no_evidence"
    assert answer.nearest


def test_a_model_writes_none_of_it(desk: Desk) -> None:
    """The articles' own words in their order are better than what a small model makes of them, and checked by being theirs."""
    model = ScriptedModel()
    answer = with_model(desk, model, "Summarise the ferry disaster.")
    assert answer.status == "answered"
    assert answer.model == "none"
    assert model.asked == []


def test_the_day_stands_before_the_sentence(desk: Desk) -> None:
    from ui.present import answer_to_markdown, answer_to_text

    answer = desk.ask("What is the latest on the canal ports?")
    assert "2031-06-12 (newest): " in answer_to_text(answer)
    assert "(newest)" in answer_to_markdown(answer).replace("\\", "")
