"""The desk: from a question to a checked answer.

``from rag import ask, Desk`` is the public face, with the events that ``Desk.stream`` yields. Names are looked up when first used,
so that importing the domain types alone stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.answer_events import Finished, PassagesFound, QuotesFound, SentenceChecked, Waiting
    from rag.answer_types import Answer
    from rag.desk import Desk, ask

__all__ = ["Answer", "Desk", "Finished", "PassagesFound", "QuotesFound", "SentenceChecked", "Waiting", "ask"]

_HOMES = {
    name: "rag.desk" if name in ("ask", "Desk") else "rag.answer_types" if name == "Answer" else "rag.answer_events"
    for name in __all__
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
