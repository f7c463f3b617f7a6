"""The door for LlamaIndex: its retriever and query engine, its models at a desk, its agents and evaluators."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from llama_index.core import Settings as LlamaIndexSettings
from llama_index.core.agent.workflow import ReActAgent
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.llms.types import CitationBlock
from llama_index.core.base.response.schema import AsyncStreamingResponse, StreamingResponse
from llama_index.core.evaluation import FaithfulnessEvaluator, RelevancyEvaluator
from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode, NodeRelationship, QueryBundle
from llama_index.core.tools import QueryEngineTool
from llama_index_instrumentation import get_dispatcher
from llama_index_instrumentation.event_handlers import BaseEventHandler
from pydantic import PrivateAttr

from index.errors import LibraryMismatch, ModelDamaged, ModelUnavailable, QuestionError, UsageError
from rag import Desk
from rag.llama_index import CitedQueryEngine, CitedResponse, CitedRetriever
from rag.models.llama_index import LlamaIndexChatModel, LlamaIndexEncoder, as_chat_model, as_encoder
from tests.conftest import SAMPLES, WordEncoder
from tests.flow.asking_for_tests import QUESTION, ScriptedModel

UNANSWERABLE = "Who won the Zanzibar chess open?"


class ScriptedLLM(CustomLLM):
    """An LLM of LlamaIndex that says what it was told to say, and remembers what it was asked."""

    fail: bool = False
    _said: list[str] = PrivateAttr()
    _asked: list[str] = PrivateAttr(default_factory=list)

    def __init__(self, *said: str, fail: bool = False) -> None:
        super().__init__(fail=fail)
        self._said = list(said)

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="scripted", context_window=4096)

    @property
    def asked(self) -> list[str]:
        return self._asked

    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
        self._asked.append(prompt)
        if self.fail:
            raise ConnectionError("connection refused")
        return CompletionResponse(text=self._said.pop(0))

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponseGen:
        def pieces() -> CompletionResponseGen:
            whole = self.complete(prompt).text
            for end in range(7, len(whole) + 7, 7):
                yield CompletionResponse(text=whole[:end], delta=whole[end - 7 : end])

        return pieces()


class WordEmbedding(BaseEmbedding):
    """The encoder of the tests behind LlamaIndex's interface; its vectors are not of unit length."""

    _encoder: WordEncoder = PrivateAttr(default_factory=WordEncoder)
    fail: str = ""

    def _get_text_embedding(self, text: str) -> list[float]:
        if self.fail == "refuse":
            raise ConnectionError("connection refused")
        if self.fail == "zero":
            return [0.0] * 64
        return [3.0 * float(value) for value in self._encoder.encode([text])[0]]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class Heard(BaseEventHandler):
    """Remembers the names of the events of LlamaIndex."""

    _names: list[str] = PrivateAttr(default_factory=list)

    @classmethod
    def class_name(cls) -> str:
        return "Heard"

    def handle(self, event: Any, **_: Any) -> None:
        self._names.append(event.class_name())


@pytest.fixture
def heard() -> Iterator[list[str]]:
    handler = Heard()
    root = get_dispatcher()
    root.add_event_handler(handler)
    yield handler._names
    root.event_handlers.remove(handler)


def test_nodes_of_the_retriever_are_exact_slices_with_ids_of_their_own(desk: Desk) -> None:
    nodes = CitedRetriever(desk, similarity_top_k=5).retrieve(QUESTION)
    assert len(nodes) == 5
    assert len({each.node.node_id for each in nodes}) == 5
    for each in nodes:
        facts = each.node.metadata
        article = desk.article(facts["article_id"], sha256=facts["article_sha256"])
        assert article.text[each.node.start_char_idx : each.node.end_char_idx] == each.node.get_content()
        assert each.node.relationships[NodeRelationship.SOURCE].node_id == article.id
        assert article.id not in each.node.get_content(MetadataMode.LLM)
        assert (article.title or "") in each.node.get_content(MetadataMode.LLM)
    assert [each.score for each in nodes] == sorted((each.score for each in nodes), reverse=True)
    assert [each.node.node_id for each in nodes] == [
        each.node.node_id for each in asyncio.run(CitedRetriever(desk, similarity_top_k=5).aretrieve(QUESTION))
    ]


