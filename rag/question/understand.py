"""A question to a query (pure): what is asked, in words that can be searched, and which articles may answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from index.articles import Filters
from index.errors import QuestionError
from index.text.clean import canonical_line
from index.text.dates import day_of, parse_moment
from rag.answer_types import Answer, Query
from rag.question.follow_up import resolve
from rag.question.parts import split_question


def understand(
    question: str,
    *,
    filters: Filters,
    maximum_characters: int,
    today: str | None = None,
    history: Sequence[Answer] = (),
) -> Query:
    """Return the query for a question.

    Args:
        question: as a person typed it.
        filters: which articles may be searched.
        maximum_characters: longer questions are refused.
        today: the day on which it is asked, from which "last week" counts; the day of ``filters.as_of``, or the current one,
            when None.
        history: the earlier answers of the conversation, the oldest first: what a follow-up question leans on.

    Raises:
        QuestionError: the question is empty or longer than ``maximum_characters``, or ``today`` is no date.
    """
    day = _to_day(today, "present") or filters.as_of or date.today().isoformat()
    text = canonical_line(question)
    if not text or not any(character.isalnum() for character in text):
        raise QuestionError(f"The question {question[:40]!r} holds no words.", hint="Ask in a sentence.")
    if len(text) > maximum_characters:
        raise QuestionError(
            f"The question has {len(text):,} characters; at most {maximum_characters:,} are taken.",
            hint="Ask for one thing at a time. Articles are brought in with `citewire ingest`.",
        )
    alone = resolve(text, history)
    parts = split_question(alone)
    return Query(question=text, text=alone, filters=filters, today=day, parts=parts if len(parts) > 1 else ())


def make_filters(
    *,
    first: str | None = None,
    last: str | None = None,
    outlets: tuple[str, ...] = (),
    as_of: str | None = None,
) -> Filters:
    """Return filters from what a person typed.

    Raises:
        QuestionError: a day is no date, or the first lies after the last or after the day of knowledge.
    """
    since, until, known = _to_day(first, "first"), _to_day(last, "last"), _to_day(as_of, "as-of")
    ends = [day for day in (until, known) if day]
    if since and ends and since > min(ends):
        raise QuestionError(f"The first day {since} lies after the last day {min(ends)}.", hint="Exchange them.")
    named = tuple(dict.fromkeys(name.strip() for name in outlets if name.strip()))
    return Filters(first=since, last=until, outlets=named, as_of=known)


def _to_day(text: str | None, which: str) -> str | None:
    if text is None or not text.strip():
        return None
    moment = parse_moment(text)
    if moment is None:
        raise QuestionError(f"The {which} day {text!r} is no date.", hint="Write it as YEAR-MONTH-DAY: 2031-03-04.")
    return day_of(moment)
