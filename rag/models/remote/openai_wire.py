"""The protocol of OpenAI's chat completions: OpenAI itself, llama.cpp, vLLM, LM Studio and many others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rag.answer_types import Message
from rag.models.facts import ModelFacts, size_in_name
from rag.models.grammar import marker_grammar
from rag.models.likelihood import said_yes, yes_or_no
from rag.models.remote.exchange import Reply
from rag.models.remote.fault import Fault, shorten
from rag.models.remote.lines import read_events, read_object
from rag.models.remote.structured import answer_schema, ask_structured, read_structured
from rag.models.remote.wire import CUT_OFF, NOTHING_SAID, VERDICT_TOKENS, Manner, Request, loosen, to_chat

_LLAMA_CPP = "llamacpp"


class OpenAIWire:
    """Chat completions.

    Args:
        model: its name there.
        own: whether the server is OpenAI's.
    """

    def __init__(self, model: str, *, own: bool) -> None:
        self._model = model
        self._own = own

    def probe(self) -> Request | None:
        """Ask for the list of models: servers say there who they are and how long a context is."""
        return None if self._own else Request("/models", None)

    def describe(self, said: Any) -> tuple[ModelFacts, Manner]:
        """Read the list of models."""
        if self._own:
            facts = ModelFacts("large", "schema", logprobs=True, context_tokens=None, served_by="OpenAI")
            return facts, Manner("schema")
        listed = said.get("data") if isinstance(said, Mapping) else None
        entries = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
        # A server of one model answers to any name.
        entry = next(
            (each for each in entries if each.get("id") == self._model), entries[0] if len(entries) == 1 else {}
        )
        owner = entry.get("owned_by") if isinstance(entry.get("owned_by"), str) else None
        meta = entry.get("meta")
        inner = meta if isinstance(meta, Mapping) else {}
        route = "grammar" if owner == _LLAMA_CPP else "schema"
        parameters = inner.get("n_params")
        size = size_in_name(str(parameters / 1e9) + "b") if isinstance(parameters, int | float) else None
        context = next(
            (
                value
                for value in (entry.get("max_model_len"), entry.get("loaded_context_length"), inner.get("n_ctx"))
                if isinstance(value, int) and value > 0
            ),
            None,
        )
        facts = ModelFacts(
            size or size_in_name(self._model) or size_in_name(str(entry.get("id", ""))) or "small",
            route,  # type: ignore[arg-type]
            logprobs=True,
            context_tokens=context,
            served_by=owner,
        )
        return facts, Manner(facts.route)

    def draft(self, messages: Sequence[Message], manner: Manner, *, markers: int, maximum_tokens: int) -> Request:
        """Ask for a stream."""
        told = ask_structured(messages) if manner.route == "schema" else messages
        body = self._body(told, manner, maximum_tokens) | {"stream": True}
        if manner.route == "grammar":
            body["grammar"] = marker_grammar(markers, maximum_tokens=maximum_tokens)
        elif manner.route == "schema":
            schema = {"name": "answer", "strict": True, "schema": answer_schema(markers)}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return Request("/chat/completions", body)

    def texts(self, reply: Reply, lines: Iterator[str], manner: Manner) -> Iterator[str]:
        """Read a stream of chunks; or one whole completion, from a server that streams none."""
        if reply.content_type == "application/json":
            pieces = iter([_whole_text(read_object("\n".join(lines)))])
        elif reply.content_type in ("text/event-stream", ""):
            pieces = _streamed(lines)
        else:
            raise Fault(f"it sent {shorten(reply.content_type)!r} in place of a stream of events")
        return read_structured(pieces) if manner.route == "schema" else pieces

    def opinion(self, messages: Sequence[Message], manner: Manner) -> Request:
        """Ask for one word and, where that is known here, how likely it is."""
        body = self._body(messages, manner, VERDICT_TOKENS)
        return Request("/chat/completions", body | ({"logprobs": True, "top_logprobs": 10} if manner.logprobs else {}))

    def probability(self, said: Any) -> float | None:
        """Read the likelihoods of the first word, else the word."""
        choice = _first_choice(said)
        told = choice.get("logprobs")
        content = told.get("content") if isinstance(told, Mapping) else None
        if isinstance(content, list) and content and isinstance(likeliest := content[0].get("top_logprobs"), list):
            return yes_or_no(likeliest)
        return said_yes(_whole_text(said))

    def adapt(self, manner: Manner, fault: Fault) -> Manner | None:
        """Read what was refused from the words of the refusal, else take the next looser route."""
        if fault.status not in (400, 422, 501) or fault.too_long:
            return None
        said = fault.cause.casefold()
        if "max_completion_tokens" in said and not manner.long_name:
            return replace(manner, long_name=True)
        if "temperature" in said and manner.temperature:
            return replace(manner, temperature=False)
        if "logprobs" in said and manner.logprobs:
            return replace(manner, logprobs=False)
        if manner.route == "grammar":
            return loosen(manner, "schema")
        return loosen(manner, "parse") if manner.route == "schema" else None

    def _body(self, messages: Sequence[Message], manner: Manner, maximum_tokens: int) -> dict[str, Any]:
        limit = "max_completion_tokens" if manner.long_name else "max_tokens"
        body: dict[str, Any] = {"model": self._model, "messages": to_chat(messages), limit: maximum_tokens}
        return body | ({"temperature": 0} if manner.temperature else {})


def _streamed(lines: Iterator[str]) -> Iterator[str]:
    said = ended = False
    for event in read_events(lines):
        if event.data.strip() == "[DONE]":
            ended = True
            break
        chunk = read_object(event.data)
        if chunk.get("error"):
            raise Fault(f"it broke off: {shorten(_reason(chunk['error']))}")
        choices = chunk.get("choices")
        if not isinstance(choices, list):
            raise Fault("what it sent is no completion: it holds no choices")
        for choice in choices[:1]:
            delta = choice.get("delta") if isinstance(choice, Mapping) else None
            text = delta.get("content") if isinstance(delta, Mapping) else None
            if isinstance(text, str) and text:
                said = True
                yield text
            ended = ended or bool(isinstance(choice, Mapping) and choice.get("finish_reason"))
    if not ended:
        raise Fault(CUT_OFF, again=not said)
    if not said:
        raise Fault(NOTHING_SAID)


def _first_choice(said: Any) -> Mapping[str, Any]:
    if isinstance(said, Mapping) and said.get("error"):
        raise Fault(f"it failed: {shorten(_reason(said['error']))}")
    choices = said.get("choices") if isinstance(said, Mapping) else None
    if not isinstance(choices, list):
        raise Fault("what it sent is no completion: it holds no choices")
    if not choices or not isinstance(choices[0], Mapping):
        raise Fault(NOTHING_SAID)
    return choices[0]


def _whole_text(said: Any) -> str:
    message = _first_choice(said).get("message")
    text = message.get("content") if isinstance(message, Mapping) else None
    if not isinstance(text, str) or not text:
        raise Fault(NOTHING_SAID)
    return text


def _reason(error: object) -> str:
    return str(error.get("message", error)) if isinstance(error, Mapping) else str(error)
