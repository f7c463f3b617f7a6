"""Citewire as parts of LlamaIndex: a retriever and a query engine over a desk, whose answers are checked.

``CitedRetriever`` finds passages, ``CitedQueryEngine`` answers; both do what ``Desk.search`` and ``Desk.ask`` do.
"""

from rag.llama_index.nodes import citation_blocks, citation_nodes, hit_nodes
from rag.llama_index.query_engine import CitedQueryEngine, CitedResponse
from rag.llama_index.retriever import CitedRetriever

__all__ = ["CitedQueryEngine", "CitedResponse", "CitedRetriever", "citation_blocks", "citation_nodes", "hit_nodes"]
