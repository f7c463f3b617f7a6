"""Texts to vectors by an ONNX graph that comes with Citewire, over the weights in the model's own file.

The same weights through sentence-transformers give the same vectors (a cosine of 0.9999 and more, which
``tests/index/models/test_graph_encoder.py`` holds), but that library takes seconds to be imported.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt

from index.models.onnx_session import Session, open_session, open_tokenizer

if TYPE_CHECKING:
    from tokenizers import Encoding

# A question is computed by one thread: two save a lone reader 2 ms of 13 and cost eight readers a fifth more of the processor.
_FEW = 4


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
        self._open = partial(open_session, graph, weights=home)
        self._for_questions = self._open(threads=1)
        self._for_articles: Session | None = None
        self._guard = threading.Lock()
        self._batch_size = batch_size

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return unit vectors, shape ``(len(texts), dimension)``."""
        encoded = self._tokenizer.encode_batch(list(texts))
        # Texts of like length together, so that little is padded; what a text is padded with does not count.
        order = sorted(range(len(encoded)), key=lambda place: -len(encoded[place].ids))
        batches = [order[start : start + self._batch_size] for start in range(0, len(order), self._batch_size)]
        session = self._for_questions if len(texts) <= _FEW else self._load_for_articles()
        vectors = [_run(session, [encoded[place] for place in batch]) for batch in batches]
        if not vectors:
            return np.empty((0, 0), dtype=np.float32)
        matrix = np.empty((len(encoded), vectors[0].shape[1]), dtype=np.float32)
        matrix[order] = np.concatenate(vectors)
        return matrix

    def _load_for_articles(self) -> Session:
        """Return the session whose threads use the whole machine. They are as patient as the thread that first needs it."""
        with self._guard:
            if self._for_articles is None:
                self._for_articles = self._open(threads=os.cpu_count() or 1)
            return self._for_articles


def _run(session: Session, encodings: Sequence[Encoding]) -> npt.NDArray[np.float32]:
    ids = np.zeros((len(encodings), max(len(each.ids) for each in encodings)), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, each in enumerate(encodings):
        ids[row, : len(each.ids)] = each.ids
        mask[row, : len(each.ids)] = 1
    given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    (vectors,) = session.run(["vectors"], given)
    return vectors
