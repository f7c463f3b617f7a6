"""A question to a query (pure): what is asked, in words that can be searched, and which articles may answer."""

from __future__ import annotations

from datetime import date

from index.articles import Filters
from index.clean import canonical_line
from index.dates import day_of, parse_moment
from index.errors import QuestionError
from rag.answers import Query


def understand(question: str, *, filters: Filters, maximum_characters: int, today: str | None = None) -> Query:
    """Return the query for a question.

    Args:
        question: as a person typed it.
        filters: which articles may be searched.
        maximum_characters: longer questions are refused.
        today: the day on which it is asked, from which "last week" counts; the current one when None.

    Raises:
        QuestionError: the question is empty or longer than ``maximum_characters``, or ``today`` is no date.
    """
    day = _to_day(today, "present") or date.today().isoformat()
    text = canonical_line(question)
    if not text or not any(character.isalnum() for character in text):
        raise QuestionError(f"The question {question[:40]!r} holds no words.", hint="Ask in a sentence.")
    if len(text) > maximum_characters:
        raise QuestionError(
            f"The question has {len(text):,} characters; at most {maximum_characters:,} are taken.",
            hint="Ask for one thing at a time. Articles are brought in with `citewire ingest`.",
        )
    return Query(question=text, text=text, filters=filters, today=day)


def make_filters(*, first: str | None = None, last: str | None = None, outlets: tuple[str, ...] = ()) -> Filters:
    """Return filters from what a person typed.

    Raises:
        QuestionError: a day is no date, or the first lies after the last.
    """
    since, until = _to_day(first, "first"), _to_day(last, "last")
    if since and until and since > until:
        raise QuestionError(f"The first day {since} lies after the last day {until}.", hint="Exchange them.")
    named = tuple(dict.fromkeys(name.strip() for name in outlets if name.strip()))
    return Filters(first=since, last=until, outlets=named)


def _to_day(text: str | None, which: str) -> str | None:
    if text is None or not text.strip():
        return None
    moment = parse_moment(text)
    if moment is None:
        raise QuestionError(f"The {which} day {text!r} is no date.", hint="Write it as YEAR-MONTH-DAY: 2031-03-04.")
    return day_of(moment)
