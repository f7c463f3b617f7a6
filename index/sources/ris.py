"""RIS, which Zotero, EndNote, databases and libraries export -> the articles that it lists.

Format: https://en.wikipedia.org/wiki/RIS_(file_format). Files of the field are careless: entries without their end, dates without a
day, attachments in four tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import rispy
from rispy.config import TAG_KEY_MAPPING

from index.sources.listed import ListedArticle, day_of, listed

_BEGINS = re.compile(r"^TY  - ?", re.MULTILINE)
_ENDS = re.compile(r"^ER  -", re.MULTILINE)
_LINE = re.compile(r"[A-Z][A-Z0-9]  -")
_ATTACHMENTS = ("L1", "L2", "L3", "L4")
# Under their own names, each as a list: what stands twice must not be lost, and addresses may hold a semicolon.
_TAGS = {tag: tag for tag in (*TAG_KEY_MAPPING, *_ATTACHMENTS)}
_OUTLETS = ("T2", "JO", "JF", "JA", "J2", "PB")  # what contains it; its publisher where nothing does
_DAYS = ("DA", "PY", "Y1")  # never Y2, when it was looked up


def read_ris(text: str) -> Iterator[ListedArticle]:
    """Yield the entries of a list; one whose end is missing ends where the next begins."""
    for record in map(_read_record, _split_records(text)):
        yield listed(
            _first(record, "ID"),
            title=_first(record, "TI", "T1"),
            outlet=_first(record, *_OUTLETS),
            authors=[*record.get("AU", ()), *record.get("A1", ())],
            published=_day(record),
            addresses=[address for tag in ("UR", *_ATTACHMENTS) for address in record.get(tag, ())],
            language=_first(record, "LA"),
            section=_first(record, "SE"),
            files=[file for tag in _ATTACHMENTS for file in record.get(tag, ())],
            abstract=_first(record, "AB", "N2"),
        )


def _split_records(text: str) -> Iterator[str]:
    starts = [match.start() for match in _BEGINS.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        record = text[start:end]
        last = _ENDS.search(record)
        yield record[: last.start()] if last else record


def _read_record(record: str) -> Mapping[str, list[str]]:
    """Return the values of each tag. One record at a time: rispy runs entries together that lack their end."""
    lines = [line for line in record.split("\n") if line.strip()]
    tags = [line for line in _unwrapped(lines) if _LINE.match(line)]
    (found,) = rispy.loads(
        "\n".join([*tags, "ER  - "]),
        mapping=_TAGS,
        list_tags=list(_TAGS),
        delimiter_tags_mapping={},
        skip_unknown_tags=True,
    )
    return {tag: values for tag, values in found.items() if isinstance(values, list)}


def _unwrapped(lines: list[str]) -> Iterator[str]:
    """Yield the lines with those that begin without a tag, which go on from the one before, at its end."""
    whole: list[str] = []
    for line in lines:
        if _LINE.match(line) and whole:
            yield " ".join(whole)
            whole = []
        whole.append(line.strip() if whole else line)
    yield " ".join(whole)


def _first(record: Mapping[str, list[str]], *tags: str) -> str | None:
    return next((value for tag in tags for value in record.get(tag, ()) if value), None)


def _day(record: Mapping[str, list[str]]) -> str | None:
    """Return the first date that has a day: many programs write the year alone in one tag and the day in another."""
    days = [day_of(value) for tag in _DAYS for value in record.get(tag, ())]
    return next((day for day in days if day and not day.isdecimal()), None)
