"""``/v1/responses``: the same answers in the form of OpenAI's Responses."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.sse import format_sse_event

from index.errors import CitewireError, UsageError
from rag.answer_events import Finished, QuotesFound
from rag.answer_types import Answer, Citation, Quote
from rag.streamed import StreamedText, tell_answer
from ui.doors.conversations import Conversations
from ui.doors.guard import key_of
from ui.doors.keys import Key
from ui.doors.openai_asked import read_asked
from ui.doors.openai_chat import DOOR
from ui.doors.openai_forms import (
    MessageForm,
    ResponsesForm,
    annotate,
    broke_off,
    openai_error,
)
from ui.doors.reception import Answering, Asked, Reception
from ui.doors.responses import EventStream, json_response, status_of
from ui.events import encode_event
from ui.present import defuse_markdown


def add_responses(
    app: FastAPI, reception: Reception, conversations: Conversations, failures: dict[int | str, Any]
) -> None:
    """Add the route of responses."""

    @app.post("/responses", responses=failures, operation_id="create_response")
    async def respond(request: Request, form: ResponsesForm) -> Response:
        """Answer the last message of the input; ``previous_response_id`` names the answer before it."""
        key = key_of(request.scope)
        # In threads: where conversations are kept in a database, it is waited for.
        asked = await asyncio.to_thread(_read, form, key, conversations)
        response = _Response(form, key, asked, conversations)
        if not form.stream:
            answer = await reception.answer(asked, door=DOOR)
            return json_response(await asyncio.to_thread(response.whole, answer))
        answering = await reception.open(asked, door=DOOR)
        return EventStream(response.stream(answering), answering.close)


def _read(form: ResponsesForm, key: Key, conversations: Conversations) -> Asked:
    messages = [MessageForm(role="user", content=form.input)] if isinstance(form.input, str) else form.input
    before: tuple[Answer, ...] = ()
    if form.previous_response_id:
        found = conversations.find(key, form.previous_response_id)
        if found is None:
            raise UsageError(
                f"The response {form.previous_response_id[:100]!r} is not known, or no longer.",
                hint="Send the messages of the conversation in its place.",
            )
        before = found
    return read_asked(form.model, messages, form.citewire, key=key, conversations=conversations, before=before)


class _Response:
    """One response."""

    def __init__(self, form: ResponsesForm, key: Key, asked: Asked, conversations: Conversations) -> None:
        self._id = f"resp_{secrets.token_hex(16)}"
        self._item = f"msg_{secrets.token_hex(16)}"
        self._created = int(time.time())
        self._form = form
        self._key = key
        self._asked = asked
        self._conversations = conversations
        self._sent = 0

    def whole(self, answer: Answer) -> dict[str, Any]:
        text, markers = tell_answer(answer, defuse_markdown)
        self._conversations.keep(self._key, self._id, text, self._asked.history, answer)
        return self._completed(text, annotate(markers, answer.citations), answer)

    async def stream(self, answering: Answering) -> AsyncGenerator[bytes, None]:
        text = StreamedText(defuse_markdown)
        known: Sequence[Quote] = ()
        noted: list[dict[str, Any]] = []
        for kind in ("response.created", "response.in_progress"):
            yield self._event(kind, {"response": self._head("in_progress")})
        started = {"id": self._item, "type": "message", "role": "assistant", "status": "in_progress", "content": []}
        yield self._event("response.output_item.added", {"output_index": 0, "item": started})
        yield self._event("response.content_part.added", self._place() | {"part": _part("", [])})
        try:
            async for event in answering.events():
                if isinstance(event, QuotesFound):
                    known = event.quotes
                cited: Sequence[Citation | Quote] = event.answer.citations if isinstance(event, Finished) else known
                for piece in text.grow(event):
                    told = {"citewire": {"event": "sentence", "sentence": piece.sentence}} if piece.sentence else {}
                    delta = {"delta": piece.text, "logprobs": []}
                    yield self._event("response.output_text.delta", self._place() | delta | told)
                    for each in annotate(piece.markers, cited):
                        where = {"annotation_index": len(noted), "annotation": each}
                        noted.append(each)
                        yield self._event("response.output_text.annotation.added", self._place() | where)
                if isinstance(event, Finished):
                    answer = event.answer
        except CitewireError as error:
            shown: Any = openai_error(error, status_of(error))
            failed = self._head("failed") | {"error": {"code": "server_error", "message": str(error)}}
            yield self._event("response.failed", {"response": failed, "citewire": shown})
            return
        await asyncio.to_thread(self._conversations.keep, self._key, self._id, text.text, self._asked.history, answer)
        yield self._event("response.output_text.done", self._place() | {"text": text.text, "logprobs": []})
        yield self._event("response.content_part.done", self._place() | {"part": _part(text.text, noted)})
        whole = self._completed(text.text, noted, answer)
        yield self._event("response.output_item.done", {"output_index": 0, "item": whole["output"][0]})
        yield self._event(
            f"response.{whole['status']}", {"response": whole, "citewire": encode_event(Finished(answer))}
        )

    def _place(self) -> dict[str, Any]:
        return {"item_id": self._item, "output_index": 0, "content_index": 0}

    def _completed(self, text: str, noted: list[dict[str, Any]], answer: Answer) -> dict[str, Any]:
        status = "incomplete" if broke_off(answer) else "completed"
        item = {
            "id": self._item,
            "type": "message",
            "role": "assistant",
            "status": status,
            "content": [_part(text, noted)],
            "citewire": answer,
        }
        broken: dict[str, Any] = {"incomplete_details": {"reason": None}} if status == "incomplete" else {}
        return self._head(status) | broken | {"output": [item], "citewire": answer}

    def _head(self, status: str) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": "response",
            "created_at": self._created,
            "status": status,
            "model": self._form.model,
            "previous_response_id": self._form.previous_response_id,
            "output": [],
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
            "parallel_tool_calls": False,
            "temperature": None,
            "top_p": None,
            "tool_choice": "none",
            "tools": [],
        }

    def _event(self, kind: str, told: dict[str, Any]) -> bytes:
        numbered = {"type": kind, "sequence_number": self._sent} | told
        self._sent += 1
        return format_sse_event(event=kind, data_str=msgspec.json.encode(numbered).decode("utf-8"))


def _part(text: str, noted: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": noted, "logprobs": []}
