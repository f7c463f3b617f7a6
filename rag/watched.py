"""Watched questions: what their answers tell today that was not told before (pure but for looking cited articles up).

What was told is kept as the citations that were told, with the words of each. A sentence is news where words that it cites were never
told; a value is news where a figure of new words stands against one that was told; a correction is news where words that were told were
changed or taken back since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Literal

from index.articles import Filters
from rag.answer_types import Answer, Citation, Quote, Side
from rag.record.disagreements import find_disagreements, find_updates
from rag.record.recheck import ArticleReader, recheck

ItemKind = Literal["sentence", "value", "correction"]
_MOST_CITED = 300  # citations that are looked up again, the newest told
_MOST_WORDS = 3_000  # of what was told, by its hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a reader of a watched question was told.

    Attributes:
        citations: told so far, the last told last; those that were found to be changed are gone.
        words: hashes of the words of all that was told.
    """

    citations: tuple[Citation, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSource:
    """Where a piece of news stands: exact words of an article, or of its headline where ``headline_sha256`` is given."""

    quote: str
    article_id: str
    article_sha256: str
    start: int
    end: int
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    headline_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece of news of a watched question.

    Attributes:
        id: the same for the same piece of news.
        watched: number of the question.
        found: when it was found, an instant.
        kind: a sentence with words that are new, a value that changed, or a correction of what was told.
        text: what it says, in one line.
    """

    id: str
    watched: int
    question: str
    found: str
    kind: ItemKind
    text: str
    sources: tuple[ItemSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A question that is asked again.

    Attributes:
        number: tells it apart; never given twice.
        filters: which articles may answer.
        added: when, an instant.
        told: by the command.
        seen: in the chat.
        fresh: what is new in the chat and was not looked at.
        looked_at: what was, the newest first.
        generation: of the library when the chat asked it last; None before that.
    """

    number: int
    question: str
    filters: Filters = field(default=Filters())
    added: str
    told: Told = Told()
    seen: Told = Told()
    fresh: tuple[Item, ...] = ()
    looked_at: tuple[Item, ...] = ()
    generation: int | None = None


def tell(told: Told, answer: Answer) -> Told:
    """Return what was told once an answer was."""
    return _add(told, answer, gone=frozenset())


def find_news(
    watched: Watched, told: Told, answer: Answer, articles: ArticleReader, *, found: str
) -> tuple[tuple[Item, ...], Told]:
    """Return what an answer tells that was not told before, and what was told once that is.

    Args:
        told: so far, to who will read it.
        answer: to the question as it is asked now.
        articles: where told citations are looked up again.
        found: the moment, for the items.

    Raises:
        LibraryDamaged: a stored text does not have its hash.
    """
    known = set(told.words)
    by_number = {each.n: each for each in answer.citations}
    items: list[Item] = []

    def add(kind: ItemKind, text: str, cited: Sequence[Citation]) -> None:
        sources = tuple(_to_source(each) for each in cited)
        mark = [
            watched.question,
            kind,
            text,
            *(f"{each.headline_sha256 or each.article_sha256} {each.start}" for each in sources),
        ]
        items.append(
            Item(
                id=hash_words("\n".join(mark)),
                watched=watched.number,
                question=watched.question,
                found=found,
                kind=kind,
                text=text,
                sources=sources,
            )
        )

    for sentence in answer.sentences:
        cited = [by_number[n] for n in sentence.citations]
        new = [each for each in cited if hash_words(each.quote) not in known]
        if new or (not cited and hash_words(sentence.text) not in known):
            day = f"{sentence.day}: " if sentence.day else ""
            add("sentence", f"{day}{f'{sentence.label}: ' if sentence.label else ''}{sentence.text}", cited)
    for text, cited in _changed_values(told.citations, answer.citations, known):
        add("value", text, cited)
    gone = set()
    looked_up = recheck(replace(answer, sentences=(), citations=told.citations), articles)
    for each in looked_up.citations:
        if each.standing == "stands":
            continue
        gone.add(each.citation)
        if each.standing == "changed":
            now = f"now: “{each.now}”" if each.now else "these words are gone"
            add("correction", f"Changed since: “{each.citation.quote}” {now}", [each.citation])
        elif each.standing == "retracted":
            add("correction", f"Retracted since: “{each.citation.quote}”", [each.citation])
    return tuple(items), _add(told, answer, gone=frozenset(gone))


def hash_words(text: str) -> str:
    """Return what stands for words, however they are spaced."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _add(told: Told, answer: Answer, *, gone: frozenset[Citation]) -> Told:
    known = set(told.words)
    kept = [each for each in told.citations if each not in gone]
    words = list(told.words)
    for cited in answer.citations:
        if (mark := hash_words(cited.quote)) not in known:
            known.add(mark)
            words.append(mark)
            kept.append(cited)
    for sentence in answer.sentences:
        if not sentence.citations and (mark := hash_words(sentence.text)) not in known:
            known.add(mark)
            words.append(mark)
    return Told(citations=tuple(kept[-_MOST_CITED:]), words=tuple(words[-_MOST_WORDS:]))


def _changed_values(
    old: Sequence[Citation], cited: Sequence[Citation], known: set[str]
) -> list[tuple[str, list[Citation]]]:
    """Return the values of new words that stand against told ones: how it is told, and the citations of all sides."""
    new = [each for each in cited if hash_words(each.quote) not in known]
    numbered = dict(enumerate([*old, *new], start=1))
    quotes = [_to_quote(each, number) for number, each in numbered.items()]
    told = range(1, len(old) + 1)
    found = []
    for each, word in [(one, "Changed") for one in find_updates(quotes)] + [
        (one, "Told otherwise") for one in find_disagreements(quotes)
    ]:
        first = [side for side in each.sides if any(n in told for n in side.citations)]
        then = [side for side in each.sides if not any(n in told for n in side.citations)]
        if first and then:
            steps = "; ".join(_side_line(side, numbered) for side in each.sides)
            found.append((f"{word}: {steps}", [numbered[n] for side in each.sides for n in side.citations]))
    return found


def _side_line(side: Side, numbered: dict[int, Citation]) -> str:
    outlets = dict.fromkeys(numbered[n].outlet or "unnamed outlet" for n in side.citations)
    return f"{side.date or 'undated'} {', '.join(outlets)}: {side.value}"


def _to_quote(citation: Citation, number: int) -> Quote:
    names = {each.name for each in fields(Citation)} & {each.name for each in fields(Quote)}
    return Quote(**{name: getattr(citation, name) for name in names - {"n"}}, n=number)


def _to_source(citation: Citation) -> ItemSource:
    return ItemSource(**{each.name: getattr(citation, each.name) for each in fields(ItemSource)})
