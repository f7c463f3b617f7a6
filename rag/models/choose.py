"""The name of a model in the settings to the model itself."""

from __future__ import annotations

from index.errors import ModelUnknown
from index.models.registry import list_models
from index.models.weights import is_local, list_suggested
from index.settings import Settings
from rag.models.chat import ChatModel
from rag.models.turns import Turns

REMOTE_KINDS = ("openai", "ollama", "anthropic")
_REMOTE_AT_ONCE = 8


def is_remote(name: str) -> bool:
    """Return whether a name is that of a model behind an address."""
    kind, slash, rest = name.partition("/")
    return bool(slash and rest) and kind in REMOTE_KINDS


def open_turns(settings: Settings, model: ChatModel | None) -> Turns:
    """Return the queue before a model; one behind an address writes several drafts at the same time, and none waits for a hung one."""
    at_once = settings.answer.drafts_at_once or (_REMOTE_AT_ONCE if model is not None and is_remote(model.name) else 1)
    return Turns(at_once=at_once, seconds=settings.answer.maximum_wait)


def open_model(settings: Settings) -> ChatModel | None:
    """Return the model that the settings name, not loaded yet, or None for quotes alone.

    Raises:
        ModelUnknown: no such model.
    """
    name = settings.model
    if name == "none":
        return None
    kind, _, rest = name.partition("/")
    if is_remote(name):
        from rag.models.remote.model import RemoteModel

        return RemoteModel(
            kind,
            rest,
            url=settings.answer.url,
            timeout=settings.answer.timeout,
            draft_timeout=settings.answer.draft_timeout,
        )
    if is_local(name):
        from rag.models.local import LocalModel

        return LocalModel(
            name,
            settings.models,
            context_tokens=settings.answer.context_tokens,
            threads=settings.answer.threads,
            timeout=settings.answer.timeout,
        )
    local = [model.name for model in list_models().values() if model.role == "answers"]
    raise ModelUnknown(
        f"No model is called {name!r}.",
        hint=f"Say none, {', '.join((*local, *list_suggested()))}, the path of a GGUF file, hub/OWNER/REPO/FILE.gguf, "
        f"or {', '.join(f'{kind}/NAME' for kind in REMOTE_KINDS)}.",
    )
