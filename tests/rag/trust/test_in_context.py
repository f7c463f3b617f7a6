"""A sentence that is an answer only beside what stands around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from index.articles import Article, Span
from rag.answer_types import Candidate
from rag.models.reader import Reading
from rag.query_types import Part
from rag.question.bearers import find_bearers
from rag.trust.in_context import read_in_context, sentence_before

BEFORE = "Anna Brill asked that the wreck be raised."
COST = "The navy has put the cost at 7 million marins."
QUESTION = "What would it cost to raise the wreck?"


def candidate(before: str, text: str, *, title: str = "News") -> Candidate:
    whole = f"{before} {text}".strip()
    article = Article(
        id="a", version=1, text=whole, sha256="0" * 64, origin="a", reference="a.md", kind="markdown",
        fetched="2031-03-14T09:00:00Z", title=title, published="2031-03-14",
    )  # fmt: skip
    return Candidate(article, Span(len(whole) - len(text), len(whole)), text, title, whole)


def reading(likely: float, words: Span | None) -> Reading:
    return Reading(answers=likely / 3, entailed=0.3, contradicted=0.3, unsaid=0.4, words=words, likely=likely)


class Knows:
    """Finds the words that it was told of for a pair, and doubts all else."""

    def __init__(self, known: Mapping[tuple[str, str], tuple[str, float]]) -> None:
        self.known = known
        self.asked: list[tuple[str, str]] = []

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        self.asked += pairs
        return [self._read(*pair) for pair in pairs]

    def _read(self, question: str, text: str) -> Reading:
        words, likely = self.known.get((question, text), ("", -8.0))
        start = text.find(words)
        return reading(likely, Span(start, start + len(words)) if words else None)


def read(knows: Knows, question: str, each: Candidate, alone: float) -> float:
    asked = Part(question, question, bearers=find_bearers(question))
    return read_in_context(asked, [each], [reading(alone, None)], read=knows.read)[0].likely


def test_words_that_answer_after_the_sentence_before_them_count_as_they_do_there() -> None:
    knows = Knows({(QUESTION, f"{BEFORE} {COST}"): ("7 million", 9.0)})
    assert read(knows, QUESTION, candidate(BEFORE, COST), -2.0) == 9.0


def test_words_of_the_sentence_before_are_no_answer_of_this_one() -> None:
    knows = Knows({(QUESTION, f"{BEFORE} {COST}"): ("Anna Brill", 9.0)})
    assert read(knows, QUESTION, candidate(BEFORE, COST), -2.0) == -2.0


@pytest.mark.parametrize("alone", [5.0, -12.0])
def test_what_is_sure_alone_is_not_read_again(alone: float) -> None:
    knows = Knows({(QUESTION, f"{BEFORE} {COST}"): ("7 million", 9.0)})
    assert read(knows, QUESTION, candidate(BEFORE, COST), alone) == alone
    assert knows.asked == []


def test_what_is_doubtful_beside_it_too_stays_as_it_was() -> None:
    knows = Knows({(QUESTION, f"{BEFORE} {COST}"): ("7 million", -1.5)})
    assert read(knows, QUESTION, candidate(BEFORE, COST), -4.0) == -4.0


def test_in_an_article_about_the_one_named_the_question_is_read_without_the_name() -> None:
    text = "The dividend stays at 42 cents a share."
    knows = Knows({("What is the dividend per share?", text): ("42 cents", 8.0)})
    question = "What is Holm Mills's dividend per share?"
    assert read(knows, question, candidate("", text, title="Holm Mills earns less"), -2.0) == 8.0
    assert read(knows, question, candidate("", text, title="Ostrel Mills earns less"), -2.0) == -2.0


def test_the_sentence_before_is_the_nearest_one() -> None:
    assert sentence_before(candidate("It rained. The river rose.", "Nobody was hurt.")) == "The river rose."
    assert sentence_before(candidate("", "Nobody was hurt.")) == ""
