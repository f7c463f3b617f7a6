"""The seam between the desk and any language model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from rag.answer_types import Message, Quote
from rag.query_types import Kind


class ChatModel(Protocol):
    """Whatever continues a conversation. Every method raises ModelError when it cannot."""

    @property
    def name(self) -> str:
        """The name that an answer gives as its author."""
        ...

    def stream(self, messages: Sequence[Message], *, markers: int, maximum_tokens: int) -> Iterator[str]:
        """Yield the pieces of a draft as they come.

        Args:
            messages: the conversation so far.
            markers: quotes are numbered 1..markers; a model that can be constrained uses no other number.
            maximum_tokens: stop there.
        """
        ...

    def probability_yes(self, messages: Sequence[Message]) -> float | None:
        """Return the probability, 0 to 1, that the next word is Yes rather than No, or None when it said neither."""
        ...

    def close(self) -> None:
        """Give back memory and connections."""
        ...


@runtime_checkable
class CitesItself(Protocol):
    """A model that may be given quotes apart from the question, and cites them by itself."""

    def stream_quotes(
        self, question: str, quotes: Sequence[Quote], *, most: str, kind: Kind, maximum_tokens: int
    ) -> Iterator[str] | None:
        """Yield the pieces of a draft with markers made of its citations; None where it is to be asked as every model is.

        Args:
            question: as it is put to a model.
            quotes: numbered from 1 in their order.
            most: how many sentences are asked for at most, in words.
            kind: of the question.
            maximum_tokens: stop there.
        """
        ...


@runtime_checkable
class CountsTries(Protocol):
    """A model that counts how often it was asked again, and how often it failed all the same."""

    retries: int
    failures: int
