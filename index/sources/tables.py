"""Files with one article a row (JSON lines, JSON arrays, CSV) -> their articles, and what could not be read of them.

Lines are read one at a time, so that an export of any length takes little memory. A column mapping says which column or
key holds which fact where the usual names do not fit.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import BinaryIO

from index.articles import Kind, RawArticle, Unreadable
from index.errors import SourceError
from index.sources.decode import decode_text, detect_encoding
from index.sources.exports import address_column, address_of, usual_record
from index.sources.fields import build_article, find_text, normalise_names
from index.sources.html.field import read_field, read_name
from index.sources.part import Source, open_source, read_all

LONGEST_ROW = 5_000_000
"""Bytes of a line, characters of a cell."""

_LARGEST_WIDE = 32_000_000  # bytes of a file in UTF-16
_DELIMITERS = ",;\t|"
_TELLS_DELIMITER = re.compile(r"\ufeff?\"?sep=(?P<sign>[,;\t|])\"?\r?\n", re.IGNORECASE)
_LINES_TO_TELL = 20  # so many lines show which sign parts the columns
_ARTICLES_NAMES = ("articles", "items", "documents", "docs", "results", "data")  # where an export wraps its list

Rows = Iterator[RawArticle | Unreadable]


def read_jsonl(reference: str, source: Source, columns: Mapping[str, str]) -> Rows:
    """Yield one article, or the reason why there is none, for each line that is not blank.

    An article's reference is ``reference#id``, or ``reference#line`` where the line has no id. Lines count from 1.

    Raises:
        SourceError: it is no text, or holds no line.
    """
    empty = True
    with open_source(source) as file:
        for number, line in enumerate(_read_lines(reference, file), start=1):
            if line is None:
                empty = False
                yield Unreadable(f"{reference}#{number}", f"line {number} has more than {LONGEST_ROW / 1e6:.0f} MB")
            elif line.strip():
                empty = False
                yield _read_line(reference, number, line, columns)
    if empty:
        raise _empty(reference)


def read_json(reference: str, source: Source, columns: Mapping[str, str]) -> Rows:
    """Yield the articles of a JSON file: an array of objects, one object that wraps such an array, or one object.

    Raises:
        SourceError: it is not JSON, or holds neither an object nor an array.
    """
    text = decode_text(reference, read_all(source))
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        if "\n" in text.strip() and _is_json(text.lstrip().partition("\n")[0]):
            yield from read_jsonl(reference, source, columns)  # JSON lines under the wrong name
            return
        raise SourceError(
            f"{reference}: it is not JSON: {error}.", reference=reference, hint="Give an array of objects with a text."
        ) from error
    rows, wrapper = _find_rows(tree)
    if not rows:
        raise _empty(reference)
    for number, record in enumerate(rows, start=1):
        usual = usual_record(record, wrapper) if isinstance(record, dict) else record
        yield _read_record(reference, number, f"item {number}", usual, columns, "jsonl")


def read_csv(reference: str, source: Source, columns: Mapping[str, str]) -> Rows:
    """Yield one article, or the reason why there is none, for each row below the header of a CSV or TSV file.

    The sign between the columns is found from the first lines: comma, semicolon, tab or bar.

    Raises:
        SourceError: there is no header with a column for the text.
    """
    csv.field_size_limit(LONGEST_ROW)
    encoding = _find_encoding(reference, source)
    with open_source(source) as file, io.TextIOWrapper(file, encoding=encoding, newline="") as lines:
        sample = "".join(islice(_limited_lines(reference, lines), _LINES_TO_TELL))
        lines.seek(0)
        told = _TELLS_DELIMITER.match(sample)
        if told:
            lines.readline()  # a line for spreadsheets, which is no header
        delimiter = told["sign"] if told else _find_delimiter(sample)
        rows = csv.DictReader(_limited_lines(reference, lines), delimiter=delimiter, strict=True)
        header = _read_header(reference, rows, columns)
        for number in _count():
            try:
                row = next(rows)
            except StopIteration:
                return
            except (csv.Error, UnicodeDecodeError) as error:
                yield Unreadable(
                    f"{reference}#{number}", f"row {number} is not CSV: {error}. What follows was not read."
                )
                return
            record = {name: value for name, value in row.items() if isinstance(name, str) and isinstance(value, str)}
            if len(record) < len(header):
                reason = f"row {number} has {len(record)} columns, wanted {len(header)} as in the header"
                yield Unreadable(f"{reference}#{number}", reason)
            else:
                yield _read_record(reference, number, f"row {number}", record, columns, "csv")


def _count() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def _read_line(reference: str, number: int, line: bytes, columns: Mapping[str, str]) -> RawArticle | Unreadable:
    try:
        record = json.loads(decode_text(f"line {number}", line))
    except SourceError as error:
        return Unreadable(f"{reference}#{number}", error.message)
    except (ValueError, RecursionError) as error:
        return Unreadable(f"{reference}#{number}", f"line {number} is not JSON: {error}")
    return _read_record(reference, number, f"line {number}", record, columns, "jsonl")


def _read_record(
    reference: str, number: int, name: str, record: object, columns: Mapping[str, str], kind: Kind
) -> RawArticle | Unreadable:
    """Return the article of one row; ``name`` says which row it is."""
    place = f"{reference}#{number}"
    if not isinstance(record, dict):
        return Unreadable(place, f"{name} is a JSON {_name_type(record)}, wanted an object with a text")
    facts = normalise_names(record, columns)
    body = find_text(facts)
    if body is None:
        wanted = f"{columns['text']!r}" if "text" in columns else "one of the keys text, body, content"
        address = address_of(record)
        fetched = f"; its article is fetched with `citewire ingest {address}`" if address else ""
        return Unreadable(place, f"{name} has no text, wanted {wanted}{fetched}")
    if not isinstance(body, str):
        return Unreadable(place, f"{name} has a JSON {_name_type(body)} as its text, wanted a string")
    if not body.strip():
        return Unreadable(place, f"{name} has a text of white space only")
    identifier = facts.get("id")
    if isinstance(identifier, str | int) and str(identifier).strip():
        place = f"{reference}#{str(identifier).strip()}"
    try:
        text = read_field(place, body)
    except SourceError as error:
        return Unreadable(place, error.message)
    if not text.strip():
        return Unreadable(place, f"{name} has markup and no text")
    named = {
        fact: read_name(value) if isinstance(value, str) and value is not body else value
        for fact, value in facts.items()
    }
    return build_article(named, reference=place, kind=kind, text=text)


def _find_rows(tree: object) -> tuple[list[object], dict[str, object]]:
    """Return the items of an array, of the array that an object wraps, or the object itself as the only one; and what wraps them."""
    if isinstance(tree, list):
        return tree, {}
    if isinstance(tree, dict):
        wrapped = next((tree[name] for name in _ARTICLES_NAMES if isinstance(tree.get(name), list)), None)
        return ([tree], {}) if wrapped is None or find_text(tree) else (wrapped, tree)
    return [tree], {}


def _read_lines(reference: str, file: BinaryIO) -> Iterator[bytes | None]:
    """Yield the lines of a file; None for one that is too long. Only the first of binary data is yielded.

    Lines end at line feeds only: JSON allows U+2028 within a string.
    """
    start = file.read(4)
    file.seek(0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # Rare enough not to be worth reading in pieces; a line feed is two bytes there.
        yield from decode_text(reference, file.read(_LARGEST_WIDE)).encode("utf-8").split(b"\n")
        return
    while line := file.readline(LONGEST_ROW + 1):
        yield line if len(line) <= LONGEST_ROW else None
        if b"\x00" in line:
            return
        while len(line) > LONGEST_ROW and not line.endswith(b"\n"):
            line = file.readline(LONGEST_ROW + 1) or b"\n"


def _limited_lines(reference: str, lines: io.TextIOWrapper) -> Iterator[str]:
    while line := lines.readline(LONGEST_ROW + 1):
        if len(line) > LONGEST_ROW:
            raise SourceError(
                f"{reference}: a line of it has more than {LONGEST_ROW / 1e6:.0f} MB.",
                reference=reference,
                hint="Give its articles as separate files.",
            )
        yield line.replace("\x00", "")


def _find_encoding(reference: str, source: Source) -> str:
    """Return the encoding of a table: what its mark says, UTF-8 where all of it is, else what its letters fit."""
    with open_source(source) as file:
        decoder = codecs.getincrementaldecoder("utf-8")()
        before = b""
        while block := file.read(1_000_000):
            if not before and (marked := detect_encoding(reference, block[:1000], marks_only=True)):
                return marked
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return detect_encoding(reference, before[-10_000:] + block) or "utf-8"
            before = block
    return "utf-8"


def _find_delimiter(sample: str) -> str:
    """Return the sign that parts the columns: the one that stands most often in the header."""
    header = sample.partition("\n")[0]
    return max(_DELIMITERS, key=header.count)


def _read_header(reference: str, rows: csv.DictReader[str], columns: Mapping[str, str]) -> list[str]:
    try:
        header = [name.strip() for name in rows.fieldnames or ()]
    except (csv.Error, UnicodeDecodeError) as error:
        raise SourceError(
            f"{reference}: it is not CSV: {error}.", reference=reference, hint="Save the table as CSV in UTF-8."
        ) from error
    if not header:
        raise _empty(reference)
    missing = [column for column in columns.values() if column not in header]
    named = normalise_names(dict.fromkeys(header, "x"), columns)
    if missing or find_text(named) is None:
        wanted = f"the columns {', '.join(missing)}" if missing else "a column text, body or content"
        if not missing and (column := address_column(header)):
            raise SourceError(
                f"{reference}: it lists addresses in its column {column!r} and holds no text.",
                reference=reference,
                hint="Give the addresses to `citewire ingest -`, one a line: their articles are fetched.",
            )
        raise SourceError(
            f"{reference}: its header is {', '.join(header)[:200]}, wanted {wanted}.",
            reference=reference,
            hint="Say which column holds what, such as title=Headline,text=Story.",
        )
    rows.fieldnames = header
    return header


def _is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _name_type(value: object) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")


def _empty(reference: str) -> SourceError:
    return SourceError(f"{reference}: it holds no article text.", reference=reference, hint="Leave it out.")
