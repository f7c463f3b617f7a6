"""The classifier of kinds reads the vectors that it was fitted on, and no others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from index.models.embed import SentenceEncoder
from index.settings import Settings
from rag.question.kind_reader import open_kind_reader

QUESTION = "Walk me through what has gone on around the port concession since the spring."


class Foreign:
    """Vectors of the right length and of another model."""

    def __init__(self, identity: dict[str, str]) -> None:
        self.identity = identity
        self.asked = 0

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.asked += 1
        return np.eye(1, 384, dtype=np.float32) * 9


@pytest.fixture
def encoder() -> SentenceEncoder:
    settings = Settings()
    return SentenceEncoder(settings.embedding.model, settings.models, batch_size=1)


def test_reads_the_model_of_the_settings(encoder: SentenceEncoder) -> None:
    asked = Foreign(encoder.identity)
    open_kind_reader(asked)(QUESTION)
    assert asked.asked == 1, "the weights were fitted on another model than the settings name"
    assert open_kind_reader(encoder)(QUESTION) != "fact"


@pytest.mark.parametrize("changed", ["embedding_model", "embedding_weights", "embedding_text"])
def test_vectors_of_another_model_tell_nothing_whatever_their_length(encoder: SentenceEncoder, changed: str) -> None:
    for identity in (encoder.identity | {changed: "other"}, {"embedding_dimension": "384"}):
        asked = Foreign(identity)
        assert open_kind_reader(asked)(QUESTION) == "fact"
        assert asked.asked == 0
