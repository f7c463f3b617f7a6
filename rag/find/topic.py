"""What a topic says, and how much of it a text holds (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable

from index.text.calendar import ANY_MONTH
from index.text.lexical import content_words, stem, stems

_NAMES_COUNT = 2.0
_DATE = re.compile(rf"\b(?:(?:{ANY_MONTH})\s+\d{{1,2}}|\d{{1,2}}\s+(?:{ANY_MONTH}))\b(?:,? \d{{4}})?", re.IGNORECASE)
_CAPITAL = re.compile(r"[^\W\d_]*[A-Z][^\W\d_]*")
# What people call an event without its articles doing so.
_CALLED = frozenset(
    stem(word)
    for word in (
        "accident affair aftermath beginning case catastrophe consequences controversy crisis debate development disaster dispute downfall drama effects end episode event fate fight impact incident "
        "issue matter news process proceedings question rise role row saga scandal situation story success topic tragedy trouble"
    ).split()
)


def weigh_topic(topic: str, rarity: Callable[[str], float]) -> dict[str, float]:
    """Return what each stem of a topic counts: rarer ones more, names twice; what any event may be called nothing.

    "The ferry disaster" is about a ferry: its articles may speak of a sinking.
    """
    names = {stem(word.casefold()) for word in _CAPITAL.findall(topic)}
    words = [stem(word) for word in content_words(_DATE.sub(" ", topic))]
    telling = [word for word in words if word not in _CALLED] or words
    return {word: rarity(word) * (_NAMES_COUNT if word in names else 1.0) for word in telling}


def heads_of(topic: str, weights: dict[str, float]) -> dict[str, float]:
    """Return the words of a topic that are no names: "the audit of the Kestrel Company" is about an audit."""
    names = {stem(word.casefold()) for word in _CAPITAL.findall(topic)}
    return {word: weight for word, weight in weights.items() if word not in names}


def share_held(weights: dict[str, float], text: str) -> float:
    """Return the share of the topic's words that stand in a text, weighted by rarity; 0 where the topic has no words."""
    there = stems(text)
    whole = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in there) / whole if whole else 0.0
