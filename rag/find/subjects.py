"""Whom and what a collection reports on: the names in headlines and first passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.articles import Filters, PassageRecord
from index.store.protocol import AnyLibrary
from rag.language.names import TITLES, find_runs
from rag.language.tokens import Token, plain, tokens

_READ = 400  # of the newest articles
_SPEAKS = frozenset("said says told warned added argued insisted replied announced".split())
_LONGEST_ACRONYM = 5
_ENOUGH = 2  # articles of different origin that make a name a topic


@dataclass(frozen=True, slots=True)
class Subjects:
    """Names of a collection, the most frequent first: what is reported on, who is described, who speaks."""

    topics: tuple[str, ...]
    people: tuple[str, ...]
    speakers: tuple[str, ...]


def newest_leads(library: AnyLibrary, filters: Filters) -> list[PassageRecord]:
    """Return the first passages of the newest articles, the newest first: what the subjects of a collection are read from."""
    newest = library.articles_by_day(filters, newest=True, limit=_READ, dated=False)
    leads = library.leads(newest)
    return [leads[article] for article in newest if article in leads]


def read_subjects(leads: Iterable[PassageRecord], outlets: Sequence[str]) -> Subjects:
    """Return the names in the headlines and first passages of articles, an origin once.

    Args:
        outlets: those of the collection, which are no subjects.
    """
    seen: set[str] = set()
    texts = []
    for record in leads:
        if record.article.origin not in seen:  # a copy makes nothing more frequent
            seen.add(record.article.origin)
            texts.append((record.article.title or "", record.text))
    return subjects_in(texts, outlets, enough=_ENOUGH)


def subjects_in(texts: Iterable[tuple[str, str]], outlets: Iterable[str], *, enough: int) -> Subjects:
    """Return the names in pairs of headline and text.

    Args:
        enough: in so many texts a name has to stand.
    """
    named, people, speakers, with_article = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    theirs = {outlet.removeprefix("The ") for outlet in outlets}
    for title, text in texts:
        here: set[str] = set()
        for part in map(plain, (title, text)):  # where a token stands is counted in plain text
            stream = tokens(part)
            for run in find_runs(stream):
                written = part[stream[run.first].start : stream[run.last - 1].end].removesuffix("'s").removesuffix("’s")
                if (run.begins and len(run.words) == 1) or written in theirs or _is_shouted(written):
                    continue
                article = run.first > 0 and stream[run.first - 1].folded == "the"
                with_article[written] += 1 if article else -1
                here.add(written)
                if len(run.words) > 1 and not article and _is_person(stream, run.first, run.last):
                    people[written] += 1
                    speakers[written] += _speaks(stream, run.first, run.last)
        named.update(here)
    topics = [name for name, times in named.most_common() if times >= enough and name not in people]
    topics.sort(key=lambda name: (-named[name] * (1.5 if " " in name else 1.0), name))
    return Subjects(
        tuple(f"the {name}" if with_article[name] > 0 else name for name in topics),
        tuple(name for name, _ in people.most_common()),
        tuple(name for name, times in speakers.most_common() if times),
    )


def _is_shouted(name: str) -> bool:
    """Whether a name is written in capitals alone and is too long for an acronym: the place of a dateline."""
    return name.isupper() and len(name) > _LONGEST_ACRONYM


def _is_person(stream: tuple[Token, ...], first: int, last: int) -> bool:
    """Whether a name is one of somebody: a title stands before it, or it speaks."""
    titled = first > 0 and stream[first - 1].folded in TITLES - {"the"}
    return titled or _speaks(stream, first, last)


def _speaks(stream: tuple[Token, ...], first: int, last: int) -> bool:
    after = stream[last].folded if last < len(stream) else ""
    before = stream[first - 1].folded if first else ""
    return after in _SPEAKS or before in _SPEAKS
