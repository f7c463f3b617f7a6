"""Probabilities to log odds, where they are added up."""

from __future__ import annotations

import math

_LEAST, _MOST = 1e-4, 1 - 1e-4


def log_odds(probability: float) -> float:
    """Return the log odds of a probability, bounded where it is as good as certain."""
    bounded = min(_MOST, max(_LEAST, probability))
    return math.log(bounded / (1 - bounded))


def from_log_odds(value: float) -> float:
    """Return the probability of log odds."""
    return 1.0 / (1.0 + math.exp(-value))
