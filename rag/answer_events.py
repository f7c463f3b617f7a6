"""What is told while a question is answered, step by step. Frozen, as the answer itself."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answer_types import Answer, AnswerVerdict, Hit, Quote, Sentence, Withheld


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """Event: the passages that are read closer now, while nothing is known of whether they answer. Only where it is asked for."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class QuotesFound:
    """Event: the numbered quotes, before any prose."""

    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Event: the model writes for others first, or, after that, for this one.

    Attributes:
        place: how many answers have to be finished before; 0 once it is this one's turn.
    """

    place: int


@dataclass(frozen=True, slots=True)
class SentenceChecked:
    """Event: a sentence has passed its checks, or was withheld.

    Attributes:
        verdict: what the articles say to a question of yes or no, as the whole answer will have it: known from the quotes, so that
            it can be told with the first sentence. The same in every event of an answer.
    """

    sentence: Sentence | None = None
    withheld: Withheld | None = None
    verdict: AnswerVerdict | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """Event: the whole answer; always the last."""

    answer: Answer


Event = PassagesFound | QuotesFound | Waiting | SentenceChecked | Finished
