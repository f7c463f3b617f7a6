"""The protocol of Ollama: a JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rag.answer_types import Message
from rag.models.facts import ModelFacts, size_in_name
from rag.models.likelihood import said_yes, yes_or_no
from rag.models.remote.exchange import Reply
from rag.models.remote.fault import Fault, shorten
from rag.models.remote.lines import read_object
from rag.models.remote.structured import answer_schema, ask_structured, read_structured
from rag.models.remote.wire import CUT_OFF, NOTHING_SAID, VERDICT_TOKENS, Manner, Request, loosen, to_chat

_KINDS = ("application/x-ndjson", "application/json", "")


class OllamaWire:
    """Ollama's chat.

    Args:
        model: its name there.
        context_tokens: the context that is asked for; Ollama's own is short.
    """

    def __init__(self, model: str, *, context_tokens: int) -> None:
        self._model = model
        self._context_tokens = context_tokens

    def probe(self) -> Request:
        """Ask for what is known of the model."""
        return Request("/api/show", {"model": self._model})

    def describe(self, said: Any) -> tuple[ModelFacts, Manner]:
        """Read its size and how long a context it was trained on."""
        details = said.get("details") if isinstance(said, Mapping) else None
        told = details.get("parameter_size") if isinstance(details, Mapping) else None
        info = said.get("model_info") if isinstance(said, Mapping) else None
        lengths = [
            value
            for name, value in (info.items() if isinstance(info, Mapping) else ())
            if name.endswith(".context_length") and isinstance(value, int) and value > 0
        ]
        size = size_in_name(str(told)) or size_in_name(self._model) or "small"
        facts = ModelFacts(
            size, "schema", logprobs=True, context_tokens=lengths[0] if lengths else None, served_by="Ollama"
        )
        return facts, Manner("schema")

    def draft(self, messages: Sequence[Message], manner: Manner, *, markers: int, maximum_tokens: int) -> Request:
        """Ask for a stream under a schema."""
        structured = manner.route == "schema"
        body = self._body(ask_structured(messages) if structured else messages, maximum_tokens) | {"stream": True}
        return Request("/api/chat", body | ({"format": answer_schema(markers)} if structured else {}))

    def texts(self, reply: Reply, lines: Iterator[str], manner: Manner) -> Iterator[str]:
        """Read a stream of objects."""
        if reply.content_type not in _KINDS:
            raise Fault(f"it sent {shorten(reply.content_type)!r} in place of a stream of JSON")
        pieces = _streamed(lines)
        return read_structured(pieces) if manner.route == "schema" else pieces

    def opinion(self, messages: Sequence[Message], manner: Manner) -> Request:
        """Ask for one word, and how likely it is: versions that do not know that leave it out."""
        body = self._body(messages, VERDICT_TOKENS) | {"stream": False}
        return Request("/api/chat", body | ({"logprobs": True, "top_logprobs": 10} if manner.logprobs else {}))

    def probability(self, said: Any) -> float | None:
        """Read the likelihoods of the first word, else the word."""
        text = _text_of(said)
        told = said.get("logprobs")
        if isinstance(told, list) and told and isinstance(likeliest := told[0].get("top_logprobs"), list):
            return yes_or_no(likeliest)
        if not text:
            raise Fault(NOTHING_SAID)
        return said_yes(text)

    def adapt(self, manner: Manner, fault: Fault) -> Manner | None:
        """Leave out the schema where it is refused."""
        refused = fault.status in (400, 422) and not fault.too_long
        return loosen(manner, "parse") if refused and manner.route == "schema" else None

    def _body(self, messages: Sequence[Message], maximum_tokens: int) -> dict[str, Any]:
        options = {"temperature": 0, "num_predict": maximum_tokens, "num_ctx": self._context_tokens}
        return {"model": self._model, "messages": to_chat(messages), "options": options}


def _streamed(lines: Iterator[str]) -> Iterator[str]:
    said = ended = False
    for line in lines:
        if not line.strip():
            continue
        told = read_object(line)
        text = _text_of(told)
        if text:
            said = True
            yield text
        if told.get("done"):
            ended = True
            break
    if not ended:
        raise Fault(CUT_OFF, again=not said)
    if not said:
        raise Fault(NOTHING_SAID)


def _text_of(told: Any) -> str:
    if isinstance(told, Mapping) and told.get("error"):
        raise Fault(f"it failed: {shorten(str(told['error']))}")
    message = told.get("message") if isinstance(told, Mapping) else None
    if not isinstance(message, Mapping):
        raise Fault("what it sent is no answer of Ollama: it holds no message")
    text = message.get("content")
    return text if isinstance(text, str) else ""
