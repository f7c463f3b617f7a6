"""Hits to a few numbered quotes: the sentences that answer, each an exact slice of its article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from index.articles import PassageRecord, Span
from index.settings import EvidenceSettings
from index.store.versions import hash_text
from index.text.sentences import trimmed
from index.text.unspaced import is_unspaced
from rag.answer_types import Candidate, Found, Hit, Quote, facts_of
from rag.find.fit import fit_to_kind
from rag.language.differences import says_the_same
from rag.language.pointing import OPENS_POINTING_BACK
from rag.odds import log_odds
from rag.query_types import Kind, Part, Query, ReadFor
from rag.question.bearing import weigh_bearing
from rag.question.outlets import without_outlets
from rag.question.period import could_know
from rag.question.sides import asked_of_both, asks_what_was_said

_SHORTEST = 15  # characters; what is shorter is a fragment
_SHORTEST_UNSPACED = 6  # signs, each of which is a word or half of one
_ASKS = re.compile(r"[?？؟]\s?[\"'”’»“)\]」』]{0,3}$")  # a question reports nothing, least of all the one that is asked
_ENDS_SENTENCE = re.compile(r"[.!?:。！？：؟।։]\s?[\"'”’»“)\]」』]{0,3}$")  # a heading says nothing that could be cited
_LONGEST = 700
_ITEM = re.compile(r"(?:\d{1,2}[.)]|[-•*–])\s")  # how a line of a list begins
_LONGEST_ITEM = 160
# What a reader is asked for a kind of question. Lists and sides are put together of sentences that are no answer by themselves: it
# was not taught such (docs/decisions/0023-a-reader.md).
_READ: dict[Kind, ReadFor] = {
    "yes_no": "states",
    "list": "nothing",
    "comparison": "nothing",
}
_ROWS = 4  # quotes of one article, where rows of a list or two sides are wanted
_ROW_CLOSE = 0.25
_FAINT = 0.2  # the best quote of a part counts as at least so good: what is close to nothing is nothing
# A sentence that speaks to an assistant rather than to a reader reports nothing: it is not offered as evidence.
_ADDRESSES_ASSISTANT = re.compile(
    r"\b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+|every\s+){0,3}(?:previous|prior|earlier|above|preceding|other)"
    r"\s+(?:instruction|prompt|rule|direction|message|text|context)s?\b"
    r"|\b(?:AI|language) (?:model|assistant)s?\b[^.]{0,80}\b(?:must|should|answer|respond|reply|cite|say)\b"
    r"|\b(?:system|developer) prompt\b|\byou are (?:now )?(?:an? )?(?:AI|assistant|chatbot|language model)\b",
    re.IGNORECASE,
)
# Furniture of a picture gallery that stands in the text of saved pages.
_CAPTION = re.compile(
    r"\b(?:Hide|Show|Read) [Cc]aption\b|\bPhotos?: [^.]{0,80}\bPhotos?\b|^\d{1,3} of \d{1,3}\b|^(?:Image|Picture|Photo)(?: credit| source)?:"
    # The same of newsletters.
    r"|\b(?:in|to|into) your inbox\b|^(?:Sign|Subscribe|Click|Tap) (?:up|to|here|now)\b"
)
_OPENS_SPEECH = re.compile(r"[\"“„«]")
_SPEECH = re.compile(r"[\"“„«][^\"”»]{0,600}(?:[\"”»]|$)")
_SPEAKS = re.compile(
    r"\b(?:said|says|told|added|wrote|asked|warned|argued|insisted|replied|explained|according to|called|announced|tweeted)\b",
    re.I,
)
_PRONOUN_SAYS = re.compile(
    r"\b(?:he|she|they) (?:said|says|told|added|wrote|asked|warned)\b|\b(?:said|says|added) (?:he|she|they)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:nobody|no[ -]one|none|there (?:was|were) no|no (?:\w+ )?(?:was|were))\b", re.IGNORECASE
)  # of what happened
_NAMED = re.compile(r"\b[A-Z][a-z]+\b")


class AnswerScorer(Protocol):
    """Whatever estimates how probably a sentence answers a question."""

    def answers(self, asked: Part, candidates: Sequence[Candidate]) -> list[float]:
        """Return one probability, 0 to 1, for each candidate."""
        ...


def choose_quotes(
    query: Query,
    found: Found,
    *,
    scorer: AnswerScorer,
    settings: EvidenceSettings,
    rarity: Callable[[str], float] = lambda _stem: 1.0,
    candidates: Sequence[Candidate] | None = None,
) -> tuple[Quote, ...]:
    """Return the numbered quotes, the likeliest to answer first. Whether they are good enough is for the caller.

    A sentence is ranked by its own score and by that of its passage in the search, which knows the topic and the day. Where the
    question has several parts, the best quote of each comes before the second best of any. What an article says that does not speak
    of those whom the question names counts next to nothing (``bearing``); what fits the kind of the question counts more (``fit``).

    Args:
        rarity: returns a weight for a stem, greater for rarer ones.
        candidates: what may become a quote; by default every sentence of the hits.
    """
    candidates = list_candidates(found) if candidates is None else candidates
    asks = [
        replace(
            part,
            asked=without_outlets(asked_of_both(part.asked), query.outlets),
            read=part.read if part.side else _READ.get(query.kind, "answers"),
        )
        for part in query.asks
    ]
    known, asked_of = _known_by(query, candidates, settings), _asked_of(query.outlets, candidates, settings)
    shares = [mine * other for mine, other in zip(known, asked_of, strict=True)]
    scores = []
    for asked in asks:
        kind = "statement" if query.kind == "comparison" and asks_what_was_said(asked.asked) else query.kind
        fitted = fit_to_kind(kind, asked.asked, asked.bearers, candidates, scorer.answers(asked, candidates), rarity)
        borne = [weigh_bearing(asked.bearers, candidate) for candidate in candidates]
        scores.append([score * share * bears for score, share, bears in zip(fitted, shares, borne, strict=True)])
    bars = [settings.close_to_best * max([_FAINT if query.parts else 0.0, *column]) for column in scores]
    quotes: list[Quote] = []
    taken: Counter[str] = Counter()  # by article and by outlet
    ranked = _rank(scores, candidates, settings)
    # Who plants several texts in one outlet must not be the only one heard; where there is no other, nothing is lost.
    for per_outlet in (settings.per_outlet, settings.quotes):
        crowded = []
        for place in ranked:
            candidate = candidates[place]
            article, outlet = candidate.article, f"outlet {candidate.article.outlet}"
            parts = tuple(column[place] for column in scores)
            if len(quotes) == settings.quotes:
                break
            if quotes and not any(score >= bar for score, bar in zip(parts, bars, strict=True)):
                continue
            if taken[article.id] == settings.per_article or _says_the_same(candidate, quotes):
                continue
            if article.outlet and article.outlet not in query.outlets and taken[outlet] >= per_outlet:
                crowded.append(place)
                continue
            taken.update((article.id, outlet))
            quotes.append(to_quote(len(quotes) + 1, candidate, parts))
        ranked = crowded
    return tuple(quotes)


def wider(kind: Kind, settings: EvidenceSettings) -> EvidenceSettings:
    """Return settings that keep more quotes for the kinds whose answer is put together of several."""
    if kind not in ("comparison", "list"):
        return settings
    return replace(settings, quotes=2 * settings.quotes, per_article=_ROWS, close_to_best=_ROW_CLOSE)


def _known_by(query: Query, candidates: Sequence[Candidate], settings: EvidenceSettings) -> list[float]:
    """Return, of each candidate, what it counts for its day: an article of before the time asked about cannot tell of it."""
    today = date.fromisoformat(query.today) if query.today else None
    period = query.period
    if period is None or period.first is None or (today and period.first > today):  # plans and forecasts come before
        return [1.0] * len(candidates)
    early = settings.too_early
    return [
        early + (1 - early) * could_know(candidate.article.published, period, days=settings.too_early_days)
        for candidate in candidates
    ]


def _asked_of(named: Sequence[str], candidates: Sequence[Candidate], settings: EvidenceSettings) -> list[float]:
    """Return, of each candidate, what it counts for its outlet: less than all where the question asks what others say."""
    return [settings.other_outlet if named and each.article.outlet not in named else 1.0 for each in candidates]


def _rank(scores: Sequence[Sequence[float]], candidates: Sequence[Candidate], settings: EvidenceSettings) -> list[int]:
    """Return the places of the candidates: the best of each part first, then by their best part; equals in order."""
    worth = [
        [
            log_odds(score) + settings.relevance_weight * candidate.relevance
            for score, candidate in zip(column, candidates, strict=True)
        ]
        for column in scores
    ]
    best = [max(column[place] for column in worth) for place in range(len(candidates))]
    ranked = sorted(range(len(candidates)), key=lambda place: (-best[place], place))
    heads = {min(range(len(candidates)), key=lambda place: (-column[place], place)) for column in worth if column}
    return sorted(ranked, key=lambda place: place not in heads) if len(scores) > 1 else ranked


def list_candidates(found: Found) -> list[Candidate]:
    """Return every sentence of the hits once, in the order of the hits."""
    candidates: list[Candidate] = []
    seen: set[tuple[str, Span]] = set()
    for hit, relevance in with_relevance(found):
        record = found.records[hit.passage_id]
        for position, sentence in enumerate(record.sentences):
            span = _with_what_it_leans_on(record, position, trimmed(record.article.text, sentence))
            span = _with_its_items(record, position, span)
            text = span.slice(record.article.text)
            ends = _ENDS_SENTENCE.search(text) or "\n" in text
            shortest = _SHORTEST_UNSPACED if is_unspaced(text) else _SHORTEST
            usable = shortest <= len(text) <= _LONGEST and ends and text[-1] != ":"
            if not usable or not reports_something(text) or (record.article.id, span) in seen:
                continue
            seen.add((record.article.id, span))
            title = record.article.title or ""
            candidates.append(Candidate(record.article, span, text, title, record.text, relevance))
    return candidates


def reports_something(text: str) -> bool:
    """Return whether words report: neither a question nor the furniture of a picture, nor spoken to an assistant."""
    return not (_ASKS.search(text) or _ADDRESSES_ASSISTANT.search(text) or _CAPTION.search(text))


def with_relevance(found: Found) -> Iterator[tuple[Hit, float]]:
    """Yield the hits in their order, each with what the search says of it as a share, 0 to 1, of the best one."""
    best = max((hit.score for hit in found.hits), default=0.0)
    for hit in found.hits:
        yield hit, max(0.0, hit.score / best) if best > 0 else 1.0


def _with_its_items(record: PassageRecord, position: int, span: Span) -> Span:
    """Return the span with the items of the list that the sentence introduces: a line that ends in a colon says nothing without them."""
    text = record.article.text
    introduces = text[span.start : span.end].endswith(":")
    end = span.end
    for sentence in record.sentences[position + 1 :]:
        item = trimmed(text, sentence)
        line = item.slice(text)
        if not _ITEM.match(line) and not (introduces and len(line) <= _LONGEST_ITEM and not line.endswith(".")):
            break
        if item.end - span.start > _LONGEST:
            break
        end = item.end
    return Span(span.start, end)


def _with_what_it_leans_on(record: PassageRecord, position: int, span: Span) -> Span:
    text = span.slice(record.article.text)
    if position == 0 or not _leans(text):
        return span
    before = trimmed(record.article.text, record.sentences[position - 1])
    joined = Span(before.start, span.end)
    return joined if joined.end - joined.start <= _LONGEST else span


def _is_speech_alone(text: str) -> bool:
    """Whether a sentence is speech without its speaker, who is named in the sentence before."""
    return bool(_OPENS_SPEECH.match(text)) and not _SPEAKS.search(_SPEECH.sub(" ", text))


def _leans(text: str) -> bool:
    """Whether a sentence cannot be understood without the one before it."""
    pointing = OPENS_POINTING_BACK.match(text) or _NOBODY.match(text)
    return bool(pointing) or _is_speech_alone(text) or _is_said_by_nobody(text)


def _is_said_by_nobody(text: str) -> bool:
    """Whether a sentence is speech of "he" or "she" alone, who is named in the sentence before."""
    said = _SPEECH.sub(" ", text)
    return bool(_OPENS_SPEECH.match(text)) and bool(_PRONOUN_SAYS.search(said)) and not _NAMED.search(said)


def _says_the_same(candidate: Candidate, quotes: Sequence[Quote]) -> bool:
    """Whether a chosen quote of the same origin says it already; another origin's is a confirmation, not a repetition."""
    for quote in quotes:
        if quote.origin != candidate.article.origin:
            continue
        overlaps = (
            quote.article_id == candidate.article.id
            and (quote.headline_sha256 is not None) == candidate.headline
            and quote.start < candidate.span.end
            and candidate.span.start < quote.end
        )
        # A copy with another figure or name in it is no copy: the reader must see both.
        if overlaps or says_the_same(quote.quote, candidate.text):
            return True
    return False


def to_quote(n: int, candidate: Candidate, parts: tuple[float, ...]) -> Quote:
    """Return a candidate as a numbered quote, with its score for each part of the question."""
    return Quote(
        n=n,
        quote=candidate.text,
        start=candidate.span.start,
        end=candidate.span.end,
        score=max(parts),
        part_scores=parts if len(parts) > 1 else (),
        context=candidate.around,
        headline_sha256=hash_text(candidate.article.title or "") if candidate.headline else None,
        **facts_of(candidate.article),
    )
