"""Turns to what a browser keeps of them, and back. Nothing of a conversation stays on the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from rag.answer_types import Answer
from rag.question.filters import FilterWords
from ui.chat.turns import Turn

_MOST_TURNS = 200


class KeptTurn(msgspec.Struct, frozen=True):
    """A turn as it is kept: its number, what was asked, with which filters, and the answer."""

    number: int
    question: str
    answer: Answer
    filters: dict[str, str | list[str] | None] = {}


def encode_turn(turn: Turn) -> dict[str, Any]:
    """Return an answered turn as a JSON object, with its number."""
    return {
        "number": turn.number,
        "question": turn.question,
        "answer": msgspec.to_builtins(turn.answer),
        "filters": msgspec.to_builtins(turn.filters),
    }


def decode_conversation(kept: Sequence[object]) -> list[Turn]:
    """Return the turns that a browser kept; those of another version of the program, which cannot be read, are left out."""
    turns: list[Turn] = []
    for each in kept[:_MOST_TURNS]:
        try:
            found = msgspec.convert(each, KeptTurn)
        except msgspec.ValidationError:
            continue
        filters = read_filters(found.filters)
        turns.append(Turn(number=found.number, question=found.question, answer=found.answer, filters=filters))
    return turns


def read_filters(kept: Mapping[str, str | list[str] | None]) -> FilterWords:
    """Return filters that a browser kept."""
    filters: FilterWords = {
        "outlets": tuple(kept.get("outlets") or ()),
        "articles": tuple(kept.get("articles") or ()),
        "languages": tuple(kept.get("languages") or ()),
    }
    for name in ("first", "last", "as_of"):
        if isinstance(day := kept.get(name), str):
            filters[name] = day
    return filters
