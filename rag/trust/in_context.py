"""A sentence read once more beside what stands around it (pure but for the reading): what leans on it is no answer alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.text.sentences import split_sentences
from rag.answer_types import Candidate
from rag.models.reader import Reading
from rag.query_types import Part
from rag.question.bearing import speaks_of, weigh_bearing
from rag.question.nameless import without_names

_DOUBTFUL = (-9.0, 4.0)  # log-odds of the words that answer, between which a sentence is read once more
_SURE_ENOUGH = -1.0  # log-odds from which such a reading counts
_BEFORE = 400  # characters


def read_in_context(
    asked: Part,
    candidates: Sequence[Candidate],
    readings: Sequence[Reading],
    *,
    read: Callable[[Sequence[tuple[str, str]]], list[Reading] | None],
) -> list[Reading]:
    """Return the readings of candidates, where what answers only beside what stands around it counts as it does there.

    "The navy has put the cost at 7.5 million" answers what it costs to raise the wreck after a sentence that speaks of that, and "the
    dividend stays at 42 cents" what a company pays in an article about that company: there the question is read without the company's
    name. The words that answer have to stand in the sentence itself: else it is the one before that answers.

    Args:
        readings: of each candidate alone.
        read: reads pairs of a question and a text, or returns None.
    """
    bare = without_names(asked.asked, asked.bearers)
    again: list[tuple[int, str, str, int]] = []
    for place, (candidate, reading) in enumerate(zip(candidates, readings, strict=True)):
        if not _DOUBTFUL[0] <= reading.likely < _DOUBTFUL[1]:
            continue
        if before := sentence_before(candidate):
            again.append((place, asked.asked, f"{before} {candidate.text}", len(before)))
        if bare and weigh_bearing(asked.bearers, candidate) == 1.0 and not speaks_of(asked.bearers, candidate.text):
            again.append((place, bare, candidate.text, 0))
    chosen = list(readings)
    found = read([(question, text) for _, question, text, _ in again]) if again else None
    for (place, _, _, begins), reading in zip(again, found or (), strict=False):
        stands = reading.words is not None and reading.words.start >= begins
        if stands and reading.likely > max(_SURE_ENOUGH, chosen[place].likely):
            chosen[place] = reading
    return chosen


def sentence_before(candidate: Candidate) -> str:
    """Return the sentence before a candidate in its article; empty where it is the first."""
    text = candidate.article.text[max(0, candidate.span.start - _BEFORE) : candidate.span.start]
    sentences = split_sentences(text)
    return sentences[-1].slice(text).strip() if sentences else ""
