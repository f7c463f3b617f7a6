"""Which articles a question may be answered from, as a person says it, to the filters of the archive (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypedDict, Unpack

from index.articles import Filters
from index.errors import QuestionError
from index.text.dates import day_of, parse_moment

MOST_ARTICLES = 500
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class FilterWords(TypedDict, total=False):
    """Filters as typed: the keywords that every way of asking takes; what is left out or None filters nothing.

    Attributes:
        first: only articles published on that day or later.
        last: only articles published on that day or earlier.
        outlets: only articles of these outlets.
        as_of: with the knowledge of that day: nothing that was published or changed later.
        articles: only these articles, by their ids.
        languages: only articles written in these, as ``en``.
    """

    first: str | None
    last: str | None
    outlets: Sequence[str]
    as_of: str | None
    articles: Sequence[str]
    languages: Sequence[str]


def make_filters(**words: Unpack[FilterWords]) -> Filters:
    """Return filters from what a person typed.

    Raises:
        QuestionError: a day is no date, or the first lies after the last or after the day of knowledge; too many articles are
            named, or a language is no code.
    """
    since, until = read_day(words.get("first"), "first"), read_day(words.get("last"), "last")
    known = read_day(words.get("as_of"), "as-of")
    ends = [day for day in (until, known) if day]
    if since and ends and since > min(ends):
        raise QuestionError(f"The first day {since} lies after the last day {min(ends)}.", hint="Exchange them.")
    named = tuple(dict.fromkeys(name.strip() for name in words.get("outlets") or () if name.strip()))
    articles = tuple(dict.fromkeys(name.strip() for name in words.get("articles") or () if name.strip()))
    if len(articles) > MOST_ARTICLES:
        raise QuestionError(
            f"{len(articles)} articles are named.", hint=f"Name {MOST_ARTICLES} or fewer, or none for all."
        )
    languages = tuple(dict.fromkeys(name.strip().lower() for name in words.get("languages") or () if name.strip()))
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            raise QuestionError(
                f"{language[:40]!r} is no language.", hint="Write its code of ISO 639-1, such as en or de."
            )
    return Filters(first=since, last=until, outlets=named, as_of=known, articles=articles, languages=languages)


def filter_words(filters: Filters) -> FilterWords:
    """Return filters as the keywords that they are made from."""
    return {
        "first": filters.first,
        "last": filters.last,
        "outlets": filters.outlets,
        "as_of": filters.as_of,
        "articles": filters.articles,
        "languages": filters.languages,
    }


def read_day(text: str | None, which: str) -> str | None:
    """Return a day that a person typed as an ISO date, or None for none.

    Args:
        which: what the day is for, for the message.

    Raises:
        QuestionError: it is no date.
    """
    if text is None or not text.strip():
        return None
    moment = parse_moment(text)
    if moment is None:
        raise QuestionError(f"The {which} day {text!r} is no date.", hint="Write it as YEAR-MONTH-DAY: 2031-03-04.")
    return day_of(moment)
