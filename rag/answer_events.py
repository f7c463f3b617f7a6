"""What is told while a question is answered, step by step. Frozen, as the answer itself."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answer_types import Answer, Quote, Sentence, Withheld


@dataclass(frozen=True, slots=True)
class QuotesFound:
    """Event: the numbered quotes, before any prose."""

    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Event: the model writes for others first.

    Attributes:
        place: how many answers have to be finished before.
    """

    place: int


@dataclass(frozen=True, slots=True)
class SentenceChecked:
    """Event: a sentence has passed its checks, or was withheld."""

    sentence: Sentence | None = None
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """Event: the whole answer; always the last."""

    answer: Answer


Event = QuotesFound | Waiting | SentenceChecked | Finished
