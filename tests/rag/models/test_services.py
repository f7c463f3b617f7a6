"""Ollama and Anthropic, spoken to in their own protocols: servers that their official clients understand, and our adapters."""

from __future__ import annotations

import math
from collections.abc import Iterator

import anthropic
import ollama
import pytest

from index.errors import ModelUnavailable
from rag.answer_types import Message
from rag.models.chat import CitesItself
from rag.models.facts import Describes, ModelFacts
from rag.models.remote.model import RemoteModel
from rag.write.draft import draft_sentences
from tests.rag.models.services import DRAFT, Service, run_service
from tests.rag.quotes_for_tests import make_quote

ASK = [
    Message("system", "Answer."),
    Message("user", "Old?"),
    Message("assistant", "[1] So."),
    Message("user", "How many?"),
]
QUOTES = [make_quote(1, "Thirty-four vessels were held up by the strike."), make_quote(2, "The port closed.")]


@pytest.fixture
def ollama_service() -> Iterator[Service]:
    with run_service("ollama") as running:
        yield running


@pytest.fixture
def anthropic_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    with run_service("anthropic") as running:
        yield running


def remote(kind: str, service: Service) -> RemoteModel:
    return RemoteModel(kind, "m", url=service.url, timeout=10)


def test_official_client_understands_ollama(ollama_service: Service) -> None:
    client = ollama.Client(host=ollama_service.url)
    shown = client.show("m")
    assert shown.details is not None
    assert shown.details.parameter_size == "8.0B"
    pieces = list(client.chat("m", [{"role": "user", "content": "?"}], stream=True, format={"type": "object"}))
    assert "".join(piece.message.content or "" for piece in pieces) == DRAFT
    assert (pieces[-1].done, pieces[-1].done_reason) == (True, "stop")


def test_ollama_is_asked_under_a_schema(ollama_service: Service) -> None:
    model = remote("ollama", ollama_service)
    assert model.facts() == ModelFacts("medium", "schema", logprobs=True, context_tokens=131072, served_by="Ollama")
    drafts = list(draft_sentences(model.stream(ASK, markers=2, maximum_tokens=50), quotes=2))
    assert [(draft.text, draft.markers) for draft in drafts] == [("Thirty-four vessels were held up.", (1,))]
    path, sent = ollama_service.asked[-1]
    assert path == "/api/chat"
    assert sent["options"]["num_predict"] == 50
    assert sent["format"]["properties"]["sentences"]["items"]["properties"]["quotes"]["items"]["enum"] == [1, 2]
    yes, no = math.exp(-0.1), math.exp(-2.4)
    assert model.probability_yes(ASK) == pytest.approx(yes / (yes + no))
    model.close()


def test_ollama_that_knows_no_schema_is_parsed(ollama_service: Service) -> None:
    ollama_service.refuses["format"] = "format is not supported"
    model = remote("ollama", ollama_service)
    for _ in range(2):
        (draft,) = draft_sentences(model.stream(ASK, markers=2, maximum_tokens=50), quotes=2)
        assert draft.markers == (1,)
    assert ["format" in sent for path, sent in ollama_service.asked if path == "/api/chat"] == [True, False, False]
    assert (model.retries, model.failures) == (0, 0)
    model.close()


def test_official_client_understands_anthropic(anthropic_service: Service) -> None:
    search = {
        "type": "search_result", "source": "quote 1", "title": "t", "citations": {"enabled": True},
        "content": [{"type": "text", "text": "Thirty-four vessels were held up."}],
    }  # fmt: skip
    with (
        anthropic.Anthropic(base_url=anthropic_service.url, api_key="k") as client,
        client.messages.stream(
            model="m",
            max_tokens=9,
            messages=[{"role": "user", "content": [search, {"type": "text", "text": "?"}]}],  # type: ignore[list-item]
        ) as stream,
    ):
        message = stream.get_final_message()
    cited = [block for block in message.content if block.type == "text" and block.citations]
    assert cited[0].citations is not None
    location = cited[0].citations[0]
    assert location.type == "search_result_location"
    assert (location.search_result_index, location.cited_text) == (0, "Thirty-four vessels were held up.")
    assert message.stop_reason == "end_turn"


def test_citations_of_anthropic_become_markers_that_hold(anthropic_service: Service) -> None:
    model = remote("anthropic", anthropic_service)
    assert isinstance(model, CitesItself)
    assert isinstance(model, Describes)
    assert model.facts().size == "large"
    pieces = model.stream_quotes("How many?", QUOTES, most="three", kind="fact", maximum_tokens=80)
    assert pieces is not None
    drafts = list(draft_sentences(pieces, quotes=2))
    assert drafts[0].text == "By the report, Thirty-four vessels were held up by the strike."
    assert drafts[0].markers == (1,)
    # Its words stand nowhere in the quote that it points at: no quote has that number.
    assert (drafts[1].text, drafts[1].markers, drafts[1].refused_markers) == ("Ninety sank.", (), (0,))
    _, sent = anthropic_service.asked[-1]
    *results, question = sent["messages"][-1]["content"]
    assert [each["content"][0]["text"] for each in results] == [quote.quote for quote in QUOTES]
    assert question == {"type": "text", "text": "How many?"}
    assert "system" in sent
    assert model.probability_yes(ASK) == 1.0
    model.close()


def test_anthropic_without_citations_is_asked_as_others_are(anthropic_service: Service) -> None:
    anthropic_service.refuses["search_result"] = "search_result blocks are not supported by this model"
    model = remote("anthropic", anthropic_service)
    pieces = model.stream_quotes("How many?", QUOTES, most="three", kind="fact", maximum_tokens=80)
    assert pieces is not None
    (draft,) = draft_sentences(pieces, quotes=2)
    assert draft.markers == (1,)
    assert model.stream_quotes("How many?", QUOTES, most="three", kind="fact", maximum_tokens=80) is None, (
        "it is known by now"
    )
    assert "[2]" in anthropic_service.asked[-1][1]["messages"][-1]["content"]
    model.close()


def test_missing_and_wrong_keys_are_said(anthropic_service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    with pytest.raises(ModelUnavailable, match="'anthropic/m' needs a key"):
        RemoteModel("anthropic", "m", url=None, timeout=5).probability_yes(ASK)
    with pytest.raises(ModelUnavailable, match=r"does not know the key \(HTTP 401: Authorization header is required\)"):
        remote("anthropic", anthropic_service).probability_yes(ASK)
