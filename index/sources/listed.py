"""What a list of references says of one article: its facts, and the files that were exported with it.

The formats (RIS, BibTeX, Zotero's) differ in their names; names of people, dates and addresses are alike in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.sources.fields import read_url

_PARTS_OF_A_DATE = re.compile(r"(?P<year>\d{4})/(?P<month>\d{0,2})/(?P<day>\d{0,2})(?:/.*)?", re.DOTALL)
_MARKUP = re.compile(r"</?(?:i|b|sub|sup|span|sc)(?:\s[^>]{0,200})?>", re.IGNORECASE)
_LONGEST_IDENTIFIER = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedArticle:
    """One entry of a list.

    Attributes:
        identifier: what the list calls it, where it does.
        facts: under the names of ``build_article``.
        files: its attachments, as the list names them: relative to the folder of the list where all is well.
        has_abstract: whether there is a summary, which is no article.
        fault: why the entry itself could not be read, or empty.
    """

    identifier: str | None
    facts: dict[str, object]
    files: tuple[str, ...] = ()
    has_abstract: bool = False
    fault: str = ""


def listed(
    identifier: object,
    *,
    title: object = None,
    outlet: object = None,
    authors: Iterable[str] = (),
    published: object = None,
    addresses: Iterable[object] = (),
    language: object = None,
    section: object = None,
    files: Iterable[object] = (),
    abstract: object = None,
) -> ListedArticle:
    """Return an entry of what a format gives; whatever is no text counts as missing, and so does what is empty."""
    named = _words(identifier)
    facts: dict[str, object] = {
        "title": _words(title),
        "outlet": _words(outlet),
        "author": ", ".join(dict.fromkeys(filter(None, map(turned, authors)))) or None,
        "published": published,
        "url": next(filter(None, map(read_url, addresses)), None),
        "language": _words(language),
        "section": _words(section),
    }
    return ListedArticle(
        identifier=named if named and len(named) <= _LONGEST_IDENTIFIER else None,
        facts=facts,
        files=tuple(dict.fromkeys(file.strip() for file in files if isinstance(file, str) and file.strip())),
        has_abstract=_words(abstract) is not None,
    )


def broken(identifier: str, fault: str) -> ListedArticle:
    """Return what stands for an entry that could not be read."""
    return ListedArticle(identifier=identifier, facts={"title": None, "url": None}, fault=fault)


def turned(name: str) -> str:
    """Return a name as it is spoken: "Ada Quill" for "Quill, Ada". What has no comma, or several, stays."""
    family, comma, given = name.partition(",")
    words = f"{given} {family}" if comma and "," not in given else name
    return " ".join(words.split())


def day_of(words: object) -> str | None:
    """Return the day that a date with slashes states (``2031/03/04/``), None where it lacks the day (``2031///``); others as they are."""
    if not isinstance(words, str):
        return None
    parts = _PARTS_OF_A_DATE.fullmatch(words.strip())
    if parts is None:
        return words.strip() or None
    if not parts["month"] or not parts["day"]:
        return None
    return f"{parts['year']}-{int(parts['month']):02}-{int(parts['day']):02}"


def _words(value: object) -> str | None:
    """Return text on one line without the markup that titles may have, or None."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return " ".join(_MARKUP.sub("", value).split()) or None if isinstance(value, str) else None
