"""LlamaIndex over Chroma, and with its BM25 retriever beside it.

Taken from the pages "Chroma" (integrations, vector stores), "BM25 Retriever" and "Reciprocal Rerank Fusion Retriever"
(integrations, retrievers) of developers.llamaindex.ai. Splitting, metric and batch sizes are the defaults. The title is
metadata, which LlamaIndex embeds and its BM25 reads by default; outlet and day are metadata that neither sees.
"""

from __future__ import annotations

import chromadb
import peer
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.chroma import ChromaVectorStore

PACKAGES = (
    "llama-index-core",
    "llama-index-vector-stores-chroma",
    "llama-index-embeddings-huggingface",
    "llama-index-retrievers-bm25",
    "bm25s",
    "chromadb",
    "sentence-transformers",
    "transformers",
    "torch",
)
HIDDEN = ["outlet", "published"]


def main(task: peer.Task, report: peer.Report) -> None:
    """Index the articles, ask the questions."""
    with report.timed("load_model"):
        embedder = HuggingFaceEmbedding(model_name=task.model)
    with report.timed("split"):
        documents = [
            Document(
                id_=article["id"],
                text=article["text"],
                metadata={key: article[key] for key in ("title", *HIDDEN)},
                excluded_embed_metadata_keys=HIDDEN,
            )
            for article in task.articles
        ]
        nodes = SentenceSplitter().get_nodes_from_documents(documents)
    report.count_chunks([node.get_content() for node in nodes])
    with report.timed("embed_and_store"):
        client = chromadb.PersistentClient(path=str(task.store))
        collection = client.get_or_create_collection("articles")
        storage = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
        index = VectorStoreIndex(nodes, storage_context=storage, embed_model=embedder)
    meaning = index.as_retriever(similarity_top_k=task.depth)
    with report.timed("index_words"):
        words = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=task.depth)
    both = QueryFusionRetriever(
        [meaning, words],
        llm=MockLLM(),  # never asked: one query means that none is generated
        mode="reciprocal_rerank",
        num_queries=1,
        similarity_top_k=task.depth,
        use_async=False,
    )
    report.time_encoding(embedder.get_query_embedding)
    stages = ("split", "embed_and_store")
    report.search("llamaindex", "meaning", stages, lambda question: find(meaning, question))
    report.search("llamaindex hybrid", "both", (*stages, "index_words"), lambda question: find(both, question))


def find(retriever: BaseRetriever, question: str) -> list[str]:
    return [str(found.node.ref_doc_id) for found in retriever.retrieve(question)]


if __name__ == "__main__":
    peer.run(main, packages=PACKAGES)
