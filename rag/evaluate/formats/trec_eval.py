"""Relevant articles and rankings in the files of trec_eval (pure): qrels of four columns, runs of six.

https://github.com/usnistgov/trec_eval. White space parts the columns, so no topic and no document may hold any.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from index.errors import EvaluationError
from rag.evaluate.formats.written import Written

_QRELS = "topic, 0, document, relevance"
_RUN = "topic, Q0, document, rank, score, run"


def parse_qrels(content: bytes, name: str, *, relevant_from: int = 1) -> dict[str, tuple[str, ...]]:
    """Return the relevant documents of each topic that is judged; none where all of its documents are not relevant.

    Args:
        name: of the file, for messages.
        relevant_from: the least relevance that counts as relevant.

    Raises:
        EvaluationError: a line has another form, or judges a document twice.
    """
    judged: dict[str, dict[str, int]] = {}
    for number, (topic, _, document, text) in _columns(content, name, _QRELS):
        try:
            relevance = int(text)
        except ValueError as error:
            raise _malformed(number, name, f"the relevance is {text!r}", "a whole number") from error
        if document in judged.setdefault(topic, {}):
            raise _malformed(number, name, f"the topic {topic!r} has {document!r} twice", "each document once a topic")
        judged[topic][document] = relevance
    return {
        topic: tuple(document for document, relevance in documents.items() if relevance >= relevant_from)
        for topic, documents in judged.items()
    }


def write_qrels(relevant: Mapping[str, Sequence[str]]) -> Written:
    """Return the relevant documents of each topic, with the relevance 1.

    Raises:
        EvaluationError: the name of a topic or a document holds white space.
    """
    lines = [
        f"{_column(topic)} 0 {_column(document)} 1\n"
        for topic, documents in relevant.items()
        for document in dict.fromkeys(documents)
    ]
    return Written("".join(lines).encode(), len(lines))


def parse_ranking(content: bytes, name: str) -> dict[str, tuple[str, ...]]:
    """Return the documents of each topic, the best first: by score as trec_eval has it, and by rank where scores are equal.

    Args:
        name: of the file, for messages.

    Raises:
        EvaluationError: a line has another form, or a topic has a document twice.
    """
    found: dict[str, dict[str, tuple[float, int]]] = {}
    for number, (topic, _, document, rank, score, _) in _columns(content, name, _RUN):
        if not rank.isdecimal():
            raise _malformed(number, name, f"the rank is {rank!r}", "a whole number")
        try:
            value = float(score)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise _malformed(number, name, f"the score is {score!r}", "a finite number")
        if document in found.setdefault(topic, {}):
            raise _malformed(number, name, f"the topic {topic!r} has {document!r} twice", "each document once a topic")
        found[topic][document] = (-value, int(rank))
    return {topic: tuple(sorted(documents, key=documents.__getitem__)) for topic, documents in found.items()}


def write_ranking(rankings: Mapping[str, Sequence[str]], *, run_id: str) -> Written:
    """Return rankings as a run. The score of a document is how many documents of its topic are not above it.

    Args:
        rankings: topic -> documents, the best first.

    Raises:
        EvaluationError: a name holds white space.
    """
    lines: list[str] = []
    for topic, documents in rankings.items():
        ranked = list(dict.fromkeys(documents))
        lines += [
            f"{_column(topic)} Q0 {_column(document)} {rank} {len(ranked) - rank + 1} {_column(run_id)}\n"
            for rank, document in enumerate(ranked, start=1)
        ]
    return Written("".join(lines).encode(), len(lines))


def _columns(content: bytes, name: str, wanted: str) -> Iterator[tuple[int, list[str]]]:
    count = wanted.count(",") + 1
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            columns = line.decode().split()
        except UnicodeDecodeError as error:
            raise _malformed(number, name, "there are bytes that are no UTF-8", "UTF-8") from error
        if columns and len(columns) != count:
            raise _malformed(number, name, f"there are {len(columns)} columns", f"{count} ({wanted})")
        if columns:
            yield number, columns


def _column(text: str) -> str:
    if not text or text.split() != [text]:
        raise EvaluationError(
            f"The name {text!r} cannot stand in a column: it is empty or holds white space.",
            hint="Give cases an id without white space; name the library with --library to write ids of articles.",
        )
    return text


def _malformed(number: int, name: str, came: str, wanted: str) -> EvaluationError:
    return EvaluationError(f"Line {number} of {name!r}: {came}; wanted is {wanted}.")
