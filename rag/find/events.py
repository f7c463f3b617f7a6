"""A topic to the events that the articles report of it, each by the sentence that carries it (pure but for the first reading).

News puts what matters first: the first sentence of an article's body says what happened, and the day of the article says when. So an
overview needs no sentence that answers: it needs the articles of the topic, each origin once, in the order of their days.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.articles import Article, PassageRecord
from index.settings import SearchSettings
from index.text.lexical import stems
from rag.answer_types import Candidate, Found, Hit, Quote
from rag.find.details import fewer_than, tell_more, telling
from rag.find.quotes import list_candidates, to_quote, with_relevance
from rag.find.topic import heads_of, share_held, weigh_topic
from rag.language.days import told_day
from rag.language.differences import says_the_same
from rag.query_types import Kind, Query
from rag.question.bearing import is_opened_with

ABOUT = 0.6  # share of the topic's words, weighted by rarity, that an article of the topic holds
IN_OPENING = (
    0.34  # share of them that stands in headline or first sentence: an article that mentions a thing is not about it
)
_CLOSE = 0.5  # share of the best article's share, where a question of something else is answered in this form
_NEAR = 0.2  # an article that the search finds worth so much of the best one may be of the topic
_ALL_BUT = 0.7  # share of a topic that a single sentence has to hold with its headline, where no article is about it
_ALIKE = 0.5  # cosine of topic and passage from which an article is of a topic that the collection holds
_NEAR_ENOUGH = 0.8  # the same, where an article of those whom the topic names does not say what it is about
_NEARLY_AS_ALIKE = 0.92  # share of the best article's cosine
_MOST = {"overview": 7, "latest": 3, "timeline": 12}
_TELLING = 2  # words of a topic: a single one is as often left out by the sentence that carries the event
_CARRIES = 0.5  # share of the topic that a sentence holds that is told in place of the first
_FEW = 4  # events, below which what other articles mention of the topic is told too
_MENTIONED = 0.9  # share of the topic that such a sentence holds
_PASSING = 0.5
_FEWEST = {"overview": 3, "latest": 1, "timeline": 4}  # where a shorter answer is asked for

_DEEP = 60  # passages among which the articles of a topic are
_OF_ONE = 2  # passages of one origin: what an article is about, and where it says so


def deeper(settings: SearchSettings) -> SearchSettings:
    """Return the settings of a search for all articles of a topic rather than for the passages that answer."""
    return replace(settings, hits=_DEEP, passages_per_origin=_OF_ONE)


@dataclass(frozen=True, slots=True)
class Event:
    """What an article of the topic reports.

    Attributes:
        lead: the sentence that carries it.
        share: how much of the topic the article holds, 0 to 1.
        relevance: what the search says of the article, as a share of the best one's.
    """

    lead: Candidate
    share: float
    relevance: float

    @property
    def day(self) -> str:
        """Return the day that it is told of, or an empty text for none, which comes first."""
        return told_day(self.lead.text, self.lead.article.published) or ""


def choose_events(
    query: Query,
    found: Found,
    *,
    read_lead: Callable[[Sequence[str]], dict[str, PassageRecord]],
    rarity: Callable[[str], float],
) -> tuple[Quote, ...]:
    """Return the quotes that an overview, the latest, or a timeline consists of, in the order of their days.

    Empty where no article is about the topic. The score of a quote is the share of the topic that its article holds.

    Args:
        found: the search for the topic.
        read_lead: returns the first passage of articles by their ids.
        rarity: returns a weight for a stem, greater for rarer ones.
    """
    events = list_events(query, found, read_lead=read_lead, rarity=rarity)
    chosen = _choose(events, query.kind, (_FEWEST if query.changes.short else _MOST)[query.kind])
    weights = weigh_topic(query.topic or query.text, rarity)
    more = fewer_than(len(chosen), query)
    told = [
        (event, sentence)
        for event in chosen
        for sentence in (event.lead, *tell_more(query.kind, event.lead, weights, most=more))
    ]
    return tuple(to_quote(n, sentence, (round(event.share, 4),)) for n, (event, sentence) in enumerate(told, start=1))


def list_events(
    query: Query,
    found: Found,
    *,
    read_lead: Callable[[Sequence[str]], dict[str, PassageRecord]],
    rarity: Callable[[str], float],
) -> list[Event]:
    """Return the events of a topic, one for each origin, the most relevant first."""
    weights = weigh_topic(query.topic or query.text, rarity)
    articles: dict[str, tuple[Article, float, float]] = {}
    for hit, relevance in with_relevance(found):
        article = found.records[hit.passage_id].article
        if article.origin not in articles and relevance >= _NEAR:
            articles[article.origin] = article, relevance, hit.similarity or 0.0
    most_alike = max((similar for _, _, similar in articles.values()), default=0.0)
    alike, near = max(_ALIKE, _NEARLY_AS_ALIKE * most_alike), _NEAR_ENOUGH * most_alike
    leads = read_lead([article.id for article, _, _ in articles.values()])
    heads = heads_of(query.topic or query.text, weights)
    found_in: dict[str, list[Candidate]] = {}
    for each in list_candidates(found):
        found_in.setdefault(each.article.id, []).append(each)
    events: list[Event] = []
    akin: list[Event] = []
    for article, relevance, similar in articles.values():
        sentences = sentences_of(leads[article.id]) if article.id in leads else []
        lead = sentences[0] if sentences else None
        if lead is None or any(says_the_same(lead.text, other.lead.text) for other in events):
            continue
        if not is_opened_with(query.bearers, article.title or "", article.text):
            continue
        share = share_held(weights, f"{article.title or ''} {article.text}")
        opening = share_held(weights, f"{article.title or ''} {lead.text}")
        carrying = _carrying([*sentences, *found_in.get(article.id, ())], weights)
        if not share_held(weights, carrying.text):
            relevance *= _PASSING
        headed = (
            not heads or share_held(heads, f"{article.title or ''} {article.text}") >= IN_OPENING or similar >= near
        )
        if share >= IN_OPENING and opening >= IN_OPENING and headed:
            events.append(Event(carrying, share, relevance))
        if similar >= alike and share >= IN_OPENING:
            akin.append(Event(carrying, max(share, similar), relevance))
    # A question that is to be answered in another form names one thing of a topic that the collection is known to hold.
    best = max((event.share for event in events), default=0.0)
    least = min(ABOUT, max(IN_OPENING, _CLOSE * best)) if query.changes.form else ABOUT
    of_it = [event for event in events if event.share >= least]
    # Where the collection holds the topic, its articles need not say it in the same words: "the stoppage", "the strike".
    for event in akin if of_it else ():
        if not any(says_the_same(event.lead.text, other.lead.text) for other in of_it):
            of_it.append(event)
    if of_it and heads and len(weights) > 1 and len(of_it) < _FEW:
        of_it += _mentions(found, of_it, weights)
    return sorted(of_it, key=lambda event: -event.relevance)


def _mentions(found: Found, events: Sequence[Event], weights: dict[str, float]) -> list[Event]:
    """Return what other articles say of the topic in passing, a sentence each: that a strike has ended may stand in a report on a sale."""
    told = {event.lead.article.origin for event in events}
    best: dict[str, Event] = {}
    for candidate in list_candidates(found):
        origin = candidate.article.origin
        share = share_held(weights, candidate.text)
        if origin in told or share < _MENTIONED or (origin in best and share <= best[origin].share):
            continue
        if any(says_the_same(candidate.text, event.lead.text) for event in events):
            continue
        best[origin] = Event(candidate, share, _PASSING * candidate.relevance)
    return list(best.values())


def is_about(topic: str, quote: Quote, *, rarity: Callable[[str], float]) -> bool:
    """Return whether the quoted words and their headline hold nearly all of a topic."""
    return share_held(weigh_topic(topic, rarity), f"{quote.title or ''} {quote.quote}") >= _ALL_BUT


def lead_of(record: PassageRecord) -> Candidate | None:
    """Return the first sentence of an article that can be quoted."""
    return next(iter(sentences_of(record)), None)


def sentences_of(record: PassageRecord) -> list[Candidate]:
    """Return the sentences of a passage that can be quoted, in their order."""
    hit = Hit(record.id, record.article.id, record.span.start, record.span.end, record.text, 1.0)
    return list_candidates(Found((hit,), {record.id: record}))


def _carrying(sentences: Sequence[Candidate], weights: dict[str, float]) -> Candidate:
    """Return the sentence that carries an event: the first, or, where that does not say the topic at all, the one that says most of it.

    A reportage begins with somebody's day, a round-up with its own greeting.
    """
    lead = sentences[0]
    if len(weights) < _TELLING or share_held(weights, lead.text) > 0:
        return lead
    best = max(sentences, key=lambda each: telling(each, weights))
    said = stems(best.text) & set(weights)
    return best if len(said) >= _TELLING and share_held(weights, best.text) >= _CARRIES else lead


def _choose(events: Sequence[Event], kind: Kind, most: int) -> list[Event]:
    """Return the events to show, by their days: of the latest the newest, else the first, the newest and the most relevant."""
    ordered = sorted(events, key=lambda event: event.day)
    if kind == "latest":
        return ordered[-most:][::-1]
    if len(ordered) <= most:
        return ordered
    dated = [event for event in ordered if event.day]
    kept = [*dated[:1], *dated[-2:]]
    kept += [event for event in events if event not in kept][: most - len(kept)]
    return [event for event in ordered if event in kept]
