"""The two scores everything rests on: does a sentence answer, does a quote support.

Both are probabilities. They come from two small cross-encoders of our own (``index/weights/judge``; how they were trained:
``training/``, how good they are: ``docs/judge.md``), joined with features that cost nothing by a logistic regression whose
weights ``benchmarks/calibrate_judge.py`` fits on pairs that neither was trained on. Where a language model is present, it is
asked for a second opinion on support in the doubtful middle only.
"""

from __future__ import annotations

import copy
import functools
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal, Protocol

import msgspec
import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from index.caches.analysis import content_terms
from index.text.languages import ENGLISH
from index.text.lexical import content_words, stem, stems
from rag.answer_types import Candidate, Quote
from rag.language.differences import is_shortened
from rag.models.chat import ChatModel
from rag.models.cross_encoder import JUDGES, CrossEncoder
from rag.models.own_judge import RatesSupport
from rag.models.prompt import support_messages
from rag.models.reader import Reading
from rag.odds import from_log_odds, log_odds
from rag.query_types import Part
from rag.trust.answer_features import figures_absent, measure_features, says_little, takes_month_for_word
from rag.trust.in_context import read_in_context

# So many candidates, the best by the cheap features, are read by the cross-encoder: what lies below never becomes a quote.
_READ = 40
# What the cross-encoder overlooks halves its score: a question about 2025 is not answered by a passage about 2030, nor "how many"
# by a sentence without a number, nor a march by the month of March, nor any question by its own words (docs/decisions/0012-what-cannot-answer.md).
_HALVED = 0.5

# So many of those, the best by the cross-encoder, are read by the reader, which is ten times as dear.
_READ_CLOSELY = 6
_READINGS_REMEMBERED = 2_000
_LEAST_SAID = 0.001
_MOST_LIKELY = 12.0  # log-odds of the words that answer

Score = Literal[
    "answers_cheaply",
    "answers",
    "answers_read",
    "decides_read",
    "elsewhere_cheaply",
    "answers_elsewhere",
    "supports",
    "supports_read",
    "supports_asked",
]


class AnyJudge(Protocol):
    """Whatever gives both scores; ``Judge`` is one. See its methods for what each means."""

    def answers(self, asked: Part, candidates: Sequence[Candidate]) -> list[float]:
        """Return, for each candidate, the probability, 0 to 1, that it answers what is asked."""
        ...

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        """Return the probability, 0 to 1, that the quotes together state every part of the claim, or None for no score."""
        ...


