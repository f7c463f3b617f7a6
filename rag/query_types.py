"""A question with all that its words tell: found out once, and carried through every stage. Frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index.articles import Filters

Kind = Literal["fact", "overview", "latest", "timeline"]
"""What kind of answer a question wants: a fact, or what no single sentence answers."""
AskedThing = Literal["number", "time", "name"]
"""What a question wants to hear, where its words tell: the expected answer type of Li and Roth (COLING 2002), cut down."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days of publication in which the answer is looked for first, both inclusive; None where a side is open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a question asks.

    Attributes:
        text: the words of the question that ask it.
        asked: the same so that it can be understood alone: what is searched and what sentences are judged by.
        whole: whether that is a question that can be put to a model; else it is only good for finding.
        thing: what it wants to hear, where that can be told.
        period: the time that it names, or None.
        language: that of the question, ISO 639-1.
    """

    text: str
    asked: str
    whole: bool = True
    thing: AskedThing | None = None
    period: Period | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready for the search: standing alone, with its filters and with all that its words tell.

    Attributes:
        question: as the person asked it.
        text: the same standing alone: what is searched and answered.
        today: the day on which it is asked, an ISO date, or None where that does not matter.
        parts: the things it asks for, where it asks for more than one.
        thing: what it wants to hear, where that can be told.
        period: the time that it names, or None; counted from ``today``.
        outlets: the outlets of the library that it names, in the order in which it does.
        language: the one of the library's languages that it is most probably asked in, ISO 639-1.
        kind: what kind of answer it wants.
        topic: what an overview, the latest or a timeline is asked of; empty for a fact.
    """

    question: str
    text: str
    filters: Filters = field(default=Filters())
    today: str | None = None
    parts: tuple[Part, ...] = ()
    thing: AskedThing | None = None
    period: Period | None = None
    outlets: tuple[str, ...] = ()
    language: str = "en"
    kind: Kind = "fact"
    topic: str = ""

    @property
    def asks(self) -> tuple[Part, ...]:
        """Return the things it asks for: its parts, or the whole as the only one."""
        return self.parts or (Part(self.text, self.text, thing=self.thing, period=self.period, language=self.language),)
