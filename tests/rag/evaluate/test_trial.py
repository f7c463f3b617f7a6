"""What a trial of a model counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rag.answer_events import Event, Finished, QuotesFound, SentenceChecked
from rag.answer_types import Answer, Timings, Withheld
from rag.evaluate.trial import Tried, try_model
from tests.rag.answers_for_tests import make_answer
from ui.present import trial_to_text

QUESTIONS = [
    Tried("How much?", ("$412 million",)),
    Tried("Who and when?", ("Ana Reis", "May 2"), every=True),
    Tried("Who won?"),
    Tried("Which port?", ("Brill",)),
]


class Scripted:
    model_name = "scripted"

    def __init__(self, answers: list[Answer]) -> None:
        self.answers = answers

    def stream(self, question: str) -> Iterator[Event]:
        answer = self.answers.pop(0)
        yield QuotesFound(())
        for sentence in answer.sentences:
            yield SentenceChecked(sentence=sentence)
        yield Finished(answer)


def written(text: str, **changes: Any) -> Answer:
    answer = replace(make_answer("?", text), model="scripted", timings_ms=Timings(generate=500.0))
    return replace(answer, **changes)


def test_right_refused_withheld_and_failed_are_counted() -> None:
    answers = [
        written("It was 412m dollars.", withheld=(Withheld("It was more.", "unsupported", ()),)),
        written("Ana Reis said so."),  # one of two things that were wanted
        written("", status="no_evidence", sentences=(), model="scripted"),
        replace(make_answer("?", "Brill is shut."), model_error="The model 'x' did not answer: it failed."),
    ]
    told: list[tuple[int, int]] = []
    trial = try_model(Scripted(answers), QUESTIONS, told=lambda done, of: told.append((done, of)))  # type: ignore[arg-type]
    assert (trial.right, trial.answerable) == (2, 3)
    assert (trial.refused, trial.unanswerable) == (1, 1)
    assert (trial.written, trial.sentences, trial.withheld) == (2, 3, 1)
    assert trial.words_a_second == 11.0  # eleven words in a second of writing
    assert trial.errors == ("The model 'x' did not answer: it failed.",)
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    shown = trial_to_text(trial)
    assert "2 of 3 questions" in shown
    assert "did not answer: it failed" in shown


def test_model_that_writes_nothing_has_no_speed() -> None:
    answers = [make_answer("?", "It was $412 million.") for _ in QUESTIONS]
    trial = try_model(Scripted(answers), QUESTIONS, told=lambda *_: None)  # type: ignore[arg-type]
    assert (trial.written, trial.first_seconds, trial.words_a_second) == (0, None, None)
    assert trial.refused == 0
