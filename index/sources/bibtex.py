"""BibTeX and BibLaTeX, as Zotero, JabRef and others export them -> the articles that they list."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from itertools import chain

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import (
    LatexDecodingMiddleware,
    MonthIntMiddleware,
    RemoveEnclosingMiddleware,
    SeparateCoAuthors,
)
from bibtexparser.model import Entry, ParsingFailedBlock

from index.sources.listed import ListedArticle, broken, listed

_OUTLETS = ("journaltitle", "journal", "booktitle", "howpublished", "organization", "publisher", "institution")
_DECODED = frozenset([*_OUTLETS, "title", "author", "date", "year", "month", "day", "langid", "language"])
_ESCAPED = re.compile(r"\\([&%#_$~:;\\])")
_BRACES = re.compile(r"[{}]")
_PART = re.compile(r"(?<!\\);")
_FIELD = re.compile(r"(?<!\\):")
_DRIVE = re.compile(r"[A-Za-z]")

for _name in ("bibtexparser", "pylatexenc"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # what they cannot read is told in the report


def read_bibtex(text: str) -> Iterator[ListedArticle]:
    """Yield the entries of a list, and what could not be read of it."""
    library = parse_string(text)
    # Two entries of one name, or two values of one field, are an error for the parser and none for us.
    repeated = [entry for block in library.failed_blocks if isinstance(entry := block.ignore_error_block, Entry)]
    bare = [RemoveEnclosingMiddleware().transform(Library([entry])).entries for entry in repeated]
    for entry in chain(library.entries, *bare):
        yield _read_entry(entry)
    for block in library.failed_blocks:
        if not isinstance(block.ignore_error_block, Entry):
            yield _read_fault(block)


def _read_entry(entry: Entry) -> ListedArticle:
    raw = {field.key.lower(): field.value for field in entry.fields if isinstance(field.value, str)}
    fields = _decode(entry)
    authors = fields.get("author")
    return listed(
        entry.key,
        title=fields.get("title"),
        outlet=next((fields[name] for name in _OUTLETS if fields.get(name)), None),
        authors=[_BRACES.sub("", str(name)) for name in authors] if isinstance(authors, list) else [],
        published=_day({name: str(value) for name, value in fields.items()}),
        addresses=[_ESCAPED.sub(r"\1", raw.get("url", ""))],
        language=fields.get("langid") or fields.get("language"),
        files=_files(raw.get("file", "")),  # whose backslashes are no LaTeX
        abstract=raw.get("abstract"),
    )


def _decode(entry: Entry) -> dict[str, object]:
    """Return the facts of an entry without LaTeX. What is long and not needed is not decoded: that takes most of the time."""
    wanted = [field for field in entry.fields if field.key.lower() in _DECODED]
    for field in wanted:
        field.key = field.key.lower()
    library = Library([Entry(entry.entry_type, entry.key, wanted)])
    for middleware in (MonthIntMiddleware(), SeparateCoAuthors(), LatexDecodingMiddleware()):
        library = middleware.transform(library)
    return {field.key: field.value for decoded in library.entries for field in decoded.fields}


def _read_fault(block: ParsingFailedBlock) -> ListedArticle:
    line = (block.start_line or 0) + 1
    begins = " ".join((block.raw or "").split())[:60]
    return broken(
        f"line {line}", f"line {line} begins an entry that cannot be read: {begins!a}. Export the list again."
    )


def _day(fields: Mapping[str, str]) -> str | None:
    """Return the date, of its parts where it is given in parts; a month alone is no day."""
    if date := fields.get("date"):
        return date if "/" not in date else None  # a span of days
    year, month, day = (fields.get(name, "") for name in ("year", "month", "day"))
    if year.isdecimal() and month.isdecimal() and day.isdecimal():
        return f"{int(year):04}-{int(month):02}-{int(day):02}"
    return None


def _files(value: str) -> Iterator[str]:
    """Yield the paths of ``Snapshot:files/13/a.html:text/html;...``, of a path alone, and of JabRef's ``:a.pdf:PDF``."""
    for part in _PART.split(value):
        fields = _FIELD.split(part)
        # C\:\\a.pdf: a drive, where nobody escaped its colon.
        path = part if len(fields) < 3 or _DRIVE.fullmatch(fields[0].strip()) else fields[1]
        yield _ESCAPED.sub(r"\1", path).strip()
