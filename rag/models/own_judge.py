"""A judge of support of one's own: a cross-encoder or a model that labels tokens, by name, in place of Citewire's.

Three sorts, told apart by the model's own ``config.json``. What each says becomes a probability that the cited words state the whole
sentence (docs/judge.md#another-judge):

- one logit: its sigmoid;
- labels of inference, one of them entailment: the share of that label in the softmax of all;
- labels of tokens, one of them unsupported: one minus the greatest probability, over the tokens of the sentence, of that label.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import ModelDamaged, ModelUnavailable
from index.models.folders import ModelFolder, find_folder
from index.models.transformer_pairs import PairClassifier, TokenClassifier
from index.settings import Settings

_MAXIMUM_TOKENS = 512  # quotes and a sentence are shorter; models that read more take longer to begin with
_ENTAILED = ("entailment", "entailed", "entails", "supported", "supports", "consistent")
_UNSUPPORTED = ("hallucinated", "hallucination", "unsupported", "not_supported", "inconsistent")
_UNNAMED = ["LABEL_0", "LABEL_1"]  # how transformers calls labels that nobody named

_NOT_WHOLE = (OSError, ValueError, LookupError, RuntimeError, ImportError, TypeError, AttributeError)

Sort = Literal["logit", "labels", "tokens"]


@dataclass(frozen=True, slots=True)
class Sorted:
    """Of which sort a model is.

    Attributes:
        label: which of its labels counts: the one of entailment, or of tokens without support. 0 where it gives one logit.
    """

    sort: Sort
    label: int


class RatesSupport(Protocol):
    """Whatever rates support in place of Citewire's judges; ``OwnJudge`` is one."""

    @property
    def name(self) -> str:
        """What a report calls it."""
        ...

    def load(self) -> object:
        """Load what rating needs, now rather than with the first sentence."""
        ...

    def close(self) -> None:
        """Give its memory back."""
        ...

    def support(self, claim: str, evidence: str) -> float:
        """Return the probability that the evidence states every part of the claim."""
        ...


class OwnJudge:
    """A judge of support by name, loaded when first used. Safe to use from several threads.

    Args:
        name: as it stands in the settings.
        models: the folder with the model files.
        claim_first: whether the model reads the sentence before the cited words, as rerankers read a question.

    Raises:
        ModelMissing: it is not on this machine.
        ModelDamaged: its files are not whole, or not those that were used before.
        ModelUnavailable: it is a model of another sort.
    """

    def __init__(self, name: str, models: Path, *, claim_first: bool) -> None:
        self._folder = find_folder(name, models)
        config = self._folder.read_json("config.json")
        self._sorted = sort_of(name, config, is_cross_encoder=_says_cross_encoder(self._folder))
        self._maximum_tokens = min(_MAXIMUM_TOKENS, int(config.get("max_position_embeddings") or _MAXIMUM_TOKENS))
        self._claim_first = claim_first
        self._loaded: PairClassifier | TokenClassifier | None = None
        self._process = 0  # that loaded it: the threads of a model do not come along into a forked child
        self._guard = threading.Lock()
        self._turn = threading.Lock()  # a tokenizer that cuts cannot be used by two threads at once

    @property
    def name(self) -> str:
        """What a report calls it."""
        return self._folder.name

    @property
    def sort(self) -> Sort:
        """Of which sort it is."""
        return self._sorted.sort

    def load(self) -> PairClassifier | TokenClassifier:
        """Return what reads the pairs, loaded unless it is.

        Raises:
            ModelDamaged: its files do not belong together.
        """
        with self._guard:
            if self._loaded is None or self._process != os.getpid():
                self._process = os.getpid()
                kind = TokenClassifier if self._sorted.sort == "tokens" else PairClassifier
                try:
                    self._loaded = kind(self._folder.path, maximum_tokens=self._maximum_tokens)
                except Exception as error:
                    # What a folder that is not whole raises has no common class of its own.
                    if not (isinstance(error, _NOT_WHOLE) or type(error).__module__.startswith("safetensors")):
                        raise
                    raise ModelDamaged(
                        f"The model {self.name!r} cannot be loaded: {str(error).splitlines()[0] if str(error) else error!r}.",
                        hint="Give the folder that `save_pretrained` wrote, with its tokenizer, or pull it again.",
                    ) from error
            return self._loaded

    def close(self) -> None:
        """Free the weights."""
        with self._guard:
            self._loaded = None

    def support(self, claim: str, evidence: str) -> float:
        """Return the probability that the evidence states every part of the claim.

        Raises:
            ModelDamaged: the model gave what is no number, or another number of labels than its configuration names.
        """
        first_is_claim = self._claim_first and self._sorted.sort != "tokens"
        pair = (claim, evidence) if first_is_claim else (evidence, claim)
        classifier = self.load()
        with self._turn:
            logits = classifier.logits(*pair)
        if not np.isfinite(logits).all():
            raise ModelDamaged(f"The judge {self.name!r} gave a score that is no number.")
        try:
            return probability(logits, self._sorted)
        except IndexError as error:
            raise ModelDamaged(
                f"The judge {self.name!r} gave scores of the shape {logits.shape}; its configuration names other labels.",
                hint="Give the folder that `save_pretrained` wrote, whole, or pull it again.",
            ) from error


