"""The local model as other tools use it: a prompt in, text out, no grammar; kept answers, since one takes half a minute."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from pathlib import Path
from typing import Any

from index.models.registry import find_model, locate_model
from index.settings import load_settings


class PlainModel:
    """A GGUF model of the registry. What it wrote, and how long it took, is kept under a hash of model and prompt."""

    def __init__(self, name: str, *, file: Path, context_tokens: int = 4096) -> None:
        self._name = name
        self._context_tokens = context_tokens
        self._server: Any = None
        file.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(file, check_same_thread=False)
        self._connection.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, row TEXT NOT NULL)")

    def write(self, prompt: str, *, maximum_tokens: int) -> tuple[str, float]:
        """Return what the model writes after a prompt, and in how many seconds."""
        key = hashlib.sha256(json.dumps([self._name, prompt, maximum_tokens]).encode()).hexdigest()
        kept = self._connection.execute("SELECT row FROM kept WHERE key = ?", (key,)).fetchone()
        if kept:
            text, seconds = json.loads(kept[0])
            return text, seconds
        server = self._open()
        started = time.perf_counter()
        text = self._complete(server, prompt, maximum_tokens)
        seconds = time.perf_counter() - started
        with self._connection:
            self._connection.execute("INSERT INTO kept VALUES (?, ?)", (key, json.dumps([text, seconds])))
        return text, seconds

    def _complete(self, server: Any, prompt: str, maximum_tokens: int) -> str:
        pieces: list[str] = []

        def take(reply: dict[str, Any]) -> bool:
            if "error" in reply:
                raise RuntimeError(str(reply["error"]))
            pieces.append(reply["choices"][0]["text"])
            return False

        written = f"<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n"
        request = {
            "prompt": written,
            "n_predict": maximum_tokens,
            "temperature": 0,
            "cache_prompt": True,
            "stream": False,
        }
        server.handle_completions(request, take)
        return "".join(pieces).strip()

    def _open(self) -> Any:
        if self._server is None:
            import xllamacpp

            home = locate_model(self._name, load_settings().models)
            parameters = xllamacpp.CommonParams()
            parameters.model.path = str(home / find_model(self._name).main_file)
            parameters.n_ctx = self._context_tokens
            parameters.n_parallel = 1
            parameters.n_gpu_layers = 0
            parameters.warmup = False
            parameters.verbosity = -1
            parameters.hostnames = ["127.0.0.1"]
            parameters.port = 0
            self._server = xllamacpp.Server(parameters)
        return self._server
