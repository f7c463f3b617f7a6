"""A question with all that its words tell: found out once, and carried through every stage. Frozen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from index.articles import Filters

Kind = Literal[
    "fact",
    "yes_no",
    "reason",
    "identity",
    "statement",
    "list",
    "overview",
    "latest",
    "timeline",
    "comparison",
    "collection",
    "keywords",
]
"""What kind of answer a question wants: a fact, yes or no, why or how, who or what somebody is, what somebody said, a list, an overview,
the latest, how something changed, a comparison, facts of the collection itself, or no question but bare words."""
TOLD_BY_DAYS: tuple[Kind, ...] = ("overview", "latest", "timeline")
"""The kinds that no single sentence answers: told in the order of their days."""
ReadFor = Literal["answers", "states", "nothing"]
AskedThing = Literal["number", "time", "name"]
"""What a question wants to hear, where its words tell: the expected answer type of Li and Roth (COLING 2002), cut down."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days of publication in which the answer is looked for first, both inclusive; None where a side is open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Changes:
    """How an answer is wanted otherwise than its question alone says.

    Attributes:
        outlets: only of these.
        form: in the form of that kind.
        short: in as few sentences as will do.
        after: told of articles that were published after that day, an ISO date.
        before: of such as were published before it.
    """

    outlets: tuple[str, ...] = ()
    form: Kind | None = None
    short: bool = False
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Somebody or something that a question names: an answer has to be about it.

    Attributes:
        text: the name as written, without titles and possessive.
        words: its words folded; initials are single letters.
    """

    text: str
    words: tuple[str, ...]


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
        side: what it is called where it is one of the two sides of a comparison.
        bearers: whom it names.
        read: what a reader is asked of the sentences found for it: whether they answer it, whether they state or contradict it, or nothing.
    """

    text: str
    asked: str
    whole: bool = True
    thing: AskedThing | None = None
    period: Period | None = None
    language: str = "en"
    side: str = ""
    bearers: tuple[Bearer, ...] = ()
    read: ReadFor = "answers"


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
        bearers: whom it names; for an overview, the latest or a timeline, whom its topic does. Known of English questions only.
        changes: how the answer is wanted otherwise; what they say of outlets and days is in the filters.
        who_says: whether it asks where the last answer of the conversation comes from.
        topic: what an overview, the latest or a timeline is asked of; empty where a single sentence answers.
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
    bearers: tuple[Bearer, ...] = ()
    changes: Changes = field(default=Changes())
    who_says: bool = False

    @property
    def by_days(self) -> bool:
        """Return whether it is answered by events in the order of their days."""
        return self.kind in TOLD_BY_DAYS and bool(self.topic)

    @property
    def narrowed(self) -> Filters:
        """Return its filters, with the outlets that it names in place of all that the filters leave."""
        return replace(self.filters, outlets=self.outlets) if self.outlets else self.filters

    @property
    def asks(self) -> tuple[Part, ...]:
        """Return the things it asks for: its parts, or the whole as the only one."""
        return self.parts or (
            Part(
                self.text,
                self.text,
                thing=self.thing,
                period=self.period,
                language=self.language,
                bearers=self.bearers,
            ),
        )
