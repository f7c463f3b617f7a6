"""What a conversation is made of: questions with what came of them. It holds answers, never articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from index.errors import CitewireError
from rag.answer_types import Answer, Hit, Quote, Sentence, Withheld
from rag.examples import Example
from rag.question.filters import FilterWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A question of a conversation, and what is known of its answer so far.

    Attributes:
        number: tells it apart within the conversation; from 1, and rising.
        filters: which articles may answer.
        answer: the whole answer, once it is there.
        fault: why there is none.
        place: how many answers have to be written for others first.
        passages: that are read now, until it is known which of them answer.
        quotes: found so far, with ``sentences`` and ``withheld`` that were checked so far.
        following: what may be asked on.
    """

    number: int
    question: str
    filters: FilterWords = field(default_factory=lambda: FilterWords())
    answer: Answer | None = None
    fault: CitewireError | None = None
    place: int = 0
    passages: tuple[Hit, ...] = ()
    quotes: tuple[Quote, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    following: tuple[Example, ...] = ()

    @property
    def over(self) -> bool:
        """Return whether nothing more will come."""
        return self.answer is not None or self.fault is not None


def answers_of(turns: Sequence[Turn]) -> tuple[Answer, ...]:
    """Return the answers of a conversation, which the next question leans on."""
    return tuple(turn.answer for turn in turns if turn.answer)
