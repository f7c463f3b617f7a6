"""What the archive holds: frozen domain types, without behaviour that needs a library.

Offsets are counted in Unicode code points of the canonical text, as Python slices are: ``text[start:end]``.
Dates are ISO 8601 strings as precise as their source: a day (``2031-03-04``) or an instant with an offset
(``2031-03-04T14:30:00+00:00``). What is unknown is ``None``, never "now" and never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "markdown", "html", "pdf", "docx", "epub", "email", "jsonl", "csv"]


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range ``[start, end)`` of an article's canonical text."""

    start: int
    end: int

    def slice(self, text: str) -> str:
        """Return the words this span stands for."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class RawArticle:
    """An article as it came from its source, before its text is made canonical.

    Attributes:
        reference: where it came from: a path, or ``path#id`` for one row of a file of many.
        kind: the reader that understood it.
        text: the body, without the title.
        section: the part of the paper it stands in, as the source names it.
        note: what of its source was left out, and why, for the report; empty where nothing was.
    """

    reference: str
    kind: Kind
    text: str
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    url: str | None = None
    language: str | None = None
    section: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One input of a file of many that could not be read, so that its neighbours still can."""

    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An article that was not even read again, because nothing about its source has changed.

    Attributes:
        fingerprint: of what was found there last, where that was asked for.
    """

    reference: str
    article_id: str
    title: str | None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences: what is embedded and searched.

    Attributes:
        number: position within the article, from 0. Passages tile the article: the first starts at 0, each
            starts where the one before ends, the last ends at the end of the text.
        span: its place in the article.
    """

    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Article:
    """One version of an article as the library keeps it.

    Attributes:
        id: made from outlet, title and text of the first version; stable over later versions.
        version: 1 for the first version.
        sha256: hash of the canonical text in UTF-8, hexadecimal.
        origin: id of the group of near-copies it belongs to.
        fetched: when this version was read, an instant.
        language: as its source states it.
        written_in: the language of its text, ISO 639-1: the stated one, or what the text shows; None where nobody knows.
    """

    id: str
    version: int
    text: str
    sha256: str
    origin: str
    reference: str
    kind: Kind
    fetched: str
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    url: str | None = None
    language: str | None = None
    section: str | None = None
    written_in: str | None = None


@dataclass(frozen=True, slots=True)
class PassageRecord:
    """A searchable passage with the article version it is a slice of."""

    id: int
    article: Article
    span: Span
    sentences: tuple[Span, ...]

    @property
    def text(self) -> str:
        """Return the words of the passage."""
        return self.span.slice(self.article.text)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of articles: one article without its text.

    Attributes:
        versions: how many versions of it are kept.
        sources: every place it was read from.
    """

    id: str
    title: str | None
    outlet: str | None
    published: str | None
    updated: str | None
    url: str | None
    language: str | None
    written_in: str | None
    section: str | None
    fetched: str
    origin: str
    versions: int
    characters: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileMark:
    """How a file looked when everything in it was taken in: size in bytes, times in nanoseconds since 1970.

    Attributes:
        modified: when its content was written.
        changed: when anything about it was changed, which no program can set back.
        reader: names what read it, and how: another program or other options may find something else in it.
    """

    size: int
    modified: int
    changed: int
    reader: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may be searched. Days are ISO dates and inclusive; no outlet means all outlets.

    Articles without a date are left out as soon as a day is set, since nobody can say that they lie within.

    Attributes:
        as_of: only what could be read on that day: articles published by then, of which the library holds no later version.
        articles: only these, by their ids; none named means all.
        languages: only articles written in these, ISO 639-1; where nobody knows an article's, it is taken for English.
    """

    first: str | None = None
    last: str | None = None
    outlets: tuple[str, ...] = ()
    as_of: str | None = None
    articles: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a set of filters leaves to be searched.

    Attributes:
        first: day of the oldest dated article, ``last`` of the newest.
        undated: how many of the articles have no date.
    """

    articles: int
    outlets: tuple[str, ...]
    first: str | None
    last: str | None
    undated: int


Outcome = Literal["added", "unchanged", "changed", "skipped", "removed", "failed"]
A_LIBRARY = "it is a library of Citewire, whose articles are there already"
A_DATABASE = "it is a database, such as a backup of a library"
PASSED_OVER = (A_LIBRARY, A_DATABASE)
"""Why what lies in a folder is passed over and told once, rather than read or found to be of no kind that is read."""


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of one input.

    Attributes:
        reason: why it failed, was skipped or removed; of an article that was added or changed what of its source was left out; or empty.
    """

    reference: str
    outcome: Outcome
    article_id: str | None = None
    title: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What an ingest did with every input it saw: nothing disappears silently.

    Attributes:
        sources: one entry for each input, in the order read.
        passages_added: passages that became searchable.
        passages_embedded: passages whose vector had to be computed (0 when nothing changed).
        seconds: duration of the whole ingest.
    """

    sources: tuple[SourceReport, ...] = field(default=())
    passages_added: int = 0
    passages_embedded: int = 0
    seconds: float = 0.0

    def count(self, outcome: Outcome) -> int:
        """Return how many inputs ended with that outcome."""
        return sum(source.outcome == outcome for source in self.sources)
