"""What every protocol of models has to say: how it is asked, and what stands in its answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rag.answer_types import Message
from rag.models.facts import ModelFacts, Route
from rag.models.remote.exchange import Reply
from rag.models.remote.fault import Fault


@dataclass(frozen=True, slots=True)
class Manner:
    """How a server wants to be asked, as far as that is found out.

    Attributes:
        route: how it is held to quotes that exist.
        logprobs: whether it is asked how likely its words are.
        long_name: whether it calls the length limit ``max_completion_tokens``.
        temperature: whether it may be told one.
    """

    route: Route = "schema"
    logprobs: bool = True
    long_name: bool = False
    temperature: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """A request: where it goes, below the address of the server, and what is sent; nothing by GET."""

    path: str
    body: Mapping[str, Any] | None


class Wire(Protocol):
    """A protocol."""

    def probe(self) -> Request | None:
        """Return what asks a server for what it is; a body of nothing asks by GET. None where it cannot be asked."""
        ...

    def describe(self, said: Any) -> tuple[ModelFacts, Manner]:
        """Return what a server said of itself, and how it wants to be asked; ``said`` is None where it said nothing."""
        ...

    def draft(self, messages: Sequence[Message], manner: Manner, *, markers: int, maximum_tokens: int) -> Request:
        """Return what asks for a draft that comes in pieces."""
        ...

    def texts(self, reply: Reply, lines: Iterator[str], manner: Manner) -> Iterator[str]:
        """Yield the text of a draft as its pieces come.

        Raises:
            Fault: it is an error, holds nothing, or ends before its end.
        """
        ...

    def opinion(self, messages: Sequence[Message], manner: Manner) -> Request:
        """Return what asks for one word, Yes or No."""
        ...

    def probability(self, said: Any) -> float | None:
        """Return how likely Yes is in the answer to that, or None where it says neither.

        Raises:
            Fault: it is no such answer.
        """
        ...

    def adapt(self, manner: Manner, fault: Fault) -> Manner | None:
        """Return another way of asking, where a server refused this one, or None where that was not the matter."""
        ...


def to_chat(messages: Sequence[Message]) -> list[dict[str, str]]:
    """Return a conversation as nearly every protocol has it."""
    return [{"role": message.role, "content": message.content} for message in messages]


def loosen(manner: Manner, route: Route) -> Manner:
    """Return the same manner with another route."""
    return Manner(route, manner.logprobs, manner.long_name, manner.temperature)


NOTHING_SAID = "it answered with no text"
CUT_OFF = "its answer ends before its end"
VERDICT_TOKENS = 5
