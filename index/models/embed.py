"""Texts to vectors: what an encoder is, and the models of the registry as such."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.errors import ModelDamaged, ModelUnknown
from index.models.graph_encoder import GraphEncoder
from index.models.registry import find_model, locate_graph, locate_model
from index.models.transformer_encoder import TransformerEncoder

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
    """An embedding model of the registry, loaded when first used and from local files only.

    It runs as an ONNX graph where Citewire brings one for it, else through sentence-transformers. The vectors are the same,
    so what runs it is no part of its identity.

    Args:
        name: a model of the registry with the role ``embedding``.
        models: the folder with model files that were pulled.
        batch_size: texts that are computed together.

    Raises:
        ModelUnknown: no embedding model has that name.
    """

    def __init__(self, name: str, models: Path, *, batch_size: int) -> None:
        self._model = find_model(name)
        if self._model.role != "embedding":
            raise ModelUnknown(f"The model {name!r} is for {self._model.role}, not for embedding.")
        self._models = models
        self._batch_size = batch_size
        self._loaded: GraphEncoder | TransformerEncoder | None = None
        self._guard = threading.Lock()
        self._process = 0  # that loaded it: the threads of a model do not come along into a forked child

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

    def load(self) -> GraphEncoder | TransformerEncoder:
        """Load the model unless it is loaded.

        Raises:
            ModelMissing: its files are not here.
            ModelDamaged: its files are not the right ones.
        """
        with self._guard:
            if self._loaded is None or self._process != os.getpid():
                self._process = os.getpid()
                home = locate_model(self._model.name, self._models)
                if self._model.graph:
                    self._loaded = GraphEncoder(home, locate_graph(self._model.graph), batch_size=self._batch_size)
                else:
                    self._loaded = TransformerEncoder(home, batch_size=self._batch_size)
            return self._loaded

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return unit vectors, shape ``(len(texts), dimension)``.

        Raises:
            ModelDamaged: the model returned something that is not a finite unit vector.
        """
        matrix = self.load().encode(texts)
        if len(matrix) and not np.allclose(np.linalg.norm(matrix, axis=1), 1.0, atol=1e-3):
            raise ModelDamaged(
                f"The model {self._model.name!r} returned vectors that are not finite and of unit length.",
                hint=f"Fetch it again with `citewire models pull {self._model.name}`.",
            )
        return matrix
