"""What those who watch are told: spans for each stage and lines of JSON, with times and ids, and no text unless it is asked for."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import msgspec
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from index.settings import ObserveSettings, Settings
from rag import Desk
from rag.answer_types import Answer
from tests.flow.asking_for_tests import QUESTION, ScriptedModel
from tests.flow.doors_for_tests import serve
from ui.watch import JsonLines, watched

FALSE = "Ninety vessels sank."


def draft(desk: Desk) -> str:
    """A sentence that is a quote, word for word, and one that nothing carries."""
    quote = desk.ask(QUESTION, quotes_only=True).citations[0].quote
    return f"[1] {quote}\n[1] {FALSE}"


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(TracerProvider())  # OpenTelemetry takes one for a process, and no second
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return exporter


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Iterator[InMemorySpanExporter]:
    exporter.clear()
    yield exporter
    exporter.clear()


def watching(desk: Desk, model: ScriptedModel | None, *, texts: bool = False) -> Desk:
    other = desk.with_model(model)
    other.settings = replace(other.settings, observe=ObserveSettings(texts=texts))
    return other


def by_name(spans: InMemorySpanExporter) -> dict[str, list[ReadableSpan]]:
    found: dict[str, list[ReadableSpan]] = {}
    for span in spans.get_finished_spans():
        found.setdefault(span.name, []).append(span)
    return found


def test_each_stage_has_a_span_of_its_kind_below_the_answer(desk: Desk, spans: InMemorySpanExporter) -> None:
    model = ScriptedModel(draft(desk), support=[None] * 9)
    spans.clear()
    answer = watching(desk, model).ask(QUESTION)
    found = by_name(spans)
    kinds = {name: {span.attributes["openinference.span.kind"] for span in each} for name, each in found.items()}  # type: ignore[index]
    assert kinds == {
        "citewire.ask": {"CHAIN"},
        "citewire.understand": {"CHAIN"},
        "citewire.retrieve": {"RETRIEVER"},
        "citewire.quotes": {"RERANKER"},
        "citewire.write": {"LLM"},
        "citewire.verify": {"EVALUATOR"},
        "citewire.compose": {"CHAIN"},
    }
    (root,) = found["citewire.ask"]
    assert root.parent is None
    assert root.attributes is not None
    assert (root.attributes["citewire.answer_id"], root.attributes["citewire.status"]) == (answer.id, answer.status)
    (write,) = found["citewire.write"]
    for name, each in found.items():
        for span in each:
            assert span.end_time is not None
            above = write if name == "citewire.verify" else root
            if span is not root:
                assert span.parent is not None
                assert span.parent.span_id == above.context.span_id
                assert above.start_time <= span.start_time <= span.end_time <= above.end_time  # type: ignore[operator]
    verdicts = [span.attributes["citewire.verdict"] for span in found["citewire.verify"]]  # type: ignore[index]
    assert verdicts == ["supported", "unsupported"]


def test_no_text_leaves_unless_it_is_asked_for(desk: Desk, spans: InMemorySpanExporter) -> None:
    model = ScriptedModel(draft(desk), support=[None] * 9)
    spans.clear()
    answer = watching(desk, model).ask(QUESTION)
    told = "\n".join(span.to_json() for span in spans.get_finished_spans())
    texts = [
        QUESTION,
        FALSE,
        *(each.quote for each in answer.citations),
        *(each.text for each in answer.sentences),
    ]
    texts += [each.title for each in answer.citations if each.title]
    assert not [text for text in texts if text in told]
    assert answer.citations[0].article_id in told
    spans.clear()
    watching(desk, ScriptedModel(draft(desk), support=[None] * 9), texts=True).ask(QUESTION)
    values = {str(value) for span in spans.get_finished_spans() for value in (span.attributes or {}).values()}
    assert {QUESTION, answer.citations[0].quote, FALSE, answer.text} <= values


def test_failure_of_a_model_is_marked(desk: Desk, spans: InMemorySpanExporter) -> None:
    watching(desk, ScriptedModel(fail=True)).ask(QUESTION)
    (write,) = by_name(spans)["citewire.write"]
    assert write.status.status_code is trace.StatusCode.ERROR
    assert not write.status.description


def test_answer_that_is_left_ends_its_spans(desk: Desk, spans: InMemorySpanExporter) -> None:
    stream = watching(desk, None).stream(QUESTION)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    (root,) = by_name(spans)["citewire.ask"]
    assert root.attributes is not None
    assert root.attributes["citewire.left_early"] is True


def test_spans_stand_below_those_of_who_asks(desk: Desk, spans: InMemorySpanExporter) -> None:
    with trace.get_tracer("theirs").start_as_current_span("their request") as theirs:
        watching(desk, None).ask(QUESTION)
        (root,) = by_name(spans)["citewire.ask"]
        assert root.parent is not None
        assert root.parent.span_id == theirs.get_span_context().span_id


def test_server_tells_a_line_of_json_for_each_request_and_answer(desk: Desk, tmp_path: Path) -> None:
    lines = io.StringIO()
    watch = watched(Settings(observe=ObserveSettings(logs="json")), stream=lines)
    with watch, serve(desk.with_model(None), tmp_path) as served:
        body = {"question": QUESTION}
        response = httpx.post(f"{served.address}/api/v1/ask", headers=served.headers, json=body, timeout=60)
        httpx.post(f"{served.address}/api/v1/ask", json=body)
    answer = msgspec.json.decode(response.content, type=Answer)
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    (said,) = [each for each in told if each["event"] == "answer"]
    assert (said["door"], said["answer"], said["status"]) == ("api", answer.id, "answered")
    assert [each["status"] for each in told if each["event"] == "request"] == [200, 401]
    assert {each["level"] for each in told} == {"info"}
    assert QUESTION not in lines.getvalue()
    assert served.key not in lines.getvalue()
    assert logging.getLogger("citewire").handlers == []


def test_line_of_json_is_one_line_whatever_is_said() -> None:
    record = logging.LogRecord("citewire", logging.WARNING, "", 0, "broke\noff", None, None)
    record.facts = {"door": "a\nb\u2028", "nothing": None}
    line = JsonLines().format(record)
    assert "\n" not in line
    assert "\u2028" not in line
    assert json.loads(line)["door"] == "a\nb\u2028"
    assert "nothing" not in json.loads(line)
