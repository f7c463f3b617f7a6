"""A GGUF model in this process, through xllamacpp. The only module that imports it."""

from __future__ import annotations

import os
import queue
import secrets
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index.errors import ModelDamaged, ModelUnavailable
from index.models.gguf import GgufFacts, read_gguf
from index.models.weights import Weights, find_weights, is_path, memory_needed
from rag.answer_types import Message
from rag.models.facts import ALLOWANCES, ModelFacts, size_of
from rag.models.grammar import marker_grammar
from rag.models.likelihood import yes_or_no

# Two slots: the long fixed part of each of the two prompts stays in a cache of its own.
_ANSWER_SLOT, _SUPPORT_SLOT = 0, 1
# Nothing is left to chance, and models that think aloud are asked not to: the grammar leaves no room for it.
_NO_SYSTEM = "System role not supported"
_ALWAYS = {"temperature": 0, "cache_prompt": True, "chat_template_kwargs": {"enable_thinking": False}}


class LocalModel:
    """A GGUF model, loaded when first used. One draft and one judgement at a time; others wait.

    A conversation is written down for it as its own chat template says, which its file holds.

    Args:
        name: a name of the registry or of the catalogue, a file of the hub, or the path of a GGUF file.
        models: the folder with the model files.
        context_tokens: size of each of the two contexts, at least; a larger model gets more, none more than it was trained on.
        threads: 0 means one per core.
        timeout: seconds without any sign of the model after which it counts as unavailable.
    """

    def __init__(self, name: str, models: Path, *, context_tokens: int, threads: int, timeout: float) -> None:
        self._name = name
        self._models = models
        self._context_tokens = context_tokens
        self._threads = threads or os.cpu_count() or 1
        self._timeout = timeout
        self._server: Any = None
        self._opened: tuple[Weights, GgufFacts] | None = None
        self._loading = threading.Lock()
        # A sentence is judged while the next one is being written: each slot has a lock of its own.
        self._slots = {_ANSWER_SLOT: threading.Lock(), _SUPPORT_SLOT: threading.Lock()}

    @property
    def name(self) -> str:
        """The name that it was opened by; of a file, its own name without the folders."""
        return Path(self._name).stem if is_path(self._name) else self._name

    def facts(self) -> ModelFacts:
        """Return what its file says of it; its weights are not loaded for that.

        Raises:
            ModelError: the file is not here, or not the right one.
        """
        _, said = self._open()
        size = size_of(said.parameters / 1e9)
        return ModelFacts(size, "grammar", logprobs=True, context_tokens=said.context_tokens, served_by="this process")

    def weights(self) -> Weights:
        """Return its file, and the file's SHA-256.

        Raises:
            ModelError: the file is not here, or not the right one.
        """
        return self._open()[0]

    def load(self) -> None:
        """Load the weights unless they are loaded.

        Raises:
            ModelMissing: the files are not here.
            ModelDamaged: the files are not the right ones.
            ModelUnavailable: the weights cannot be loaded.
        """
        with self._loading:
            self._load()

    def stream(self, messages: Sequence[Message], *, markers: int, maximum_tokens: int) -> Iterator[str]:
        """Yield the pieces of a draft under the marker grammar."""
        request = {
            "messages": self._to_chat(messages),
            "grammar": marker_grammar(markers, maximum_tokens=maximum_tokens),
            "max_tokens": maximum_tokens,
            "id_slot": _ANSWER_SLOT,
            "stream": True,
        }
        for reply in self._converse(request):
            yield reply["choices"][0]["delta"].get("content") or ""

    def probability_yes(self, messages: Sequence[Message]) -> float | None:
        """Return P(Yes) / (P(Yes) + P(No)) for the next token, or None when neither is among the ten likeliest."""
        request = {
            "messages": self._to_chat(messages),
            "max_tokens": 1,
            "logprobs": True,
            "top_logprobs": 10,
            "id_slot": _SUPPORT_SLOT,
            "stream": False,
        }
        (reply,) = self._converse(request)
        try:
            likeliest = reply["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        except (KeyError, IndexError, TypeError) as error:
            raise ModelUnavailable(f"The model {self.name!r} gave no probabilities.") from error
        return yes_or_no(likeliest)

    def close(self) -> None:
        """Free the weights."""
        with self._loading:
            self._server = None

    def _load(self) -> None:
        if self._server is not None:
            return
        weights, said = self._open()
        wanted = max(self._context_tokens, ALLOWANCES[size_of(said.parameters / 1e9)].context)
        import xllamacpp

        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(weights.path)
        parameters.n_ctx = 2 * min(wanted, said.context_tokens or wanted)
        parameters.n_parallel = 2
        parameters.cpuparams.n_threads = self._threads
        parameters.cpuparams_batch.n_threads = self._threads
        parameters.n_gpu_layers = 0
        parameters.warmup = False
        parameters.verbosity = -1
        # The library opens a port for itself: on loopback only, under a key that nobody else has.
        parameters.hostnames = ["127.0.0.1"]
        parameters.port = 0
        parameters.api_keys = [secrets.token_hex(16)]
        parameters.ui = False
        parameters.endpoint_slots = False
        try:
            self._server = xllamacpp.Server(parameters)
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelUnavailable(
                f"The model {self.name!r} could not be loaded: {error}.",
                hint=f"It needs about {memory_needed(weights.size):.1f} GB of memory; or use --model none.",
            ) from error

    def _open(self) -> tuple[Weights, GgufFacts]:
        if self._opened is None:
            weights = find_weights(self._name, self._models)
            said = read_gguf(weights.path)
            if not said.parameters:
                raise ModelDamaged(f"The file {str(weights.path)!r} holds no weights.", hint="Fetch the whole model.")
            self._opened = weights, said
        return self._opened

    def _to_chat(self, messages: Sequence[Message]) -> list[dict[str, str]]:
        template = self._open()[1].chat_template
        chat = [{"role": message.role, "content": message.content} for message in messages]
        if template is None or ("system" in template and _NO_SYSTEM not in template):
            return chat
        # Such templates refuse a turn of the system: what it says stands before the first of the user.
        said = "\n\n".join(turn["content"] for turn in chat if turn["role"] == "system")
        first, *rest = [turn for turn in chat if turn["role"] != "system"]
        return [first | {"content": f"{said}\n\n{first['content']}"} if said else first, *rest]

    def _converse(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the replies to one request. A caller that stops early stops the model too."""
        self.load()
        with self._slots[request["id_slot"]]:
            replies: queue.Queue[dict[str, Any] | Exception | None] = queue.Queue()
            cancelled = threading.Event()

            def take(reply: dict[str, Any]) -> bool:
                replies.put(reply)
                return cancelled.is_set()

            def run() -> None:
                try:
                    self._server.handle_chat_completions(request | _ALWAYS, take)
                except Exception as error:  # noqa: BLE001 (handed to the caller's thread below)
                    replies.put(error)
                replies.put(None)

            worker = threading.Thread(target=run, name="local-model", daemon=True)
            worker.start()
            try:
                while (reply := self._next(replies)) is not None:
                    if isinstance(reply, Exception):
                        raise ModelUnavailable(f"The model {self.name!r} failed: {reply}.") from reply
                    if "error" in reply:
                        raise ModelUnavailable(f"The model {self.name!r} failed: {_reason(reply['error'])}.")
                    yield reply
            finally:
                cancelled.set()
                worker.join(timeout=self._timeout)

    def _next(self, replies: queue.Queue[dict[str, Any] | Exception | None]) -> dict[str, Any] | Exception | None:
        try:
            return replies.get(timeout=self._timeout)
        except queue.Empty:
            raise ModelUnavailable(
                f"The model {self.name!r} said nothing for {self._timeout:g} seconds.",
                hint="The machine may be busy: raise CITEWIRE_ANSWER_TIMEOUT, or use --model none.",
            ) from None


def _reason(error: object) -> str:
    return str(error.get("message", error)) if isinstance(error, dict) else str(error)
