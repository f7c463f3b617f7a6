"""Texts to vectors by sentence-transformers, for models without a graph of ours. The only module that imports it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt


class TransformerEncoder:
    """An embedding model that sentence-transformers runs, from local files only.

    Args:
        home: folder of the model's files.
        batch_size: texts that are computed together.
    """

    def __init__(self, home: Path, *, batch_size: int) -> None:
        # Nothing may be looked up on the hub, not even whether a newer revision exists.
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self.model = SentenceTransformer(str(home), device="cpu", local_files_only=True)
        self._batch_size = batch_size

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return unit vectors, shape ``(len(texts), dimension)``."""
        vectors = self.model.encode(
            list(texts),
            batch_size=self._batch_size,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1)
