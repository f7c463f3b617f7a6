"""Runs of the TREC RAG track, one answer a line (pure).

2026: https://github.com/TREC-RAG/trec-rag-skills (``rag-task.md``); 2025: https://trec-rag.github.io/annoucements/2025-track-guidelines.
A sentence cites documents by their positions among the references, from 0, or by their names; positions are written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

from index.errors import EvaluationError
from rag.evaluate.formats.cited import (
    Limits,
    NameOf,
    RunDetails,
    RunType,
    check_details,
    fit_record,
    make_record,
    note_limits,
    shorten,
)
from rag.evaluate.formats.written import Parsed, Written
from rag.evaluate.records import Record
from rag.evaluate.results import Dropped
from rag.evaluate.rows import decode_rows, encode_rows

Year = Literal[2025, 2026]
LIMITS: dict[Year, Limits] = {2025: Limits(words=400, references=100), 2026: Limits(words=1024, citations=3)}


class Metadata2026(msgspec.Struct, frozen=True, kw_only=True):
    """What a line of 2026 says of its run and topic."""

    team_id: str
    narrative_id: str | int
    narrative: str
    run_id: str
    run_desc: str


class Metadata2025(msgspec.Struct, frozen=True, kw_only=True):
    """What a line of 2025 says of its run and topic."""

    team_id: str
    run_id: str
    type: RunType
    narrative_id: str | int
    narrative: str


class AnswerSentence(msgspec.Struct, frozen=True):
    """A sentence with the positions or the names of the documents that it cites."""

    text: str
    citations: tuple[Annotated[int, msgspec.Meta(ge=0)] | str, ...]


class Row2026(msgspec.Struct, frozen=True, kw_only=True):
    """A line of 2026."""

    metadata: Metadata2026
    references: tuple[str, ...]
    answer: tuple[AnswerSentence, ...]


class Row2025(msgspec.Struct, frozen=True, kw_only=True):
    """A line of 2025."""

    metadata: Metadata2025
    references: tuple[str, ...]
    answer: tuple[AnswerSentence, ...]


def parse_run(content: bytes, name: str, *, year: Year) -> Parsed[Record]:
    """Return the answers of a run, each under the id of its topic; a sentence cites whole documents.

    Args:
        name: of the file, for messages.

    Raises:
        EvaluationError: a line has another form, or a topic stands twice.
    """
    records: dict[str, Record] = {}
    kind: type[Row2025] | type[Row2026] = Row2026 if year == 2026 else Row2025
    for number, row in decode_rows(content, name, kind, what=f"answer of TREC RAG {year}"):
        topic = str(row.metadata.narrative_id)
        if topic in records:
            raise EvaluationError(
                f"Line {number} of {name!r} answers the topic {topic!r}, which stands above it already.",
                hint="A run has one line a topic.",
            )
        told = [(each.text, each.citations) for each in row.answer]
        records[topic] = make_record(topic, row.metadata.narrative, told, row.references)
    return Parsed(tuple(records.values()), notes=note_limits(records.values(), LIMITS[year]))


def write_run(
    records: Iterable[Record], run: RunDetails, *, year: Year, name_of: NameOf = str, length: int | None = None
) -> Written:
    """Return answers as a run; what its limits do not take is left out and told.

    Args:
        records: whose ids are those of the topics, and whose questions are their narratives.
        name_of: gives the documents their names in the file.
        length: at most so many words, where that is less than the track takes.

    Raises:
        EvaluationError: the run has no name or description as the track wants it, or an answer has no question.
    """
    check_details(run, short=year == 2026, described=year == 2026)
    limits = shorten(LIMITS[year], length)
    rows: list[Row2025 | Row2026] = []
    dropped: list[Dropped] = []
    for record in records:
        if not record.question.strip():
            raise EvaluationError(
                f"The answer {record.id!r} has no question, which the track asks for.",
                hint="Write the narrative of the topic as `question`.",
            )
        fitted = fit_record(record, limits, name_of=name_of)
        dropped += fitted.dropped
        place = {document: number for number, document in enumerate(fitted.references)}
        answer = tuple(
            AnswerSentence(each.text, tuple(place[document] for document in each.documents))
            for each in fitted.sentences
        )
        rows.append(_row(record, run, fitted.references, answer, year))
    return Written(encode_rows(rows), len(rows), tuple(dropped))


def _row(
    record: Record, run: RunDetails, references: tuple[str, ...], answer: tuple[AnswerSentence, ...], year: Year
) -> Row2025 | Row2026:
    if year == 2025:
        told = Metadata2025(
            team_id=run.team, run_id=run.run_id, type=run.type, narrative_id=record.id, narrative=record.question
        )
        return Row2025(metadata=told, references=references, answer=answer)
    metadata = Metadata2026(
        team_id=run.team,
        narrative_id=record.id,
        narrative=record.question,
        run_id=run.run_id,
        run_desc=run.description,
    )
    return Row2026(metadata=metadata, references=references, answer=answer)
