"""How fast a model writes on this machine, and how well: it answers questions whose answers are known, and some that have none."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from rag.answer_events import Finished, SentenceChecked
from rag.answer_types import Answer
from rag.desk import Desk
from rag.evaluate.matching import stands_in


@dataclass(frozen=True, slots=True)
class Tried:
    """A question whose answer is known.

    Attributes:
        answers: words of which one has to stand in an answer, or all where ``every`` is set; none where the articles do not say.
    """

    question: str
    answers: tuple[str, ...] = ()
    every: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it.

    Attributes:
        model: its name.
        answerable: questions that the articles answer; ``right`` of them were answered with the words that are known.
        refused: of the ``unanswerable`` ones.
        written: answers whose sentences the model wrote; the rest are quotes alone, or refusals.
        sentences: that were shown, ``withheld`` that did not pass their checks.
        load_seconds: until the first question was answered, beyond what the others take: weights, the first prompt.
        first_seconds: until the first checked sentence, the median.
        seconds: until the whole answer, the median.
        words_a_second: that it wrote, in the time that it wrote.
        errors: why it did not write, each reason once.
    """

    model: str
    answerable: int
    right: int
    unanswerable: int
    refused: int
    written: int
    sentences: int
    withheld: int
    load_seconds: float
    first_seconds: float | None
    seconds: float
    words_a_second: float | None
    errors: tuple[str, ...]


def try_model(desk: Desk, questions: Sequence[Tried], *, told: Callable[[int, int], None]) -> Trial:
    """Ask a desk, and return what its model does.

    Args:
        desk: with the model, over the articles that the questions are about.
        questions: at least one.
        told: called with how many are answered, and how many there are.
    """
    answers: list[Answer] = []
    firsts: list[float] = []
    seconds: list[float] = []
    for number, tried in enumerate(questions, start=1):
        started, first = time.monotonic(), None
        for event in desk.stream(tried.question):
            if isinstance(event, SentenceChecked) and event.sentence and first is None:
                first = time.monotonic() - started
            if isinstance(event, Finished):
                answers.append(event.answer)
        seconds.append(time.monotonic() - started)
        if first is not None and answers[-1].model != "none":
            firsts.append(first)
        told(number, len(questions))
    written = [answer for answer in answers if answer.model != "none" and answer.sentences]
    texts = [each.text for answer in written for each in answer.sentences]
    texts += [each.text for answer in written for each in answer.withheld]
    words = sum(len(text.split()) for text in texts)
    writing = sum(answer.timings_ms.generate or 0.0 for answer in written) / 1000
    return Trial(
        model=desk.model_name,
        answerable=sum(bool(tried.answers) for tried in questions),
        right=sum(_is_right(tried, answer) for tried, answer in zip(questions, answers, strict=True) if tried.answers),
        unanswerable=sum(not tried.answers for tried in questions),
        refused=sum(
            answer.status == "no_evidence"
            for tried, answer in zip(questions, answers, strict=True)
            if not tried.answers
        ),
        written=len(written),
        sentences=sum(len(answer.sentences) for answer in answers),
        withheld=sum(len(answer.withheld) for answer in answers),
        load_seconds=round(max(0.0, seconds[0] - median(seconds[1:] or seconds)), 2),
        first_seconds=round(median(firsts), 2) if firsts else None,
        seconds=round(median(seconds), 2),
        words_a_second=round(words / writing, 1) if writing and words else None,
        errors=tuple(dict.fromkeys(answer.model_error for answer in answers if answer.model_error)),
    )


def _is_right(tried: Tried, answer: Answer) -> bool:
    found = [stands_in(known, answer.text) for known in tried.answers]
    return answer.status != "no_evidence" and (all(found) if tried.every else any(found))
