"""Two texts to a score, read together by a small model: the judges of the registry, as ONNX files."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.errors import ModelDamaged
from index.models.onnx_session import Session, open_session, open_tokenizer
from index.models.registry import find_model, locate_model
from rag.models.pair_session import PairSession

if TYPE_CHECKING:
    from tokenizers import Tokenizer

JUDGES = ("answers.onnx", "supports.onnx")
MAXIMUM_TOKENS = 256
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class CrossEncoder:
    """A judge, loaded when first used. Safe to use from several threads.

    Each pair is scored on its own. A batch would be no faster here, since its texts have to be padded; and the weights are
    8-bit numbers whose activations are scaled by what is computed together, so that in a batch the score of a pair would
    depend on its neighbours.

    Args:
        name: a model of the registry with the role ``judge``.
        file: which of its files holds the weights.
        models: the folder with model files that were pulled.
        threads: pairs that are scored at once; 0 means one per core.
    """

    def __init__(self, name: str, file: str, models: Path, *, threads: int = 0) -> None:
        self._model = find_model(name)
        self._file = file
        self._models = models
        self._pairs = PairSession(self._open, threads=threads)

    @property
    def identity(self) -> str:
        """Name and hash of the weights: what its scores depend on."""
        return f"{self._model.name}/{self._file} {self._model.files[self._file].sha256[:16]}"

    def load(self) -> None:
        """Load the weights unless they are loaded.

        Raises:
            ModelMissing: a file is not here.
            ModelDamaged: a file is not the one that the registry names.
        """
        self._pairs.load()

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Return one logit for each pair, shape ``(len(pairs),)``; above 0 means rather yes.

        Raises:
            ModelDamaged: the model gave what is no number.
        """
        logits = np.array(self._pairs.run(pairs, _run), dtype=np.float32)
        if not np.isfinite(logits).all():
            raise ModelDamaged(f"The judge {self.identity} gave a score that is no number.")
        return logits

    def with_session(self, session: Session, tokenizer: Tokenizer) -> CrossEncoder:
        """Return a judge of other weights, such as those of a training run that is being measured."""
        other = copy.copy(self)
        other._pairs = self._pairs.opening(lambda: (session, tokenizer))
        return other

    def close(self) -> None:
        """Free the weights."""
        self._pairs.close()

    def _open(self) -> tuple[Session, Tokenizer]:
        home = locate_model(self._model.name, self._models)
        # One thread for each: the pairs are scored side by side.
        session = open_session(home / self._file, threads=1)
        return session, open_tokenizer(home / "tokenizer.json", maximum_tokens=MAXIMUM_TOKENS)


def _run(session: Session, encoding: Any) -> float:
    rows = (encoding.ids, encoding.attention_mask, encoding.type_ids)
    given = {name: np.array([row], dtype=np.int64) for name, row in zip(_INPUTS, rows, strict=True)}
    (logits,) = session.run(["logits"], given)
    return float(logits[0][0])
