"""Two texts read together by a model of sentence-transformers or transformers, from local files only: its logits, untouched."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt


class PairClassifier:
    """A ``CrossEncoder`` of sentence-transformers: logits for a pair.

    Args:
        home: folder of the model's files.
        maximum_tokens: what is longer is cut, the longer text first.
    """

    def __init__(self, home: Path, *, maximum_tokens: int) -> None:
        _stay_offline()
        from sentence_transformers import CrossEncoder

        self._model = CrossEncoder(
            str(home),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            max_length=maximum_tokens,
            model_kwargs={"use_safetensors": True},
        )

    def logits(self, first: str, second: str) -> npt.NDArray[np.float32]:
        """Return what the model says of the pair before any activation, shape ``(labels,)``."""
        found = self._model.predict([(first, second)], activation_fn=_untouched, show_progress_bar=False)
        return np.asarray(found, dtype=np.float32).reshape(-1)


class TokenClassifier:
    """A model that labels each token of the second text, read beside the first.

    Args:
        home: folder of the model's files.
        maximum_tokens: what is longer is cut, the longer text first.
    """

    def __init__(self, home: Path, *, maximum_tokens: int) -> None:
        _stay_offline()
        from transformers import AutoModelForTokenClassification, AutoTokenizer

        self._tokenizer = AutoTokenizer.from_pretrained(str(home), local_files_only=True, trust_remote_code=False)
        self._model = AutoModelForTokenClassification.from_pretrained(
            str(home), local_files_only=True, trust_remote_code=False, use_safetensors=True
        )
        self._model.eval().requires_grad_(False)
        self._maximum_tokens = maximum_tokens

    def logits(self, first: str, second: str) -> npt.NDArray[np.float32]:
        """Return what the model says of each token of the second text, shape ``(tokens, labels)``."""
        given = self._tokenizer(
            first, second, truncation="longest_first", max_length=self._maximum_tokens, return_tensors="pt"
        )
        of_second = [place for place, text in enumerate(given.sequence_ids(0)) if text == 1]
        found: npt.NDArray[np.float32] = self._model(**given).logits[0].float().numpy()
        return found[of_second]


def _stay_offline() -> None:
    # Nothing may be looked up on the hub, not even whether a newer revision exists.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def _untouched(logits: object) -> object:
    return logits
