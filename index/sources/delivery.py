"""The lines of a delivery of a press database -> its articles: many articles in one file, each between labels of its own.

Nexis ends each with "End of Document" (older: begins it with "2 of 14 DOCUMENTS"), Factiva with "Document " and a number. Who reads such
a file as one article stores a list of headlines, or joins a correction to somebody else's story.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.articles import Kind, RawArticle
from index.sources.fields import build_article
from index.text.dates import parse_moment

_END_OF_NEXIS = re.compile(r"End of Document", re.IGNORECASE)
_OLD_NEXIS = re.compile(r"\s*(?:Document )?\d{1,4} of \d{1,4}(?: DOCUMENTS?)?\s*", re.IGNORECASE)
_END_OF_FACTIVA = re.compile(r"Document [A-Z]{2,10}(?=[A-Za-z0-9]*\d{6})[A-Za-z0-9]{10,40}")
_WORDS = re.compile(r"(?:LENGTH|Length)?:?\s*[\d,.]+ words", re.IGNORECASE)
_LABEL = re.compile(
    r"(?P<name>Section|Length|Byline|Dateline|Highlight|Graphic|Load-Date|Language|Publication-Type|Subject|Organization|Person|Geographic"
    r"|Classification|Source|Body|Journal Code|Correction-Date|Copyright|Series|Type|Notes|Industry|Company|Ticker|City|State|Country|Headline"
    r"|Acc-No|URL)(?::\s*(?P<value>.*)|\s*)",
    re.IGNORECASE,
)
_ALWAYS = ("length", "load-date", "byline")
_FACTS = {"byline": "author", "section": "section", "headline": "title", "url": "url"}
_AFTER_BODY = frozenset(
    "load-date language publication-type subject organization person geographic classification journal code graphic company ticker industry city state country acc-no notes".split()
)
_COPYRIGHT = re.compile(r"(?:Copyright|\(c\)|©|All Rights Reserved)", re.IGNORECASE)
_BY = re.compile(r"(?:By|BY) (?P<names>\S.*)")
_NO_TITLE = re.compile(r"Corrections? Appended|.{0,40}\bEdition\b.{0,20}", re.IGNORECASE)
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,11}")
_PAGE_OR_TIME = re.compile(r"[A-Z]?\d{1,4}|Pg\..*|\d{1,2}:\d{2}(?: ?[A-Z]{2,4})?")
_LANGUAGES = frozenset("english german french spanish italian portuguese dutch russian chinese japanese arabic".split())
_SECTION = re.compile(r"(?P<section>[^;]+)(?:;.*)?")
_LONGEST_FACT = 200


@dataclass(frozen=True, slots=True)
class Delivered:
    """An article of a delivery.

    Attributes:
        facts: title, outlet, author, published, section, as far as they are told.
        body: its paragraphs.
    """

    facts: dict[str, object] = field(default_factory=dict)
    body: Sequence[str] = ()


def delivered_articles(reference: str, lines: Sequence[str], kind: Kind) -> list[RawArticle]:
    """Return the articles of a delivery as ``reference#number``; nothing where the lines are none."""
    return [
        build_article(found.facts, reference=f"{reference}#{number}", kind=kind, text="\n\n".join(found.body))
        for number, found in enumerate(read_delivery(lines), start=1)
        if found.body
    ]


def read_delivery(lines: Sequence[str]) -> list[Delivered]:
    """Return the articles of a delivery, in order; nothing where the lines are no delivery.

    Args:
        lines: the paragraphs of the file; blank ones do not count.
    """
    kept = [line.strip() for paragraph in lines for line in paragraph.split("\n") if line.strip()]
    if any(_END_OF_NEXIS.fullmatch(line) for line in kept):
        return [_read_nexis(part) for part in _split_at(kept, _END_OF_NEXIS) if _has_labels(part)]
    if any(_END_OF_FACTIVA.fullmatch(line) for line in kept) and any(_WORDS.fullmatch(line) for line in kept):
        return [found for part in _split_at(kept, _END_OF_FACTIVA) if (found := _read_factiva(part))]
    if any(_OLD_NEXIS.fullmatch(line) for line in kept) and _has_labels(kept):
        return [_read_nexis(part) for part in _split_at(kept, _OLD_NEXIS) if _has_labels(part)]
    return []


