"""A question to a query (pure): what is asked, in words that can be searched, and which articles may answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index.articles import Filters
from index.errors import QuestionError
from index.text.clean import canonical_line
from index.text.languages import ENGLISH
from rag.answer_types import Answer
from rag.query_types import TOLD_BY_DAYS, Changes, Query
from rag.question.asked_thing import asked_thing
from rag.question.bearers import find_bearers
from rag.question.changes import asks_who_says, change_last, day_after, day_before, read_changes, with_brackets
from rag.question.collection import speaks_only_of_collection
from rag.question.filters import read_day
from rag.question.follow_up import resolve
from rag.question.kind import asks_for_one, read_kind, topic_of
from rag.question.kind_reader import KindReader
from rag.question.language import question_language
from rag.question.outlets import named_outlets
from rag.question.parts import split_question
from rag.question.period import find_period
from rag.question.sides import split_sides

# "Why did the ferry capsize?" is about the ferry: what it did is one thing of the topic.
_INFINITIVE = re.compile(r"(\b(?:did|does|do)\b.*\s\w+)\s+[a-z]+\W*$")


def understand(
    question: str,
    *,
    filters: Filters,
    maximum_characters: int,
    today: str | None = None,
    history: Sequence[Answer] = (),
    outlets: Sequence[str] = (),
    languages: Sequence[str] = (ENGLISH,),
    kinds: KindReader | None = None,
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
        kinds: reads the kind where no form of words tells; a question is one of fact there without it.

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
    # "How many articles are there?" is about the collection whatever was asked before.
    leaning = read_kind(text)[0] != "collection"
    # What stands in brackets behind a follow-up is said of its answer, not of what it leans on.
    bare, said = read_changes(text, outlets)
    alone = (change_last(bare, history, outlets) or resolve(bare, history, outlets)) if leaning else bare
    alone, changes = read_changes(with_brackets(alone, said), outlets)
    query = Query(
        question=text,
        text=alone,
        filters=_narrow(filters, changes),
        today=day,
        changes=changes,
        who_says=bool(history) and asks_who_says(text),
    )
    return read_facts(query, alone, outlets=outlets, languages=languages, kinds=kinds)


def read_facts(
    query: Query,
    text: str,
    *,
    outlets: Sequence[str],
    languages: Sequence[str] = (ENGLISH,),
    kinds: KindReader | None = None,
) -> Query:
    """Return the query with another text and all that this text tells: what it asks for, of when, of which outlets.

    Args:
        outlets: those of the library.
        languages: those that its articles are written in. In other languages than English only the thing asked for is read.
    """
    query = _read_kind(replace(query, text=text, outlets=named_outlets(text, outlets), parts=()), kinds)
    if query.by_days:
        period = find_period(query.topic, today=date.fromisoformat(query.today)) if query.today else None
        return replace(query, period=period, thing=None, bearers=find_bearers(query.topic, query.outlets))
    if query.kind == "collection" and query.topic:
        return replace(query, period=None, thing=None, bearers=find_bearers(query.topic, query.outlets))
    language = question_language(text, languages)
    if language != ENGLISH:
        return replace(query, thing=asked_thing(text, language), language=language, bearers=())
    today = date.fromisoformat(query.today) if query.today else None
    sides = split_sides(text) if query.kind == "comparison" else ()
    parts = tuple(
        replace(
            part,
            thing=asked_thing(part.asked),
            period=find_period(part.asked, today=today) if today else None,
            bearers=find_bearers(part.asked, query.outlets),
        )
        for part in sides or split_question(text)
    )
    return replace(
        query,
        parts=parts if len(parts) > 1 else (),
        thing=asked_thing(text),
        period=find_period(text, today=today) if today else None,
        bearers=find_bearers(text, query.outlets),
    )


def _narrow(filters: Filters, changes: Changes) -> Filters:
    """Return the filters with what the reader wants changed; they are only ever made narrower.

    Raises:
        QuestionError: nothing is left of the outlets.
    """
    outlets = changes.outlets or filters.outlets
    if filters.outlets and changes.outlets:
        outlets = tuple(outlet for outlet in changes.outlets if outlet in filters.outlets)
        if not outlets:
            raise QuestionError(
                f"Only {', '.join(changes.outlets)} was asked for, and the filter leaves only {', '.join(filters.outlets)}.",
                hint="Widen the filter.",
            )
    first = max(filter(None, (filters.first, changes.after and day_after(changes.after))), default=None)
    last = min(filter(None, (filters.last, changes.before and day_before(changes.before))), default=None)
    return replace(filters, outlets=outlets, first=first, last=last)


def _read_kind(query: Query, kinds: KindReader | None) -> Query:
    """Return the query with its kind, and its topic where that is answered by events.

    Who asks for the latest number wants a number: that is answered by a sentence, the newest first.
    """
    if query.who_says:
        return replace(query, kind="statement", topic="")
    kind, topic = read_kind(query.text)
    if kind == "collection" and topic != query.text:
        return replace(query, kind=kind, topic=topic)
    form = query.changes.form
    # Events by their days are a list already.
    if form and not (form == "list" and kind in TOLD_BY_DAYS):
        kind = form
        about = topic if topic != query.text else topic_of(_INFINITIVE.sub(r"\1", query.text))
        return replace(query, kind=kind, topic=about if kind in TOLD_BY_DAYS else "")
    if kind in TOLD_BY_DAYS and topic != query.text:
        return replace(query, kind=kind, topic=topic)
    if kind == "fact" and kinds:
        kind = kinds(query.text)
        asks_another = kind == "collection" and not speaks_only_of_collection(topic_of(query.text))
        if asks_another or (kind in ("list", "timeline") and asks_for_one(query.text)):
            kind = "fact"
    wants_value = kind == "latest" and (
        asked_thing(query.text) in ("number", "time") or query.text[:3].casefold() == "who"
    )
    by_days = kind in TOLD_BY_DAYS and not wants_value
    return replace(query, kind=kind, topic=topic_of(query.text) if by_days else "")