class PairScorer(Protocol):
    """Whatever reads two texts together and gives a logit."""

    def load(self) -> object:
        """Load what scoring needs, now rather than with the first pair."""
        ...

    def close(self) -> None:
        """Give its memory back."""
        ...

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Return one logit for each pair, shape ``(len(pairs),)``."""
        ...


class PairReader(Protocol):
    """Whatever reads two texts together and says of them what a ``Reading`` holds; ``rag.models.reader.Reader`` is one."""

    def load(self) -> object:
        """Load what reading needs, now rather than with the first pair."""
        ...

    def close(self) -> None:
        """Give its memory back."""
        ...

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return what is said of each pair."""
        ...


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression: its intercept, and a weight for each feature by name."""

    intercept: float
    weights: dict[str, float]

    def probability(self, features: dict[str, float]) -> float:
        """Return the probability for the features; those that have no weight do not count.

        Raises:
            KeyError: a feature that has a weight is missing.
        """
        total = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-total))


class Judge:
    """The two scores.

    Args:
        rarity: returns a weight for a stem, greater for rarer ones.
        answering: reads a question and a sentence together.
        supporting: reads a claim and the cited words together.
        reader: reads the best of the candidates, and claims, more closely, or None.
        model: asked for support in the doubtful middle, or None.
        doubtful: the lowest and the highest probability of support at which the model is asked.
        other: rates support in place of ``supporting`` and ``reader``, or None. Whether words answer is left to them.
    """

    def __init__(
        self,
        *,
        rarity: Callable[[str], float],
        answering: PairScorer,
        supporting: PairScorer,
        model: ChatModel | None,
        doubtful: tuple[float, float],
        reader: PairReader | None = None,
        other: RatesSupport | None = None,
    ) -> None:
        self._rarity = rarity
        self._answering = answering
        self._supporting = supporting
        self._model = model
        self._doubtful = doubtful
        self._reader = reader
        self._other = other
        self._readings: LRUCache[tuple[str, str], Reading] = LRUCache(_READINGS_REMEMBERED)
        self._guard = threading.Lock()

    @property
    def name(self) -> str:
        """What a report calls it: with the model that gives a second opinion, if there is one."""
        judge = self._other.name if self._other else "Citewire's judge"
        return f"{judge} and {self._model.name}" if self._model else judge

    def load(self) -> None:
        """Load its models now rather than with the first question."""
        self._answering.load()
        (self._other or self._supporting).load()
        if self._reader:
            self._reader.load()

    def close(self) -> None:
        """Give the memory of its own models back; the language model is its owner's."""
        self._answering.close()
        self._supporting.close()
        for each in (self._reader, self._other):
            if each:
                each.close()

    def asking(self, model: ChatModel | None, *, doubtful: tuple[float, float] | None = None) -> Judge:
        """Return the same judge with another model for its second opinion; what either remembers, both do.

        Args:
            model: asked from now on, or None.
            doubtful: where it is asked, if that changes as well.
        """
        other = copy.copy(self)
        other._model = model
        other._doubtful = doubtful or self._doubtful
        return other

    def answers(self, asked: Part, candidates: Sequence[Candidate]) -> list[float]:
        """Return, for each candidate, the probability that it answers what is asked; 0 for those that are far off."""
        measured = self.measure(asked, candidates)
        question, is_english = asked.asked, asked.language == ENGLISH
        cheap = regression("answers_cheaply" if is_english else "elsewhere_cheaply")
        first = [cheap.probability(features) for features in measured]
        nearest = sorted(range(len(candidates)), key=lambda place: (-first[place], place))[:_READ]
        logits = self._answering.score([(question, sentence_text(candidates[place])) for place in nearest])
        features = {
            place: {**measured[place], "judge": float(logit)} for place, logit in zip(nearest, logits, strict=True)
        }
        # Weights of its own elsewhere: the cross-encoder was trained on English alone and tells less of other languages.
        scorer = regression("answers" if is_english else "answers_elsewhere")
        found = {place: scorer.probability(facts) for place, facts in features.items()}
        if is_english:
            found |= self._read_closely(asked, candidates, features, found)
            for place in found:
                faults = (
                    figures_absent(question, candidates[place]),
                    measured[place]["kind"] == 0.0,
                    says_little(question, candidates[place].text),
                    takes_month_for_word(question, candidates[place].text),
                )
                found[place] *= _HALVED ** sum(faults)
        return [found.get(place, 0.0) for place in range(len(candidates))]

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading] | None:
        """Return what the reader says of pairs of a question or claim and a text, or None without one. What it said is remembered."""
        if self._reader is None:
            return None
        with self._guard:
            known = {pair: self._readings[pair] for pair in pairs if pair in self._readings}
        missing = [pair for pair in dict.fromkeys(pairs) if pair not in known]
        if missing:
            known |= dict(zip(missing, self._reader.read(missing), strict=True))
            with self._guard:
                self._readings.update((pair, known[pair]) for pair in missing)
        return [known[pair] for pair in pairs]

    def _read_closely(
        self,
        asked: Part,
        candidates: Sequence[Candidate],
        features: Mapping[int, dict[str, float]],
        found: Mapping[int, float],
    ) -> dict[int, float]:
        """Return the probabilities of the best candidates, read by the reader; nothing without one.

        Judge and reader count the same, in log-odds: each finds answers that the other overlooks (docs/decisions/0023-a-reader.md).
        """
        if asked.read == "nothing":
            return {}
        best = sorted(found, key=lambda place: (-found[place], place))[:_READ_CLOSELY]
        readings = self.read([(asked.asked, sentence_text(candidates[place])) for place in best])
        if readings is None:
            return {}
        if asked.read == "answers":
            readings = read_in_context(asked, [candidates[place] for place in best], readings, read=self.read)
        read = {
            place: _probability_read(asked, found[place], features[place], reading)
            for place, reading in zip(best, readings, strict=True)
        }
        return {place: from_log_odds(0.5 * (log_odds(found[place]) + log_odds(read[place]))) for place in best}

    def answers_cheaply(self, asked: Part, candidates: Sequence[Candidate]) -> list[float]:
        """Return a first estimate of the same, which costs no reading."""
        return [regression("answers_cheaply").probability(features) for features in self.measure(asked, candidates)]

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        """Return the probability that the quotes together state every part of the claim.

        Raises:
            ModelError: the model did not answer.
        """
        evidence = " ".join(quote.quote for quote in quotes)
        features = {} if self._other else self._support_features(claim, evidence)
        if self._other:
            probability = self._other.support(claim, evidence)
        else:
            probability = regression("supports_read" if "reader" in features else "supports").probability(features)
        low, high = self._doubtful
        if self._model is None or not low <= probability <= high:
            return probability
        said = self._model.probability_yes(support_messages(claim, quotes))
        if said is None:
            return probability
        if self._other:
            # No regression was fitted on it: both count the same, in log-odds.
            return from_log_odds(0.5 * (log_odds(probability) + log_odds(said)))
        return regression("supports_asked").probability({**features, "model": log_odds(said)})

    def _support_features(self, claim: str, evidence: str) -> dict[str, float]:
        """Return what the judges of our own say of a claim and the words that are cited for it."""
        features = {"judge": float(self._supporting.score([(claim, evidence)])[0])}
        # A reader that was taught falsehoods in nearly the same words doubts a sentence that is only shorter.
        readings = None if is_shortened(claim, evidence) else self.read([(claim, evidence)])
        if readings is not None:
            features["reader"] = log_odds(readings[0].entailed)
        return features

    def measure(self, asked: Part, candidates: Sequence[Candidate]) -> list[dict[str, float]]:
        """Return the cheap features of each candidate by name; see ``rag.trust.answer_features``."""
        question = asked.asked
        stems_of = functools.partial(content_terms, language=asked.language) if asked.language != ENGLISH else stems
        words = stems_of(question) if asked.language != ENGLISH else map(stem, content_words(question))
        weights = {word: self._rarity(word) for word in words}
        return [
            asdict(
                measure_features(
                    question,
                    candidate.text,
                    thing=asked.thing,
                    around=f"{candidate.title} {candidate.around}",
                    weights=weights,
                    stems_of=stems_of,
                    language=asked.language,
                )
            )
            for candidate in candidates
        ]


