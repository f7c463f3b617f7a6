"""The seam between the desk and any language model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from rag.answer_types import Message


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
