"""What a model writes is checked, mended or withheld; a model that fails or refuses is told apart."""

from __future__ import annotations

import pytest

from index.settings import load_settings
from rag import Desk
from rag.answer_events import QuotesFound
from tests.flow.asking_for_tests import QUESTION, ScriptedModel, check, with_model

pytestmark = pytest.mark.model


def test_model_sentences_are_checked(desk: Desk) -> None:
    model = ScriptedModel(
        "[1] The strike held up 34 vessels on Wednesday.\n[1] The strike held up 22 vessels on Wednesday.\n[9] Nobody knows.\n",
        support=[0.95, 0.2],  # 22 stands in the correction, so only the score refuses it
    )
    answer = with_model(desk, model, QUESTION)
    assert [sentence.text for sentence in answer.sentences] == ["The strike held up 34 vessels on Wednesday."]
    assert len(answer.withheld) == 2
    assert answer.model == "scripted"
    assert all("<|im_" not in message.content for messages in model.asked for message in messages)


def test_model_that_refuses_gives_no_evidence(desk: Desk) -> None:
    answer = with_model(desk, ScriptedModel("NONE"), QUESTION)
    assert answer.status == "no_evidence"
    assert answer.model_error is None


def test_when_nothing_is_verified_the_quotes_answer(desk: Desk) -> None:
    answer = with_model(desk, ScriptedModel("[1] The strike held up 99 vessels."), QUESTION)
    assert answer.status == "answered"
    assert answer.model == "none"
    assert [item.text for item in answer.withheld] == ["The strike held up 99 vessels."]


def test_the_quote_stands_in_place_of_a_sentence_that_fails(desk: Desk) -> None:
    model = ScriptedModel(
        "[1] The strike held up 99 vessels.\n[2] The harbour was closed for a week.\n[1] It held up 34 vessels.\n",
        support=[0.05, 0.97],
    )
    answer = with_model(desk, model, QUESTION)
    assert answer.sentences[0].text == "It held up 34 vessels."
    assert len(answer.withheld) == 2
    # The first one's quote carries another sentence; the second one's stands for itself where it answers at all.
    assert all(sentence.reasons for sentence in answer.sentences[1:])
    alone = with_model(desk, ScriptedModel("[1] The strike held up 99 vessels.\n"), QUESTION)
    assert "34 vessels" in alone.sentences[0].text
    assert "in place of a sentence" in alone.sentences[0].reasons[0]


def test_what_was_said_is_not_said_again(desk: Desk) -> None:
    model = ScriptedModel(
        "[1] The strike held up 34 vessels on Wednesday.\n[1] On Wednesday, the strike held up 34 vessels.\n",
        support=[0.97],
    )
    answer = with_model(desk, model, QUESTION)
    assert len(answer.sentences) == 1
    assert "says it already" in answer.withheld[0].reasons[0]


def test_what_stands_of_a_sentence_that_fails_is_shown(desk: Desk) -> None:
    question = "How long is the Maravel Canal?"
    number = next(item.n for item in desk.ask(question).citations if "61" in item.quote)
    text = f"[{number}] The Maravel Canal is 61 kilometres long, and the mayor of Brill was arrested in 1999."
    answer = with_model(desk, ScriptedModel(text, support=[0.99]), question)
    check(answer, desk)
    assert answer.sentences[0].text == "The Maravel Canal is 61 kilometres long."
    assert "part of a longer sentence, of which the rest failed its check" in answer.sentences[0].reasons
    assert "1999" in answer.withheld[0].text
    assert "1999" not in answer.text


def test_the_model_is_asked_only_what_can_be_answered(desk: Desk) -> None:
    model = ScriptedModel("[1] The canal is 61 kilometres long.", support=[0.97])
    answer = with_model(desk, model, "How long is the Maravel Canal, and who won the chess championship in Reykjavik?")
    assert answer.status == "partial"
    assert "chess" not in model.asked[0][-1].content


def test_a_model_counts_from_one_in_a_later_turn(desk: Desk) -> None:
    first = desk.ask(QUESTION)
    model = ScriptedModel("[1] The canal is 61 kilometres long.", support=[0.97])
    second = with_model(desk, model, "How long is the Maravel Canal?", history=[first])
    assert "[1]" in model.asked[0][-1].content
    assert second.sentences[0].citations[0] > max(item.n for item in first.citations)


def test_an_outage_is_not_no_evidence(desk: Desk) -> None:
    answer = with_model(desk, ScriptedModel(fail=True), QUESTION)
    assert answer.status == "answered"
    assert answer.model == "none"
    assert "connection refused" in (answer.model_error or "")


def test_small_local_model_writes_under_the_grammar(desk: Desk) -> None:
    """The real path through llama.cpp, with the smallest model: whatever it writes, the contract holds."""
    from rag.models.local import LocalModel
    from rag.models.prompt import answer_messages, support_messages

    base = load_settings({})
    model = LocalModel("smollm2-135m", base.models, context_tokens=2048, threads=2, timeout=120)
    try:
        with_model(desk, model, QUESTION)
        quotes = next(e.quotes for e in desk.stream(QUESTION, quotes_only=True) if isinstance(e, QuotesFound))
        draft = "".join(model.stream(answer_messages(QUESTION, quotes), markers=len(quotes), maximum_tokens=40))
        assert draft == "NONE" or draft.startswith("[")
        probability = model.probability_yes(support_messages("The sky is green.", quotes[:1]))
        assert probability is None or 0.0 <= probability <= 1.0
        stream = model.stream(answer_messages(QUESTION, quotes), markers=1, maximum_tokens=200)
        next(stream)
        stream.close()  # a reader who leaves frees the model
        assert "".join(model.stream(answer_messages(QUESTION, quotes), markers=1, maximum_tokens=5))
    finally:
        model.close()
