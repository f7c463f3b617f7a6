"""Sentences with the documents that they cite (pure): what the runs of TREC's tracks have in common, and their limits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from index.errors import EvaluationError
from rag.evaluate.records import CitedSentence, Pointer, Record
from rag.evaluate.results import Dropped

RunType = Literal["automatic", "manual"]
NameOf = Callable[[str], str]
"""Source of a citation -> the document's name in the file."""

_RUN_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,19}")


@dataclass(frozen=True, slots=True)
class RunDetails:
    """What a run says of itself.

    Attributes:
        description: how the answers were made.
        type: whether people had a hand in the answers.
    """

    team: str
    run_id: str
    description: str = ""
    type: RunType = "automatic"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a track takes of one answer; None is no limit.

    Attributes:
        citations: of one sentence.
        references: different documents.
    """

    words: int | None = None
    characters: int | None = None
    citations: int | None = None
    references: int | None = None


@dataclass(frozen=True, slots=True)
class CitedText:
    """A sentence with the documents that it cites, each once."""

    text: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """An answer as a track takes it.

    Attributes:
        references: the documents that are cited, in the order in which they first are.
        dropped: what it lost, and why.
    """

    sentences: tuple[CitedText, ...]
    references: tuple[str, ...]
    dropped: tuple[Dropped, ...]


def fit_record(record: Record, limits: Limits, *, name_of: NameOf = str) -> Fitted:
    """Return an answer within the limits: whole sentences are cut off at the end, later citations left out.

    Args:
        name_of: gives the documents their names in the file.
    """
    lost: list[str] = []
    cited = list(_cite(record, name_of, lost))
    cited = [_cut_citations(place, each, limits, lost) for place, each in enumerate(cited, start=1)]
    cited = _cut_length(cited, limits, lost)
    cited, references = _cut_references(cited, limits, lost)
    return Fitted(tuple(cited), references, tuple(Dropped(record.id, reason) for reason in lost))


def make_record(
    identifier: str, question: str, sentences: Iterable[tuple[str, Iterable[int | str]]], references: Sequence[str]
) -> Record:
    """Return an answer whose sentences cite whole documents.

    The document at position p of the references has the number p + 1. A position outside of them stays a citation that points
    nowhere, so that checking finds it; a document that is cited by its name and not among them gets a number of its own.

    Args:
        sentences: each with what it cites: positions from 0, or names of documents.
    """
    told = [(text, tuple(cited)) for text, cited in sentences]
    positions = [each for _, cited in told for each in cited if isinstance(each, int)]
    numbers = {document: place for place, document in reversed(list(enumerate(references, start=1)))}
    following = max([len(references), *(position + 1 for position in positions)])
    named = dict.fromkeys(each for _, cited in told for each in cited if isinstance(each, str) and each not in numbers)
    numbers |= {document: number for number, document in enumerate(named, start=following + 1)}
    documents = dict(enumerate(references, start=1)) | {number: document for document, number in numbers.items()}
    marked = tuple(
        CitedSentence(
            text, tuple(dict.fromkeys(each + 1 if isinstance(each, int) else numbers[each] for each in cited))
        )
        for text, cited in told
    )
    used = sorted({number for sentence in marked for number in sentence.citations} & documents.keys())
    pointers = tuple(Pointer(n=number, source=documents[number]) for number in used)
    return Record(id=identifier, question=question, sentences=marked, pointers=pointers)


def check_details(run: RunDetails, *, short: bool, described: bool = False) -> None:
    """Refuse a run without a name or, where the track asks for it, a description.

    Args:
        short: the track takes at most 20 letters, digits, hyphens, underscores and full stops, a full stop not first.

    Raises:
        EvaluationError: something is missing or not as the track wants it.
    """
    for value, option in ((run.team, "--team"), (run.run_id, "--run-id")):
        if not value.strip():
            raise EvaluationError(f"The track asks for {option}, which is empty.", hint=f"Name one with {option}.")
    if short and not _RUN_ID.fullmatch(run.run_id):
        raise EvaluationError(
            f"The run id {run.run_id!r} ({len(run.run_id)} characters) is not what the track takes: at most 20 letters of "
            "A to Z, digits, '-', '_' and '.', which does not come first.",
            hint="Name another with --run-id.",
        )
    if described and not run.description.strip():
        raise EvaluationError(
            "The track asks for a description of the run, which is empty.", hint="Give one with --description."
        )


def shorten(limits: Limits, length: int | None) -> Limits:
    """Return limits of at most so many words or, where a track counts no words, characters; never longer than the track's."""
    if length is None:
        return limits
    if limits.words is None:
        return replace(limits, characters=length)
    return replace(limits, words=min(length, limits.words))


