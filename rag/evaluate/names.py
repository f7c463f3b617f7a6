"""The names that cases give to articles, to the articles of a library.

A case may name an article by its id in the library, by its address, by the input it came from (``folder/file.md``,
``file.md``, ``rows.jsonl#7``) or by the id after the ``#``. A name that fits several articles names none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from index.articles import Article
from index.errors import EvaluationError

NameKind = Literal["id", "address", "row"]


class ArticleShelf(Protocol):
    """What is needed of a library to look names up."""

    def article_ids(self) -> tuple[str, ...]:
        """Return the ids of all articles."""
        ...

    def versions(self, article: str) -> tuple[Article, ...]:
        """Return every version of an article, the oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What a reader is told of an article."""

    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    reference: str | None = None

    @property
    def line(self) -> str:
        """Return outlet, day and title on one line."""
        day = self.published[:10] if self.published else "undated"
        return f"{self.outlet or 'unnamed outlet'}, {day}: {self.title or 'untitled'}"


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the names of a case stand for.

    Attributes:
        articles: ids in the library, each once.
        unknown: names that fit no article.
        ambiguous: names that fit several.
    """

    articles: tuple[str, ...]
    unknown: tuple[str, ...]
    ambiguous: tuple[str, ...]


class ArticleNames:
    """Every name of every article.

    Args:
        facts: id -> what a reader is told of that article.
        exact: ids, addresses and whole references -> ids. An address may stand for several articles, any of which do.
        short: ends of references -> ids.
    """

    def __init__(self, facts: dict[str, ArticleFacts], exact: dict[str, set[str]], short: dict[str, set[str]]) -> None:
        self.facts = facts
        self._exact = exact
        self._short = short

    @classmethod
    def read(cls, shelf: ArticleShelf) -> ArticleNames:
        """Read the names of all articles of a library, of older versions too."""
        facts: dict[str, ArticleFacts] = {}
        exact: dict[str, set[str]] = {}
        short: dict[str, set[str]] = {}
        for identifier in shelf.article_ids():
            exact.setdefault(identifier, set()).add(identifier)
            for version in shelf.versions(identifier):
                facts[identifier] = ArticleFacts(
                    version.title, version.outlet, version.published, version.url, version.reference
                )
                for name in filter(None, (version.reference, version.url)):
                    exact.setdefault(name, set()).add(identifier)
                for name in _ends(version.reference):
                    short.setdefault(name, set()).add(identifier)
        return cls(facts, exact, short)

    def resolve(self, names: Iterable[str]) -> Resolved:
        """Return the articles that names stand for, and the names that stand for none."""
        found: dict[str, None] = {}
        unknown, ambiguous = [], []
        for name in names:
            exact = self._exact.get(name)
            fitting = exact or self._short.get(name.removeprefix("./"), set())
            if not fitting:
                unknown.append(name)
            elif exact or len(fitting) == 1:
                found.update(dict.fromkeys(sorted(fitting)))
            else:
                ambiguous.append(name)
        return Resolved(tuple(found), tuple(unknown), tuple(ambiguous))

    def name(self, article: str, kind: NameKind) -> str:
        """Return the name of an article in files that go elsewhere.

        Args:
            kind: its id in the library, its address, or the id of the row or the name of the file that it was read from.

        Raises:
            EvaluationError: the article is not in the library, has no such name, or shares the one of its row.
        """
        facts = self.facts.get(article)
        if facts is None:
            raise EvaluationError(
                f"The article {article!r} is not in the library.",
                hint="Name the library that the answers were made from with --library.",
            )
        if kind == "id":
            return article
        name = facts.url if kind == "address" else _last(facts.reference)
        if not name:
            raise EvaluationError(f"The article {article!r} has no {kind}.", hint="Name articles with --documents id.")
        if kind == "row" and self.resolve([name]).ambiguous:
            raise EvaluationError(
                f"The row {name!r} of the article {article!r} names several articles.",
                hint="Name articles with --documents id.",
            )
        return name


def _last(reference: str | None) -> str | None:
    """Return the id of the row that a reference names, or else its file."""
    path, mark, row = (reference or "").partition("#")
    return row if mark else path.replace("\\", "/").rpartition("/")[2] or None


def _ends(reference: str) -> Iterator[str]:
    """Yield what may name a reference: ``b/c.md`` and ``c.md`` of ``a/b/c.md``; also ``7`` and the file of ``rows.jsonl#7``.

    The id of a row may hold a ``#`` itself, and so may the place of a file within an archive: each of them may be the mark.
    """
    marks = [place for place, sign in enumerate(reference) if sign == "#"]
    if not marks:
        yield from _tails(reference)
    for place in marks:
        row = reference[place + 1 :]
        yield row
        for end in _tails(reference[:place]):
            yield end
            yield f"{end}#{row}"


def _tails(path: str) -> Iterator[str]:
    parts = path.replace("\\", "/").split("/")
    for first in range(len(parts)):
        yield "/".join(parts[first:])
