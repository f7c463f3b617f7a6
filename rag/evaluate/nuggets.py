"""What a right answer has to say, nugget by nugget (pure): TREC's terms, strict and weighted recall, order.

A nugget is one thing to be said, in one of several wordings; it is vital, or only okay to say. Strict recall counts the vital ones;
weighted recall counts okay ones half (Pradeep et al., "The Great Nugget Recall", SIGIR 2025; https://arxiv.org/abs/2504.15068). Whether a
nugget is held is told by its wordings standing in the text, not by a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

_OKAY_COUNTS = 0.5


class Nugget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that an answer has to say.

    Attributes:
        texts: its wordings; any of them will do, whatever the case of its letters.
        importance: whether an answer without it is incomplete, or only less good.
    """

    texts: tuple[str, ...]
    importance: Literal["vital", "okay"] = "vital"


def place_of(nugget: Nugget, text: str) -> int | None:
    """Return where a nugget first stands in a text, or None where it does not."""
    folded = text.casefold()
    places = [folded.find(words.casefold()) for words in nugget.texts]
    return min((place for place in places if place >= 0), default=None)


def score_nuggets(nuggets: Sequence[Nugget], text: str) -> dict[str, float]:
    """Return ``nuggets_strict`` and ``nuggets_weighted``, each 0 to 1; what has no nugget of a sort has no value for it."""
    held = [place_of(nugget, text) is not None for nugget in nuggets]
    vital = [one for one, nugget in zip(held, nuggets, strict=True) if nugget.importance == "vital"]
    weights = [1.0 if nugget.importance == "vital" else _OKAY_COUNTS for nugget in nuggets]
    values: dict[str, float] = {}
    if vital:
        values["nuggets_strict"] = sum(vital) / len(vital)
    if nuggets:
        told = sum(weight for weight, one in zip(weights, held, strict=True) if one)
        values["nuggets_weighted"] = told / sum(weights)
    return values


def is_in_order(nuggets: Sequence[Nugget], text: str) -> bool:
    """Return whether the nuggets that a text holds stand in it in their order: those of a timeline have one."""
    places = [place for nugget in nuggets if (place := place_of(nugget, text)) is not None]
    return places == sorted(places)


def share_without(nuggets: Sequence[Nugget], sentences: Sequence[str]) -> float:
    """Return the share of sentences that hold no nugget: they may not answer at all."""
    idle = [all(place_of(nugget, sentence) is None for nugget in nuggets) for sentence in sentences]
    return sum(idle) / len(idle) if idle else 0.0