def _split_at(lines: Sequence[str], mark: re.Pattern[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for line in lines:
        if mark.fullmatch(line):
            yield part
            part = []
        else:
            part.append(line)
    yield part


def _has_labels(lines: Sequence[str]) -> bool:
    return _first_label(lines) is not None


def _first_label(lines: Sequence[str]) -> int | None:
    """Return the place of the first of the labels that every article of Nexis has one of, or None."""
    labels = ((place, _LABEL.fullmatch(line)) for place, line in enumerate(lines))
    return next((place for place, label in labels if label and label["name"].lower() in _ALWAYS), None)


def _read_nexis(lines: list[str]) -> Delivered:
    """Return the article between two marks: its head up to "Body" or the last label above the text, then its text."""
    length = _first_label(lines) or 0
    dated = next((place for place in range(length - 1, -1, -1) if _day(lines[place])), None)
    facts: dict[str, object] = {}
    if dated is not None:
        facts["published"] = _day(lines[dated])
        facts |= _title_and_outlet(lines, dated, length)
    elif length:
        facts["title"] = lines[0]
    begins = length
    for place in range(length, len(lines)):
        label = _LABEL.fullmatch(lines[place])
        if label is None:
            break
        name, value = label["name"].lower(), (label["value"] or "").strip()
        begins = place + 1
        if name == "body":
            break
        _note(facts, name, value)
    for line in lines[:length]:
        if (label := _LABEL.fullmatch(line)) and label["value"]:
            _note(facts, label["name"].lower(), label["value"].strip())
    return Delivered(facts, _until_labels(lines[begins:], facts))


def _title_and_outlet(lines: Sequence[str], dated: int, length: int) -> dict[str, object]:
    """Return the title and the outlet around the day: title, outlet, day in new deliveries; outlet, day, title in old ones."""
    before = [line for line in lines[:dated] if not _COPYRIGHT.search(line) and not _LABEL.fullmatch(line)]
    after = [
        line
        for line in lines[dated + 1 : length]
        if not _COPYRIGHT.search(line) and not _LABEL.fullmatch(line) and not _NO_TITLE.fullmatch(line)
    ]
    if len(before) >= 2:
        return {"title": before[-2], "outlet": before[-1]}
    return {"title": after[0] if after else None, "outlet": before[-1] if before else None}


def _note(facts: dict[str, object], name: str, value: str) -> None:
    fact = _FACTS.get(name)
    if not fact or not value or len(value) > _LONGEST_FACT:
        return
    if name == "section" and (found := _SECTION.fullmatch(value)):
        value = found["section"].strip().capitalize() if found["section"].isupper() else found["section"].strip()
    if fact == "author" and (by := _BY.fullmatch(value)):
        value = by["names"]
    facts.setdefault(fact, value)


def _until_labels(lines: Sequence[str], facts: dict[str, object]) -> list[str]:
    body: list[str] = []
    for line in lines:
        label = _LABEL.fullmatch(line)
        if label and label["value"] is not None and label["name"].lower() in _AFTER_BODY:
            break
        if label and label["value"] is None and label["name"].lower() in ("classification", "graphic"):
            break
        if label and label["value"] and label["name"].lower() in _FACTS:
            _note(facts, label["name"].lower(), label["value"].strip())
            continue
        if not _COPYRIGHT.match(line) or len(line) > _LONGEST_FACT:
            body.append(line)
    return body


def _read_factiva(lines: list[str]) -> Delivered | None:
    """Return the article between two marks: headline, author, length, day, outlet, code, page, language, copyright, text."""
    counted = next((place for place, line in enumerate(lines) if _WORDS.fullmatch(line)), None)
    if not counted:
        return None
    facts: dict[str, object] = {}
    above = lines[:counted]
    if by := _BY.fullmatch(above[-1]):
        facts["author"] = by["names"]
        above = above[:-1]
    facts["title"] = above[-1] if above else None
    rest = lines[counted + 1 :]
    while rest and (day := _day(rest[0])):
        facts.setdefault("published", day)
        rest = rest[1:]
    while rest and _PAGE_OR_TIME.fullmatch(rest[0]):
        rest = rest[1:]
    if rest and len(rest[0]) <= _LONGEST_FACT:
        facts["outlet"] = rest[0]
        rest = rest[1:]
    while rest and (
        _CODE.fullmatch(rest[0])
        or _PAGE_OR_TIME.fullmatch(rest[0])
        or rest[0].lower() in _LANGUAGES
        or _COPYRIGHT.search(rest[0][:_LONGEST_FACT])
    ):
        rest = rest[1:]
    return Delivered(facts, rest) if rest else None


def _day(line: str) -> str | None:
    return parse_moment(line) if len(line) <= _LONGEST_FACT else None
