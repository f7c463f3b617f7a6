"""A GGUF model in this process, through xllamacpp. The only module that imports it."""

from __future__ import annotations

import math
import os
import queue
import secrets
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index.errors import ModelUnavailable
from index.models.registry import find_model, locate_model
from rag.answer_types import Message
from rag.models.grammar import marker_grammar

# Two slots: the long fixed part of each of the two prompts stays in a cache of its own.
_ANSWER_SLOT, _SUPPORT_SLOT = 0, 1


class LocalModel:
    """A model of the registry, loaded when first used. One draft and one judgement at a time; others wait.

    Args:
        name: a name of the registry.
        models: the folder with the model files.
        context_tokens: size of each of the two contexts.
        threads: 0 means one per core.
        timeout: seconds without any sign of the model after which it counts as unavailable.
    """

    def __init__(self, name: str, models: Path, *, context_tokens: int, threads: int, timeout: float) -> None:
        self._model = find_model(name)
        if self._model.role != "answers":
            raise ModelUnavailable(
                f"The model {name!r} is for {self._model.role}, not for answers.",
                hint="See `citewire models`.",
            )
        self._models = models
        self._context_tokens = context_tokens
        self._threads = threads or os.cpu_count() or 1
        self._timeout = timeout
        self._server: Any = None
        self._loading = threading.Lock()
        # A sentence is judged while the next one is being written: each slot has a lock of its own.
        self._slots = {_ANSWER_SLOT: threading.Lock(), _SUPPORT_SLOT: threading.Lock()}

    @property
    def name(self) -> str:
        """The name in the registry."""
        return self._model.name

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
            "prompt": _write_chatml(messages),
            "grammar": marker_grammar(markers),
            "n_predict": maximum_tokens,
            "temperature": 0,
            "cache_prompt": True,
            "id_slot": _ANSWER_SLOT,
            "stream": True,
        }
        for reply in self._converse(request):
            yield reply["choices"][0]["text"]

    def probability_yes(self, messages: Sequence[Message]) -> float | None:
        """Return P(Yes) / (P(Yes) + P(No)) for the next token, or None when neither is among the ten likeliest."""
        request = {
            "prompt": _write_chatml(messages),
            "n_predict": 1,
            "temperature": 0,
            "n_probs": 10,
            "cache_prompt": True,
            "id_slot": _SUPPORT_SLOT,
            "stream": False,
        }
        (reply,) = self._converse(request)
        try:
            likeliest = reply["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        except (KeyError, IndexError, TypeError) as error:
            raise ModelUnavailable(f"The model {self.name!r} gave no probabilities.") from error
        mass = {"yes": 0.0, "no": 0.0}
        for entry in likeliest:
            word = entry["token"].strip().casefold()
            if word in mass:
                mass[word] += math.exp(entry["logprob"])
        total = mass["yes"] + mass["no"]
        return mass["yes"] / total if total else None

    def close(self) -> None:
        """Free the weights."""
        with self._loading:
            self._server = None

    def _load(self) -> None:
        if self._server is not None:
            return
        home = locate_model(self._model.name, self._models)
        import xllamacpp

        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(home / self._model.main_file)
        parameters.n_ctx = 2 * self._context_tokens
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
                hint=f"It needs about {2 * self._model.size / 1e9:.1f} GB of memory; or use --model none.",
            ) from error

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
                    self._server.handle_completions(request, take)
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


def _write_chatml(messages: Sequence[Message]) -> str:
    """Write the conversation in the chat format of the registry's models (ChatML)."""
    turns = [f"<|im_start|>{message.role}\n{message.content}<|im_end|>\n" for message in messages]
    return "".join(turns) + "<|im_start|>assistant\n"
