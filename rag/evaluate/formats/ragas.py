"""Answers as the samples of ragas, one a line (pure): https://docs.ragas.io/en/stable/concepts/components/eval_sample/.

A sample has no citations of sentences. Written with markers, ``[1]`` being the first context, an answer is read back with them;
where a response has no marker, each of its sentences rests on all contexts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from rag.evaluate.cases import Case
from rag.evaluate.formats.written import Parsed, Written
from rag.evaluate.records import CitedSentence, Pointer, Record, Source, split_marked
from rag.evaluate.results import Dropped
from rag.evaluate.rows import decode_rows, encode_rows


class SampleRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sample of one turn.

    Attributes:
        reference: the right answer.
        reference_contexts: words that give it.
    """

    user_input: str
    retrieved_contexts: tuple[str, ...] | None = None
    response: str | None = None
    reference: str | None = None
    reference_contexts: tuple[str, ...] | None = None


def parse_samples(content: bytes, name: str) -> Parsed[Record]:
    """Return the answers of samples, each under the number of its line; the contexts are their sources.

    Args:
        name: of the file, for messages.

    Raises:
        EvaluationError: a line has another form.
    """
    records: list[Record] = []
    dropped: list[Dropped] = []
    for number, row in decode_rows(content, name, SampleRow, what="sample of ragas"):
        if row.response is None:
            dropped.append(Dropped(str(number), "the sample has no response"))
            continue
        sources = tuple(Source(id=str(n), text=text) for n, text in enumerate(row.retrieved_contexts or (), start=1))
        pointers = tuple(Pointer(n=n, source=source.id) for n, source in enumerate(sources, start=1))
        sentences = split_marked(row.response, sources=len(sources))
        if not any(sentence.citations for sentence in sentences):
            everything = tuple(pointer.n for pointer in pointers)
            sentences = tuple(CitedSentence(sentence.text, everything) for sentence in sentences)
        records.append(
            Record(id=str(number), question=row.user_input, sentences=sentences, pointers=pointers, sources=sources)
        )
    return Parsed(tuple(records), tuple(dropped))


def write_samples(records: Iterable[Record], cases: Mapping[str, Case], *, markers: bool = False) -> Written:
    """Return answers as samples: the cited words are the contexts; the reference is the case's answer.

    Args:
        cases: id -> case, where one is known.
        markers: write ``[n]`` after each sentence, and each on a line of its own.
    """
    rows: list[SampleRow] = []
    dropped: list[Dropped] = []
    for record in records:
        words = _cited_words(record)
        places = {number: place for place, number in enumerate(words, start=1)}
        cited = {number for sentence in record.sentences for number in sentence.citations}
        missing = sorted(cited - words.keys())
        if missing:
            names = "".join(f"[{number}]" for number in missing)
            dropped.append(Dropped(record.id, f"{names}: the words are not in the file"))
        case = cases.get(record.id)
        rows.append(
            SampleRow(
                user_input=record.question,
                retrieved_contexts=tuple(words.values()),
                response=_response(record, places, markers=markers),
                reference=_reference(case),
                reference_contexts=(case.quotes or None) if case else None,
            )
        )
    return Written(encode_rows(rows), len(rows), tuple(dropped))


def _cited_words(record: Record) -> dict[int, str]:
    """Return the words of each citation that a sentence has: its quote, or the whole source that came with the answer."""
    sources = {source.id: source.text for source in record.sources}
    cited = {number for sentence in record.sentences for number in sentence.citations}
    words = {pointer.n: pointer.quote or sources.get(pointer.source) for pointer in record.pointers}
    return {number: text for number, text in words.items() if text and number in cited}


def _response(record: Record, places: Mapping[int, int], *, markers: bool) -> str:
    if not markers:
        return " ".join(sentence.text for sentence in record.sentences)
    marked = [
        (sentence.text, "".join(f"[{places[number]}]" for number in sentence.citations if number in places))
        for sentence in record.sentences
    ]
    return "\n".join(f"{text} {marks}".strip() for text, marks in marked)


def _reference(case: Case | None) -> str | None:
    if case is None or not case.answers:
        return None
    return "; ".join(case.answers) if case.match == "all" else case.answers[0]
