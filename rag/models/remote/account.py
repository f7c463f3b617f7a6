"""Where a model lies and with which key it is asked. Keys come from the environment and are told nobody else."""

from __future__ import annotations

import os

from index.errors import ModelUnavailable
from rag.models.remote.fault import shorten

ADDRESSES = {
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
    "ollama": "http://127.0.0.1:11434",
}
KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
_ANTHROPIC_VERSION = "2026-10-21"  # from which on sampling cannot be set and keys go by Authorization


def find_headers(kind: str, name: str, *, url: str | None) -> dict[str, str]:
    """Return the headers that a server is asked with.

    Args:
        kind: the protocol.
        name: of the model, for what is said.
        url: its address; a server of one's own needs no key.

    Raises:
        ModelUnavailable: a service wants a key, and there is none.
    """
    key = _key(kind)
    if kind in KEYS and not key and not url:
        raise ModelUnavailable(
            f"The model {name!r} needs a key.", hint=f"Put it into the environment variable {KEYS[kind]}."
        )
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return headers | ({"anthropic-version": _ANTHROPIC_VERSION} if kind == "anthropic" else {})


def without_key(kind: str, text: str) -> str:
    """Return what a server said, short and without the key: some repeat what they were sent."""
    key = _key(kind)
    return shorten(text.replace(key, "…") if key else text)


def _key(kind: str) -> str:
    return os.environ.get(KEYS[kind], "") if kind in KEYS else ""
