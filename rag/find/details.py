"""What is told of an event beside the sentence that carries it, where few events make up an answer (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.articles import Span
from index.text.calendar import ANY_MONTH
from index.text.sentences import split_sentences, trimmed
from rag.answer_types import Candidate
from rag.find.quotes import reports_something
from rag.find.topic import share_held
from rag.language.pointing import DEMONSTRATIVES, POSSESSIVES, SUBJECTS
from rag.query_types import Kind, Query

_FULL: dict[Kind, int] = {"overview": 7, "timeline": 6}  # sentences, where few events make up an answer
_MOST: dict[Kind, int] = {"overview": 3, "timeline": 5}  # of one event, beside its lead
_FEW_EVENTS = 2  # of a timeline, up to which the times that their articles tell of are events as well
_SHORTEST, _LONGEST = 25, 500  # characters
_LATE = 1_500  # characters of an article, from which being early counts nothing
_OPENING = 200  # characters: an article that begins with the event is about it as a whole
_ABOUT = 0.5  # share of a topic in a headline from which it is too; of a round-up only what says the topic is told
_FIGURE_TELLS = 0.3
_READ = 12_000  # characters of an article
_FIGURE = re.compile(r"\d")
_LEANS = re.compile(rf"(?:{SUBJECTS}|{DEMONSTRATIVES}|{POSSESSIVES}|but|and|so|there)\b", re.IGNORECASE)
_DATED = re.compile(
    rf"\b(?:in|on|by|since|until|from|during|late|early|last|next) (?:(?:early|late|mid|the) )?"
    rf"(?:(?:{ANY_MONTH}|mon|tues|wednes|thurs|fri|satur|sun)(?:day)?\b|(?:19|20)\d\d)"
    rf"|\b(?:{ANY_MONTH})\.? \d{{1,2}}\b|\b\d{{1,2}} (?:{ANY_MONTH})\b"
    r"|\b(?:a|one|two|three|four|\d+) (?:day|week|month|year)s? (?:later|ago|earlier|before|after)\b",
    re.IGNORECASE,
)


def fewer_than(events: int, query: Query) -> int:
    """Return how many sentences more may be told of each of so many events: none where the answer is full, or is to be short."""
    full = _FULL.get(query.kind, 0)
    if not events or not full or query.changes.short or (query.kind == "timeline" and events > _FEW_EVENTS):
        return 0
    return min(_MOST[query.kind], max(0, full - events) // events)


def tell_more(kind: Kind, lead: Candidate, weights: dict[str, float], *, most: int) -> list[Candidate]:
    """Return what an article says beside its lead, in its order: of a timeline what it gives a time for, else what tells most.

    Args:
        weights: the words of the topic.
        most: sentences.
    """
    if not most:
        return []
    whole = lead.span.start < _OPENING or share_held(weights, lead.title) >= _ABOUT
    told = [
        each
        for each in _sentences(lead)
        if (kind != "timeline" or _DATED.search(each.text)) and (whole or share_held(weights, each.text))
    ]
    best = sorted(told, key=lambda each: -telling(each, weights))[:most]
    return sorted(best, key=lambda each: each.span.start)


def telling(sentence: Candidate, weights: dict[str, float]) -> float:
    """Return how much a sentence tells of a topic: by its words, by a figure in it, and by how early it stands."""
    early = 1.0 - min(1.0, sentence.span.start / _LATE)
    return share_held(weights, sentence.text) + _FIGURE_TELLS * bool(_FIGURE.search(sentence.text)) + early


def _sentences(lead: Candidate) -> list[Candidate]:
    """Return the sentences of an article behind its lead that can be quoted; one that leans on another than the lead is joined with it."""
    text = lead.article.text
    found: list[Candidate] = []
    before: Span | None = None
    for span in split_sentences(text[:_READ]):
        sentence = trimmed(text, span)
        if not sentence.slice(text):
            continue
        joined = sentence
        if before is not None and before.start >= lead.span.end and _LEANS.match(sentence.slice(text)):
            joined = Span(before.start, sentence.end)
        before = sentence
        quoted = joined.slice(text)
        if sentence.start < lead.span.end or not _SHORTEST <= len(quoted) <= _LONGEST or quoted[-1] not in '.!"”':
            continue
        if reports_something(quoted):
            found.append(replace(lead, span=joined, text=quoted))
    return _apart(found)


def _apart(sentences: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentences without those that stand whole in another one."""
    return [
        each
        for each in sentences
        if not any(
            other is not each and other.span.start <= each.span.start and each.span.end <= other.span.end
            for other in sentences
        )
    ]
