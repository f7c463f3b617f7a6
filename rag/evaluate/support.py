"""Whether cited words support a sentence: the seam for a judge, the one of the product, and baselines to compare it with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from index.settings import VerifySettings
from rag.answer_types import Draft, Message, Quote, Sentence, Verdict
from rag.evaluate.rows import KeptRows
from rag.language.tokens import share_of_words
from rag.models.chat import ChatModel
from rag.models.prompt import support_messages
from rag.trust.verify import SupportScorer, verify_sentence


@dataclass(frozen=True, slots=True)
class Support:
    """What a judge found.

    Attributes:
        reasons: why it is no better, in words a reader understands.
    """

    verdict: Verdict
    reasons: tuple[str, ...] = ()


class SupportJudge(Protocol):
    """Whatever says whether quotes, taken together, support a sentence."""

    @property
    def name(self) -> str:
        """What a report calls it."""
        ...

    def judge(self, claim: str, quotes: Sequence[Quote]) -> Support:
        """Return whether the quotes support the claim."""
        ...


class VerifyJudge:
    """The product's verification, restricted to the quotes that are given.

    Args:
        scorer: gives the probability of support: that of an answer (``rag.trust.judge.open_judge``), or another to compare.
        name: what a report calls it.
        settings: where the verdicts lie on the score.
    """

    def __init__(self, scorer: SupportScorer, *, name: str, settings: VerifySettings) -> None:
        self._scorer = scorer
        self._settings = settings
        self.name = name

    def judge(self, claim: str, quotes: Sequence[Quote]) -> Support:
        """Return the verdict that the product would give if these were all the quotes there are."""
        if not quotes:
            return Support("unsupported", ("it cites nothing that can be checked",))
        draft = Draft(claim, tuple(quote.n for quote in quotes))
        checked = verify_sentence(draft, quotes, scorer=self._scorer, settings=self._settings)
        if isinstance(checked, Sentence):
            return Support(checked.verdict, checked.reasons)
        return Support("unsupported", checked.reasons)


class SharedWords:
    """A scorer without a model: the share of the claim's content words that stand in the evidence."""

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        """Return that share, 0 to 1."""
        return share_of_words(claim, " ".join(quote.quote for quote in quotes))


WORDS = VerifySettings(supported=0.8, partly=0.5)
"""Thresholds for shared words: from four fifths of the words on they are taken to agree, below half they are not."""


class ModelScorer:
    """A scorer that asks a language model, as the product does."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        """Return P(Yes) of the model.

        Raises:
            ModelError: the model did not answer.
        """
        return self._model.probability_yes(support_messages(claim, quotes))


class RememberedModel:
    """A language model whose P(Yes) are kept in a file, one a line, so that a run can be taken up again.

    Args:
        model: asked for what the file does not hold; answers of another model, or to another prompt, are not used.
        path: the file; nothing is kept when None.

    Raises:
        EvaluationError: the file cannot be read or holds something else.
    """

    def __init__(self, model: ChatModel, *, path: Path | None = None) -> None:
        self._model = model
        self._kept = KeptRows(path, _Score, what="score", files="scores", option="--cache")
        self._scores = {kept.key: kept.score for kept in self._kept.read()}

    @property
    def name(self) -> str:
        """The name of the model."""
        return self._model.name

    def stream(self, messages: Sequence[Message], *, markers: int, maximum_tokens: int) -> Iterator[str]:
        """Yield the pieces of a draft of the model; drafts are not kept."""
        return self._model.stream(messages, markers=markers, maximum_tokens=maximum_tokens)

    def probability_yes(self, messages: Sequence[Message]) -> float | None:
        """Return P(Yes), from the file where it stands there."""
        prompt = [[message.role, message.content] for message in messages]
        key = hashlib.sha256(msgspec.json.encode([self.name, prompt])).hexdigest()[:24]
        if key not in self._scores:
            self._scores[key] = self._model.probability_yes(messages)
            self._kept.add(_Score(key, self._scores[key]))
        return self._scores[key]

    def close(self) -> None:
        """Give back what the model holds."""
        self._model.close()


class _Score(msgspec.Struct, frozen=True):
    key: str
    score: float | None
