"""Questions that a collection can answer: examples for who opens it, and what may be asked on after an answer.

They are made of the names in headlines and first sentences, a kind of question each, and every one is asked, quotes alone, before it is
offered: nothing is proposed that would be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.articles import PassageRecord
from rag.answer_types import Answer
from rag.find.subjects import read_subjects, subjects_in
from rag.language.names import find_runs
from rag.language.tokens import tokens
from rag.query_types import Kind

_TRIED = 6  # names for each kind of question

Ask = Callable[[str], Answer]


@dataclass(frozen=True, slots=True)
class Example:
    """A question that was answered.

    Attributes:
        kind: what kind of answer it wants.
    """

    kind: Kind
    question: str


def find_examples(
    leads: Iterable[PassageRecord], outlets: Sequence[str], ask: Ask, *, count: int
) -> tuple[Example, ...]:
    """Return so many example questions, of as many kinds as there can be.

    Args:
        leads: first passages of articles.
        outlets: those of the collection, which are no topics.
        ask: answers a question.
    """
    names = read_subjects(leads, outlets)
    asked: list[tuple[Kind, list[str]]] = [
        ("overview", [f"Summarise what is known about {name}" for name in names.topics]),
        ("identity", [f"Who is {name}?" for name in names.people]),
        ("timeline", [f"Give me a timeline of {name}" for name in _turned(names.topics, 1)]),
        ("statement", [f"What did {name} say?" for name in names.speakers]),
        ("latest", [f"What is the latest on {name}?" for name in _turned(names.topics, 2)]),
        ("collection", ["Which outlets are in the collection?"]),
        ("overview", [f"Tell me about {name}" for name in _turned(names.topics, 3)]),
    ]
    return _choose(asked, ask, count)


def find_follow_ups(answer: Answer, ask: Ask, *, count: int) -> tuple[Example, ...]:
    """Return so many questions that may be asked on after an answer: of those it speaks of, and in another form.

    Args:
        ask: answers a question that stands alone.
    """
    if not answer.citations:
        return ()
    said = [(citation.title or "", citation.quote) for citation in answer.citations]
    names = subjects_in(said, {citation.outlet or "" for citation in answer.citations}, enough=1)
    asked: list[tuple[Kind, list[str]]] = [
        ("latest", [f"What is the latest on {name}?" for name in names.topics]),
        ("statement", [f"What did {name} say?" for name in names.speakers]),
        ("timeline", [f"Give me a timeline of {name}" for name in names.topics]),
        ("identity", [f"Who is {name}?" for name in names.people]),
        ("overview", [f"Summarise what is known about {name}" for name in names.topics]),
    ]
    known = {answer.question, answer.understood}
    others = [
        (kind, [question for question in questions if question not in known])
        for kind, questions in asked
        if kind != answer.kind
    ]
    return _choose(others, ask, count)


def _choose(asked: Sequence[tuple[Kind, Sequence[str]]], ask: Ask, count: int) -> tuple[Example, ...]:
    """Return the first of each kind that is answered, each of another subject as far as there are others."""
    found: list[Example] = []
    for kind, questions in asked:
        if len(found) == count:
            break
        known = {_subject(each.question) for each in found}
        fresh = [question for question in questions if _subject(question) not in known] or questions
        found += _first_answered(kind, fresh[:_TRIED], ask)
    return tuple(found)


def _first_answered(kind: Kind, questions: Sequence[str], ask: Ask) -> Iterator[Example]:
    for question in questions:
        answer = ask(question)
        if answer.kind == kind and answer.status == "answered":
            yield Example(kind, question)
            return


def _turned(names: Sequence[str], by: int) -> Sequence[str]:
    return [*names[by:], *names[:by]]


def _subject(question: str) -> str:
    """Return the name that an example is made of."""
    runs = find_runs(tokens(question))
    return runs[-1].text if runs else question
