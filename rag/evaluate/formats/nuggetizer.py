"""Nuggets in the form of nuggetizer, one question a line (pure): https://github.com/castorini/nuggetizer.

Read are the nuggets of questions, as cases. Written are those of cases with what an answer holds of them, and the scores that
nuggetizer computes from that (Pradeep et al., SIGIR 2025; https://arxiv.org/abs/2504.15068).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Literal

import msgspec

from index.errors import EvaluationError
from rag.evaluate.cases import Case
from rag.evaluate.formats.cited import count_words
from rag.evaluate.formats.written import Parsed, Written
from rag.evaluate.nuggets import Nugget, place_of
from rag.evaluate.records import Record
from rag.evaluate.results import Dropped
from rag.evaluate.rows import decode_rows, encode_rows

Assignment = Literal["support", "partial_support", "not_support", "failed"]
_CREDIT: dict[str, float] = {"support": 1.0, "partial_support": 0.5}


class NuggetRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One nugget.

    Attributes:
        importance: ``failed`` where nuggetizer could not tell.
        assignment: what an answer holds of it.
        wordings: of Citewire, further ones that will do; nuggetizer has none.
    """

    text: str
    importance: Literal["vital", "okay", "failed"]
    assignment: Assignment | None = None
    wordings: tuple[str, ...] = ()


class QuestionRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question with its nuggets and, where they are assigned to an answer, with that and its scores."""

    query: str
    qid: str | int
    nuggets: tuple[NuggetRow, ...]
    answer_text: str | None = None
    response_length: int | None = None
    strict_vital_score: float | None = None
    vital_score: float | None = None
    strict_all_score: float | None = None
    all_score: float | None = None


def parse_nuggets(content: bytes, name: str) -> Parsed[Case]:
    """Return the questions as cases with their nuggets; what an answer held of them is not part of a case.

    Args:
        name: of the file, for messages.

    Raises:
        EvaluationError: a line has another form, or a question stands twice.
    """
    cases: dict[str, Case] = {}
    dropped: list[Dropped] = []
    for number, row in decode_rows(content, name, QuestionRow, what="question with nuggets"):
        topic = str(row.qid)
        if topic in cases:
            raise EvaluationError(
                f"Line {number} of {name!r} has the qid {topic!r}, which stands above it already.",
                hint="Take the nuggets of the questions, not those that were assigned to several answers.",
            )
        nuggets = []
        for each in row.nuggets:
            if each.importance == "failed":
                dropped.append(Dropped(topic, f"the nugget {each.text!r}: its importance is not known"))
            else:
                nuggets.append(Nugget(texts=(each.text, *each.wordings), importance=each.importance))
        cases[topic] = Case(id=topic, question=row.query, nuggets=tuple(nuggets))
    return Parsed(tuple(cases.values()), tuple(dropped))


def write_nuggets(cases: Sequence[Case], records: Mapping[str, Record]) -> Written:
    """Return the nuggets of cases, each with whether the answer holds it, and the scores of the answer.

    Args:
        records: id of a case -> the answer to it.
    """
    rows: list[QuestionRow] = []
    dropped: list[Dropped] = []
    for case in cases:
        record = records.get(case.id)
        if record is None:
            dropped.append(Dropped(case.id, "it has no answer"))
        elif not case.nuggets:
            dropped.append(Dropped(case.id, "the case has no nuggets"))
        else:
            rows.append(_assign(case, " ".join(sentence.text for sentence in record.sentences)))
    known = {case.id for case in cases}
    dropped += [Dropped(identifier, "no case has this id") for identifier in records if identifier not in known]
    means = {
        name.removesuffix("_score"): mean(getattr(row, name) for row in rows) for name in (_SCORES if rows else ())
    }
    told = ", ".join(f"{name} {value:.3f}" for name, value in means.items())
    return Written(
        encode_rows(rows), len(rows), tuple(dropped), (f"means of {len(rows)} answers: {told}",) if rows else ()
    )


def score_assignments(nuggets: Sequence[NuggetRow]) -> dict[str, float]:
    """Return the four scores as nuggetizer computes them: partial support counts half, or nothing where it is strict.

    As there, an answer without vital nuggets has 0 for them.
    """
    every = [(each.importance == "vital", _CREDIT.get(each.assignment or "", 0.0)) for each in nuggets]
    vital = [credit for is_vital, credit in every if is_vital]
    whole = [credit for _, credit in every]
    return {
        "strict_vital_score": _mean([float(credit == 1.0) for credit in vital]),
        "vital_score": _mean(vital),
        "strict_all_score": _mean([float(credit == 1.0) for credit in whole]),
        "all_score": _mean(whole),
    }


_SCORES = ("strict_vital_score", "vital_score", "strict_all_score", "all_score")


def _assign(case: Case, text: str) -> QuestionRow:
    nuggets = tuple(
        NuggetRow(
            text=nugget.texts[0],
            importance=nugget.importance,
            assignment="not_support" if place_of(nugget, text) is None else "support",
            wordings=nugget.texts[1:],
        )
        for nugget in case.nuggets
    )
    return QuestionRow(
        query=case.question,
        qid=case.id,
        nuggets=nuggets,
        answer_text=text,
        response_length=count_words([text]),
        **score_assignments(nuggets),
    )


def _mean(values: Sequence[float]) -> float:
    return mean(values) if values else 0.0
