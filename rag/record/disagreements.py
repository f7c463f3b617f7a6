"""Quotes to disagreements and updates (pure): different figures for the same thing, told apart by their days.

Cautious on purpose: a figure that grows from day to day is an update, and other figures about the same event are no
contradiction. Two quotes disagree when they come from different origins, were published on the same day, share enough of
their words, and give different numbers of the same thing; or when they are copies of one report, one of which has another
figure or name. Quotes of articles without a date are compared as if they were of one day: nothing tells them apart. Quotes in
other languages than English are left out: "1.500" and "4,2" would be misread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations

from index.text.calendar import ANY_MONTH, ANY_WEEKDAY
from index.text.languages import ENGLISH
from index.text.lexical import STOPWORDS, stem, stems
from rag.answer_types import Disagreement, Quote, Side
from rag.language.differences import find_differences
from rag.language.names import find_runs
from rag.language.tokens import tokens
from rag.query_types import AskedThing, Query
from rag.question.asked_thing import given_things

_ALIKE = 0.15  # Jaccard similarity of stems without numbers
_ALIKE_OVER_DAYS = 0.2  # reports of two days are more often about two events
_QUANTITY = re.compile(
    r"(?<![\w.,])(?P<sign>[$€£])?(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?:\s?(?P<unit>%|percent\b|per cent\b|million\b|billion\b))?"
    r"(?:\s+(?P<thing>[a-z]{3,}))?",
)
_WEEKDAY_OR_DATE = re.compile(
    rf"\b(?i:{ANY_MONTH})\s+\d{{1,2}}\b|\b\d{{1,2}}\s+(?i:{ANY_MONTH})\b"
    r"|\b(?:19|20)\d\d\b|\b\d{1,2}(?::\d\d)?\s?[ap]\.m\."
)
# A plain word and the name right behind it: what is named, or where.
_BEARER = re.compile(rf"\b([a-z]+) (?!(?:{ANY_MONTH}|{ANY_WEEKDAY})\b)([A-Z][\w’'-]+)", re.UNICODE)
_TWO_REPORTS = 2  # differences from which what is worded alike is no copy
_WHERE = frozenset(["near", "in", "at", "off"])


def find_disagreements(quotes: Sequence[Quote]) -> tuple[Disagreement, ...]:
    """Return each disagreement among the quotes once, with every side and its citations."""
    found = _Sides()
    for one, other in combinations(_readable(quotes), 2):
        differences = find_differences(one.quote, other.quote) if one.article_id != other.article_id else ()
        if len(differences) >= _TWO_REPORTS and _are_of_two(one.quote, other.quote):
            differences = ()  # worded alike, of two things: "the ferry Anna, its owner Jon", "the ferry Maria, its owner Per"
        if one.origin != other.origin and _same_day(one, other):
            _collect(found, one, other, alike=_ALIKE)
        elif differences and not _are_days_apart(one, other):
            # Copies of one report that differ in a figure: one of them is wrong, or was corrected.
            _collect(found, one, other, alike=_ALIKE)
        if not _are_days_apart(one, other):
            for difference in differences:
                if not any(character.isdigit() for character in difference.one + difference.other):
                    found.add(difference.about, (difference.one, one), (difference.other, other))
    return found.list(ordered=False)


def find_updates(quotes: Sequence[Quote]) -> tuple[Disagreement, ...]:
    """Return the figures that changed from one day to another, each with its values in the order of their days."""
    found = _Sides()
    for one, other in combinations(_readable(quotes), 2):
        if one.published and other.published and not _same_day(one, other) and _names(one.quote) & _names(other.quote):
            _collect(found, one, other, alike=_ALIKE_OVER_DAYS)
    return found.list(ordered=True)


def of_the_answer(found: Sequence[Disagreement], quotes: Sequence[Quote]) -> tuple[Disagreement, ...]:
    """Return what differs in the answer itself: asked for a price, a share that another article puts otherwise is beside the point.

    Where no words of the quotes were marked as the answer, nothing is left out.
    """
    marked = {quote.n: _marked(quote) for quote in quotes if quote.answer}
    return tuple(each for each in found if not _is_marked(each, marked) or _is_answer(each, marked))


def _marked(quote: Quote) -> str:
    """Return the words of a quote that are the answer."""
    return quote.quote[quote.answer.start - quote.start : quote.answer.end - quote.start] if quote.answer else ""


def _is_marked(found: Disagreement, marked: Mapping[int, str]) -> bool:
    return all(any(n in marked for n in side.citations) for side in found.sides)


def _is_answer(found: Disagreement, marked: Mapping[int, str]) -> bool:
    return any(side.value in marked.get(n, "") for side in found.sides for n in side.citations)


def find_rivals(cited: Sequence[Quote], offered: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the quotes that nobody cites though they give another figure or name than a cited one: a reader must see both.

    What an article said earlier is no rival of what is said now.
    """
    numbers = {quote.n for quote in cited}
    return tuple(quote for quote in offered if quote.n not in numbers and _is_rival(quote, cited))


def _readable(quotes: Sequence[Quote]) -> list[Quote]:
    """Return the quotes whose figures can be read: those in English, or in a language that nobody knows.

    A headline rounds: where it differs from a text, that is no disagreement.
    """
    return [quote for quote in quotes if quote.language in (None, ENGLISH) and not quote.headline_sha256]


