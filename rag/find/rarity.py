"""How rare a word is among the passages of an archive: what names a thing counts more than what every article says."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from index.archive import Archive

_REMEMBERED = 50_000  # stems


def rarity_in(archive: Archive) -> Callable[[str], float]:
    """Return the weight of a stem: log(1 + N / (0.5 + n)) for n of N passages that hold it."""

    @lru_cache(maxsize=_REMEMBERED)
    def weigh(word: str, _generation: int) -> float:
        return math.log(1 + archive.count_passages() / (0.5 + archive.words.count_passages_with(word)))

    return lambda word: weigh(word, archive.generation)