def open_own_judge(settings: Settings) -> OwnJudge | None:
    """Return the judge of support that the settings name, not loaded yet, or None where Citewire's own judges.

    Raises:
        ModelMissing: it is not on this machine.
        ModelDamaged: its files are not whole, or not those that were used before.
        ModelUnavailable: it is a model of another sort.
    """
    if settings.judge.model == "auto":
        return None
    return OwnJudge(settings.judge.model, settings.models, claim_first=settings.judge.claim_first)


def sort_of(name: str, config: Mapping[str, Any], *, is_cross_encoder: bool) -> Sorted:
    """Return of which sort a model is, by its ``config.json`` (pure).

    Args:
        is_cross_encoder: whether sentence-transformers saved it as one, whatever its architecture is called.

    Raises:
        ModelUnavailable: it is of none of the three, or its labels do not say which one counts.
    """
    architectures = [str(each) for each in config.get("architectures") or ()]
    labels = _labels(config)
    if any(each.endswith("ForTokenClassification") for each in architectures):
        place = _find(labels, _UNSUPPORTED)
        if place is None and labels == _UNNAMED:
            place = 1  # as LettuceDetect has them: 0 supported, 1 hallucinated
        if place is None:
            raise _unfit(
                name,
                f"labels tokens as {', '.join(labels)}",
                f"one label for tokens without support ({', '.join(_UNSUPPORTED)})",
                "Name it so under `id2label` in the model's config.json.",
            )
        return Sorted("tokens", place)
    if not (is_cross_encoder or any(each.endswith("ForSequenceClassification") for each in architectures)):
        raise _unfit(
            name,
            f"is a {' and '.join(architectures) or 'model without architecture'}",
            "a cross-encoder (…ForSequenceClassification) or a model that labels tokens (…ForTokenClassification)",
            "Embedding models and models that write have settings of their own: embedding.model, model.",
        )
    if len(labels) == 1:
        return Sorted("logit", 0)
    place = _find(labels, _ENTAILED)
    if place is None:
        raise _unfit(
            name,
            f"has the labels {', '.join(labels)}",
            f"one logit, or labels of inference of which one is {' or '.join(_ENTAILED[:2])}",
            "Name it so under `id2label` in the model's config.json: the order of labels differs from model to model.",
        )
    return Sorted("labels", place)


def probability(logits: npt.NDArray[np.float32], sorted_as: Sorted) -> float:
    """Return the probability of support that logits stand for (pure).

    Args:
        logits: shape ``(labels,)``, or ``(tokens, labels)`` where tokens are labelled.

    Raises:
        IndexError: there are other labels than the sort says.
    """
    wide = logits.astype(np.float64)
    if sorted_as.sort == "logit":
        if wide.shape != (1,):
            raise IndexError("more than one logit")
        return float(1.0 / (1.0 + np.exp(-np.clip(wide[0], -700.0, 700.0))))
    shares = np.exp(wide - wide.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    if sorted_as.sort == "labels":
        if wide.ndim != 1:
            raise IndexError("not one row of labels")
        return float(shares[sorted_as.label])
    # A claim without a token says nothing that could be without support.
    return float(1.0 - shares[:, sorted_as.label].max(initial=0.0))


def _labels(config: Mapping[str, Any]) -> list[str]:
    """Return the labels in the order of the logits. Where none is named there are two, as transformers has it."""
    named = config.get("id2label")
    if isinstance(named, Mapping) and named:
        return [str(label) for _, label in sorted(named.items(), key=lambda each: int(each[0]))]
    count = config.get("num_labels")
    return [f"LABEL_{place}" for place in range(count if isinstance(count, int) else 2)]


def _find(labels: list[str], wanted: tuple[str, ...]) -> int | None:
    plain = [label.casefold().replace("-", "_").replace(" ", "_") for label in labels]
    return next((plain.index(name) for name in wanted if name in plain), None)


def _says_cross_encoder(folder: ModelFolder) -> bool:
    file = "config_sentence_transformers.json"
    return (folder.path / file).is_file() and folder.read_json(file).get("model_type") == "CrossEncoder"


def _unfit(name: str, came: str, wanted: str, remedy: str) -> ModelUnavailable:
    return ModelUnavailable(f"The model {name!r} cannot judge support: it {came}. Wanted is {wanted}.", hint=remedy)
