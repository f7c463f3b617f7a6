"""A quantity that changes to its values, each with its day (pure but for the judge): one sentence for each day and origin, copies as one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.articles import Span
from index.text.lexical import stem, stems
from rag.answer_types import Candidate, Found, Quote
from rag.find.quotes import AnswerScorer, list_candidates, to_quote
from rag.find.topic import share_held, weigh_topic
from rag.language.days import told_day
from rag.language.figures import find_figures
from rag.language.quantities import QUANTITY, names_quantity
from rag.models.reader import Reading, read_closely
from rag.odds import from_log_odds, log_odds
from rag.query_types import Part, Query
from rag.question.bearing import weigh_bearing
from rag.question.nameless import without_names

_HELD = 0.6  # share of the topic's words, by rarity, that sentence and headline hold
_LEAST = 0.25  # probability that a sentence answers what the quantity is
_CLOSE = 0.35  # of the best one's
_LEAD_COUNTS = 1.2  # log-odds more for the first sentence of an article, which states its figure
_LEAD = 80  # characters before it at most: a dateline, a headline that was kept
_OPENING = 400  # characters in which an article without a day states one
_MOST = 10
_READ_A_DAY = 2  # sentences
_READ = 24
_FROM = 2.7  # log-odds of a value against none, as for words that answer (rag/find/answer_words.py)
_DEATHS = re.compile(
    r"^.*?\b(?:death toll|toll|(?:number|count) of (?:the )?(?:dead|deaths|victims)|deaths)\b", re.IGNORECASE
)
_CALLED_FIGURE = re.compile(r"^(?:the )?(?:figures?|values?|readings?|data) (?:for|of|on) ", re.IGNORECASE)
_OTHER_WAYS = ((re.compile(r"\binflation\b", re.IGNORECASE), "How much did prices rise over the year?"),)
_CHANGED = re.compile(
    r"\b(?:from|up|down|against|compared|rose|fell|grew|shrank|shrunk|earlier|before)\b", re.IGNORECASE
)
_LATER_EVENTS = 2
_CALLED_ANYTHING = frozenset(stem(word) for word in "figure level number value".split())
# What is only expected is no value yet.
_EXPECTED = re.compile(
    r"\b(?:expects?|expected|forecasts?|predict\w*|project(?:s|ed|ion)|estimates? (?:for|of) next|target|aims?|would be|could (?:reach|rise|fall)|will (?:be|rise|fall|reach))\b",
    re.IGNORECASE,
)
_BY = re.compile(r"\bby (?:about |some |nearly |almost |another |a further )?$", re.IGNORECASE)
_TO = re.compile(r"\s+to\s+(?:about |some |nearly |almost )?", re.IGNORECASE)
_UNCHANGED = re.compile(r"\b(?:left|kept|held|unchanged|remains?|remained|stays?|stayed)\b", re.IGNORECASE)
_PLURAL = re.compile(
    r"^(?P<article>the )?(?P<word>(?:\w+ ){0,2}(?:toll|price|rate|number|offer|value|cost|wage|salarie|guarantee|level|forecast|figure|share|profit|budget|rent|fee|vote|bid|estimate)s)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Value:
    candidate: Candidate
    score: float
    day: str
    figures: frozenset[str]
    words: Span | None = None


def asks_values(query: Query) -> bool:
    """Return whether a timeline, or the latest, is one of a quantity."""
    return query.kind in ("timeline", "latest") and names_quantity(query.topic)


def read_values(
    query: Query, found: Found, *, scorer: AnswerScorer, rarity: Callable[[str], float]
) -> tuple[Quote, ...]:
    """Return the quotes in which a reader finds the values of a quantity, in the order of their days, with the value marked in each.

    Empty where there are no two. What the quantity is called counts nothing in the choice of what is read:
    those who died are a death toll.
    """
    quantities = {stem(word.casefold()) for word in QUANTITY.findall(query.topic)}
    weights = {word: weight for word, weight in weigh_topic(query.topic, rarity).items() if word not in quantities}
    by_day: dict[str, list[tuple[float, Candidate]]] = {}
    for candidate in list_candidates(found):
        if (
            share_held(weights, f"{candidate.title} {candidate.text}") >= _HELD
            and _figures(candidate.text)
            and weigh_bearing(query.bearers, candidate) == 1.0
            and (not _EXPECTED.search(candidate.text) or _EXPECTED.search(query.topic))
        ):
            said = len(stems(candidate.text) & (quantities | set(weights)))
            by_day.setdefault(_day(candidate), []).append((said + (candidate.span.start < _LEAD), candidate))
    a_day = max(_READ_A_DAY, _READ // max(1, len(by_day)))
    likeliest = [
        candidate for day in by_day.values() for _, candidate in sorted(day, key=lambda pair: -pair[0])[:a_day]
    ][:_READ]
    asked = _ask_value(query.topic)
    # That they are of those whom the question names is known: a reader need not find the name in each sentence.
    asked = without_names(asked, query.bearers) or asked
    values: list[_Value] = []
    unread: Sequence[Candidate] = likeliest
    for way in _ways(asked):
        if not unread:
            break
        readings = read_closely(scorer, [(way, candidate.text) for candidate in unread]) or []
        read = [
            _to_value(candidate, reading) or _read_how_much(way, candidate, scorer) if reading.likely >= _FROM else None
            for candidate, reading in zip(unread, readings, strict=False)
        ]
        unread = [candidate for candidate, value in zip(unread, read, strict=False) if value is None]
        values += [value for value in read if value]
    return _as_quotes(_of_one_unit(values), fewest=1 if query.kind == "latest" else 2)


def _ways(asked: str) -> list[str]:
    """Return the questions that a value of a quantity may answer: news tells inflation as what prices have risen by."""
    return [asked, *(other for words, other in _OTHER_WAYS if words.search(asked))]


def _read_how_much(asked: str, candidate: Candidate, scorer: AnswerScorer) -> _Value | None:
    """Return the value in a sentence that is about a quantity and in which a reader, asked what it is, found no figure."""
    readings = read_closely(scorer, [(re.sub(r"^What is", "How much is", asked), candidate.text)]) or []
    return next((_to_value(candidate, reading) for reading in readings), None)


def _to_value(candidate: Candidate, reading: Reading) -> _Value | None:
    """Return the value that a reader found; None where it is not sure, or its words hold no figure."""
    if reading.words is None or reading.likely < _FROM:
        return None
    marked = _not_by_how_much(candidate.text, reading.words)
    figures = _figures(marked.slice(candidate.text))
    if not figures and (risen := _to_what(candidate.text, reading.words.start)):
        marked = risen
        figures = _figures(marked.slice(candidate.text))
    if len(figures) == 1:  # "the number of the dead rose to 22" is 22
        (figure,) = figures
        place = candidate.text.index(figure, marked.start)
        marked = Span(place, place + len(figure))
    start = candidate.span.start
    words = Span(start + marked.start, start + marked.end)
    return _Value(candidate, reading.likely, _day(candidate), figures, words) if figures else None


def _not_by_how_much(text: str, words: Span) -> Span:
    """Return the value where words only say by how much it changed: "cut its offer by $500 million to $3.1 billion"."""
    change = _TO.match(text, words.end) if _BY.search(text[: words.start]) else None
    after = find_figures(text[change.end() :]) if change else []
    start = text.find(after[0].words, change.end()) if change and after else -1
    return Span(start, start + len(after[0].words)) if start >= 0 else words


def _to_what(text: str, start: int) -> Span | None:
    """Return the value to which something is said to have changed, where a reader only marks that it did: "cut its rate ... to 7 percent"."""
    for change in _TO.finditer(text, start):
        figures = find_figures(text[change.end() :])
        if figures and text.startswith(figures[0].words, change.end()):
            return Span(change.end(), change.end() + len(figures[0].words))
    return None


def _of_one_unit(values: Sequence[_Value]) -> list[_Value]:
    """Return the values that are given in the unit of most: a price is no number of months."""
    units = [
        (
            value,
            {
                reading.unit
                for figure in find_figures(value.candidate.text)
                if figure.words in value.figures
                for reading in figure.readings
            },
        )
        for value in values
    ]
    counted = Counter(unit for _, theirs in units for unit in theirs)
    usual = max(counted, key=lambda unit: (counted[unit], unit), default="")
    return [value for value, theirs in units if usual in theirs]


def _ask_value(topic: str) -> str:
    """Return the question that a value of a quantity answers."""
    if _DEATHS.search(topic):
        return f"How many people died{_DEATHS.split(topic, maxsplit=1)[1]}?"
    topic = _CALLED_FIGURE.sub("", topic, count=1)
    return f"What is {_PLURAL.sub(_singular, topic, count=1)}?"


def _singular(found: re.Match[str]) -> str:
    article, word = found["article"] or "the ", found["word"]
    return f"{article}{word[:-3] + 'y' if word.endswith('ies') else word[:-1]}"


def choose_values(
    query: Query, found: Found, *, scorer: AnswerScorer, rarity: Callable[[str], float]
) -> tuple[Quote, ...]:
    """Return the quotes that give the values of a quantity, in the order of their days; empty where there are no two."""
    weights = weigh_topic(query.topic, rarity)
    quantities = {stem(word.casefold()) for word in QUANTITY.findall(query.topic)}
    candidates = [
        candidate
        for candidate in list_candidates(found)
        if share_held(weights, f"{candidate.title} {candidate.text}") >= _HELD
        and (candidate.span.start < _LEAD or stems(candidate.text) & quantities)
        and _figures(candidate.text)
        and weigh_bearing(query.bearers, candidate) == 1.0
    ]
    asked = Part(query.topic, f"What is the {query.topic}?", thing="number")
    scores = [
        from_log_odds(log_odds(score) + (_LEAD_COUNTS if candidate.span.start < _LEAD else 0.0))
        for candidate, score in zip(candidates, scorer.answers(asked, candidates), strict=True)
    ]
    least = max([_LEAST, *(_CLOSE * score for score in scores)])
    values = [
        _Value(
            candidate,
            score,
            _day(candidate),
            _figures(candidate.text),
        )
        for candidate, score in zip(candidates, scores, strict=True)
        if score >= least
    ]
    return _as_quotes(values)


def with_newest_value(topic: str, values: Sequence[Quote], events: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the latest of a quantity, the newest first: its newest value, and what later articles report of it.

    Args:
        topic: what is asked of; a later event is about it where it says what the quantity is called.
        values: by their days.
        events: the latest of the topic, the newest first.
    """
    if not values:
        return tuple(events)
    newest = values[-1]
    called = {stem(word.casefold()) for word in QUANTITY.findall(topic)} - _CALLED_ANYTHING
    later = [
        event
        for event in events
        if event.article_id != newest.article_id
        and (event.published or "") > (newest.published or "")
        and called & stems(f"{event.title or ''} {event.quote}")
    ]
    return tuple(replace(quote, n=n) for n, quote in enumerate([*later[:_LATER_EVENTS], newest], start=1))


