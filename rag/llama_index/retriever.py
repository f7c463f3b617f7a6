"""The search of a desk as a retriever of LlamaIndex."""

from __future__ import annotations

import asyncio
from typing import Unpack

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.callbacks.base import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.llama_index.nodes import hit_nodes
from rag.protocol import AnyDesk
from rag.question.filters import FilterWords


class CitedRetriever(BaseRetriever):
    """Finds passages of whole sentences; each node is an exact slice of a stored, hashed article.

    Args:
        desk: an open desk, or a client of the server that owns the library.
        similarity_top_k: at most so many nodes; by default as many as an answer looks at.
        today: the day from which "last week" counts; the current one when None.
        callback_manager: told of each retrieval, as by every retriever.
        filters: which articles may be found: ``first``, ``last``, ``outlets``, ``as_of``; see ``FilterWords``.

    Raises:
        CitewireError: on retrieval; see ``Desk.search``.
    """

    def __init__(
        self,
        desk: AnyDesk,
        *,
        similarity_top_k: int | None = None,
        today: str | None = None,
        callback_manager: CallbackManager | None = None,
        **filters: Unpack[FilterWords],
    ) -> None:
        super().__init__(callback_manager=callback_manager)
        self._desk = desk
        self._limit = similarity_top_k
        self._today = today
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._desk.search(query_bundle.query_str, today=self._today, limit=self._limit, **self._filters)
        articles = {name: self._desk.article(name) for name in {hit.article_id for hit in hits}}
        # Between both calls an article may have been changed: what is no slice of it any longer is left out.
        found = [(hit, articles[hit.article_id]) for hit in hits]
        return hit_nodes([(hit, article) for hit, article in found if article.text[hit.start : hit.end] == hit.text])

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)
