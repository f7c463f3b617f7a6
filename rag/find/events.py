"""A topic to the events that the articles report of it, each by the sentence that carries it (pure but for the first reading).

News puts what matters first: the first sentence of an article's body says what happened, and the day of the article says when. So an
overview needs no sentence that answers: it needs the articles of the topic, each origin once, in the order of their days.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.articles import Article, PassageRecord, Span
from index.settings import SearchSettings
from index.text.calendar import ANY_MONTH
from index.text.lexical import content_words, stem, stems
from index.text.sentences import trimmed
from rag.answer_types import Candidate, Found, Hit, Quote
from rag.find.quotes import list_candidates, to_quote, with_relevance
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
_NAMES_COUNT = 2.0
_DATE = re.compile(rf"\b(?:(?:{ANY_MONTH})\s+\d{{1,2}}|\d{{1,2}}\s+(?:{ANY_MONTH}))\b(?:,? \d{{4}})?", re.IGNORECASE)
_CAPITAL = re.compile(r"[^\W\d_]*[A-Z][^\W\d_]*")
# What people call an event without its articles doing so.
_CALLED = frozenset(
    stem(word)
    for word in (
        "accident affair case catastrophe controversy crisis debate development disaster dispute drama episode event fight incident "
        "issue matter news process proceedings question row saga scandal situation story topic tragedy trouble"
    ).split()
)
_MOST = {"overview": 7, "latest": 3, "timeline": 12}
_TELLING = 2  # words of a topic: a single one is as often left out by the sentence that carries the event
_CARRIES = 0.5  # share of the topic that a sentence holds that is told in place of the first
_FEW = 4  # events, below which what other articles mention of the topic is told too
_MENTIONED = 0.9  # share of the topic that such a sentence holds
_PASSING = 0.5
_FULL = 7  # sentences of an overview: where few events make it up, more is told of each
_MOST_DETAILS = 2
_LATE = 1_200  # characters of an article, from which being early counts nothing
_FIGURE_TELLS = 0.3
_FIGURE = re.compile(r"\d")
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
        details: what its article says right after that, the most telling first.
    """

    lead: Candidate
    share: float
    relevance: float
    details: tuple[Candidate, ...] = ()

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
    told = [(event, sentence) for event in chosen for sentence in (event.lead, *_details(event, chosen, query))]
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
        details = tuple(sorted(sentences[1:], key=lambda sentence: -_tells(sentence, weights)))
        carrying = _carrying([*sentences, *found_in.get(article.id, ())], weights)
        if not share_held(weights, carrying.text):
            relevance *= _PASSING
        headed = (
            not heads or share_held(heads, f"{article.title or ''} {article.text}") >= IN_OPENING or similar >= near
        )
        if share >= IN_OPENING and opening >= IN_OPENING and headed:
            events.append(Event(carrying, share, relevance, details))
        if similar >= alike and share >= IN_OPENING:
            akin.append(Event(carrying, max(share, similar), relevance, details))
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


def heads_of(topic: str, weights: dict[str, float]) -> dict[str, float]:
    """Return the words of a topic that are no names: "the audit of the Kestrel Company" is about an audit."""
    names = {stem(word.casefold()) for word in _CAPITAL.findall(topic)}
    return {word: weight for word, weight in weights.items() if word not in names}


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


def weigh_topic(topic: str, rarity: Callable[[str], float]) -> dict[str, float]:
    """Return what each stem of a topic counts: rarer ones more, names twice; what any event may be called nothing.

    "The ferry disaster" is about a ferry: its articles may speak of a sinking.
    """
    names = {stem(word.casefold()) for word in _CAPITAL.findall(topic)}
    words = [stem(word) for word in content_words(_DATE.sub(" ", topic))]
    telling = [word for word in words if word not in _CALLED] or words
    return {word: rarity(word) * (_NAMES_COUNT if word in names else 1.0) for word in telling}


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
    best = max(sentences, key=lambda each: _tells(each, weights))
    said = stems(best.text) & set(weights)
    return best if len(said) >= _TELLING and share_held(weights, best.text) >= _CARRIES else lead


def _tells(sentence: Candidate, weights: dict[str, float]) -> float:
    """Return how much a sentence tells of a topic: by its words, by a figure in it, and by how early it stands."""
    early = 1.0 - min(1.0, sentence.span.start / _LATE)
    return share_held(weights, sentence.text) + _FIGURE_TELLS * bool(_FIGURE.search(sentence.text)) + early


def _details(event: Event, chosen: Sequence[Event], query: Query) -> list[Candidate]:
    """Return what is told of an event beside its lead, in the order of the article: of few events more than one sentence each."""
    if query.kind != "overview" or query.changes.short:
        return []
    more = max(0, _FULL - len(chosen)) // len(chosen)
    kept: list[Candidate] = []
    for detail in event.details:
        each = _after(event.lead, detail)
        if len(kept) == min(more, _MOST_DETAILS):
            break
        if all(each.span.start >= other.span.end or each.span.end <= other.span.start for other in (event.lead, *kept)):
            kept.append(each)
    return sorted(kept, key=lambda each: each.span.start)


def share_held(weights: dict[str, float], text: str) -> float:
    """Return the share of the topic's words that stand in a text, weighted by rarity; 0 where the topic has no words."""
    there = stems(text)
    whole = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in there) / whole if whole else 0.0


def _after(lead: Candidate, sentence: Candidate) -> Candidate:
    """Return a sentence without the lead that it was joined with because it leans on it: here the lead stands before it."""
    if not sentence.span.start < lead.span.end < sentence.span.end:
        return sentence
    rest = trimmed(sentence.article.text, Span(lead.span.end, sentence.span.end))
    return replace(sentence, span=rest, text=rest.slice(sentence.article.text))


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
