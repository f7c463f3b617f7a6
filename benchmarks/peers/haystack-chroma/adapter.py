"""Haystack over Chroma, and with its BM25 in memory beside it.

Taken from the pages "ChromaDocumentStore", "ChromaEmbeddingRetriever", "DocumentSplitter" and "DocumentJoiner" of
docs.haystack.deepset.ai and from its tutorial "Creating a Hybrid Retrieval Pipeline", which joins BM25 and vectors in the
same way (and holds both in memory). Splitting and metric are the defaults: 200 words, no overlap. The title is metadata
that is embedded with ``meta_fields_to_embed``; BM25 reads the content alone.
"""

from __future__ import annotations

from typing import Any

import peer
from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.retrievers.chroma import ChromaEmbeddingRetriever
from haystack_integrations.document_stores.chroma import ChromaDocumentStore

PACKAGES = (
    "haystack-ai",
    "chroma-haystack",
    "sentence-transformers-haystack",
    "chromadb",
    "sentence-transformers",
    "transformers",
    "torch",
)
BATCH = 5000  # Chroma takes no more than 5,461 rows at once


def main(task: peer.Task, report: peer.Report) -> None:
    """Index the articles, ask the questions."""
    with report.timed("load_model"):
        embedder = SentenceTransformersDocumentEmbedder(
            model=task.model, meta_fields_to_embed=["title"], progress_bar=False
        )
        embedder.warm_up()
        # A component belongs to one pipeline, so each of the two has an embedder of its own.
        asker, other = (SentenceTransformersTextEmbedder(model=task.model, progress_bar=False) for _ in range(2))
        asker.warm_up()
        other.warm_up()
    with report.timed("split"):
        splitter = DocumentSplitter()
        splitter.warm_up()
        pieces = splitter.run(documents=[to_document(article) for article in task.articles])["documents"]
    report.count_chunks([piece.content for piece in pieces])
    with report.timed("embed_and_store"):
        embedded = embedder.run(documents=pieces)["documents"]
        vectors = ChromaDocumentStore(collection_name="articles", persist_path=str(task.store))
        for start in range(0, len(embedded), BATCH):
            vectors.write_documents(embedded[start : start + BATCH])
    with report.timed("index_words"):
        words = InMemoryDocumentStore()
        words.write_documents(pieces)
    report.time_encoding(lambda question: asker.run(text=question))

    meaning = Pipeline()
    meaning.add_component("embed", asker)
    meaning.add_component("vectors", ChromaEmbeddingRetriever(document_store=vectors, top_k=task.depth))
    meaning.connect("embed.embedding", "vectors.query_embedding")
    stages = ("split", "embed_and_store")
    report.search(
        "haystack",
        "meaning",
        stages,
        lambda question: name(meaning.run({"embed": {"text": question}})["vectors"]),
    )

    both = Pipeline()
    both.add_component("embed", other)
    both.add_component("vectors", ChromaEmbeddingRetriever(document_store=vectors, top_k=task.depth))
    both.add_component("words", InMemoryBM25Retriever(document_store=words, top_k=task.depth))
    both.add_component("join", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=task.depth))
    both.connect("embed.embedding", "vectors.query_embedding")
    both.connect("words", "join")
    both.connect("vectors", "join")
    report.search(
        "haystack hybrid",
        "both",
        (*stages, "index_words"),
        lambda question: name(both.run({"embed": {"text": question}, "words": {"query": question}})["join"]),
    )


def to_document(article: dict[str, Any]) -> Document:
    meta = {"article": article["id"], **{key: article[key] for key in ("title", "outlet", "published")}}
    return Document(content=article["text"], meta=meta)


def name(found: dict[str, Any]) -> list[str]:
    return [document.meta["article"] for document in found["documents"]]


if __name__ == "__main__":
    peer.run(main, packages=PACKAGES)
