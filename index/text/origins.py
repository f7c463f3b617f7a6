"""Which article of an origin is its head: the one that the others are copies of (pure).

The articles of an origin are near-copies of each other (``index.text.syndication``). Its head is the article of the agency that
they name, when that agency's own is among them; otherwise the one that was published first. An agency is named where news
articles name one: after the place of the dateline, as author, or in a line of its own at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

MEMBER_ENDS = 400  # characters at either end of a text in which an agency is named
_NAME = r"(?P<name>[^\W\d_][\w.&’' -]{1,48}?)"
_DATELINE = re.compile(
    r"^[^\n]{0,80}?(?:\(" + _NAME + r"\)|/" + _NAME.replace("<name>", "<slashed>") + r"/)\s*(?:[-–—:]|--)"
)
_CREDITS = (
    re.compile(r"^\W{0,3}(?:sources?|agency)\s*:\s*" + _NAME + r"\.?$", re.IGNORECASE),
    re.compile(r"^(?:[-–—]{1,2}\s*|\()" + _NAME + r"\)?\.?$"),
    re.compile(
        r"^(?:©|\(c\)|copyright)(?:\s*(?:©|\(c\)))?\s*(?:\d{4}\s*)?(?:by\s+)?" + _NAME + r"(?:[.,].*)?$", re.IGNORECASE
    ),
    re.compile(
        r"\b(?:first|originally)\s+(?:appeared|published|reported|ran)\s+(?:in|on|by|at)\s+" + _NAME + r"(?:[.,;].*)?$",
        re.IGNORECASE,
    ),
)
_BYLINE = re.compile(r"^(?:by\s+)?(?:[^,/|]{3,60}[,/|]\s*)?" + _NAME + r"$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|la|el|le|il|l[’'])\s+")
# What agencies are called beside their name. A name that is not here is matched as it is written.
_AGENCIES: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split("|"))
    for names in (
        "associated press|ap|ap news|apnews",
        "reuters|thomson reuters",
        "agence france-presse|agence france presse|afp",
        "deutsche presse-agentur|deutsche presse agentur|dpa",
        "press association|pa|pa media",
        "united press international|upi",
        "agencia efe|efe",
        "ansa|agenzia ansa",
        "xinhua|xinhua news agency",
        "tass|itar-tass",
        "kyodo|kyodo news",
        "yonhap|yonhap news agency",
        "press trust of india|pti",
        "asian news international|ani",
        "indo-asian news service|ians",
        "bernama",
        "anadolu agency|anadolu|aa",
        "canadian press",
        "australian associated press|aap",
        "inter press service|ips",
        "bloomberg|bloomberg news",
        "pr newswire|prnewswire",
        "business wire|businesswire",
        "globe newswire|globenewswire",
    )
)


@dataclass(frozen=True, slots=True)
class Member:
    """An article of an origin.

    Attributes:
        published: day or moment, ISO 8601, or None.
        fetched: moment it was read, ISO 8601.
        start: its first ``MEMBER_ENDS`` characters.
        end: its last ones; both may be the whole text.
    """

    article_id: str
    outlet: str | None
    author: str | None
    title: str | None
    url: str | None
    published: str | None
    fetched: str
    start: str
    end: str


def find_head(members: Sequence[Member]) -> Member:
    """Return the article that the others are copies of.

    Raises:
        ValueError: there are no members.
    """
    named = {name for member in members for name in credited_names(member)}
    authors = {_bare(member.author or "") for member in members} - {""}
    own = [
        member
        for member in members
        if _bare(member.outlet or "") in authors or any(_is_outlet(name, member) for name in named)
    ]
    return min(own or members, key=_age)


def credited_names(member: Member) -> Iterator[str]:
    """Yield the names that an article gives as where its text comes from."""
    if dateline := _DATELINE.search(member.start):
        yield dateline["name"] or dateline["slashed"]
    for line in _last_lines(member.end):
        for credit in _CREDITS:
            if found := credit.search(line):
                yield found["name"].strip()
                break
    byline = _BYLINE.match((member.author or "").strip())
    if byline and _aliases(_bare(byline["name"])):
        yield byline["name"]


def _is_outlet(name: str, member: Member) -> bool:
    """Return whether an article's outlet, or the host of its address, is what a credit names."""
    credit = _bare(name)
    names = _aliases(credit) | {credit}
    outlet = _bare(member.outlet or "")
    if outlet and (outlet in names or _initials(outlet) == credit or _initials(credit) == outlet):
        return True
    labels = _host(member.url).split(".")
    return any(alias.replace(" ", "").replace("-", "") in labels for alias in names if len(alias) > 1)


def _age(member: Member) -> tuple[bool, str, bool, str, str, str]:
    """Order by day, undated ones last; of one day, those that give an hour come first."""
    published = member.published or ""
    return (not published, published[:10], len(published) <= 10, published, member.fetched, member.article_id)


def _last_lines(end: str) -> list[str]:
    return [stripped for line in end.splitlines() if (stripped := line.strip())][-4:]


def _bare(name: str) -> str:
    return _ARTICLE.sub("", " ".join(name.casefold().split()).strip(" .")).replace(".", "")


def _aliases(name: str) -> frozenset[str]:
    return next((group for group in _AGENCIES if name in group), frozenset())


def _initials(name: str) -> str | None:
    words = re.findall(r"\w+", name)
    return "".join(word[0] for word in words) if len(words) > 1 else None


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url).hostname or "") if url else ""
    except ValueError:
        return ""
