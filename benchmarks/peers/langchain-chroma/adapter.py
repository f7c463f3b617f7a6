"""LangChain over Chroma, and with its BM25 retriever beside it.

Taken from the tutorial "Build a semantic search engine" (splitting: 1,000 characters, 200 of overlap) and the pages
"Chroma" and "BM25" (integrations) of docs.langchain.com, and "EnsembleRetriever" of reference.langchain.com. Metric, BM25
(words as they are written, no stemming) and equal weights are the defaults. LangChain embeds no metadata, so the title is
put before each piece.
"""

from __future__ import annotations

import peer
from langchain_chroma import Chroma
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

PACKAGES = (
    "langchain-chroma",
    "langchain-huggingface",
    "langchain-text-splitters",
    "langchain-community",
    "langchain-classic",
    "rank-bm25",
    "chromadb",
    "sentence-transformers",
    "transformers",
    "torch",
)
BATCH = 5000  # Chroma takes no more than 5,461 rows at once


def main(task: peer.Task, report: peer.Report) -> None:
    """Index the articles, ask the questions."""
    with report.timed("load_model"):
        embedder = HuggingFaceEmbeddings(model_name=task.model)
    with report.timed("split"):
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        pieces = [
            Document(
                page_content=f"{article['title']}\n\n{piece}",
                metadata={"article": article["id"], "outlet": article["outlet"], "published": article["published"]},
            )
            for article in task.articles
            for piece in splitter.split_text(article["text"])
        ]
    report.count_chunks([piece.page_content for piece in pieces])
    with report.timed("embed_and_store"):
        store = Chroma(collection_name="articles", embedding_function=embedder, persist_directory=str(task.store))
        for start in range(0, len(pieces), BATCH):
            store.add_documents(pieces[start : start + BATCH])
    meaning = store.as_retriever(search_kwargs={"k": task.depth})
    with report.timed("index_words"):
        words = BM25Retriever.from_documents(pieces, k=task.depth)
    both = EnsembleRetriever(retrievers=[words, meaning], weights=[0.5, 0.5])
    report.time_encoding(embedder.embed_query)
    stages = ("split", "embed_and_store")
    report.search("langchain", "meaning", stages, lambda question: find(meaning, question))
    report.search("langchain hybrid", "both", (*stages, "index_words"), lambda question: find(both, question))


def find(retriever: BaseRetriever, question: str) -> list[str]:
    return [document.metadata["article"] for document in retriever.invoke(question)]


if __name__ == "__main__":
    peer.run(main, packages=PACKAGES)
