"""Two texts to a score, read together by a small model: the judges of the registry, as ONNX files. The only ONNX here."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.errors import ModelDamaged
from index.models.registry import find_model, locate_model

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
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
        self._threads = threads or os.cpu_count() or 1
        self._loaded: tuple[InferenceSession, Tokenizer, ThreadPoolExecutor] | None = None
        self._guard = threading.Lock()

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
        self._load()

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Return one logit for each pair, shape ``(len(pairs),)``; above 0 means rather yes.

        Raises:
            ModelDamaged: the model gave what is no number.
        """
        session, tokenizer, pool = self._load()
        encoded = tokenizer.encode_batch(list(pairs))
        # The longest first, so that no thread is left alone with one at the end.
        order = sorted(range(len(encoded)), key=lambda place: -len(encoded[place].ids))
        logits = np.empty(len(encoded), dtype=np.float32)

        def run(place: int) -> None:
            logits[place] = _run(session, encoded[place])

        list(pool.map(run, order))
        if not np.isfinite(logits).all():
            raise ModelDamaged(f"The judge {self.identity} gave a score that is no number.")
        return logits

    def with_session(self, session: InferenceSession, tokenizer: Tokenizer) -> CrossEncoder:
        """Return a judge of other weights, such as those of a training run that is being measured."""
        other = CrossEncoder(self._model.name, self._file, self._models, threads=self._threads)
        other._loaded = session, tokenizer, ThreadPoolExecutor(self._threads, thread_name_prefix="judge")
        return other

    def close(self) -> None:
        """Free the weights."""
        with self._guard:
            if self._loaded:
                self._loaded[2].shutdown()
            self._loaded = None

    def _load(self) -> tuple[InferenceSession, Tokenizer, ThreadPoolExecutor]:
        with self._guard:
            if self._loaded is None:
                home = locate_model(self._model.name, self._models)
                import onnxruntime
                from tokenizers import Tokenizer

                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = 1
                options.inter_op_num_threads = 1
                options.log_severity_level = 3
                # Processors without VNNI add two 8-bit products in 16 bits, which overflows: a logit was then off by up to 0.75.
                # With this, scores are the same on all of them, for a tenth to a quarter more time on those
                # (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html#when-and-why-do-i-need-to-try-u8u8).
                options.add_session_config_entry("session.x64quantprecision", "1")
                session = onnxruntime.InferenceSession(
                    str(home / self._file), options, providers=["CPUExecutionProvider"]
                )
                tokenizer = Tokenizer.from_file(str(home / "tokenizer.json"))
                tokenizer.enable_truncation(MAXIMUM_TOKENS)
                tokenizer.no_padding()
                pool = ThreadPoolExecutor(self._threads, thread_name_prefix="judge")
                self._loaded = session, tokenizer, pool
            return self._loaded


def _run(session: InferenceSession, encoding: Any) -> float:
    rows = (encoding.ids, encoding.attention_mask, encoding.type_ids)
    given = {name: np.array([row], dtype=np.int64) for name, row in zip(_INPUTS, rows, strict=True)}
    (logits,) = session.run(["logits"], given)
    return float(logits[0][0])
