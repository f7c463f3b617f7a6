"""The protocol of Anthropic's messages, with citations: each quote is handed over as a search result that may be cited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rag.answer_types import Message
from rag.models.facts import ModelFacts
from rag.models.likelihood import said_yes
from rag.models.remote.cited import mark_cited, pointers
from rag.models.remote.exchange import Reply
from rag.models.remote.fault import Fault, shorten
from rag.models.remote.lines import read_events, read_object
from rag.models.remote.wire import CUT_OFF, NOTHING_SAID, VERDICT_TOKENS, Manner, Request, loosen, to_chat

_PATH = "/v1/messages"


class AnthropicWire:
    """Anthropic's messages.

    Args:
        model: its name there.
    """

    def __init__(self, model: str) -> None:
        self._model = model

    def probe(self) -> None:
        """Ask for nothing: every model of theirs cites."""
        return

    def describe(self, said: Any) -> tuple[ModelFacts, Manner]:  # noqa: ARG002
        """Return what holds of all models of theirs."""
        return ModelFacts("large", "citations", logprobs=False, served_by="Anthropic"), Manner(
            "citations", logprobs=False
        )

    def draft(self, messages: Sequence[Message], manner: Manner, *, markers: int, maximum_tokens: int) -> Request:  # noqa: ARG002
        """Ask for a stream without citations: the quotes stand in the conversation."""
        return Request(_PATH, self._body(messages, maximum_tokens) | {"stream": True})

    def cited(self, messages: Sequence[Message], texts: Sequence[tuple[str, str]], tokens: int) -> Request:
        """Ask for a stream in which the quotes are cited.

        Args:
            messages: what is asked; the quotes come before the words of its last turn.
            texts: of each quote, where it comes from and its words.
            tokens: length limit of the draft.
        """
        body = self._body(messages, tokens) | {"stream": True}
        results = [
            {
                "type": "search_result",
                "source": f"quote {number}",
                "title": title,
                "content": [{"type": "text", "text": text}],
                "citations": {"enabled": True},
            }
            for number, (title, text) in enumerate(texts, start=1)
        ]
        asked = body["messages"][-1]
        asked["content"] = [*results, {"type": "text", "text": asked["content"]}]
        return Request(_PATH, body)

    def texts(self, reply: Reply, lines: Iterator[str], manner: Manner) -> Iterator[str]:  # noqa: ARG002
        """Read a stream of events; what it cites is left out."""
        return self.cited_texts(reply, lines, ())

    def cited_texts(self, reply: Reply, lines: Iterator[str], quotes: Sequence[str]) -> Iterator[str]:
        """Read a stream of events; behind each sentence stand the numbers of the quotes it cites.

        Raises:
            Fault: it is an error, holds nothing, or ends before its end.
        """
        if reply.content_type not in ("text/event-stream", ""):
            raise Fault(f"it sent {shorten(reply.content_type)!r} in place of a stream of events")
        text, cited = "", list[Mapping[str, Any]]()
        said = ended = False
        for event in read_events(lines):
            told = read_object(event.data)
            kind = told.get("type")
            if kind == "error":
                raise _broken_off(told)
            if kind == "content_block_delta":
                delta = told.get("delta")
                if not isinstance(delta, Mapping):
                    raise Fault("what it sent is no message: a delta of it is none")
                if delta.get("type") == "text_delta":
                    text += str(delta.get("text") or "")
                elif delta.get("type") == "citations_delta" and isinstance(delta.get("citation"), Mapping):
                    cited.append(delta["citation"])
            elif kind == "content_block_stop" and text:
                said = True
                yield mark_cited(text, pointers(cited, quotes))
                text, cited = "", []
            elif kind == "message_stop":
                ended = True
                break
        if not ended:
            raise Fault(CUT_OFF, again=not said)
        if not said:
            raise Fault(NOTHING_SAID)

    def opinion(self, messages: Sequence[Message], manner: Manner) -> Request:  # noqa: ARG002
        """Ask for one word."""
        return Request(_PATH, self._body(messages, VERDICT_TOKENS))

    def probability(self, said: Any) -> float | None:
        """Read the word."""
        content = said.get("content") if isinstance(said, Mapping) else None
        if not isinstance(content, list):
            raise Fault("what it sent is no message: it holds no content")
        text = "".join(str(block.get("text") or "") for block in content if isinstance(block, Mapping))
        if not text:
            raise Fault(NOTHING_SAID)
        return said_yes(text)

    def adapt(self, manner: Manner, fault: Fault) -> Manner | None:
        """Leave out the citations where they are refused."""
        if fault.status != 400 or fault.too_long:
            return None
        said = fault.cause.casefold()
        refused = manner.route == "citations" and ("citation" in said or "search_result" in said)
        return loosen(manner, "parse") if refused else None

    def _body(self, messages: Sequence[Message], maximum_tokens: int) -> dict[str, Any]:
        system = "\n\n".join(message.content for message in messages if message.role == "system")
        chat: list[dict[str, Any]] = [*to_chat([message for message in messages if message.role != "system"])]
        body: dict[str, Any] = {"model": self._model, "max_tokens": maximum_tokens, "messages": chat}
        return body | ({"system": system} if system else {})


def _broken_off(told: Mapping[str, Any]) -> Fault:
    error = told.get("error")
    facts = error if isinstance(error, Mapping) else {}
    busy = facts.get("type") in ("overloaded_error", "api_error")
    return Fault(
        f"it broke off: {shorten(str(facts.get('message') or facts.get('type') or 'no reason given'))}", again=busy
    )
