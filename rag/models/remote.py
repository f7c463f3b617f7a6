"""Remote models through llama-index: any OpenAI-compatible server, Ollama, Anthropic.

Nothing is sent anywhere unless a remote model is named in the settings; then the question and the quotes are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from index.errors import ModelUnavailable
from rag.answer_types import Message

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage
    from llama_index.core.llms.function_calling import FunctionCallingLLM

_KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
_CONTEXT_TOKENS = 8192
_VERDICT_TOKENS = 5


class RemoteModel:
    """A model behind an address.

    Args:
        kind: the protocol it speaks.
        model: its name there.
        url: base address; None for the service's own (OpenAI, Anthropic) or the local default (Ollama).
        timeout: seconds after which it counts as unavailable. Nothing is retried: a person is waiting.
    """

    def __init__(self, kind: str, model: str, *, url: str | None, timeout: float) -> None:
        self._kind = kind
        self._model_name = model
        self._url = url
        self._timeout = timeout
        self._client: FunctionCallingLLM | None = None

    @property
    def name(self) -> str:
        """Protocol and name, as in the settings."""
        return f"{self._kind}/{self._model_name}"

    def stream(self, messages: Sequence[Message], *, markers: int, maximum_tokens: int) -> Iterator[str]:  # noqa: ARG002
        """Yield the pieces of a draft. Remote models are not constrained: markers are checked by the parser."""
        client = self._open()
        try:
            for reply in client.stream_chat(_to_chat(messages), **self._limit(maximum_tokens)):
                if reply.delta:
                    yield reply.delta
        except self._foreign_errors() as error:
            raise self._unavailable(error) from error

    def probability_yes(self, messages: Sequence[Message]) -> float | None:
        """Return 1.0 for Yes, 0.0 for No, None for anything else: these services do not all give probabilities."""
        client = self._open()
        try:
            reply = client.chat(_to_chat(messages), **self._limit(_VERDICT_TOKENS))
        except self._foreign_errors() as error:
            raise self._unavailable(error) from error
        said = (reply.message.content or "").strip().casefold()
        return 1.0 if said.startswith("yes") else 0.0 if said.startswith("no") else None

    def close(self) -> None:
        """Forget the client."""
        self._client = None

    def _open(self) -> FunctionCallingLLM:
        if self._client is None:
            self._client = self._make()
        return self._client

    def _make(self) -> Any:
        key = self._key()
        if self._kind == "ollama":
            from llama_index.llms.ollama import Ollama

            where = {"base_url": self._url} if self._url else {}
            return Ollama(
                model=self._model_name,
                request_timeout=self._timeout,
                temperature=0.0,
                context_window=_CONTEXT_TOKENS,
                **where,
            )
        if self._kind == "anthropic":
            from llama_index.llms.anthropic import Anthropic

            return Anthropic(
                model=self._model_name,
                api_key=key,
                base_url=self._url,
                timeout=self._timeout,
                max_retries=0,
                temperature=0.0,
            )
        from llama_index.llms.openai_like import OpenAILike

        return OpenAILike(
            model=self._model_name,
            api_key=key,
            **({"api_base": self._url} if self._url else {}),
            is_chat_model=True,
            context_window=_CONTEXT_TOKENS,
            timeout=self._timeout,
            max_retries=0,
            temperature=0.0,
        )

    def _limit(self, maximum_tokens: int) -> dict[str, Any]:
        if self._kind == "ollama":
            return {"options": {"num_predict": maximum_tokens, "temperature": 0.0}}
        return {"max_tokens": maximum_tokens}

    def _key(self) -> str:
        variable = _KEYS.get(self._kind)
        if variable is None:
            return ""
        key = os.environ.get(variable, "")
        if not key and not self._url:
            raise ModelUnavailable(
                f"The model {self.name!r} needs a key.",
                hint=f"Put it into the environment variable {variable}.",
            )
        return key or "none"

    def _foreign_errors(self) -> tuple[type[Exception], ...]:
        """Return what the client library of this kind may raise; looked up late, since importing them is slow."""
        import httpx

        if self._kind == "anthropic":
            import anthropic

            return (anthropic.AnthropicError, httpx.HTTPError)
        if self._kind == "ollama":
            import ollama

            return (ollama.ResponseError, ollama.RequestError, ConnectionError, httpx.HTTPError)
        import openai

        return (openai.OpenAIError, httpx.HTTPError)

    def _unavailable(self, error: Exception) -> ModelUnavailable:
        where = f" at {self._url}" if self._url else ""
        said = " ".join((str(error) or type(error).__name__).split())[:300]
        return ModelUnavailable(
            f"The model {self.name!r}{where} did not answer: {said}.",
            hint="Check that it runs, its address and its key; or use --model none.",
        )


def _to_chat(messages: Sequence[Message]) -> list[ChatMessage]:
    from llama_index.core.base.llms.types import ChatMessage

    return [ChatMessage(role=message.role, content=message.content) for message in messages]
