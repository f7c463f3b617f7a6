"""What a check sees, and what it says: the cited words on one side, findings on the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.answer_types import Quote

Severity = Literal["fatal", "doubtful", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something amiss with a claim.

    Attributes:
        reason: what is amiss, in words a reader understands, as a clause without a full stop.
        severity: ``fatal`` when the cited words contradict the claim or lack what it states; ``doubtful`` when they
            may still carry it; ``note`` for what a reader should know although the claim stands.
    """

    reason: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Evidence:
    """The cited words, and what may be used to understand them.

    Attributes:
        text: the cited quotes, one a line. Only these supply numbers, dates and facts.
        context: the paragraphs around the quotes: they tell who "she" is, and supply nothing else.
        published: ISO day or instant of the article, or None where it is unknown or the quotes differ.
        parts: each quote with the day of its own article, when there is more than one quote.
    """

    text: str
    context: str = ""
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    parts: tuple[tuple[str, str | None], ...] = ()

    @property
    def surroundings(self) -> str:
        """Return what may resolve a name: context, titles, outlets and authors, one a line."""
        return "\n".join(part for part in (self.context, self.title, self.outlet, self.author) if part)

    @property
    def dated_texts(self) -> tuple[tuple[str, date | None], ...]:
        """Return each quote with the day its article was published.

        Raises:
            ValueError: a date is not ISO 8601, which the library never stores.
        """
        parts = self.parts or ((self.text, self.published),)
        return tuple((text, date.fromisoformat(day[:10]) if day else None) for text, day in parts)


def collect_evidence(quotes: Sequence[Quote]) -> Evidence:
    """Join quotes, which a sentence cites together, into the evidence for it; no quote gives empty evidence."""
    days = {quote.published for quote in quotes}
    parts = tuple((" ".join(quote.quote.split()), quote.published) for quote in quotes)
    return Evidence(
        text="\n".join(text for text, _ in parts),
        context=_join(quote.context for quote in quotes) or "",
        title=_join(quote.title for quote in quotes),
        outlet=_join(quote.outlet for quote in quotes),
        author=_join(quote.author for quote in quotes),
        published=days.pop() if len(days) == 1 else None,
        parts=parts,
    )


def _join(values: Iterable[str | None]) -> str | None:
    return "\n".join(dict.fromkeys(value for value in values if value)) or None
