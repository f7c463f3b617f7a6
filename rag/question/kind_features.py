"""What the classifier of questions reads beside the sentence vector (pure): the words that ask, and how a question opens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt

_WORD = re.compile(r"[^\W_]+")
_OPENING = 3  # words
_SHORT = 5  # words: bare words are few


def list_forms(question: str) -> list[str]:
    """Return the forms of a question: its words, the pairs of neighbours, how it opens, and whether it is marked or short."""
    words = [word.casefold() for word in _WORD.findall(question)]
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    opening = [f"^{place} {word}" for place, word in enumerate(words[:_OPENING])]
    shape = ["?"] * ("?" in question) + ["short"] * (len(words) <= _SHORT)
    return list(dict.fromkeys([*words, *pairs, *opening, *shape]))


def mark_forms(question: str, places: Mapping[str, int]) -> npt.NDArray[np.float32]:
    """Return a vector with a one at the place of each known form of a question, shape ``(len(places),)``."""
    marks = np.zeros(len(places), dtype=np.float32)
    marks[[places[form] for form in list_forms(question) if form in places]] = 1.0
    return marks


def number_forms(forms: Iterable[str]) -> dict[str, int]:
    """Return the place of each form."""
    return {form: place for place, form in enumerate(forms)}