def open_judge(
    *,
    models: Path,
    rarity: Callable[[str], float] = lambda _stem: 1.0,
    model: ChatModel | None = None,
    doubtful: tuple[float, float] = (0.0, 0.0),
    reader: PairReader | None = None,
    other: RatesSupport | None = None,
) -> Judge:
    """Return the judge that the answers of a desk rest on, with the models that come with Citewire.

    Args:
        models: the folder with the model files.
        rarity: as for ``Judge``; only answers need it.
        reader: reads the best more closely, or None.
        other: rates support in place of ours, or None.
    """
    answering, supporting = (CrossEncoder("judge", file, models) for file in JUDGES)
    return Judge(
        rarity=rarity,
        answering=answering,
        supporting=supporting,
        model=model,
        doubtful=doubtful,
        reader=reader,
        other=other,
    )


def _probability_read(asked: Part, found: float, features: Mapping[str, float], reading: Reading) -> float:
    """Return the probability that a sentence answers, or says yes or no where that is asked, with what a reader says of it.

    Args:
        found: the probability without it.
    """
    if asked.read == "states":
        said = math.log(1.0 - reading.unsaid + _LEAST_SAID)
        one_way = abs(reading.entailed - reading.contradicted)
        return regression("decides_read").probability({"answers": log_odds(found), "said": said, "one_way": one_way})
    read = {**features, "reader": reading.answers, "reads": bounded(reading.likely)}
    return regression("answers_read").probability(read)


def bounded(likely: float) -> float:
    """Return log-odds within what a regression was fitted on."""
    return max(-_MOST_LIKELY, min(_MOST_LIKELY, likely))


def sentence_text(candidate: Candidate) -> str:
    """Return what the judge reads of a candidate."""
    return candidate.text


def regression(score: Score) -> Regression:
    """Return the fitted regression of a score."""
    return _read_weights()[score]


@cache
def _read_weights() -> dict[str, Regression]:
    data = resources.files("rag.trust").joinpath("judge_weights.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Regression])
