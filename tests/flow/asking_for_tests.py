"""A desk that is asked with a scripted model, and what must hold for every answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import jsonschema
import msgspec

from index.errors import ModelUnavailable
from rag import Desk
from rag.answer_types import Answer, Message
from rag.models.chat import ChatModel
from rag.schema import read_schema
from rag.trust.judge import Judge
from tests.conftest import SAMPLES

SAMPLE_QUESTIONS = [
    json.loads(line) for line in (SAMPLES.parent / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
QUESTION = "How many vessels were held up by the one-day dock strike of March 12?"


class ScriptedModel(ChatModel):
    """Says what it was told to say, in small pieces, and remembers what it was asked. Fails when asked for more."""

    name = "scripted"

    def __init__(self, *drafts: str, support: Sequence[float | None] = (), fail: bool = False) -> None:
        self.drafts = list(drafts)
        self.supports = list(support)
        self.fail = fail
        self.asked: list[Sequence[Message]] = []

    def stream(self, messages: Sequence[Message], *, markers: int, maximum_tokens: int) -> Iterator[str]:
        self.asked.append(messages)
        if self.fail:
            raise ModelUnavailable("The model 'scripted' did not answer: connection refused.")
        draft = self.drafts.pop(0)
        yield from (draft[place : place + 7] for place in range(0, len(draft), 7))

    def probability_yes(self, messages: Sequence[Message]) -> float | None:
        self.asked.append(messages)
        return self.supports.pop(0)

    def close(self) -> None:
        pass


def check(answer: Answer, desk: Desk) -> None:
    """Assert what must hold for every answer ever given."""
    jsonschema.validate(json.loads(msgspec.json.encode(answer)), json.loads(read_schema()))
    numbers = {citation.n for citation in answer.citations}
    for citation in (*answer.citations, *answer.nearest):
        article = desk.article(citation.article_id, sha256=citation.article_sha256)
        assert article.text[citation.start : citation.end] == citation.quote
    for sentence in answer.sentences:
        assert sentence.verdict != "unsupported"
        assert sentence.citations
        assert set(sentence.citations) <= numbers
    assert (answer.status == "no_evidence") == (not answer.sentences)
    assert (answer.status == "partial") == bool(answer.unanswered)
    assert list(answer.citations) == sorted(answer.citations, key=lambda citation: citation.n)


def with_model(desk: Desk, model: ChatModel, question: str, history: Sequence[Answer] = ()) -> Answer:
    """Ask with a model that is asked for a second opinion on every sentence."""
    assert isinstance(desk.judge, Judge)
    asked = desk.with_model(model, judge=desk.judge.asking(model, doubtful=(0.0, 1.0)))
    answer = asked.ask(question, history=history)
    check(answer, desk)
    return answer
