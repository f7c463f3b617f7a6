"""What thing a question asks for, and whether a sentence gives one that the question does not name (pure).

Kinds as in the classification of answers by Li and Roth ("Learning question classifiers", COLING 2002), cut down to the three
that can be seen in a sentence without a parser: a number, a time, a name.
"""

from __future__ import annotations

import re

from index.text.calendar import ANY_MONTH, ANY_WEEKDAY, MONTHS
from index.text.languages import ENGLISH
from index.text.lexical import STOPWORDS
from rag.query_types import AskedThing
from rag.question.asked_elsewhere import asked_thing_in, gives_thing_in

_NAMED = (
    "country|countries|nation|city|cities|town|state|area|region|island|river|company|companies|firm|airline|bank|retailer|team"
    "|club|band|group|university|court|agency|organi[sz]ation|newspaper|outlet|person|people|man|woman|player|athlete|golfer"
    "|driver|actor|actress|singer|rapper|musician|artist|author|designer|director|filmmaker|celebrity|billionaire|leader|president"
    "|minister|official|politician|senator|governor|mayor|judge|star|show|series|movie|film|book|album|song"
)
_VERBS = (
    r"(?:did|do|does|is|are|was|were|has|have|had|will|would|can|could|should)\b"  # "what did the court" asks no name
)
_ASKS: tuple[tuple[AskedThing, re.Pattern[str]], ...] = (
    (
        "number",
        re.compile(
            r"\bhow (?:many|much|long|old|far|big|large|high|tall|fast|often)\b"
            r"|\b(?:what|which) (?:percent\w*|share|number|price|sum|amount|fraction|proportion|portion|figure|age)\b"
            r"|\bwhat (?:is|was|were|are) (?:\S+ ){0,4}(?:population|revenue|profit|cost|price|rate|salary|score|fee|fine|toll)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "time",
        re.compile(
            r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|decade|century|time)\b|\bbirth date\b|\bdate of birth\b",
            re.IGNORECASE,
        ),
    ),
    (
        "name",
        re.compile(
            rf"\bwho(?:m|se)?\b|\bwhere\b|\b(?:which|what)\s+(?:(?!{_VERBS})[\w’']+\s+){{0,3}}(?:{_NAMED})\b|\bwhat is the name\b",
            re.IGNORECASE,
        ),
    ),
)
_NUMBER = re.compile(
    r"\d[\d,.]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion|trillion"
    r"|half|third|quarter|doubled|tripled|twice|nobody|no one|none|zero"
    r"|no (?:\w+ )?(?:casualties|injuries|deaths|victims|arrests|survivors|people|passengers))\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"\b(?:{ANY_WEEKDAY})\b|\b(?:{ANY_MONTH}"
    r"|october|november|december|yesterday|today|tomorrow|week|month|year|spring|summer|autumn|winter)\b"
    r"|\b(?:a|p)\.m\.|\bjan\.|\bfeb\.|\baug\.|\bsept?\.|\boct\.|\bnov\.|\bdec\.|\d+",
    re.IGNORECASE,
)
_MONTHS = frozenset(month[:3] for month in MONTHS)
_WORD = re.compile(r"[\w’'-]+")


def asked_thing(question: str, language: str = ENGLISH) -> AskedThing | None:
    """Return what a question asks for, or None where that cannot be told from its words."""
    if language != ENGLISH:
        return asked_thing_in(language, question)
    return next((thing for thing, asks in _ASKS if asks.search(question)), None)


def given_things(thing: AskedThing, question: str, sentence: str) -> dict[str, set[str]]:
    """Return what a sentence gives of a kind beyond the question, by sort: times are years, months and days, each by itself."""
    if thing == "name":
        found = _names(sentence) - {_bare(word) for word in _WORD.findall(question)}
        return {"name": found} if found else {}
    pattern = _NUMBER if thing == "number" else _TIME
    sorts: dict[str, set[str]] = {}
    for found_word in _found(pattern, sentence) - _found(pattern, question):
        sorts.setdefault(_sort(found_word) if thing == "time" else thing, set()).add(found_word)
    return sorts


def _sort(word: str) -> str:
    if word[:1].isdigit():
        return "year" if len(word) == 4 else "day"
    return "month" if word[:3] in _MONTHS else "other"


def gives_thing(thing: AskedThing, question: str, sentence: str, language: str = ENGLISH) -> bool:
    """Return whether a sentence gives something of a kind that does not stand in the question already."""
    if language != ENGLISH:
        return gives_thing_in(language, thing, question, sentence)
    return bool(given_things(thing, question, sentence))


def _found(pattern: re.Pattern[str], text: str) -> set[str]:
    return {found.casefold().rstrip(".,") for found in pattern.findall(text)}


def _names(sentence: str) -> set[str]:
    """Return the words with a capital; of a first word, which always has one, only those that are no stopword."""
    words = _WORD.findall(sentence)
    capital = [word for word in words[1:] if word[:1].isupper()]
    capital += [word for word in words[:1] if word[:1].isupper() and word.casefold() not in STOPWORDS]
    return {_bare(word) for word in capital}


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.casefold())
