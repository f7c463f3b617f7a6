"""The documents that a run cites, from a file of them, one a line (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from index.errors import EvaluationError
from rag.evaluate.records import Record, Source
from rag.evaluate.rows import decode_rows


class DocumentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A document, its id and its words under one of the names that collections use."""

    id: str | None = None
    docid: str | None = None
    text: str | None = None
    segment: str | None = None
    contents: str | None = None
    title: str | None = None
    outlet: str | None = None
    url: str | None = None


def parse_documents(content: bytes, name: str) -> dict[str, Source]:
    """Return the documents by their ids.

    Args:
        name: of the file, for messages.

    Raises:
        EvaluationError: a line has another form, lacks an id or words, or gives an id other words than a line above.
    """
    documents: dict[str, Source] = {}
    for number, row in decode_rows(content, name, DocumentRow, what="document"):
        identifier = row.id or row.docid
        text = next((words for words in (row.text, row.segment, row.contents) if words is not None), None)
        if not identifier or text is None:
            raise EvaluationError(
                f"Line {number} of {name!r} has the id {identifier!r} and {'no' if text is None else 'the'} words; wanted are "
                "'id' or 'docid', and 'text', 'segment' or 'contents'."
            )
        if identifier in documents and documents[identifier].text != text:
            raise EvaluationError(f"Line {number} of {name!r} gives {identifier!r} other words than a line above it.")
        documents[identifier] = Source(id=identifier, text=text, title=row.title, outlet=row.outlet, url=row.url)
    return documents


def add_documents(records: Iterable[Record], documents: Mapping[str, Source]) -> tuple[tuple[Record, ...], int]:
    """Return answers with the documents that they cite, and how many of the cited ones are not there."""
    added: list[Record] = []
    missing: set[str] = set()
    for record in records:
        own = {source.id for source in record.sources}
        cited = [name for name in dict.fromkeys(pointer.source for pointer in record.pointers) if name not in own]
        missing |= {name for name in cited if name not in documents}
        found = tuple(documents[name] for name in cited if name in documents)
        added.append(msgspec.structs.replace(record, sources=(*record.sources, *found)))
    return tuple(added), len(missing)
