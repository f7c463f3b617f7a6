"""Spans of OpenTelemetry for the stages of an answer, with the names of OpenInference. They hold times and ids, and no text unless asked.

Without a provider, which whoever runs Citewire sets up, spans are nothing and cost nothing. A span is never made the current one:
answers are made by generators, which are left and entered by other threads. Each stage is handed its parent instead.

Names: the semantic conventions of OpenInference (``openinference.span.kind``, ``retrieval.documents`` ...); what they have no name
for begins with ``citewire.``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Literal

from opentelemetry import trace
from opentelemetry.trace import Span, Status, StatusCode

SpanKind = Literal["CHAIN", "RETRIEVER", "RERANKER", "LLM", "EVALUATOR"]
Value = str | bool | int | float | Sequence[str] | Sequence[int] | None

_MOST_DOCUMENTS = 50


class Trace:
    """One span, from which those of its parts begin.

    Args:
        span: of OpenTelemetry.
        texts: whether questions, quotes and sentences are written down with it.
    """

    def __init__(self, span: Span, *, texts: bool = False) -> None:
        self._span = span
        self._texts = texts

    @contextlib.contextmanager
    def part(self, name: str, kind: SpanKind) -> Iterator[Trace]:
        """Begin a span below this one, and end it when the body does; an error of the body is told by its class alone."""
        with _ended(_start(name, kind, self._span)) as span:
            yield Trace(span, texts=self._texts)

    def note(self, **facts: Value) -> None:
        """Write facts down; an underscore pair in a name stands for a dot, and None for nothing.

        ``note(llm__model_name="none")`` is the attribute ``llm.model_name``.
        """
        for name, value in facts.items():
            if value is not None:
                self._span.set_attribute(name.replace("__", "."), value)

    def note_text(self, **texts: str | None) -> None:
        """Write texts down, where that is asked for; else nothing of them."""
        if self._texts:
            self.note(**texts)

    def note_documents(self, name: str, found: Sequence[tuple[str, float, str]]) -> None:
        """Write down what was found, at most fifty.

        Args:
            name: ``retrieval.documents`` or ``reranker.output_documents``.
            found: of each its id, its score and its text.
        """
        for place, (document, score, text) in enumerate(found[:_MOST_DOCUMENTS]):
            head = f"{name}.{place}.document"
            self._span.set_attributes({f"{head}.id": document, f"{head}.score": float(score)})
            if self._texts:
                self._span.set_attribute(f"{head}.content", text)

    def fail(self, why: str) -> None:
        """Mark the span as failed."""
        self._span.set_status(Status(StatusCode.ERROR, why if self._texts else None))


@contextlib.contextmanager
def traced(name: str, kind: SpanKind, *, texts: bool) -> Iterator[Trace]:
    """Begin the span of a whole answer, below whatever span is current for who asks."""
    with _ended(_start(name, kind, trace.get_current_span())) as span:
        yield Trace(span, texts=texts)


UNTRACED = Trace(trace.INVALID_SPAN)
"""What stands where nobody watches."""


def _start(name: str, kind: SpanKind, parent: Span) -> Span:
    tracer = trace.get_tracer("citewire")
    context = trace.set_span_in_context(parent)
    return tracer.start_span(name, context=context, attributes={"openinference.span.kind": kind})


@contextlib.contextmanager
def _ended(span: Span) -> Iterator[Span]:
    try:
        yield span
    except GeneratorExit:
        span.set_attribute("citewire.left_early", True)
        raise
    except BaseException as error:
        span.set_attribute("exception.type", type(error).__name__)
        span.set_status(Status(StatusCode.ERROR))
        raise
    finally:
        span.end()
