"""Events and errors as JSON objects, as every interface over HTTP sends them."""

from __future__ import annotations

from typing import Any

from index.errors import CitewireError
from rag.answer_events import Event, Finished, PassagesFound, QuotesFound, Waiting


def encode_event(event: Event) -> dict[str, Any]:
    """Return an event as one JSON object: ``{"event": "passages" | "quotes" | "waiting" | "sentence" | "answer", ...}``."""
    if isinstance(event, PassagesFound):
        return {"event": "passages", "passages": event.hits}
    if isinstance(event, QuotesFound):
        return {"event": "quotes", "quotes": event.quotes}
    if isinstance(event, Waiting):
        return {"event": "waiting", "place": event.place}
    if isinstance(event, Finished):
        return {"event": "answer", "answer": event.answer}
    return {"event": "sentence", "sentence": event.sentence, "withheld": event.withheld, "verdict": event.verdict}


def encode_error(error: CitewireError) -> dict[str, Any]:
    """Return an error as one JSON object that the other side can raise again."""
    return {
        "event": "error",
        "error": {
            "kind": type(error).__name__,
            "message": error.message,
            "hint": error.hint,
            "exit_code": error.exit_code,
        },
    }
