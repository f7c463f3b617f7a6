"""The citations of an answer: whether they point at words that are there, and whether those support the sentences.

Recall and precision are those of ALCE (Gao and others, EMNLP 2023, arXiv 2305.14627): a sentence is recalled when what it
cites, taken together, supports it; a citation is precise when its sentence is recalled and it supports the sentence alone,
or the others do not support it without. A sentence with no citation, or with one that points nowhere, is not supported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from index.articles import Article
from index.errors import ArticleNotFound
from index.store.versions import hash_text
from rag.answer_types import Quote
from rag.desk import Desk
from rag.evaluate.names import ArticleNames
from rag.evaluate.records import Pointer, Record, Source
from rag.evaluate.results import Item, Piece, excerpt
from rag.evaluate.support import Support, SupportJudge


class Sources(Protocol):
    """Where the sources of citations are looked up."""

    def find(self, identifier: str, sha256: str | None) -> Source | None:
        """Return the source of that id, of that version where a hash is given, or None."""
        ...


class LibrarySources:
    """The articles of a library, by their ids or by any other name that stands for one of them alone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @cached_property
    def _names(self) -> ArticleNames:
        return ArticleNames.read(self._desk.library)

    def find(self, identifier: str, sha256: str | None) -> Source | None:
        """Return the article of that id or name, of that version where a hash is given, or None."""
        article = self._article(identifier, sha256)
        if article is None and identifier:
            named = self._names.resolve([identifier]).articles
            article = self._article(named[0], sha256) if len(named) == 1 and named[0] != identifier else None
        if article is None:
            return None
        return Source(
            id=article.id,
            text=article.text,
            sha256=article.sha256,
            title=article.title,
            outlet=article.outlet,
            published=article.published,
            url=article.url,
        )

    def _article(self, identifier: str, sha256: str | None) -> Article | None:
        try:
            return self._desk.article(identifier, sha256=sha256)
        except ArticleNotFound:
            return None


@dataclass(frozen=True, slots=True)
class CheckedPointer:
    """A citation and what was found where it points.

    Attributes:
        fault: why it points nowhere, or empty.
        exact: whether its quote stands there word for word; None where it gives no quote.
        quote: the words as the source has them, or None where they can support nothing.
    """

    pointer: Pointer
    fault: str
    exact: bool | None
    quote: Quote | None
    source: Source | None


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence and what its citations are worth.

    Attributes:
        support: by everything it cites.
        precise: number of each citation -> whether it is precise.
    """

    text: str
    support: Support
    precise: Mapping[int, bool]


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """An answer whose citations were checked."""

    record: Record
    pointers: tuple[CheckedPointer, ...]
    sentences: tuple[CheckedSentence, ...]


def check_record(record: Record, judge: SupportJudge, *, library: Sources | None = None) -> CheckedRecord:
    """Check the citations of an answer.

    Args:
        judge: says whether quotes support a sentence.
        library: where sources are looked up that did not come with the answer.
    """
    own = {source.id: source for source in record.sources}
    pointers = tuple(check_pointer(pointer, own, library) for pointer in record.pointers)
    quotes = {item.pointer.n: item.quote for item in pointers if item.quote is not None}
    sentences = tuple(check_sentence(sentence.text, sentence.citations, quotes, judge) for sentence in record.sentences)
    return CheckedRecord(record, pointers, sentences)


def check_pointer(pointer: Pointer, own: Mapping[str, Source], library: Sources | None) -> CheckedPointer:
    """Look up what a citation points at."""
    source = own.get(pointer.source) or (library.find(pointer.source, pointer.sha256) if library else None)
    fault = _fault(pointer, source)
    if source is None or fault:
        return CheckedPointer(pointer, fault, None if pointer.quote is None else False, None, source)
    words = _words(pointer, source)
    start, end = _place(pointer, words)
    if start is None or end is None:
        return CheckedPointer(pointer, "", False, None, source)
    exact = None if pointer.quote is None else words[start:end] == pointer.quote
    quote = None if exact is False else _to_quote(pointer, source, start, end)
    return CheckedPointer(pointer, "", exact, quote, source)


def check_sentence(
    text: str, citations: Iterable[int], quotes: Mapping[int, Quote], judge: SupportJudge
) -> CheckedSentence:
    """Judge a sentence by everything it cites, and each of its citations.

    Args:
        citations: the numbers it cites.
        quotes: number -> the words there, for the citations that point at any.
    """
    cited = tuple(dict.fromkeys(citations))
    missing = [number for number in cited if number not in quotes]
    if not cited:
        return CheckedSentence(text, Support("unsupported", ("it cites nothing",)), {})
    if missing:
        names = "".join(f"[{number}]" for number in missing)
        return CheckedSentence(
            text, Support("unsupported", (f"{names} points at no words",)), dict.fromkeys(cited, False)
        )
    support = judge.judge(text, [quotes[number] for number in cited])
    precise = {number: _is_precise(text, number, cited, quotes, judge, support) for number in cited}
    return CheckedSentence(text, support, precise)


def measure_record(checked: CheckedRecord) -> dict[str, float]:
    """Return the values of an answer for the metrics of citations; a refusal has none."""
    values: dict[str, float] = {}
    if not checked.sentences:
        return values
    used = {number for sentence in checked.sentences for number in sentence.precise}
    known = {item.pointer.n for item in checked.pointers}
    valid = [item.fault == "" for item in checked.pointers if item.pointer.n in used]
    valid += [False] * len(used - known)
    exact = [item.exact for item in checked.pointers if item.pointer.n in used and item.exact is not None]
    precise = [value for sentence in checked.sentences for value in sentence.precise.values()]
    if valid:
        values["pointer_valid"] = _share(valid)
    if exact:
        values["quote_exact"] = _share(exact)
    values["citation_recall"] = _share([item.support.verdict == "supported" for item in checked.sentences])
    values["citation_recall_partly"] = _share([item.support.verdict != "unsupported" for item in checked.sentences])
    values["citation_precision"] = _share(precise) if precise else 0.0
    return values


def explain_record(checked: CheckedRecord) -> tuple[str, ...]:
    """Return what is amiss with an answer's citations, in words a reader understands."""
    lines = [f"[{item.pointer.n}] {item.fault}" for item in checked.pointers if item.fault]
    lines += [
        f"[{item.pointer.n}] does not stand in its source word for word"
        for item in checked.pointers
        if item.exact is False and not item.fault
    ]
    for sentence in checked.sentences:
        if sentence.support.verdict != "supported":
            reasons = "; ".join(sentence.support.reasons) or "the cited words do not state it"
            lines.append(f"{sentence.support.verdict}: “{excerpt(sentence.text, 120)}”: {reasons}")
        else:
            idle = "".join(f"[{number}]" for number, good in sentence.precise.items() if not good)
            lines += [f"{idle} adds nothing to “{excerpt(sentence.text, 120)}”"] if idle else []
    return tuple(lines)


