"""A question to a query (pure): what is asked, in words that can be searched, and which articles may answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index.articles import Filters
from index.errors import QuestionError
from index.text.clean import canonical_line
from index.text.languages import ENGLISH
from rag.answer_types import Answer
from rag.query_types import Query
from rag.question.asked_thing import asked_thing
from rag.question.filters import read_day
from rag.question.follow_up import resolve
from rag.question.kind import read_kind
from rag.question.language import question_language
from rag.question.outlets import named_outlets
from rag.question.parts import split_question
from rag.question.period import find_period


def understand(
    question: str,
    *,
    filters: Filters,
    maximum_characters: int,
    today: str | None = None,
    history: Sequence[Answer] = (),
    outlets: Sequence[str] = (),
    languages: Sequence[str] = (ENGLISH,),
) -> Query:
    """Return the query for a question.

    Args:
        question: as a person typed it.
        filters: which articles may be searched.
        maximum_characters: longer questions are refused.
        today: the day on which it is asked, from which "last week" counts; the day of ``filters.as_of``, or the current one,
            when None.
        history: the earlier answers of the conversation, the oldest first: what a follow-up question leans on.
        outlets: those of the library.
        languages: those that its articles are written in.

    Raises:
        QuestionError: the question is empty or longer than ``maximum_characters``, or ``today`` is no date.
    """
    day = read_day(today, "present") or filters.as_of or date.today().isoformat()
    text = canonical_line(question)
    if not text or not any(character.isalnum() for character in text):
        raise QuestionError(f"The question {question[:40]!r} holds no words.", hint="Ask in a sentence.")
    if len(text) > maximum_characters:
        raise QuestionError(
            f"The question has {len(text):,} characters; at most {maximum_characters:,} are taken.",
            hint="Ask for one thing at a time. Articles are brought in with `citewire ingest`.",
        )
    query = Query(question=text, text=text, filters=filters, today=day)
    return read_facts(query, resolve(text, history), outlets=outlets, languages=languages)


def read_facts(query: Query, text: str, *, outlets: Sequence[str], languages: Sequence[str] = (ENGLISH,)) -> Query:
    """Return the query with another text and all that this text tells: what it asks for, of when, of which outlets.

    Args:
        outlets: those of the library.
        languages: those that its articles are written in. In other languages than English only the thing asked for is read.
    """
    kind, topic = read_kind(text)
    if kind != "fact":
        period = find_period(topic, today=date.fromisoformat(query.today)) if query.today else None
        return replace(
            query,
            text=text,
            kind=kind,
            topic=topic,
            period=period,
            outlets=named_outlets(text, outlets),
            parts=(),
            thing=None,
        )
    language = question_language(text, languages)
    if language != ENGLISH:
        outlets = named_outlets(text, outlets)
        return replace(query, text=text, thing=asked_thing(text, language), outlets=outlets, language=language)
    today = date.fromisoformat(query.today) if query.today else None
    parts = tuple(
        replace(
            part,
            thing=asked_thing(part.asked),
            period=find_period(part.asked, today=today) if today else None,
        )
        for part in split_question(text)
    )
    return replace(
        query,
        text=text,
        parts=parts if len(parts) > 1 else (),
        thing=asked_thing(text),
        period=find_period(text, today=today) if today else None,
        outlets=named_outlets(text, outlets),
    )
