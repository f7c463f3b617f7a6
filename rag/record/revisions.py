"""Two versions of an article to the words that changed between them, and what its editors call the change (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

from index.articles import Article

Note = Literal["retraction", "correction", "update"]

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]+")
_FACTS = ("title", "outlet", "author", "published", "updated", "url", "language", "section")
_HEAD, _TAIL = 600, 900  # characters at either end in which editors put their notes
_NOTES: tuple[tuple[Note, re.Pattern[str]], ...] = (
    (
        "retraction",
        re.compile(
            r"\bretract(?:ed|ion|ing|s)?\b[^.]{0,80}\b(?:article|story|report|version|piece)\b"
            r"|\b(?:article|story|report|piece)\b[^.]{0,60}\b(?:has been|was|is) (?:retracted|withdrawn|removed)\b"
            r"|^\s*(?:editor[’']?s note:?\s*)?retraction\b",
            re.IGNORECASE | re.MULTILINE,
        ),
    ),
    (
        "correction",
        re.compile(
            r"^\s*(?:\W{0,3})(?:corrections?|corrected|clarifications?|corrections? (?:&|and) clarifications?)\b\s*[:(.–—-]"
            r"|\b(?:earlier|previous|original|prior) version of this (?:article|story|report|column|headline)\b"
            r"|\bthis (?:article|story|report|headline) (?:has been|was) (?:corrected|clarified|amended)\b"
            r"|\bcorrects? (?:to say|that|the (?:name|spelling|date|figure|number|title|paragraph)|paragraph|headline|dateline)\b",
            re.IGNORECASE | re.MULTILINE,
        ),
    ),
    (
        "update",
        re.compile(
            r"^\s*(?:\W{0,3})updates?\b\s*[:(–—-]|\bthis (?:article|story|report) (?:has been|was|is being) updated\b"
            r"|\bthis is (?:an updated|a developing) (?:version|story)\b",
            re.IGNORECASE | re.MULTILINE,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of words of two texts laid over each other: kept, removed from the old one, or added in the new one."""

    change: Literal["kept", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Revision:
    """What a version changed against the one before.

    Attributes:
        version: its number.
        day: when it was updated or published, as it says itself; else when it was read.
        note: what the editors call the change, where a note says so that the version before did not have.
        facts: ``(name, before, after)`` of title, dates and the like.
        runs: the two texts laid over each other; in order they give the old text without the added ones, the new one
            without the removed ones.
    """

    version: int
    day: str
    note: Note | None
    facts: tuple[tuple[str, str | None, str | None], ...]
    runs: tuple[Run, ...]


def find_revisions(versions: Sequence[Article]) -> tuple[Revision, ...]:
    """Return what each version but the first changed.

    Args:
        versions: of one article, the oldest first.
    """
    return tuple(
        Revision(
            version=new.version,
            day=(new.updated or new.fetched)[:10],
            note=editors_note(new.text) if editors_note(new.text) != editors_note(old.text) else None,
            facts=tuple(
                (name, getattr(old, name), getattr(new, name))
                for name in _FACTS
                if getattr(old, name) != getattr(new, name)
            ),
            runs=word_runs(old.text, new.text),
        )
        for old, new in pairwise(versions)
    )


def word_runs(old: str, new: str) -> tuple[Run, ...]:
    """Return two texts laid over each other word by word.

    Paragraphs that both have are matched first, so that long articles take no time: words are compared within what is left.
    """
    runs: list[Run] = []
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            _add(runs, "kept", "".join(before[a:b]))
            continue
        mine, theirs = _TOKEN.findall("".join(before[a:b])), _TOKEN.findall("".join(after[c:d]))
        for inner, first, last, start, end in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
            if inner == "equal":
                _add(runs, "kept", "".join(mine[first:last]))
            else:
                _add(runs, "removed", "".join(mine[first:last]))
                _add(runs, "added", "".join(theirs[start:end]))
    return tuple(runs)


def editors_note(text: str) -> Note | None:
    """Return what a note at the head or the foot of an article says of it: retracted, corrected or updated."""
    ends = text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]}\n{text[-_TAIL:]}"
    return next((note for note, pattern in _NOTES if pattern.search(ends)), None)


def _add(runs: list[Run], change: Literal["kept", "removed", "added"], text: str) -> None:
    if text:
        runs.append(Run(change, text))
