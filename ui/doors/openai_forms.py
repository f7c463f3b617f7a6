"""What clients of OpenAI's interfaces send and get: shapes alone, without anything that answers (pure).

Shapes: ``openai.types.chat`` and ``openai.types.responses`` of the client that the tests use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from index.errors import CitewireError, UsageError
from rag.answer_types import Answer, Citation, Quote
from rag.streamed import Marker
from ui.doors.forms import Narrowed, Text
from ui.present import plain, safe_url

MODEL = "citewire"
QUOTES_MODEL = "citewire-quotes"
MODELS = {MODEL: "Answers by the model of the server", QUOTES_MODEL: "Answers with quotes alone"}
_MOST_MESSAGES = 1000
_TYPES = {
    HTTPStatus.UNAUTHORIZED: ("authentication_error", "invalid_api_key"),
    HTTPStatus.FORBIDDEN: ("permission_error", "not_allowed"),
    HTTPStatus.TOO_MANY_REQUESTS: ("rate_limit_error", "rate_limit_exceeded"),
}


class ModelNotFound(UsageError):
    """A model is named that this door does not have."""


class CitewireOptions(Narrowed):
    """What Citewire takes beyond OpenAI's interface: ``extra_body={"citewire": {...}}``."""

    quotes_only: bool = Field(False, description="answer with quotes alone although the server has a model")


class Part(BaseModel):
    """A part of a message; only texts are read."""

    model_config = ConfigDict(extra="allow")

    type: Text
    text: Text | None = None


class MessageForm(BaseModel):
    """A message of a conversation."""

    model_config = ConfigDict(extra="allow")

    role: Text = ""
    content: Text | list[Part] | None = None

    def words(self) -> str:
        """Return the text of the message."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or () if part.text)


class ChatForm(BaseModel):
    """A request for a chat completion; what steers a model's writing (temperature, tools ...) is taken and changes nothing."""

    model_config = ConfigDict(extra="allow")

    model: Text
    messages: list[MessageForm] = Field(min_length=1, max_length=_MOST_MESSAGES)
    stream: bool | None = None
    stream_options: dict[str, Any] | None = None
    citewire: CitewireOptions | None = None


class ResponsesForm(BaseModel):
    """A request for a response; what steers a model's writing is taken and changes nothing."""

    model_config = ConfigDict(extra="allow")

    model: Text
    input: Text | Annotated[list[MessageForm], Field(min_length=1, max_length=_MOST_MESSAGES)]
    stream: bool | None = None
    previous_response_id: Text | None = None
    citewire: CitewireOptions | None = None


def read_question(messages: Sequence[MessageForm]) -> str:
    """Return the question: the last message, which has to be the user's.

    Raises:
        UsageError: it is not.
    """
    if messages[-1].role != "user" or not messages[-1].words().strip():
        raise UsageError("The last message is no question of the user.", hint="Send a message with the role user last.")
    return messages[-1].words()


def read_model(name: str) -> bool:
    """Return whether quotes alone shall answer.

    Raises:
        ModelNotFound: the door has no such model.
    """
    if name not in MODELS:
        raise ModelNotFound(f"There is no model {name[:100]!r} here.", hint=f"There are {' and '.join(MODELS)}.")
    return name == QUOTES_MODEL


def sent_answer(message: MessageForm) -> Answer | None:
    """Return the answer that a client sent back beside its text, where it did so.

    Raises:
        UsageError: what it sent is none.
    """
    sent = (message.model_extra or {}).get("citewire")
    if message.role != "assistant" or not isinstance(sent, Mapping):
        return None
    try:
        return msgspec.convert(sent, Answer)
    except msgspec.ValidationError as error:
        raise UsageError(
            f"A message holds what is no answer of Citewire: {error}.", hint="Send it as it came."
        ) from error


def broke_off(answer: Answer) -> bool:
    """Return whether the model wrote part of an answer and then failed."""
    return answer.model_error is not None and answer.model != "none"


def annotate(markers: Sequence[Marker], citations: Sequence[Citation | Quote]) -> list[dict[str, Any]]:
    """Return the flat annotations of a text: ``text[start_index:end_index]`` is the marker, as slices count.

    OpenAI documents ``end_index`` as that of the last character; what its clients do is cut slices.
    """
    by_number = {citation.n: citation for citation in citations}
    return [
        {
            "type": "url_citation",
            "start_index": marker.start,
            "end_index": marker.end,
            "title": plain(cited.title or cited.outlet) or "Untitled",
            "url": safe_url(cited.url) or f"citewire://article/{cited.article_id}",
        }
        for marker in markers
        if (cited := by_number.get(marker.n))
    ]


def nested(flat: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return annotations as chat completions have them."""
    return [
        {"type": each["type"], each["type"]: {name: value for name, value in each.items() if name != "type"}}
        for each in flat
    ]


def openai_error(error: CitewireError, status: int) -> object:
    """Return an error as clients of OpenAI read it."""
    kind, code = _TYPES.get(
        HTTPStatus(status),
        ("server_error", None) if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ("invalid_request_error", None),
    )
    if isinstance(error, ModelNotFound):
        code = "model_not_found"
    return {"error": {"message": str(error), "type": kind, "param": None, "code": code or type(error).__name__}}