def _is_rival(quote: Quote, cited: Sequence[Quote]) -> bool:
    """Whether it alone gives one of the values, and where those are of several days the newest."""
    sides = [side for found in find_disagreements((*cited, quote)) for side in found.sides]
    sides += [found.sides[-1] for found in find_updates((*cited, quote))]
    return any(side.citations == (quote.n,) for side in sides)


def find_other_answers(query: Query, cited: Sequence[Quote], offered: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the quotes of other articles that give another number, time or name than all that are cited, where one is asked for.

    They need not contradict: two people may bear one name. An article of an earlier day is left out, and so is what the first
    of the returned ones says already.
    """
    thing = query.thing
    if thing is None or query.language != ENGLISH:
        return ()
    taken = list(cited)
    others = []
    for quote in offered:
        apart = all(_is_apart(thing, query.text, quote, other) for other in taken)
        if taken and apart and given_things(thing, query.text, quote.quote):
            others.append(quote)
            taken.append(quote)
    return tuple(others)


def _is_apart(thing: AskedThing, question: str, quote: Quote, other: Quote) -> bool:
    """Whether a quote is of another article, not of an earlier day, and gives other things of a kind."""
    if quote.article_id == other.article_id:
        return False
    if quote.published and other.published and quote.published[:10] < other.published[:10]:
        return False
    mine, theirs = given_things(thing, question, quote.quote), given_things(thing, question, other.quote)
    shared = mine.keys() & theirs.keys()
    return any(not mine[sort] & theirs[sort] for sort in shared) if thing == "time" else not _all(mine) & _all(theirs)


def _all(things: dict[str, set[str]]) -> set[str]:
    return {thing for found in things.values() for thing in found}


class _Sides:
    """What was found so far: thing -> value -> the quotes that give it."""

    def __init__(self) -> None:
        self._things: dict[str, dict[str, list[Quote]]] = {}

    def add(self, thing: str, *sides: tuple[str, Quote]) -> None:
        for value, quote in sides:
            holders = self._things.setdefault(thing, {}).setdefault(value, [])
            if quote not in holders:
                holders.append(quote)

    def list(self, *, ordered: bool) -> tuple[Disagreement, ...]:
        return tuple(
            Disagreement(thing, tuple(sorted(sides, key=lambda side: side.date or "") if ordered else sides))
            for thing, values in self._things.items()
            for sides in [[_side(value, holders) for value, holders in values.items()]]
        )


def _side(value: str, holders: Sequence[Quote]) -> Side:
    return Side(
        value=value,
        citations=tuple(quote.n for quote in holders),
        date=min((quote.published[:10] for quote in holders if quote.published), default=None),
    )


def _collect(found: _Sides, one: Quote, other: Quote, *, alike: float) -> None:
    if not _alike(one.quote, other.quote, alike) or _are_of_two(one.quote, other.quote):
        return
    for thing, (value, rival) in _rival_values(one.quote, other.quote).items():
        found.add(thing, (value, one), (rival, other))


def _are_of_two(one: str, other: str) -> bool:
    """Whether two quotes are of two bearers: "the ferry Anna" and "the ferry Maria", "near Holt" and "near Skarn".

    Values of two things are no disagreement, and no update.
    """
    mine, theirs = _bearers(one), _bearers(other)
    return any(
        not mine[noun] & theirs[noun]
        and not any(name in other for name in mine[noun])
        and not any(name in one for name in theirs[noun])
        for noun in mine.keys() & theirs.keys()
    )


def _bearers(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for noun, name in _BEARER.findall(text):
        if noun not in STOPWORDS or noun in _WHERE:
            found.setdefault(stem(noun), set()).add(name)
    return found


def _same_day(one: Quote, other: Quote) -> bool:
    """Whether both are of one day, or both of nobody knows which."""
    return (one.published or "")[:10] == (other.published or "")[:10]


def _are_days_apart(one: Quote, other: Quote) -> bool:
    return bool(one.published and other.published) and not _same_day(one, other)


def _names(text: str) -> set[str]:
    return {word for name in find_runs(tokens(text)) for word in name.words if len(word) > 1}


def _alike(one: str, other: str, least: float) -> bool:
    mine, theirs = _topic(one), _topic(other)
    return len(mine & theirs) >= least * max(1, len(mine | theirs))


def _topic(text: str) -> set[str]:
    return {word for word in stems(text) if not word.isdigit()}


def _rival_values(one: str, other: str) -> dict[str, tuple[str, str]]:
    mine, theirs = _quantities(one), _quantities(other)
    rivals: dict[str, tuple[str, str]] = {}
    for thing in mine.keys() & theirs.keys():
        if not mine[thing].keys() & theirs[thing].keys():
            rivals[thing] = next(iter(mine[thing].values())), next(iter(theirs[thing].values()))
    return rivals


def _quantities(text: str) -> dict[str, dict[float, str]]:
    """Return the figures of a text: thing counted -> number -> as written."""
    things: dict[str, dict[float, str]] = {}
    for match in _QUANTITY.finditer(_WEEKDAY_OR_DATE.sub(" ", text)):
        thing = match["thing"] or ""
        unit = match["sign"] or (match["unit"] or "").replace("per cent", "%").replace("percent", "%")
        counted = thing if thing and thing not in STOPWORDS else ""
        name = " ".join(part for part in (unit, stem(counted) if counted else "") if part)
        if name:
            written = (
                match.group().strip()
                if counted
                else f"{match['sign'] or ''}{match['number']} {match['unit'] or ''}".strip()
            )
            things.setdefault(name, {})[float(match["number"].replace(",", ""))] = written
    return things
