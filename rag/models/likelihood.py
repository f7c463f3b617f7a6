"""How likely the next words of a model are -> how likely it says Yes rather than No (pure)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any


def yes_or_no(likeliest: Sequence[Mapping[str, Any]]) -> float | None:
    """Return P(Yes) / (P(Yes) + P(No)), or None where neither is among the words.

    Args:
        likeliest: the likeliest next words, each with ``token`` and ``logprob``.
    """
    mass = {"yes": 0.0, "no": 0.0}
    for entry in likeliest:
        word = str(entry["token"]).strip().casefold()
        if word in mass:
            mass[word] += math.exp(min(0.0, float(entry["logprob"])))
    total = mass["yes"] + mass["no"]
    return mass["yes"] / total if total else None


def said_yes(text: str) -> float | None:
    """Return 1.0 for a text that begins with Yes, 0.0 with No, None for anything else: where no likelihoods are had."""
    word = text.strip().casefold()
    return 1.0 if word.startswith("yes") else 0.0 if word.startswith("no") else None
