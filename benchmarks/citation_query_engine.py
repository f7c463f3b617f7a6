"""LlamaIndex's CitationQueryEngine as its documentation shows it, with Citewire's model and embedding model.

From the page "CitationQueryEngine" (examples, query engine) of developers.llamaindex.ai: ``similarity_top_k=3``,
``citation_chunk_size=512``; the articles are split by the default ``SentenceSplitter``. The language model and the embedding
model are the ones that Citewire uses, so that what differs is what is built around them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from embedding_cache import CachedEncoder
from llama_index.core import Document, Settings, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
from llama_index.core.query_engine import CitationQueryEngine
from plain_model import PlainModel
from pydantic import PrivateAttr
from tokenizers import Tokenizer

from index.models.registry import locate_model
from index.settings import load_settings

MAXIMUM_TOKENS = 220


class Embedding(BaseEmbedding):
    """Citewire's encoder behind LlamaIndex's interface."""

    _encoder: CachedEncoder = PrivateAttr()

    def __init__(self, encoder: CachedEncoder) -> None:
        super().__init__(model_name="all-MiniLM-L6-v2", embed_batch_size=2048)
        self._encoder = encoder

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [vector.tolist() for vector in self._encoder.encode(texts)]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class Model(CustomLLM):
    """The local model behind LlamaIndex's interface; counts the seconds it took, kept answers included."""

    _model: PlainModel = PrivateAttr()
    _spent: list[float] = PrivateAttr(default_factory=list)

    def __init__(self, model: PlainModel) -> None:
        super().__init__()
        self._model = model

    @property
    def metadata(self) -> LLMMetadata:
        """What LlamaIndex must know of it."""
        return LLMMetadata(context_window=4096, num_output=MAXIMUM_TOKENS, model_name="local")

    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:  # noqa: ARG002
        """Continue a prompt."""
        text, seconds = self._model.write(prompt, maximum_tokens=MAXIMUM_TOKENS)
        self._spent.append(seconds)
        return CompletionResponse(text=text)

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponseGen:
        """Continue a prompt, in one piece."""
        yield self.complete(prompt, formatted)

    def spent(self) -> float:
        """Return the seconds since the last call of this method."""
        seconds, self._spent[:] = sum(self._spent), []
        return seconds


class Engine:
    """The engine over a collection."""

    def __init__(
        self, articles: Sequence[dict[str, Any]], encoder: CachedEncoder, model: PlainModel, tokenizer: Any
    ) -> None:
        Settings.tokenizer = tokenizer  # its own would be fetched
        self._model = Model(model)
        documents = [
            Document(
                id_=article["id"],
                text=article["text"],
                metadata={"title": article.get("title") or "", "published": article.get("published") or ""},
                excluded_embed_metadata_keys=["published"],
            )
            for article in articles
        ]
        index = VectorStoreIndex.from_documents(documents, embed_model=Embedding(encoder))
        self._engine = CitationQueryEngine.from_args(
            index, llm=self._model, similarity_top_k=3, citation_chunk_size=512
        )

    def ask(self, question: str) -> tuple[str, list[str], float]:
        """Return the answer, the sources that its markers 1..n stand for, and the seconds it took."""
        started = time.perf_counter()
        response = self._engine.query(question)
        measured = time.perf_counter() - started
        spent = self._model.spent()
        sources = [node.node.get_content() for node in response.source_nodes]
        # A kept answer comes at once: what the model took when it wrote it counts.
        return str(response), sources, max(measured, spent)


def open_engine(articles: Sequence[dict[str, Any]], *, work: Path, encoder: Any, model: PlainModel) -> Engine:
    """Return the engine; embeddings are kept in ``work``."""
    tokenizer = Tokenizer.from_file(str(locate_model("all-MiniLM-L6-v2", load_settings().models) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return Engine(
        articles,
        CachedEncoder(encoder, work / "citation_query_engine.sqlite3"),
        model,
        lambda text: tokenizer.encode(text, add_special_tokens=False).ids,
    )
