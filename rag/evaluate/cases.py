"""Evaluation cases: questions with what is known about them, one JSON object a line.

The format is documented in ``docs/evaluation.md``; the adapters in ``rag.evaluate.sets`` turn public sets into it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypedDict

import msgspec

from index.articles import Filters
from index.errors import EvaluationError
from rag.answer_types import AnswerVerdict
from rag.evaluate.nuggets import Nugget
from rag.evaluate.rows import read_rows, write_rows
from rag.query_types import Kind

Half = Literal["tune", "report"]


class FurtherFilters(TypedDict, total=False):
    """Filters beside days and outlets; see ``index.articles.Filters``."""

    articles: Sequence[str]
    languages: Sequence[str]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something that a reader found wrong in an answer and that must not come again.

    Attributes:
        kind: the quote does not say what the sentence says, or the article is a wrong source for this question.
        sentence: the sentence, where that is what is wrong.
        quote: the words that were cited, and ``article`` the id of their article.
    """

    kind: Literal["not_said", "wrong_source"]
    quote: str
    sentence: str = ""
    article: str = ""


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One question with what is known about it. Only the question is required.

    Attributes:
        id: unique within its file; made from the question when it is empty.
        group: a part of the set that is reported apart, such as ``gold``.
        answers: acceptable answers, or with ``match="all"`` the parts that an answer must all hold.
        articles: the relevant articles, any of which will do: library ids, ids or names of the input they came from,
            or addresses.
        quotes: exact words that answer the question.
        answerable: whether the collection holds the answer; None where nobody knows.
        as_of: the day on which it is asked, an ISO date.
        filters: only these articles may be searched.
        choices: for multiple choice, every option, the right ones among them.
        kind: what kind of answer is wanted; those of one kind are reported together where no group is given.
        nuggets: what a right answer has to say; those of a timeline in their order.
        verdict: what is right to a question of yes or no.
        faults: what readers found wrong in earlier answers.
        half: the half it belongs to, where that was decided otherwise than by its id.
    """

    question: str
    id: str = ""
    group: str = ""
    answers: tuple[str, ...] = ()
    match: Literal["any", "all"] = "any"
    articles: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    answerable: bool | None = None
    as_of: str | None = None
    filters: Filters = Filters()
    choices: tuple[str, ...] = ()
    kind: Kind | None = None
    nuggets: tuple[Nugget, ...] = ()
    verdict: AnswerVerdict | None = None
    faults: tuple[Fault, ...] = ()
    half: Half | None = None


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read cases, one JSON object a line.

    Raises:
        EvaluationError: the file cannot be read, a line is no case, or an id stands twice.
    """
    cases: dict[str, Case] = {}
    for number, case in read_rows(path, Case, what="case"):
        named = msgspec.structs.replace(case, id=case.id or _name(case.question), group=case.group or case.kind or "")
        if named.id in cases:
            raise EvaluationError(
                f"Line {number} of {str(path)!r} has the id {named.id!r}, which stands above it already.",
                hint="Give each case an id of its own.",
            )
        cases[named.id] = named
    if not cases:
        raise EvaluationError(f"The file {str(path)!r} holds no case.", hint="Write one JSON object a line.")
    return tuple(cases.values())


def write_cases(cases: Sequence[Case], path: Path) -> None:
    """Write cases, one JSON object a line."""
    write_rows(cases, path)


def select_cases(
    cases: Sequence[Case], *, half: Half | None = None, group: str | None = None, limit: int | None = None
) -> tuple[Case, ...]:
    """Return the cases of one half and one group, at most ``limit`` of them, in their order.

    Raises:
        EvaluationError: none is left, or no case is in that group.
    """
    groups = sorted({case.group for case in cases})
    if group is not None and group not in groups:
        raise EvaluationError(
            f"No case is in the group {group!r}.", hint=f"Groups are: {', '.join(map(repr, groups))}."
        )
    chosen = [
        case
        for case in cases
        if (group is None or case.group == group) and (half is None or (case.half or half_of(case.id)) == half)
    ][:limit]
    if not chosen:
        raise EvaluationError(f"No case is left of {len(cases)}.", hint="Choose another half or group.")
    return tuple(chosen)


def further_filters(case: Case) -> FurtherFilters:
    """Return those filters of a case that not every asker knows, where they are set."""
    further: FurtherFilters = {}
    if case.filters.articles:
        further["articles"] = case.filters.articles
    if case.filters.languages:
        further["languages"] = case.filters.languages
    return further


def half_of(identifier: str) -> Half:
    """Return the half of a set that a case belongs to: one is for tuning, the other for reporting.

    The half depends on the id alone, so it stays the same when a set grows.
    """
    return "tune" if hashlib.sha256(identifier.encode("utf-8")).digest()[0] < 128 else "report"


def _name(question: str) -> str:
    return hashlib.sha256(question.encode("utf-8")).hexdigest()[:12]