def _day(candidate: Candidate) -> str:
    return told_day(candidate.article.text[:_OPENING], candidate.article.published) or ""


def _as_quotes(values: Sequence[_Value], *, fewest: int = 2) -> tuple[Quote, ...]:
    """Return the quotes of the values, numbered; none where fewer are left than it takes."""
    chosen = _one_a_day(values)
    if len(chosen) < fewest and not (chosen and _tells_change(chosen[0].candidate.text)):
        return ()
    quotes = (
        to_quote(n, value.candidate, (from_log_odds(value.score) if value.words else value.score,))
        for n, value in enumerate(chosen, start=1)
    )
    return tuple(replace(quote, answer=value.words) for quote, value in zip(quotes, chosen, strict=True))


def _tells_change(text: str) -> bool:
    """Return whether a sentence tells of two values and of how one became the other: "13 percent, up from 10 the year before"."""
    return len(_figures(text)) > 1 and bool(_CHANGED.search(text))


def _one_a_day(values: Sequence[_Value]) -> list[_Value]:
    """Return the best of each day, by day; of copies the first, and nothing that says only what the one before said.

    That a value was left as it was is told: somebody decided so.
    """
    best: dict[str, _Value] = {}
    for value in sorted(values, key=lambda each: -each.score):
        best.setdefault(value.day, value)
    kept: list[_Value] = []
    for day in sorted(best):
        value = best[day]
        if not kept or not value.figures <= kept[-1].figures or _UNCHANGED.search(value.candidate.text):
            kept.append(value)
    return kept[-_MOST:]


def _figures(text: str) -> frozenset[str]:
    return frozenset(figure.words for figure in find_figures(text) if not figure.slight)
