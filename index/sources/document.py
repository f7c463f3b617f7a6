"""One file of any kind -> its articles. Run as a program, it answers the requests of ``ArticleReader``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path

from index.articles import RawArticle, Unreadable
from index.errors import SourceError
from index.sources import archives, mail
from index.sources.bibliography import read_bibliography, read_json_list, read_listed
from index.sources.child import Handler, describe_failure, serve_requests
from index.sources.decode import decode_text
from index.sources.epub import read_epub
from index.sources.feed_file import read_feed_file
from index.sources.html.page import read_html
from index.sources.kinds import HEAD_BYTES, MAXIMUM_BYTES, FileKind, guess_kind, recognise_kind
from index.sources.listed import ListedArticle
from index.sources.markdown import read_markdown
from index.sources.part import Beside, Part, Source, beside_in_folder, open_source, read_all
from index.sources.pdf import read_pdf
from index.sources.rich_text import read_rtf
from index.sources.tables import read_csv, read_json, read_jsonl
from index.sources.tesseract import AUTO
from index.sources.text import read_text
from index.sources.word import read_docx

_DEEPEST = 2  # an archive in an archive is somebody's export of exports; one deeper is a bomb

Articles = Iterator[RawArticle | Unreadable]


@dataclass(frozen=True, slots=True)
class Document:
    """A file to be read: where it came from, what it is, how deep in archives it was found, what lies beside it,
    and in which languages pictures of text are read.
    """

    reference: str
    source: Source
    kind: FileKind
    columns: Mapping[str, str] = field(default_factory=dict)
    depth: int = 0
    beside: Beside | None = None
    recognition: str = AUTO


def read_document(document: Document) -> Articles:
    """Yield the articles of a file, and of a file of many what could not be read of it.

    Raises:
        SourceError: the file as a whole could not be read as articles.
    """
    archives.require_size(document.reference, document.source, MAXIMUM_BYTES[document.kind])
    if document.kind == "pdf" or document.kind in _OF_WORDS:
        articles = _read_words(document)
        if not any(article.text.strip() for article in articles):
            raise SourceError(
                f"{document.reference}: it holds no article text.", reference=document.reference, hint="Leave it out."
            )
        yield from articles
    elif document.kind == "feed":
        yield from read_feed_file(document.reference, document.source)
    elif entries := _list_entries(document):
        yield from read_listed(document.reference, entries, document.beside, partial(_read_attachment, document))
    elif table := _OF_ROWS.get(document.kind):
        yield from table(document.reference, document.source, document.columns)
    elif document.kind == "epub":
        yield from read_epub(document.reference, document.source)
    elif document.kind == "email":
        messages, parts = mail.read_mail(document.reference, document.source)
        yield from messages
        yield from _read_parts(document, parts)
    else:
        yield from _read_parts(document, _OF_PARTS[document.kind](document.reference, document.source))


def _read_words(document: Document) -> list[RawArticle]:
    if document.kind == "pdf":
        return [read_pdf(document.reference, document.source, recognition=document.recognition)]
    return _OF_WORDS[document.kind](document.reference, document.source)


def _list_entries(document: Document) -> list[ListedArticle]:
    """Return what a list of references lists; nothing where a file is none, or somebody has said what its keys mean."""
    if document.kind == "references":
        return read_bibliography(document.reference, document.source)
    if document.kind == "json" and not document.columns:
        return read_json_list(document.reference, document.source)
    return []


def _read_parts(document: Document, parts: Iterable[Part | Unreadable]) -> Articles:
    for part in parts:
        if isinstance(part, Unreadable):
            yield part
            continue
        try:
            yield from _read_part(document, part)
        except Exception as error:  # noqa: BLE001 - one bad part of an archive takes no other with it
            failure = describe_failure(error)
            yield Unreadable(
                part.reference, f"{part.reference}: {failure['refused']}. {failure.get('hint', '')}".strip()
            )


def _read_part(document: Document, part: Part) -> Articles:
    kind = recognise_kind(part.data[:HEAD_BYTES], part.kind or guess_kind(part.name))
    if kind is None:
        raise SourceError(
            f"{part.reference}: it is of a kind that is not read.", reference=part.reference, hint="Leave it out."
        )
    depth = document.depth + (kind in _OF_PARTS or kind == "email")
    if depth > _DEEPEST:
        raise SourceError(
            f"{part.reference}: it is an archive within {_DEEPEST} others, which is not opened.",
            reference=part.reference,
            hint="Unpack it and give what it holds.",
        )
    inner = Document(part.reference, part.data, kind, document.columns, depth, part.beside, document.recognition)
    for found in read_document(inner):
        # A page of a web archive that does not name its address was had from the one in the archive.
        yield replace(found, url=part.url) if isinstance(found, RawArticle) and not found.url else found


def _read_attachment(listing: Document, reference: str, source: Source, declared: FileKind) -> list[RawArticle]:
    """Return the articles of a document that a list of references names.

    Raises:
        SourceError: it could not be read, for whatever reason: its entry takes no other with it.
    """
    with open_source(source) as file:
        kind = recognise_kind(file.read(HEAD_BYTES), declared) or declared
    if kind not in _OF_WORDS and kind not in ("pdf", "mhtml", "email"):
        raise SourceError(
            f"{reference}: its attachment is no document but {kind}.", reference=reference, hint="Leave it out."
        )
    try:
        found = list(read_document(Document(reference, source, kind, depth=_DEEPEST, recognition=listing.recognition)))
    except SourceError:
        raise
    except Exception as error:
        failure = describe_failure(error)
        raise SourceError(f"{reference}: {failure['refused']}.", reference=reference) from error
    for each in found:
        if isinstance(each, Unreadable):
            raise SourceError(each.reason, reference=reference)
    return [each for each in found if isinstance(each, RawArticle)]


# Of one article each, but for deliveries of press databases, which hold many.
_OF_WORDS: dict[FileKind, Callable[[str, Source], list[RawArticle]]] = {
    "text": lambda reference, source: read_text(reference, decode_text(reference, read_all(source))),
    "markdown": lambda reference, source: [read_markdown(reference, decode_text(reference, read_all(source)))],
    "html": lambda reference, source: [read_html(reference, decode_text(reference, read_all(source)))],
    "docx": read_docx,
    "rtf": read_rtf,
}
_OF_ROWS: dict[FileKind, Callable[[str, Source, Mapping[str, str]], Articles]] = {
    "jsonl": read_jsonl,
    "json": read_json,
    "csv": read_csv,
}
_OF_PARTS: dict[FileKind, Callable[[str, Source], Iterator[Part | Unreadable]]] = {
    "mhtml": mail.read_mhtml,
    "mbox": mail.read_mbox,
    "warc": archives.read_warc,
    "zip": archives.read_zip,
    "gzip": archives.read_gzip,
}


def _load() -> Handler:
    return _answer


def _answer(request: dict[str, str]) -> Iterator[dict[str, object]]:
    """Yield what the parent is told of each article."""
    document = Document(
        request["reference"],
        Path(request["path"]),
        _kind_of(request["kind"]),
        json.loads(request["columns"]),
        recognition=request["recognition"],
        beside=beside_in_folder(Path(folder)) if (folder := request["folder"]) else None,
    )
    for found in read_document(document):
        yield asdict(found)


def _kind_of(name: str) -> FileKind:
    return next(kind for kind in MAXIMUM_BYTES if kind == name)


if __name__ == "__main__":
    serve_requests(_load)
