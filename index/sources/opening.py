"""What stands above an article's text in files without markup: headline, byline, lines with a date, dateline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.sources.fields import FACT_NAMES
from index.text.dates import parse_moment, read_dated

LONGEST_TITLE = 200
_LONGEST_FURNITURE = 120  # characters of a byline or a line with a date
_MOST_FURNITURE = 5  # lines

_CLOSES_A_SENTENCE = re.compile(r"""[.!?…。！？:,;—–-]["'”’»)\]]*$""")

_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]{1,40}(?:, [A-Z][A-Za-z. ]{2,20}?)?"
_DAY = r"[A-Z][a-z]{2,8}\.? \d{1,2}(?:, (?P<year>\d{4}))?"
_AGENCY = r"\([\w&.' /-]{2,40}\)"
# "LONDON, Jan. 5 (Reuters)", "PANAMA CITY (AP)": where and when an agency filed, not what happened.
_DATELINE_ALONE = re.compile(rf"{_PLACE}(?:, {_DAY})?(?: {_AGENCY}|(?<=\d))")
_DATELINE = re.compile(rf"{_PLACE}(?:, (?P<day>{_DAY}))?(?: {_AGENCY})? ?(?::|[—–]|--?)(?:\s|$)")

_BYLINE = re.compile(r"(?:By|BY|Por|Par|Von) (?P<names>\S.*)")
_NAME_PARTICLES = frozenset(
    "and & in for staff reporter reporters correspondent correspondents writer writers editor desk de da do dos du del della der den di el la le van von zu bin al y e et und".split()
)
_READING_TIME = re.compile(r"\d{1,3}[ -]min(?:ute)?s?(?: read)?", re.IGNORECASE)
PARTS_OF_A_LINE = re.compile(r"\s+[|·•]\s+")
_NAMED = re.compile(r"(?P<name>[A-Za-z][A-Za-z_ -]{1,19}):[ \t]+(?P<value>\S.*)")
_NAMED_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Opening:
    """What the first lines of a text say of it.

    Attributes:
        facts: title, author, published and so on, as far as they stand there.
        body: the lines that follow.
    """

    facts: dict[str, object] = field(default_factory=dict)
    body: Sequence[str] = ()


def read_opening(lines: Sequence[str], *, titled: bool = False) -> Opening:
    """Return what the first lines of a text say of it, and the rest of the lines.

    Two lines or more such as ``Title: Words`` at the top are taken at their word. Else the first line is the title
    where it reads as a headline and either a blank line or a byline, a date or a dateline follows it. Bylines and lines
    with nothing but a date are no part of the body; a dateline is. With ``titled`` the title is known from elsewhere, and
    only bylines and dates are looked for.
    """
    lines = _strip(lines)
    named = Opening() if titled else _read_named(lines)
    if named.facts:
        return named
    facts: dict[str, object] = {}
    rest = _read_furniture(lines, facts)
    if not titled and len(rest) > 1 and is_headline(rest[0].strip()) and _body_follows(rest):
        facts["title"] = rest[0].strip()
        rest = _read_furniture(_strip(rest[1:]), facts)
    if not rest:
        return Opening({}, lines)
    if (dated := _day_of_dateline(rest[0])) and "published" not in facts:
        facts["published"] = dated
    return Opening(facts, rest)


def is_headline(line: str) -> bool:
    """Tell whether a line reads as a headline: not too long, no closing punctuation, no dateline."""
    if not line or len(line) > LONGEST_TITLE or _CLOSES_A_SENTENCE.search(line):
        return False
    return _DATELINE_ALONE.fullmatch(line) is None


def read_furniture(line: str, language: str | None = None) -> dict[str, object]:
    """Return what a byline or a line with nothing but dates says, or nothing where it is another line.

    Args:
        line: without line ends.
        language: the language that dates in it are read by.
    """
    if len(line) > _LONGEST_FURNITURE:
        return {}
    facts: dict[str, object] = {}
    for part in PARTS_OF_A_LINE.split(line.strip()):
        if _READING_TIME.fullmatch(part):
            continue
        said = _read_byline(part) or dict(read_dated(part, language=language))
        if not said:
            return {}
        facts = said | facts
    return facts


def begins_with_dateline(line: str) -> bool:
    """Tell whether a line begins as agencies begin: "PANAMA CITY, March 3 (Agency) - "."""
    return _DATELINE.match(line) is not None


def _strip(lines: Sequence[str]) -> Sequence[str]:
    first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    return lines[first:]


def _read_named(lines: Sequence[str]) -> Opening:
    """Read lines such as "Title: Words" at the top; nothing where fewer than two stand there."""
    record: dict[str, object] = {}
    number = 0
    for number, line in enumerate(lines):  # noqa: B007 - used after the loop
        match = _NAMED.fullmatch(line.strip())
        name = "_".join(match["name"].lower().split()) if match else ""
        if match is None or name not in FACT_NAMES:
            break
        record.setdefault(name, match["value"])
    body = _strip(lines[number:])
    return Opening(record, body) if len(record) >= _NAMED_ENOUGH and body else Opening()


def _read_furniture(lines: Sequence[str], facts: dict[str, object]) -> Sequence[str]:
    """Move what bylines and dates at the top say into ``facts`` and return the lines below them."""
    for _ in range(_MOST_FURNITURE):
        said = read_furniture(lines[0]) if lines else {}
        if not said:
            break
        for name, value in said.items():
            facts.setdefault(name, value)
        lines = _strip(lines[1:])
    return lines


def _body_follows(lines: Sequence[str]) -> bool:
    """Tell whether what follows the first line sets it apart as a title."""
    if not "".join(lines[1:]).strip():
        return False
    if not lines[1].strip():
        return True
    return bool(read_furniture(lines[1])) or begins_with_dateline(lines[1])


def _read_byline(words: str) -> dict[str, object]:
    match = _BYLINE.fullmatch(words)
    if match is None or _CLOSES_A_SENTENCE.search(words):
        return {}
    names = match["names"]
    plausible = all(word[0].isupper() or word in _NAME_PARTICLES for word in names.replace(",", " ").split())
    return {"author": names} if plausible else {}


def _day_of_dateline(line: str) -> str | None:
    """Return the day that a dateline states in full, with its year."""
    match = _DATELINE.match(line)
    return parse_moment(match["day"]) if match and match["year"] else None
