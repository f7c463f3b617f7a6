"""Corrections, updates, disagreements, outlets and hostile articles in whole answers."""

from __future__ import annotations

import pytest

from index.errors import QuestionError
from rag import Desk
from tests.flow.asking_for_tests import QUESTION, ScriptedModel, check, with_model

pytestmark = pytest.mark.model


def test_a_corrected_article_says_so(desk: Desk) -> None:
    answer = desk.ask(QUESTION)
    (corrected,) = [item for item in answer.citations if item.correction and "34 vessels" in item.quote]
    assert corrected.version == 2
    assert corrected.correction is not None
    assert "22 vessels" in corrected.correction.words
    assert corrected.correction.day == "2031-03-13"


def test_as_of_a_day_nothing_later_is_known(desk: Desk) -> None:
    toll = "How many people are known to have died in the sinking of the ferry Stella Marisa?"
    answer = desk.ask(toll, as_of="2031-02-18")
    check(answer, desk)
    assert answer.citations
    assert all(item.published and item.published[:10] <= "2031-02-18" for item in answer.citations)
    assert "22" in answer.text
    assert "39" not in answer.text
    # The strike's article was corrected on March 14: on the 13th nobody could read what it says now.
    before = desk.ask(QUESTION, as_of="2031-03-13")
    check(before, desk)
    assert all("34 vessels" not in item.quote for item in (*before.citations, *before.nearest))
    assert desk.ask(QUESTION, as_of="2031-03-14").text == desk.ask(QUESTION, last="2031-03-14").text
    with pytest.raises(QuestionError, match="lies after the last day"):
        desk.ask(toll, first="2031-03-01", as_of="2031-02-18")


def test_a_price_that_falls_is_an_update(desk: Desk) -> None:
    answer = desk.ask("What price was paid for the ports?")
    check(answer, desk)
    assert not answer.disagreements
    (update,) = answer.updates
    assert [(side.value, side.date) for side in update.sides] == [
        ("$3.6 billion", "2031-03-04"),
        ("$3.1 billion", "2031-03-23"),
        ("$3.35 billion", "2031-06-12"),
    ]


def test_disagreement_is_shown_with_both_sides(desk: Desk) -> None:
    answer = desk.ask("How many people marched against the port sale in Santa Ruela on March 23?")
    check(answer, desk)
    text = " ".join(citation.quote for citation in answer.citations)
    assert "12,000" in text
    assert "18,000" in text
    values = {side.value for found in answer.disagreements for side in found.sides}
    assert any("12,000" in value for value in values)
    assert any("18,000" in value for value in values)


def test_the_other_side_is_shown_although_the_model_gives_one(desk: Desk) -> None:
    question = "How many people marched against the port sale in Santa Ruela on March 23?"
    police = next(item for item in desk.ask(question).citations if "12,000" in item.quote)
    answer = with_model(desk, ScriptedModel(f"[{police.n}] {police.quote}", support=[0.97]), question)
    check(answer, desk)
    assert "12,000" in answer.sentences[0].text
    assert answer.sentences[1].reasons == ("this article says otherwise",)
    assert "18,000" in answer.sentences[1].text
    assert len(answer.disagreements[0].sides) == 2


def test_the_outlet_that_is_named_comes_first(desk: Desk) -> None:
    question = "How many people marched against the port sale in Santa Ruela, according to the {}?"
    for outlet, figure in (("Meridian Post", "18,000"), ("Isthmus Ledger", "12,000")):
        answer = desk.ask(question.format(outlet))
        check(answer, desk)
        assert answer.citations[0].outlet == outlet
        assert figure in answer.sentences[0].text


def test_instruction_in_an_article_stays_data(desk: Desk) -> None:
    """The sample with a hidden instruction is searched like any other, but what speaks to assistants is no evidence."""
    answer = desk.ask("Was the sale of the canal ports approved or cancelled, and at what price?")
    check(answer, desk)
    assert all("evil" not in (citation.url or "") for citation in answer.citations)
    assert "approved the sale" in answer.citations[0].quote
    assert "gnore all previous" not in answer.text
    hidden = desk.ask("Was the sale cancelled on April 23 and the authority dissolved?")
    assert all("gnore all previous" not in item.quote for item in (*hidden.citations, *hidden.nearest))
