"""Texts to vectors: what an encoder is, and the models of the registry, or folders of one's own, as such."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, cast

import msgspec
import numpy as np
import numpy.typing as npt

from index.errors import ModelDamaged, ModelUnavailable, ModelUnknown
from index.models.folders import ModelFolder, find_folder, is_folder_name, is_hub_folder
from index.models.graph_encoder import GraphEncoder
from index.models.registry import Model, find_model, list_models, locate_graph, locate_model, verify_files
from index.models.transformer_encoder import TransformerEncoder

TEXT_FORMAT = "title. passage"
_SAYS_DIMENSION = ("out_features", "word_embedding_dimension", "embedding_dimension")


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
    """An embedding model, loaded when first used and from local files only.

    It runs as an ONNX graph where Citewire brings one for it, else through sentence-transformers. The vectors are the same,
    so what runs it is no part of its identity.

    Args:
        name: a model of the registry with the role ``embedding``; or the folder, or ``hub/OWNER/REPO`` once it was pulled, of a
            ``SentenceTransformer``. A folder with the files of a model of the registry is that model.
        models: the folder with model files that were pulled.
        batch_size: texts that are computed together.

    Raises:
        ModelUnknown: no embedding model has that name.
        ModelMissing: the folder is not here.
        ModelDamaged: its weights are not those that were used before, or its files are not whole.
        ModelUnavailable: it is no embedding model.
    """

    def __init__(self, name: str, models: Path, *, batch_size: int) -> None:
        self._name = name
        self._model: Model | None = None
        self._folder = find_folder(name, models) if is_folder_name(name) else None
        if self._folder is None:
            self._model = find_model(name)
            if self._model.role != "embedding":
                raise ModelUnknown(f"The model {name!r} is for {self._model.role}, not for embedding.")
        else:
            self._model = _same_model(self._folder)
            self._dimension = _dimension_of(self._folder)
        self._models = models
        self._batch_size = batch_size
        self._loaded: GraphEncoder | TransformerEncoder | None = None
        self._guard = threading.Lock()
        self._process = 0  # that loaded it: the threads of a model do not come along into a forked child

    @property
    def identity(self) -> dict[str, str]:
        """All that the vectors depend on."""
        if self._model:
            known = self._model.name, self._model.files[self._model.main_file].sha256[:16], str(self._model.dimension)
        else:
            folder = cast(ModelFolder, self._folder)
            called = self._name if is_hub_folder(self._name) else folder.path.resolve().name
            known = called, folder.sha256[:16], str(self._dimension)
        return {
            "embedding_model": known[0],
            "embedding_weights": known[1],
            "embedding_dimension": known[2],
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
                home = self._folder.path if self._folder else locate_model(self._name, self._models)
                if self._model and self._model.graph:
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
                f"The model {self._name!r} returned vectors that are not finite and of unit length.",
                hint="Give the folder that `save_pretrained` wrote, whole."
                if self._folder
                else f"Fetch it again with `citewire models pull {self._name}`.",
            )
        return matrix


def _same_model(folder: ModelFolder) -> Model | None:
    """Return the model of the registry whose files a folder holds, or None."""
    for model in list_models().values():
        same = model.role == "embedding" and folder.sha256 == model.files[model.main_file].sha256
        if same and not list(verify_files(model, folder.path)):
            return model
    return None


def _dimension_of(folder: ModelFolder) -> int:
    """Return the length of the vectors of a ``SentenceTransformer``: its last module that says one.

    Raises:
        ModelUnavailable: the folder holds another kind of model.
    """
    found: object = None
    for module in _modules(folder):
        if module and (folder.path / module / "config.json").is_file():
            facts = folder.read_json(f"{module}/config.json")
            found = next((facts[name] for name in _SAYS_DIMENSION if name in facts), found)
    if not isinstance(found, int):
        raise ModelUnavailable(
            f"The model {folder.name!r} is no embedding model of sentence-transformers: no module in it says how long its vectors are.",
            hint="Give a folder with modules.json and the pooling it names, as `SentenceTransformer.save_pretrained` writes it.",
        )
    return found


def _modules(folder: ModelFolder) -> list[str]:
    try:
        listed = msgspec.json.decode((folder.path / "modules.json").read_bytes(), type=list[dict[str, Any]])
    except FileNotFoundError:
        return []
    except msgspec.DecodeError as error:
        raise ModelDamaged(
            f"The model {folder.name!r} cannot be read: modules.json {error}.",
            hint="Give the folder that `save_pretrained` wrote, whole.",
        ) from error
    return [str(each.get("path", "")) for each in listed]