def test_retriever_takes_filters(desk: Desk) -> None:
    nodes = CitedRetriever(desk, outlets=["The Coastal Record"]).retrieve(QueryBundle("cadmium in the River Osk"))
    assert nodes
    assert {each.node.metadata["outlet"] for each in nodes} == {"The Coastal Record"}
    with pytest.raises(QuestionError, match="no date"):
        CitedRetriever(desk, first="yesterday").retrieve("cadmium")


def test_engine_answers_as_the_desk_does(desk: Desk) -> None:
    answer = desk.ask(QUESTION)
    for response in (CitedQueryEngine(desk).query(QUESTION), asyncio.run(CitedQueryEngine(desk).aquery(QUESTION))):
        assert isinstance(response, CitedResponse)
        assert response.response == answer.text
        assert response.answer is not None
        assert response.answer.citations == answer.citations
        assert [node.get_content() for node in response.source_nodes] == [each.quote for each in answer.citations]
        assert response.metadata is not None
        assert [each["verdict"] for each in response.metadata["sentences"]] == ["supported"] * len(answer.sentences)
        json.dumps(response.metadata)
        blocks = [block for block in response.message().blocks if isinstance(block, CitationBlock)]
        for block, citation in zip(blocks, answer.citations, strict=True):
            where = block.additional_location_info
            article = desk.article(citation.article_id, sha256=citation.article_sha256)
            assert article.text[where["start_char_index"] : where["end_char_index"]] == block.cited_content.text
        assert response.message().content == answer.text


def test_engine_refuses_with_no_sources(desk: Desk) -> None:
    response = CitedQueryEngine(desk).query(UNANSWERABLE)
    assert isinstance(response, CitedResponse)
    assert response.source_nodes == []
    assert response.metadata is not None
    assert response.metadata["status"] == "no_evidence"


def test_engine_streams_sentences_that_were_checked(desk: Desk) -> None:
    answer = desk.ask(QUESTION)
    response = CitedQueryEngine(desk, streaming=True).query(QUESTION)
    assert isinstance(response, StreamingResponse)
    assert {citation.quote for citation in answer.citations} <= {node.get_content() for node in response.source_nodes}
    assert response.metadata == {}
    assert "".join(response.response_gen) == answer.text
    assert response.metadata["status"] == "answered"

    async def awaited() -> tuple[str, str]:
        response = await CitedQueryEngine(desk, streaming=True).aquery(QUESTION)
        assert isinstance(response, AsyncStreamingResponse)
        whole = await response.get_response()
        assert response.metadata is not None
        return str(whole), response.metadata["status"]

    assert asyncio.run(awaited()) == (answer.text, "answered")


def test_engine_tells_of_every_step(desk: Desk, heard: list[str]) -> None:
    CitedQueryEngine(desk).query(QUESTION)
    wanted = [
        "QueryStartEvent",
        "RetrievalStartEvent",
        "RetrievalEndEvent",
        "SynthesizeStartEvent",
        "SynthesizeEndEvent",
        "QueryEndEvent",
    ]
    assert [name for name in heard if name in wanted] == wanted


def test_engine_makes_nothing_of_nodes_that_anybody_may_make(desk: Desk) -> None:
    engine = CitedQueryEngine(desk)
    nodes = engine.retrieve(QueryBundle(QUESTION))
    assert nodes == asyncio.run(engine.aretrieve(QueryBundle(QUESTION)))
    with pytest.raises(UsageError, match="10 nodes were given"):
        engine.synthesize(QueryBundle(QUESTION), nodes)


def test_an_llm_of_llama_index_writes_and_is_checked(desk: Desk) -> None:
    quote = desk.ask(QUESTION).citations[0].quote
    llm = ScriptedLLM(f"[1] {quote}\n[1] The strike cost the port nine billion and ended in 1987.\n", "No", "No")
    response = CitedQueryEngine.from_args(desk, llm=llm).query(QUESTION)
    assert isinstance(response, CitedResponse)
    assert response.answer is not None
    assert response.answer.model == "custom_llm/scripted"
    assert quote in [sentence.text for sentence in response.answer.sentences]
    assert "nine billion" in response.answer.withheld[0].text
    assert QUESTION in llm.asked[0]


def test_an_llm_that_fails_is_said_and_quotes_answer(desk: Desk) -> None:
    answer = desk.with_model(ScriptedLLM(fail=True)).ask(QUESTION)
    assert answer.model_error is not None
    assert "connection refused" in answer.model_error
    assert answer.sentences


def test_yes_and_no_of_an_llm(desk: Desk) -> None:
    def says(text: str) -> float | None:
        return LlamaIndexChatModel(ScriptedLLM(text)).probability_yes([])

    assert (says(" Yes."), says("no"), says("Perhaps"), says("")) == (1.0, 0.0, None, None)


