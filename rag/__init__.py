"""The desk: from a question to a checked answer.

``from rag import ask, Desk`` is the public face. Names are looked up when first used, so that importing the domain types
alone stays light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.answer_types import Answer
    from rag.desk import Desk, ask

__all__ = ["Answer", "Desk", "ask"]


def __getattr__(name: str) -> Any:
    if name in {"ask", "Desk"}:
        import rag.desk

        return getattr(rag.desk, name)
    if name == "Answer":
        from rag.answer_types import Answer

        return Answer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
