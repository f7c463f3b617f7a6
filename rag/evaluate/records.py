"""Answers to be checked, of Citewire or of any other system, in one form (pure but for reading the file).

Understood are Citewire's own answers, what ``citewire eval answers --save`` writes, sentences with numbered citations, and
text with ``[n]`` markers over a list of sources; ``docs/evaluation.md`` shows each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from index.errors import EvaluationError
from rag.write.draft import parse_line

_HINT = "The formats are in docs/evaluation.md."


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A source that an answer may cite."""

    id: str
    text: str
    sha256: str | None = None
    title: str | None = None
    outlet: str | None = None
    published: str | None = None
    url: str | None = None


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """A citation as it came. Nothing about it is checked.

    Attributes:
        n: its number within the answer.
        source: id of the source it points at.
        quote: the words it points at; the whole source when None.
        sha256: of the source's text, as the answer states it.
        headline_sha256: of the source's headline, where the words stand there and ``start`` and ``end`` count in it.
    """

    n: int
    source: str
    quote: str | None = None
    start: int | None = None
    end: int | None = None
    sha256: str | None = None
    headline_sha256: str | None = None


class CitedSentence(msgspec.Struct, frozen=True):
    """A sentence with the numbers of its citations."""

    text: str
    citations: tuple[int, ...] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to be checked.

    Attributes:
        sentences: empty for a refusal.
        sources: those that came with the answer; others are looked up in a library.
    """

    id: str
    question: str = ""
    sentences: tuple[CitedSentence, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    sources: tuple[Source, ...] = ()


def read_records(path: Path) -> tuple[Record, ...]:
    """Read answers: JSON lines, a JSON list, or a JSON object with the list under ``answers`` or ``data``.

    Those that have an id which stands above them already get another.

    Raises:
        EvaluationError: the file cannot be read, holds no answer, or one is malformed.
    """
    records: dict[str, Record] = {}
    for number, record in enumerate(read_each_record(path), start=1):
        name = f"{record.id} ({number})" if record.id in records else record.id
        records[name] = msgspec.structs.replace(record, id=name)
    return tuple(records.values())


def read_each_record(path: Path) -> tuple[Record, ...]:
    """Read answers as ``read_records`` does, ids as they stand there: one may stand there several times.

    Raises:
        EvaluationError: the file cannot be read, holds no answer, or one is malformed.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"The answers {str(path)!r} cannot be read: {error}.") from error
    records: list[Record] = []
    for number, item in enumerate(_items(text, str(path)), start=1):
        if not isinstance(item, dict):
            raise EvaluationError(f"Answer {number} of {str(path)!r} is no JSON object.", hint=_HINT)
        try:
            records.append(to_record(item, identifier=str(number)))
        except (msgspec.ValidationError, TypeError, ValueError, AttributeError) as error:
            raise EvaluationError(f"Answer {number} of {str(path)!r} is malformed: {error}.", hint=_HINT) from error
    if not records:
        raise EvaluationError(f"The file {str(path)!r} holds no answer.", hint=_HINT)
    return tuple(records)


class RecordRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer as a file holds it: sentences with numbered citations and, where they are there, the sources."""

    id: str
    sentences: tuple[CitedSentence, ...]
    question: str = ""
    citations: tuple[Pointer, ...] = ()
    sources: tuple[Source, ...] = ()


def to_row(record: Record) -> RecordRow:
    """Return an answer in the form that ``read_records`` reads back as it was."""
    return RecordRow(
        id=record.id,
        question=record.question,
        sentences=record.sentences,
        citations=record.pointers,
        sources=record.sources,
    )


def to_record(item: Mapping[str, Any], *, identifier: str) -> Record:
    """Return one answer in the common form.

    Args:
        item: the decoded object.
        identifier: its id where it has none of its own.

    Raises:
        ValueError: it has neither sentences nor text.
    """
    answer = item.get("answer")
    if isinstance(answer, Mapping):  # as ``eval answers --save`` writes them
        return to_record(answer, identifier=str(item.get("case") or identifier))
    sources = tuple(_source(each, place) for place, each in enumerate(item.get("sources") or item.get("docs") or (), 1))
    name = identifier if "settings_fingerprint" in item else str(item.get("id") or identifier)
    question = str(item.get("question") or "")
    text = next((item[key] for key in ("text", "output", "answer") if isinstance(item.get(key), str)), None)
    if item.get("status") == "no_evidence":
        return Record(id=name, question=question, sources=sources)
    if isinstance(item.get("sentences"), Sequence) and not isinstance(item["sentences"], str):
        sentences = tuple(msgspec.convert(item["sentences"], tuple[CitedSentence, ...]))
    elif text is not None:
        sentences = split_marked(text, sources=len(sources))
    else:
        raise ValueError("neither 'sentences' nor 'text' is there")
    pointers = tuple(_pointer(each) for each in item.get("citations") or ())
    if not pointers:
        pointers = tuple(Pointer(n=place, source=source.id) for place, source in enumerate(sources, 1))
    return Record(id=name, question=question, sentences=sentences, pointers=pointers, sources=sources)


def split_marked(text: str, *, sources: int) -> tuple[CitedSentence, ...]:
    """Return the sentences of a text with ``[n]`` markers; a marker that fits no source is kept as it is."""
    drafts = [draft for line in text.split("\n") for draft in parse_line(line, quotes=sources)]
    return tuple(CitedSentence(draft.text, (*draft.markers, *draft.refused_markers)) for draft in drafts)


def _items(text: str, name: str) -> Sequence[Any]:
    try:
        whole = json.loads(text)
    except ValueError:
        return [_line(line, number, name) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if isinstance(whole, list):
        return whole
    listed = next((whole[key] for key in ("answers", "data") if isinstance(whole, dict) and key in whole), None)
    return listed if isinstance(listed, list) else [whole]


def _line(line: str, number: int, name: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise EvaluationError(f"Line {number} of {name!r} is not JSON: {error}.", hint=_HINT) from error


def _source(item: Any, place: int) -> Source:
    if isinstance(item, str):
        return Source(id=str(place), text=item)
    identifier = item.get("id", place)
    known = {key: item[key] for key in ("sha256", "title", "outlet", "published", "url") if item.get(key) is not None}
    if "published" in known and not _is_day(str(known["published"])[:10]):
        del known["published"]
    return msgspec.convert({**known, "id": str(identifier), "text": item.get("text")}, Source)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _pointer(item: Mapping[str, Any]) -> Pointer:
    source = next((item[key] for key in ("source", "article_id", "id") if item.get(key) is not None), "")
    return msgspec.convert(
        {
            "n": item.get("n"),
            "source": str(source),
            "quote": item.get("quote"),
            "start": item.get("start"),
            "end": item.get("end"),
            "sha256": item.get("sha256") or item.get("article_sha256"),
            "headline_sha256": item.get("headline_sha256"),
        },
        Pointer,
    )
