"""BibTeX and BibLaTeX, as Zotero, JabRef and others export them -> the articles that they list."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware, MonthIntMiddleware
from bibtexparser.model import Entry

from index.sources.listed import ListedArticle, listed

_OUTLETS = ("journaltitle", "journal", "booktitle", "howpublished", "organization", "publisher", "institution")
_AS_THEY_ARE = ("file", "url")  # whose backslashes are no LaTeX
_ESCAPED = re.compile(r"\\([&%#_$~:;\\])")
_PART = re.compile(r"(?<!\\);")
_FIELD = re.compile(r"(?<!\\):")
_AND = re.compile(r"\s+and\s+")
_DRIVE = re.compile(r"[A-Za-z]")

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it cannot read is counted, not printed


def read_bibtex(text: str) -> Iterator[ListedArticle]:
    """Yield the entries of a list; what breaks off is left out by the parser."""
    library = parse_string(text)
    untouched = [{name: _take(entry, name) for name in _AS_THEY_ARE} for entry in library.entries]
    library = LatexDecodingMiddleware().transform(MonthIntMiddleware().transform(library))
    for entry, raw in zip(library.entries, untouched, strict=True):
        fields = {name.lower(): str(value) for name, value in ((each.key, each.value) for each in entry.fields)}
        yield listed(
            entry.key,
            title=fields.get("title"),
            outlet=next((fields[name] for name in _OUTLETS if fields.get(name)), None),
            authors=_AND.split(fields.get("author", "")),
            published=_day(fields),
            addresses=[_ESCAPED.sub(r"\1", raw["url"])],
            language=fields.get("langid") or fields.get("language"),
            files=_files(raw["file"]),
            abstract=fields.get("abstract"),
        )


def _take(entry: Entry, name: str) -> str:
    field = entry.pop(name)
    return field.value if field is not None and isinstance(field.value, str) else ""


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
