"""Texts to vectors by an ONNX graph that comes with Citewire, over the weights in the model's own file.

The same weights through sentence-transformers give the same vectors (a cosine of 0.9999 and more, which
``tests/index/models/test_graph_encoder.py`` holds), but that library takes seconds to be imported.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt

from index.models.onnx_session import open_session, open_tokenizer

if TYPE_CHECKING:
    from tokenizers import Encoding


class _Limits(msgspec.Struct):
    """What ``sentence_bert_config.json`` says of the model's input."""

    max_seq_length: int


class GraphEncoder:
    """An embedding model as a graph. Safe to use from several threads.

    Args:
        home: folder of the model's own files: weights, tokenizer, limits.
        graph: the ONNX file, from token ids to unit vectors.
        batch_size: texts that are computed together.

    Raises:
        ModelDamaged: the graph and the weights do not belong together.
    """

    def __init__(self, home: Path, graph: Path, *, batch_size: int) -> None:
        limits = msgspec.json.decode((home / "sentence_bert_config.json").read_bytes(), type=_Limits)
        self._tokenizer = open_tokenizer(home / "tokenizer.json", maximum_tokens=limits.max_seq_length)
        self._session = open_session(graph, threads=os.cpu_count() or 1, weights=home)
        self._batch_size = batch_size

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return unit vectors, shape ``(len(texts), dimension)``."""
        encoded = self._tokenizer.encode_batch(list(texts))
        # Texts of like length together, so that little is padded; what a text is padded with does not count.
        order = sorted(range(len(encoded)), key=lambda place: -len(encoded[place].ids))
        batches = [order[start : start + self._batch_size] for start in range(0, len(order), self._batch_size)]
        vectors = [self._run([encoded[place] for place in batch]) for batch in batches]
        if not vectors:
            return np.empty((0, 0), dtype=np.float32)
        matrix = np.empty((len(encoded), vectors[0].shape[1]), dtype=np.float32)
        matrix[order] = np.concatenate(vectors)
        return matrix

    def _run(self, encodings: Sequence[Encoding]) -> npt.NDArray[np.float32]:
        ids = np.zeros((len(encodings), max(len(each.ids) for each in encodings)), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, each in enumerate(encodings):
            ids[row, : len(each.ids)] = each.ids
            mask[row, : len(each.ids)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (vectors,) = self._session.run(["vectors"], given)
        return vectors
