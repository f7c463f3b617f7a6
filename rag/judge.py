"""The two scores everything rests on: does a sentence answer, does a quote support.

``answers`` is a logistic regression on what a question and a sentence have in common (closeness in meaning, the share of
the question's words that the sentence holds, weighted by rarity, whether the kind of thing asked for is there). Its
weights come from ``benchmarks/calibrate_answers.py``, which also reports how good it is on questions that it was not
fitted on; the figures stand in ``docs/decisions/0004-answers-score.md``.
``supports`` is the probability that a language model says Yes.
"""

from __future__ import annotations

import math
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cache
from importlib import resources

import msgspec
import numpy as np
import numpy.typing as npt

from index.embed import Encoder
from index.lexical import content_words, stem, stems
from rag.answers import Candidate
from rag.models.chat import ChatModel
from rag.prompt import support_messages

_REMEMBERED = 20_000  # sentence vectors; 1.5 kB each


@dataclass(frozen=True, slots=True)
class Features:
    """What a question and a sentence have in common, each 0 to 1.

    Attributes:
        meaning: cosine of their vectors, the sentence with its title.
        words: share of the question's stems that stand in the sentence, weighted by rarity; a stem that stands only in
            its passage or title counts half.
        kind: 1 when the kind of thing asked for (number, date, name) is there, 0 when not, 0.5 when none is asked for.
        echo: 1 when the sentence says nothing beyond the question's own words.
    """

    meaning: float
    words: float
    kind: float
    echo: float


@dataclass(frozen=True, slots=True)
class AnswerWeights:
    """Weights of the regression, in the order of ``Features``, and its intercept."""

    intercept: float
    weights: dict[str, float]


class Judge:
    """The two scores.

    Args:
        encoder: gives the vectors.
        rarity: returns a weight for a stem, greater for rarer ones.
        model: asked for support, or None.
    """

    def __init__(self, encoder: Encoder, *, rarity: Callable[[str], float], model: ChatModel | None) -> None:
        self._encoder = encoder
        self._rarity = rarity
        self._model = model
        self._vectors: OrderedDict[str, npt.NDArray[np.float32]] = OrderedDict()
        self._guard = threading.Lock()

    def answers(self, question: str, candidates: Sequence[Candidate]) -> list[float]:
        """Return, for each candidate, the probability that it answers the question."""
        vectors = self._encode([question, *(candidate.text for candidate in candidates)])
        weights = {stem(word): self._rarity(stem(word)) for word in content_words(question)}
        scores: list[float] = []
        for candidate, vector in zip(candidates, vectors[1:], strict=True):
            features = measure_features(
                question,
                candidate.text,
                around=f"{candidate.title} {candidate.around}",
                meaning=float(vectors[0] @ vector),
                weights=weights,
            )
            absent = _figures_absent(question, candidate)
            scores.append(answer_probability(features) * (_FIGURE_ABSENT if absent else 1.0))
        return scores

    def support(self, claim: str, evidence: str) -> float | None:
        """Return the probability that the evidence states every part of the claim, or None without a model.

        Raises:
            ModelError: the model did not answer.
        """
        if self._model is None:
            return None
        return self._model.probability_yes(support_messages(claim, evidence))

    def _encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        with self._guard:
            missing = [text for text in dict.fromkeys(texts) if text not in self._vectors]
            if missing:
                self._vectors.update(zip(missing, self._encoder.encode(missing), strict=True))
            found = np.stack([self._vectors[text] for text in texts])
            while len(self._vectors) > _REMEMBERED:
                self._vectors.popitem(last=False)
            return found


def measure_features(
    question: str, sentence: str, *, around: str, meaning: float, weights: dict[str, float]
) -> Features:
    """Return what question and sentence have in common.

    Args:
        around: title and passage of the sentence.
        meaning: cosine of their vectors.
        weights: rarity of each stem of the question.
    """
    mine = stems(sentence)
    near = stems(around) - mine
    whole = sum(weights.values()) or 1.0
    held = sum(weight * (1.0 if word in mine else 0.5) for word, weight in weights.items() if word in mine | near)
    return Features(
        meaning=max(0.0, meaning),
        words=held / whole,
        kind=_kind_present(question, sentence),
        echo=1.0 if len(mine - weights.keys()) <= 1 else 0.0,
    )


def answer_probability(features: Features) -> float:
    """Return the calibrated probability for the features."""
    fitted = _read_weights()
    total = fitted.intercept
    for entry in fields(Features):
        total += fitted.weights[entry.name] * float(getattr(features, entry.name))
    return 1.0 / (1.0 + math.exp(-total))


# A question about 2025 is not answered by a passage about 2030, however alike the rest of the words are.
_FIGURE_ABSENT = 0.5
_DAYS_AROUND = range(-7, 2)  # "on Wednesday" in an article of the 13th may be the 12th
_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def _figures_absent(question: str, candidate: Candidate) -> bool:
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


_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|long|old|far|big|large|high|fast)\b|\bwhat (?:percentage|share|number|price|sum|amount)\b",
    re.I,
)
_ASKS_DATE = re.compile(r"\bwhen\b|\bwhat (?:year|date|day|month)\b|\bwhich (?:year|day|month)\b", re.I)
_ASKS_NAME = re.compile(
    r"\bwho(?:m|se)?\b|\bwhere\b|\bwhich (?:country|city|company|team|person|court)\b|\bwhat is the name\b",
    re.I,
)
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion|half|third)\b",
    re.I,
)
_DATE = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:january|february|march|april|may|june|july|august|september"
    r"|october|november|december|yesterday|today|tomorrow|week|month|year|spring|summer|autumn|winter)\b|\b\d{4}\b"
    r"|\b(?:a|p)\.m\.|\bjan\.|\bfeb\.|\baug\.|\bsept?\.|\boct\.|\bnov\.|\bdec\.",
    re.I,
)
_NAME = re.compile(r"[^.!?\"“]\s[A-Z][a-z]+|^[A-Z][a-z]+ [A-Z][a-z]+")


def _kind_present(question: str, sentence: str) -> float:
    for asks, shows in ((_ASKS_NUMBER, _NUMBER), (_ASKS_DATE, _DATE), (_ASKS_NAME, _NAME)):
        if asks.search(question):
            return 1.0 if shows.search(sentence) else 0.0
    return 0.5


@cache
def _read_weights() -> AnswerWeights:
    data = resources.files("rag").joinpath("answer_weights.json").read_bytes()
    return msgspec.json.decode(data, type=AnswerWeights)