def test_draft_without_end_is_not_read_to_its_end() -> None:
    model = LlamaIndexChatModel(ScriptedLLM("word " * 10_000))
    assert len("".join(model.stream([], markers=1, maximum_tokens=10))) < 100
    with pytest.raises(ModelUnavailable, match="did not answer: connection refused"):
        list(LlamaIndexChatModel(ScriptedLLM(fail=True)).stream([], markers=1, maximum_tokens=10))


def test_an_embedding_of_llama_index_has_a_library_of_its_own(tmp_path: Path) -> None:
    embedding = WordEmbedding(model_name="words-64")
    articles = sorted(SAMPLES.iterdir())[:4]
    with Desk(library=tmp_path / "library", model="none", encoder=embedding, create=True) as desk:
        assert desk.ingest(articles).count("added") >= 4
        assert desk.search("strike", limit=2)
        assert desk.library.stamp["embedding_model"] == "llama-index:base_component/words-64".replace(
            "base_component", embedding.class_name()
        )
    other = WordEmbedding(model_name="words-of-another")
    with pytest.raises(LibraryMismatch, match="words-of-another"):
        Desk(library=tmp_path / "library", model="none", encoder=other)


def test_vectors_of_an_embedding_are_checked() -> None:
    encoder = LlamaIndexEncoder(WordEmbedding())
    assert encoder.encode([]).shape[0] == 0
    assert float((encoder.encode(["one", "two"]) ** 2).sum()) == pytest.approx(2.0)
    with pytest.raises(ModelDamaged, match="zero or not finite"):
        LlamaIndexEncoder(WordEmbedding(fail="zero")).encode(["one"])
    with pytest.raises(ModelUnavailable, match="connection refused"):
        LlamaIndexEncoder(WordEmbedding(fail="refuse")).encode(["one"])


def test_what_is_no_model_is_refused() -> None:
    scripted, encoder = ScriptedModel(), WordEncoder()
    assert as_chat_model(scripted) is scripted
    assert as_encoder(encoder) is encoder
    with pytest.raises(UsageError, match="A 'str' cannot write answers"):
        as_chat_model("gpt")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="A 'str' cannot turn texts into vectors"):
        as_encoder("bge")  # type: ignore[arg-type]


# LlamaIndex's agents use what pydantic and its own workflows deprecate.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_agent_uses_it_as_a_tool(desk: Desk) -> None:
    tool = QueryEngineTool.from_defaults(CitedQueryEngine(desk), name="news", description="Asks the news articles.")
    llm = ScriptedLLM(
        f'Thought: I need the news.\nAction: news\nAction Input: {{"input": {json.dumps(QUESTION)}}}\n',
        "Thought: I can answer without using any more tools.\nAnswer: Nineteen vessels.\n",
    )

    async def run() -> Any:
        return await ReActAgent(tools=[tool], llm=llm, streaming=False).run(QUESTION)

    result = asyncio.run(run())
    assert "Nineteen vessels" in str(result)
    (called,) = result.tool_calls
    assert called.tool_output.content == desk.ask(QUESTION).text
    assert called.tool_output.raw_output.answer.citations
    assert desk.ask(QUESTION).citations[0].quote[:40] in llm.asked[1]


def test_evaluators_of_llama_index_take_its_responses(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LlamaIndexSettings, "_tokenizer", str.split)  # its own would be fetched
    response = CitedQueryEngine(desk).query(QUESTION)
    assert isinstance(response, CitedResponse)
    for evaluator in (FaithfulnessEvaluator, RelevancyEvaluator):
        llm = ScriptedLLM("YES", "YES", "YES")
        result = evaluator(llm=llm).evaluate_response(query=QUESTION, response=response)
        assert result.passing
        assert result.contexts == [node.get_content() for node in response.source_nodes]
        assert response.answer is not None
        assert response.answer.citations[0].quote in llm.asked[0]


def test_engines_of_llama_index_take_the_retriever(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LlamaIndexSettings, "_tokenizer", str.split)
    llm = ScriptedLLM("Nineteen.")
    engine = RetrieverQueryEngine.from_args(CitedRetriever(desk, similarity_top_k=2), llm=llm)
    response = engine.query(QUESTION)
    assert str(response) == "Nineteen."
    assert len(response.source_nodes) == 2
    asked: Sequence[str] = llm.asked
    assert response.source_nodes[0].node.get_content() in asked[0]
