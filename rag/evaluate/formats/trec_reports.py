"""Runs of the TREC tracks that ask for reports on news, one report a line (pure).

RAGTIME 2026: https://trec-ragtime.github.io, its form https://github.com/hltcoe/rag-run-validator; DRAGUN 2025:
https://trec-dragun.github.io. A sentence cites documents by their names; those of RAGTIME may have scores.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

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

Track = Literal["RAGTIME 2026", "DRAGUN 2025"]
LIMITS: dict[Track, Limits] = {"RAGTIME 2026": Limits(citations=3), "DRAGUN 2025": Limits(words=250, citations=3)}


class RagtimeMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a line of RAGTIME says of its run and topic."""

    team_id: str
    topic_id: str | int
    run_id: str
    run_desc: str = ""


class DragunMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a line of DRAGUN says of its run and topic.

    Attributes:
        use_starter_kit: 1 where the run rests on the organisers' system.
    """

    team_id: str
    run_id: str
    topic_id: str
    type: RunType
    use_starter_kit: Literal[0, 1]


class RagtimeSentence(msgspec.Struct, frozen=True):
    """A sentence with the names of the documents that it cites, or their scores by their names."""

    text: str
    citations: dict[str, float] | tuple[str, ...]


class DragunSentence(msgspec.Struct, frozen=True):
    """A sentence with the names of the documents that it cites."""

    text: str
    citations: tuple[str, ...]


class RagtimeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of RAGTIME."""

    metadata: RagtimeMetadata
    responses: tuple[RagtimeSentence, ...]
    references: tuple[str, ...] = ()


class DragunRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of DRAGUN."""

    metadata: DragunMetadata
    responses: tuple[DragunSentence, ...]


def parse_reports(content: bytes, name: str, *, track: Track) -> Parsed[Record]:
    """Return the reports of a run, each under the id of its topic; a sentence cites whole documents, scored best first.

    Args:
        name: of the file, for messages.

    Raises:
        EvaluationError: a line has another form, or a topic stands twice.
    """
    records: dict[str, Record] = {}
    kind: type[RagtimeRow] | type[DragunRow] = RagtimeRow if track == "RAGTIME 2026" else DragunRow
    for number, row in decode_rows(content, name, kind, what=f"report of {track}"):
        topic = str(row.metadata.topic_id)
        if topic in records:
            raise EvaluationError(
                f"Line {number} of {name!r} is on the topic {topic!r}, which stands above it already.",
                hint="A run has one line a topic.",
            )
        told = [(each.text, _best_first(each.citations)) for each in row.responses]
        records[topic] = make_record(topic, "", told, ())
    return Parsed(tuple(records.values()), notes=note_limits(records.values(), LIMITS[track]))


def write_reports(
    records: Iterable[Record], run: RunDetails, *, track: Track, name_of: NameOf = str, length: int | None = None
) -> Written:
    """Return answers as a run of reports; what its limits do not take is left out and told.

    Args:
        records: whose ids are those of the topics.
        name_of: gives the documents their names in the file.
        length: at most so many characters (RAGTIME, which gives each topic its own limit) or words (DRAGUN, if less than its 250).

    Raises:
        EvaluationError: the run has no name as the track wants it.
    """
    check_details(run, short=track == "RAGTIME 2026")
    limits = shorten(LIMITS[track], length)
    rows: list[RagtimeRow | DragunRow] = []
    dropped: list[Dropped] = []
    for record in records:
        fitted = fit_record(record, limits, name_of=name_of)
        dropped += fitted.dropped
        rows.append(
            RagtimeRow(
                metadata=RagtimeMetadata(
                    team_id=run.team, topic_id=record.id, run_id=run.run_id, run_desc=run.description
                ),
                responses=tuple(RagtimeSentence(each.text, each.documents) for each in fitted.sentences),
                references=fitted.references,
            )
            if track == "RAGTIME 2026"
            else DragunRow(
                metadata=DragunMetadata(
                    team_id=run.team, run_id=run.run_id, topic_id=record.id, type=run.type, use_starter_kit=0
                ),
                responses=tuple(DragunSentence(each.text, each.documents) for each in fitted.sentences),
            )
        )
    return Written(encode_rows(rows), len(rows), tuple(dropped))


def _best_first(citations: dict[str, float] | tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(citations, dict):
        return tuple(sorted(citations, key=lambda name: -citations[name]))
    return citations
