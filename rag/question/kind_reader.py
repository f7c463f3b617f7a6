"""What kind of answer a question wants, where no form of words tells: read by a small classifier of our own.

It is a logistic regression over the sentence vector of the question and over the words that ask, trained on questions that we wrote
(``training/kinds``; its confusion table stands in ``docs/kinds.md``). Where it is not sure, the question is one of fact.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from index.models.embed import Encoder
from rag.query_types import Kind
from rag.question.kind_features import mark_forms, number_forms

_TRAINED_ON = {
    "embedding_model": "all-MiniLM-L6-v2",
    "embedding_weights": "53aa51172d142c89",
    "embedding_text": "title. passage",
}
"""What the identity of an encoder has to say for its vectors to mean here what they meant when the weights were fitted."""
_SURE = 0.5  # probability from which its word counts

KindReader = Callable[[str], Kind]
"""Returns the kind of a question that no form tells."""


class _Weights:
    def __init__(self) -> None:
        with resources.files("rag.question").joinpath("kind_weights.npz").open("rb") as file, np.load(file) as kept:
            self.kinds: list[Kind] = [str(kind) for kind in kept["kinds"]]  # type: ignore[misc]
            self.places = number_forms(str(form) for form in kept["forms"])
            self.vector: npt.NDArray[np.float32] = kept["vector_weights"]
            self.forms: npt.NDArray[np.float32] = kept["form_weights"]
            self.bias: npt.NDArray[np.float32] = kept["bias"]


def open_kind_reader(encoder: Encoder) -> KindReader:
    """Return a reader that embeds questions with an encoder.

    The vectors of any model but the one that the weights were fitted on tell it nothing, whatever their length: then forms of words
    alone decide, and who knows no form asks for a fact.
    """
    identity = encoder.identity
    if any(identity.get(name) != value for name, value in _TRAINED_ON.items()):
        return lambda _question: "fact"

    def read(question: str) -> Kind:
        weights = _weights()
        vector = encoder.encode([question])[0]
        logits = weights.vector @ vector + weights.forms @ mark_forms(question, weights.places) + weights.bias
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        best = int(shares.argmax())
        return weights.kinds[best] if shares[best] >= _SURE else "fact"

    return read


@cache
def _weights() -> _Weights:
    return _Weights()