def check_records(
    records: Iterable[Record], judge: SupportJudge, *, library: Sources | None, told: Callable[[], None]
) -> list[CheckedRecord]:
    """Check the citations of every answer."""
    checked = []
    for record in records:
        checked.append(check_record(record, judge, library=library))
        told()
    return checked


def record_to_item(checked: CheckedRecord) -> Item:
    """Return a checked answer as a case of the report."""
    values = measure_record(checked)
    text = " ".join(
        f"{sentence.text} {''.join(f'[{n}]' for n in sentence.citations)}".strip()
        for sentence in checked.record.sentences
    )
    failed = any(value < 1.0 for value in values.values())
    return Item(
        id=checked.record.id,
        question=checked.record.question or checked.record.id,
        values=values,
        failed=failed,
        why=explain_record(checked) if failed else (),
        answer=text,
        pieces=tuple(_piece(item) for item in checked.pointers),
    )


def source_line(source: Source) -> str:
    """Return outlet, day and title of a source on one line."""
    day = source.published[:10] if source.published else "undated"
    return f"{source.outlet or 'unnamed outlet'}, {day}: {source.title or source.id}"


def _fault(pointer: Pointer, source: Source | None) -> str:
    if source is None:
        return f"points at {pointer.source!r}, which is no source" if pointer.source else "names no source"
    digest = hash_text(source.text)
    if pointer.sha256 and pointer.sha256 != digest:
        return "was made from another version of its source"
    if source.sha256 and source.sha256 != digest:
        return "points at a source that does not have its recorded hash"
    words = _words(pointer, source)
    if pointer.headline_sha256 and pointer.headline_sha256 != hash_text(words):
        return "points at another headline than that of its source"
    if (pointer.start is None) != (pointer.end is None):
        return "has one offset without the other"
    start, end = pointer.start, pointer.end
    if start is not None and end is not None and not 0 <= start < end <= len(words):
        return f"has offsets {start}-{end} outside of its {'headline' if pointer.headline_sha256 else 'source'}"
    return ""


def _words(pointer: Pointer, source: Source) -> str:
    """Return the words that the offsets of a citation count in: the headline of its source, or the text."""
    return (source.title or "") if pointer.headline_sha256 else source.text


def _place(pointer: Pointer, text: str) -> tuple[int | None, int | None]:
    """Return where the cited words are: at the offsets, else where the quote stands first, else the whole source."""
    if pointer.start is not None and pointer.end is not None:
        return pointer.start, pointer.end
    if pointer.quote is None:
        return 0, len(text)
    start = text.find(pointer.quote) if pointer.quote else -1
    return (start, start + len(pointer.quote)) if start >= 0 else (None, None)


def _to_quote(pointer: Pointer, source: Source, start: int, end: int) -> Quote:
    words = _words(pointer, source)
    before, after = words.rfind("\n", 0, start) + 1, words.find("\n", end)
    return Quote(
        n=pointer.n,
        quote=words[start:end],
        start=start,
        end=end,
        article_id=source.id,
        article_sha256=source.sha256 or "",
        title=source.title,
        outlet=source.outlet,
        author=None,
        published=source.published,
        updated=None,
        url=source.url,
        origin=source.id,
        context=words[before : after if after >= 0 else len(words)],
        headline_sha256=pointer.headline_sha256,
    )


def _is_precise(
    text: str,
    number: int,
    cited: tuple[int, ...],
    quotes: Mapping[int, Quote],
    judge: SupportJudge,
    support: Support,
) -> bool:
    if support.verdict != "supported":
        return False
    if len(cited) == 1 or judge.judge(text, [quotes[number]]).verdict == "supported":
        return True
    rest = [quotes[other] for other in cited if other != number]
    return judge.judge(text, rest).verdict != "supported"


def _share(values: Iterable[bool]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def _piece(item: CheckedPointer) -> Piece:
    words = item.quote.quote if item.quote else item.pointer.quote or ""
    return Piece(
        label=f"[{item.pointer.n}]",
        text=excerpt(words, 600),
        source=source_line(item.source) if item.source else f"no source {item.pointer.source!r}",
        url=item.source.url if item.source else None,
    )
