"""Texts to vectors. The only module that imports sentence-transformers."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import ModelDamaged, ModelUnknown
from index.models.registry import find_model, locate_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TEXT_FORMAT = "title. passage"


class Encoder(Protocol):
    """Whatever turns texts into vectors."""

    @property
    def identity(self) -> dict[str, str]:
        """All that its vectors depend on; part of the library's stamp. Must not need the model to be loaded."""
        ...

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return unit vectors, shape ``(len(texts), dimension)``."""
        ...


class SentenceEncoder:
    """A sentence-transformers model, loaded when first used and from local files only."""

    def __init__(self, name: str, models: Path, *, batch_size: int) -> None:
        self._model = find_model(name)
        if self._model.role != "embedding":
            raise ModelUnknown(f"The model {name!r} is for {self._model.role}, not for embedding.")
        self._models = models
        self._batch_size = batch_size
        self._loaded: SentenceTransformer | None = None
        self._guard = threading.Lock()

    @property
    def identity(self) -> dict[str, str]:
        """All that the vectors depend on."""
        return {
            "embedding_model": self._model.name,
            "embedding_weights": self._model.files[self._model.main_file].sha256[:16],
            "embedding_dimension": str(self._model.dimension),
            "embedding_normalised": "unit",
            "embedding_text": TEXT_FORMAT,
        }

    def load(self) -> SentenceTransformer:
        """Load the model unless it is loaded.

        Raises:
            ModelMissing: its files are not here.
            ModelDamaged: its files are not the right ones.
        """
        with self._guard:
            if self._loaded is None:
                home = locate_model(self._model.name, self._models)
                # Nothing may be looked up on the hub, not even whether a newer revision exists.
                os.environ["HF_HUB_OFFLINE"] = "1"
                os.environ["TRANSFORMERS_OFFLINE"] = "1"
                from sentence_transformers import SentenceTransformer
                from transformers.utils import logging

                logging.disable_progress_bar()  # type: ignore[no-untyped-call]
                self._loaded = SentenceTransformer(str(home), device="cpu", local_files_only=True)
            return self._loaded

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return unit vectors, shape ``(len(texts), dimension)``.

        Raises:
            ModelDamaged: the model returned something that is not a finite unit vector.
        """
        vectors = self.load().encode(
            list(texts),
            batch_size=self._batch_size,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        matrix = np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1)
        if len(matrix) and not np.allclose(np.linalg.norm(matrix, axis=1), 1.0, atol=1e-3):
            raise ModelDamaged(
                f"The model {self._model.name!r} returned vectors that are not finite and of unit length.",
                hint=f"Fetch it again with `citewire models pull {self._model.name}`.",
            )
        return matrix