def note_limits(records: Iterable[Record], limits: Limits) -> tuple[str, ...]:
    """Return a note on the answers that go beyond the limits of their track or cite what is not there."""
    beyond = [fitted.dropped[0] for record in records if (fitted := fit_record(record, limits)).dropped]
    if not beyond:
        return ()
    first = beyond[0]
    return (f"{len(beyond)} answers are not what the track takes and were kept whole; {first.id!r}: {first.reason}",)


def count_words(texts: Iterable[str]) -> int:
    """Return how many words texts have between white space, before or after they are normalised: whichever are more."""
    joined = " ".join(texts)
    return max(len(joined.split()), len(unicodedata.normalize("NFKC", joined).split()))


def count_characters(texts: Iterable[str]) -> int:
    """Return how many characters texts have, joined with single spaces and normalised."""
    return len(unicodedata.normalize("NFKC", " ".join(texts)))


def _cite(record: Record, name_of: NameOf, lost: list[str]) -> Iterator[CitedText]:
    sources = {pointer.n: pointer.source for pointer in record.pointers}
    for place, sentence in enumerate(record.sentences, start=1):
        missing = [number for number in sentence.citations if not sources.get(number)]
        if missing:
            lost.append(f"sentence {place}: {''.join(f'[{number}]' for number in missing)} points at no document")
        if not sentence.text.strip():
            lost.append(f"sentence {place} is empty")
            continue
        found = [name_of(sources[number]) for number in sentence.citations if sources.get(number)]
        yield CitedText(sentence.text, tuple(dict.fromkeys(found)))


def _cut_citations(place: int, sentence: CitedText, limits: Limits, lost: list[str]) -> CitedText:
    if limits.citations is None or len(sentence.documents) <= limits.citations:
        return sentence
    beyond = sentence.documents[limits.citations :]
    lost.append(
        f"sentence {place}: {', '.join(beyond)} left out of {len(sentence.documents)} documents, "
        f"at most {limits.citations} a sentence"
    )
    return replace(sentence, documents=sentence.documents[: limits.citations])


def _cut_length(sentences: list[CitedText], limits: Limits, lost: list[str]) -> list[CitedText]:
    texts = [sentence.text for sentence in sentences]
    kept = len(texts)
    while kept and not _fits(texts[:kept], limits):
        kept -= 1
    if kept < len(texts):
        had = f"{count_words(texts):,} words" if limits.words is not None else f"{count_characters(texts):,} characters"
        most = f"{limits.words:,}" if limits.words is not None else f"{limits.characters:,}"
        lost.append(f"the last {len(texts) - kept} of {len(texts)} sentences: {had}, at most {most}")
    return sentences[:kept]


def _fits(texts: Sequence[str], limits: Limits) -> bool:
    return (limits.words is None or count_words(texts) <= limits.words) and (
        limits.characters is None or count_characters(texts) <= limits.characters
    )


def _cut_references(
    sentences: list[CitedText], limits: Limits, lost: list[str]
) -> tuple[list[CitedText], tuple[str, ...]]:
    references = tuple(dict.fromkeys(document for sentence in sentences for document in sentence.documents))
    if limits.references is None or len(references) <= limits.references:
        return sentences, references
    kept = references[: limits.references]
    lost.append(f"{len(references) - len(kept)} of {len(references)} documents, at most {limits.references} an answer")
    cut = [replace(each, documents=tuple(name for name in each.documents if name in kept)) for each in sentences]
    return cut, kept
