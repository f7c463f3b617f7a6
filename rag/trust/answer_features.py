"""What a question and a sentence have in common, cheaply (pure): shared words, the kind of thing asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from index.text.languages import ENGLISH
from index.text.lexical import stems
from rag.answer_types import Candidate
from rag.query_types import AskedThing
from rag.question.asked_thing import gives_thing

_LITTLE = 2  # stems


@dataclass(frozen=True, slots=True)
class Features:
    """What a question and a sentence have in common, each 0 to 1.

    Attributes:
        words: share of the question's stems that stand in the sentence, weighted by rarity; a stem that stands only in
            its passage or title counts half.
        kind: 1 when a thing of the kind asked for (number, time, name) is there that the question does not name, 0 when not,
            0.5 when no kind is asked for.
        echo: 1 when the sentence says nothing beyond the question's own words.
    """

    words: float
    kind: float
    echo: float


def measure_features(
    question: str,
    sentence: str,
    *,
    thing: AskedThing | None,
    around: str,
    weights: dict[str, float],
    stems_of: Callable[[str], Collection[str]] = stems,
    language: str = ENGLISH,
) -> Features:
    """Return what question and sentence have in common.

    Args:
        thing: what the question wants to hear, where that can be told.
        around: title and passage of the sentence.
        weights: rarity of each stem of the question.
        stems_of: returns the stems of a text in the language of the question.
        language: that of the question, ISO 639-1.
    """
    mine = frozenset(stems_of(sentence))
    near = frozenset(stems_of(around)) - mine
    whole = sum(weights.values()) or 1.0
    held = sum(weight * (1.0 if word in mine else 0.5) for word, weight in weights.items() if word in mine | near)
    return Features(
        words=held / whole,
        kind=0.5 if thing is None else float(gives_thing(thing, question, sentence, language)),
        echo=1.0 if len(mine - weights.keys()) <= 1 else 0.0,
    )


_DAYS_AROUND = range(-7, 2)  # "on Wednesday" in an article of the 13th may be the 12th
_LOWER, _CAPITALISED = re.compile(r"\b[a-z]+\b"), re.compile(r"\b[A-Z][a-z]+\b")
_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def figures_absent(question: str, candidate: Candidate) -> bool:
    """Whether the question names a figure or a day that neither passage, title nor date of the article gives."""
    asked = {figure.replace(",", "") for figure in _DIGITS.findall(question)}
    if not asked:
        return False
    there = {figure.replace(",", "") for figure in _DIGITS.findall(f"{candidate.title} {candidate.around}")}
    if candidate.article.published:
        day = date.fromisoformat(candidate.article.published[:10])
        near = [day + timedelta(days=offset) for offset in _DAYS_AROUND]
        there |= {str(part) for other in near for part in (other.year, other.day)}
    return not asked <= there


def takes_month_for_word(question: str, sentence: str) -> bool:
    """Whether a sentence names March or May where the question speaks of a march, or of what may be: no model that folds case can tell."""
    return any(
        word in _LOWER.findall(question)
        and word not in _LOWER.findall(sentence)
        and word.capitalize() in _CAPITALISED.findall(sentence)
        for word in ("march", "may")
    )


def says_little(question: str, sentence: str) -> bool:
    """Whether a sentence says next to nothing beyond the question's own words."""
    return len(stems(sentence) - stems(question)) <= _LITTLE
