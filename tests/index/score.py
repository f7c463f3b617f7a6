"""How much of a known text was found, and how little else."""

from __future__ import annotations

import re
from collections import Counter

_TOKEN = re.compile(r"\w+")


def score_text(found: str, known: str) -> float:
    """Return the F1 of the words of ``found`` against those of ``known``, each counted as often as it stands there."""
    ours, theirs = (Counter(_TOKEN.findall(text.casefold())) for text in (found, known))
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total()) if shared else 0.0
