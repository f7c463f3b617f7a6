"""The answers of a desk as a query engine of LlamaIndex."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import msgspec
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.base.response.schema import (
    RESPONSE_TYPE,
    AsyncStreamingResponse,
    Response,
    StreamingResponse,
)
from llama_index.core.callbacks.base import CallbackManager
from llama_index.core.callbacks.schema import CBEventType, EventPayload
from llama_index.core.instrumentation.events.retrieval import RetrievalEndEvent, RetrievalStartEvent
from llama_index.core.instrumentation.events.synthesis import SynthesizeEndEvent, SynthesizeStartEvent
from llama_index.core.llms import LLM
from llama_index.core.schema import NodeWithScore, QueryBundle
from llama_index_instrumentation import get_dispatcher

from index.errors import UsageError
from rag.answer_events import Event, Finished, QuotesFound
from rag.answer_types import Answer
from rag.desk import Desk
from rag.llama_index.nodes import citation_blocks, citation_nodes
from rag.llama_index.retriever import CitedRetriever
from rag.protocol import AnyDesk
from rag.question.filters import FilterWords
from rag.streamed import StreamedText
from rag.threads import iterate_in_thread

dispatcher = get_dispatcher(__name__)


@dataclass
class CitedResponse(Response):
    """A response whose every sentence was checked.

    Attributes:
        response: the text, with markers ``[n]``.
        source_nodes: one node for each citation, in the order of their numbers: the quoted words and their place.
        metadata: the answer in JSON's own types: ``status``, ``sentences`` with their ``verdict``, ``citations``, ``withheld`` ...
        answer: the same as Citewire's own type.
    """

    answer: Answer | None = None

    def message(self) -> ChatMessage:
        """Return the answer as a chat message: its text, and a ``CitationBlock`` for each citation."""
        return ChatMessage(role="assistant", blocks=citation_blocks(self.answer) if self.answer else [])


class CitedQueryEngine(BaseQueryEngine):
    """Answers questions over the articles of a desk: sentences that were checked, with exact quotes, or a refusal.

    Args:
        desk: an open desk, or a client of the server that owns the library.
        streaming: give a response that yields each sentence once it is checked.
        quotes_only: answer with quotes alone although the desk has a model.
        history: the earlier answers of the conversation, which a follow-up question leans on.
        today: the day from which "last week" counts; the current one when None.
        callback_manager: told of each query, retrieval and synthesis, as by every query engine.
        filters: which articles may answer: ``first``, ``last``, ``outlets``, ``as_of``; see ``FilterWords``.

    Raises:
        CitewireError: on a query; see ``Desk.ask``.
    """

    def __init__(
        self,
        desk: AnyDesk,
        *,
        streaming: bool = False,
        quotes_only: bool = False,
        history: Sequence[Answer] = (),
        today: str | None = None,
        callback_manager: CallbackManager | None = None,
        **filters: Unpack[FilterWords],
    ) -> None:
        super().__init__(callback_manager=callback_manager)
        self._desk = desk
        self._streaming = streaming
        self._quotes_only = quotes_only
        self._history = tuple(history)
        self._today = today
        self._filters = filters
        self._retriever = CitedRetriever(desk, today=today, callback_manager=callback_manager, **filters)

    @classmethod
    def from_args(cls, desk: Desk, llm: LLM | None = None, **arguments: Any) -> CitedQueryEngine:
        """Return an engine whose sentences another model writes, as ``CitationQueryEngine.from_args`` does.

        Args:
            desk: an open desk; its library and its checks stay what they are.
            llm: who writes; None for the desk's own model.
            arguments: as of the class.
        """
        return cls(desk if llm is None else desk.with_model(llm), **arguments)

    def retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """Return the passages that the search finds; an answer quotes sentences of them."""
        return self._retriever.retrieve(query_bundle)

    async def aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """Return the same, awaited."""
        return await self._retriever.aretrieve(query_bundle)

    def synthesize(
        self,
        query_bundle: QueryBundle,  # noqa: ARG002
        nodes: list[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,  # noqa: ARG002
    ) -> RESPONSE_TYPE:
        """Refuse: sentences are checked against the words of stored articles, not against nodes that anybody may make.

        Raises:
            UsageError: always.
        """
        raise UsageError(
            f"{len(nodes)} nodes were given to answer from; answers come from the articles of the library alone.",
            hint="Use query or aquery; filters say which articles may answer.",
        )

    async def asynthesize(
        self,
        query_bundle: QueryBundle,
        nodes: list[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
    ) -> RESPONSE_TYPE:
        """Refuse, as ``synthesize`` does."""
        return self.synthesize(query_bundle, nodes, additional_source_nodes)

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        told = _Told(query_bundle, self.callback_manager)
        events = told.over(self._stream(query_bundle))
        if not self._streaming:
            for _ in events:
                pass
            return told.response()
        quotes = next(quote for quote in events if isinstance(quote, QuotesFound))
        text = StreamedText()
        return StreamingResponse(
            (piece.text for event in events for piece in text.grow(event)),
            source_nodes=citation_nodes(quotes.quotes),
            metadata=told.metadata,
        )

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        if not self._streaming:
            return await asyncio.to_thread(self._query, query_bundle)
        told = _Told(query_bundle, self.callback_manager)
        events = iterate_in_thread(lambda: told.over(self._stream(query_bundle)))
        quotes = None
        async for event in events:
            if isinstance(event, QuotesFound):
                quotes = event
                break
        text = StreamedText()

        async def texts() -> AsyncIterator[str]:
            async with contextlib.aclosing(events):
                async for event in events:
                    for piece in text.grow(event):
                        yield piece.text

        return AsyncStreamingResponse(
            texts(),  # type: ignore[arg-type]
            source_nodes=citation_nodes(quotes.quotes if quotes else ()),
            metadata=told.metadata,
        )

    def _stream(self, query_bundle: QueryBundle) -> Iterator[Event]:
        return self._desk.stream(
            query_bundle.query_str,
            today=self._today,
            history=self._history,
            quotes_only=self._quotes_only,
            **self._filters,
        )

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


class _Told:
    """One query as LlamaIndex is told of it: retrieval until the quotes are there, synthesis until the answer is.

    Attributes:
        metadata: of the response; filled when the answer is whole.
    """

    def __init__(self, query_bundle: QueryBundle, callbacks: CallbackManager) -> None:
        self.metadata: dict[str, Any] = {}
        self._query = query_bundle
        self._callbacks = callbacks
        self._answer: Answer | None = None

    def over(self, events: Iterator[Event]) -> Iterator[Event]:
        """Yield the events of an answer and tell of them."""
        asked: dict[str, Any] = {EventPayload.QUERY_STR: self._query.query_str}
        dispatcher.event(RetrievalStartEvent(str_or_query_bundle=self._query))
        with self._callbacks.event(CBEventType.QUERY, payload=asked) as whole:
            with self._callbacks.event(CBEventType.RETRIEVE, payload=asked) as retrieval:
                quotes = next(each for each in events if isinstance(each, QuotesFound))
                nodes = citation_nodes(quotes.quotes)
                retrieval.on_end(payload={EventPayload.NODES: nodes})
            dispatcher.event(RetrievalEndEvent(str_or_query_bundle=self._query, nodes=nodes))
            dispatcher.event(SynthesizeStartEvent(query=self._query))
            with self._callbacks.event(CBEventType.SYNTHESIZE, payload=asked) as synthesis:
                yield quotes
                for event in events:
                    if isinstance(event, Finished):
                        self._answer = event.answer
                        self.metadata |= msgspec.to_builtins(event.answer)
                    yield event
                response = self.response()
                synthesis.on_end(payload={EventPayload.RESPONSE: response})
            whole.on_end(payload={EventPayload.RESPONSE: response})
        dispatcher.event(SynthesizeEndEvent(query=self._query, response=response))

    def response(self) -> CitedResponse:
        """Return the whole response; the events have to be over."""
        if self._answer is None:
            raise AssertionError("the last event is always Finished")
        return CitedResponse(
            self._answer.text, citation_nodes(self._answer.citations), self.metadata, answer=self._answer
        )
