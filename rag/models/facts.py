"""What is found out of a model, and how much it is shown and may write for it. What it writes is checked alike, whatever its size."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, Protocol, runtime_checkable

from index.errors import ModelError
from index.settings import Settings

Size = Literal["small", "medium", "large"]
Route = Literal["grammar", "schema", "citations", "parse"]
"""How a model is held to pointing at quotes that exist: by a grammar, by a JSON schema, by citations of its own, or not at all: then
what it wrote is parsed."""

_MEDIUM_FROM, _LARGE_FROM = 3.0, 12.0  # thousands of millions of parameters
_PARAMETERS = re.compile(r"(?<![a-z0-9.])(?:(\d{1,3})x)?(\d{1,4}(?:\.\d{1,2})?)b(?![a-z0-9])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model.

    Attributes:
        size: what it is taken for.
        route: the tightest that it takes.
        logprobs: whether it tells how likely its words are.
        context_tokens: the longest context it reads, or None where nobody says.
        served_by: what runs it, as that says of itself, or None.
    """

    size: Size = "small"
    route: Route = "parse"
    logprobs: bool = False
    context_tokens: int | None = None
    served_by: str | None = None


@runtime_checkable
class Describes(Protocol):
    """A model that says what is known of it."""

    def facts(self) -> ModelFacts:
        """Return it; whoever has to be asked for it is asked once, and no longer than a second."""
        ...


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much a model is shown and may write, at least.

    Attributes:
        quotes: numbered quotes.
        per_article: of them from one article.
        tokens: length limit of its draft.
        context: tokens that all of it together needs.
        sentences: what the prompt asks for at most, in words.
    """

    quotes: int
    per_article: int
    tokens: int
    context: int
    sentences: str


ALLOWANCES: dict[Size, Allowance] = {
    "small": Allowance(6, 3, 220, 4096, "three"),
    "medium": Allowance(9, 4, 360, 6144, "five"),
    "large": Allowance(14, 5, 600, 8192, "eight"),
}


def size_of(billions: float) -> Size:
    """Return what a model of so many thousands of millions of parameters is taken for."""
    return "large" if billions >= _LARGE_FROM else "medium" if billions >= _MEDIUM_FROM else "small"


def size_in_name(name: str) -> Size | None:
    """Return the size that a name tells (``llama3.1:8b``, ``Mixtral-8x7B``), or None where it tells none."""
    found = _PARAMETERS.findall(name)
    return size_of(max(float(each) * float(times or 1) for times, each in found)) if found else None


def allow(settings: Settings, model: object) -> Settings:
    """Return the settings for what a model writes: larger ones get longer evidence and may write more.

    What the settings already give is never taken away, and what a model's context cannot hold is not given.
    """
    try:
        facts = model.facts() if isinstance(model, Describes) else ModelFacts()
    except ModelError:
        facts = ModelFacts()  # why it cannot be had is told when it is to write
    size = facts.size if settings.answer.size == "auto" else settings.answer.size
    if facts.context_tokens is not None:
        fitting = [each for each in ALLOWANCES if ALLOWANCES[each].context <= max(facts.context_tokens, 4096)]
        size = size if size in fitting else fitting[-1]
    allowance = ALLOWANCES[size]
    return replace(
        settings,
        evidence=replace(
            settings.evidence,
            quotes=max(settings.evidence.quotes, allowance.quotes),
            per_article=max(settings.evidence.per_article, allowance.per_article),
        ),
        answer=replace(
            settings.answer, size=size, maximum_tokens=max(settings.answer.maximum_tokens, allowance.tokens)
        ),
    )


def most_sentences(settings: Settings) -> str:
    """Return how many sentences the prompt asks for at most, in words."""
    size = settings.answer.size
    return ALLOWANCES["small" if size == "auto" else size].sentences
