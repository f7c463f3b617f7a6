"""``/v1/chat/completions`` and ``/v1/models``: answers for every program that speaks OpenAI's interface."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.sse import format_sse_event

from index.errors import CitewireError
from rag.answer_events import Finished, QuotesFound, SentenceChecked
from rag.answer_types import Answer, Citation, Quote
from rag.streamed import StreamedText, tell_answer
from ui.doors.conversations import Conversations
from ui.doors.guard import key_of
from ui.doors.keys import Key
from ui.doors.openai_asked import read_asked
from ui.doors.openai_forms import (
    MODELS,
    ChatForm,
    annotate,
    broke_off,
    nested,
    openai_error,
    read_model,
)
from ui.doors.reception import Answering, Asked, Reception
from ui.doors.responses import EventStream, json_response, status_of
from ui.events import encode_event
from ui.present import defuse_markdown

DOOR = "openai"
_DONE = format_sse_event(data_str="[DONE]")
_NO_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


def add_chat(app: FastAPI, reception: Reception, conversations: Conversations, failures: dict[int | str, Any]) -> None:
    """Add the routes of chat completions."""

    @app.get("/models", responses=failures, operation_id="list_models")
    def models() -> Response:
        """List the models."""
        listed = [{"id": name, "object": "model", "created": 0, "owned_by": "citewire"} for name in MODELS]
        return json_response({"object": "list", "data": listed})

    @app.get("/models/{model}", responses=failures, operation_id="get_model")
    def model(model: str) -> Response:
        """Return one of the models."""
        read_model(model)
        return json_response({"id": model, "object": "model", "created": 0, "owned_by": "citewire"})

    @app.post("/chat/completions", responses=failures, operation_id="create_chat_completion")
    async def complete(request: Request, form: ChatForm) -> Response:
        """Answer the last message; the ones before are its conversation."""
        key = key_of(request.scope)
        # In threads: where they are kept in a database, it is waited for.
        asked = await asyncio.to_thread(
            read_asked, form.model, form.messages, form.citewire, key=key, conversations=conversations
        )
        completion = _Completion(form, key, asked, conversations)
        if not form.stream:
            answer = await reception.answer(asked, door=DOOR)
            return json_response(await asyncio.to_thread(completion.whole, answer))
        answering = await reception.open(asked, door=DOOR)
        return EventStream(completion.stream(answering), answering.close)


class _Completion:
    """One chat completion."""

    def __init__(self, form: ChatForm, key: Key, asked: Asked, conversations: Conversations) -> None:
        self._id = f"chatcmpl-{secrets.token_hex(12)}"
        self._created = int(time.time())
        self._form = form
        self._key = key
        self._asked = asked
        self._conversations = conversations

    def whole(self, answer: Answer) -> dict[str, Any]:
        text, markers = tell_answer(answer, defuse_markdown)
        self._conversations.keep(self._key, self._id, text, self._asked.history, answer)
        message = {
            "role": "assistant",
            "content": text,
            "refusal": None,
            "annotations": nested(annotate(markers, answer.citations)),
            "citewire": answer,
        }
        choice = {"index": 0, "message": message, "finish_reason": _finish(answer), "logprobs": None}
        return self._head("chat.completion") | {"choices": [choice], "usage": _NO_USAGE, "citewire": answer}

    async def stream(self, answering: Answering) -> AsyncGenerator[bytes, None]:
        text = StreamedText(defuse_markdown)
        known: Sequence[Quote] = ()
        yield self._chunk({"role": "assistant", "content": ""})
        try:
            async for event in answering.events():
                if isinstance(event, QuotesFound):
                    known = event.quotes
                cited: Sequence[Citation | Quote] = event.answer.citations if isinstance(event, Finished) else known
                for piece in text.grow(event):
                    noted = nested(annotate(piece.markers, cited))
                    told = {"event": "sentence", "sentence": piece.sentence} if piece.sentence else None
                    yield self._chunk(
                        {"content": piece.text} | ({"annotations": noted} if noted else {}), citewire=told
                    )
                if isinstance(event, Finished):
                    kept = (self._key, self._id, text.text, self._asked.history, event.answer)
                    await asyncio.to_thread(self._conversations.keep, *kept)
                    yield self._chunk({}, finish=_finish(event.answer), citewire=encode_event(event))
                elif not isinstance(event, SentenceChecked) or event.withheld:
                    yield self._chunk({}, citewire=encode_event(event))
        except CitewireError as error:
            yield _data(openai_error(error, status_of(error)))
            return
        if (self._form.stream_options or {}).get("include_usage"):
            yield _data(self._head("chat.completion.chunk") | {"choices": [], "usage": _NO_USAGE})
        yield _DONE

    def _chunk(
        self, delta: dict[str, Any], *, finish: str | None = None, citewire: dict[str, Any] | None = None
    ) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        chunk = self._head("chat.completion.chunk") | {"choices": [choice]}
        return _data(chunk | ({"citewire": citewire} if citewire else {}))

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self._id, "object": kind, "created": self._created, "model": self._form.model}


def _finish(answer: Answer) -> str:
    """Return why a text ends: one that the model broke off is marked as every text that is not whole."""
    return "length" if broke_off(answer) else "stop"


def _data(value: object) -> bytes:
    return format_sse_event(data_str=msgspec.json.encode(value).decode("utf-8"))
