"""Words for what has a value that changes: a price, a toll, a rate (pure)."""

from __future__ import annotations

import re

QUANTITY = re.compile(
    r"\b(?:tolls?|prices?|rates?|numbers?|offers?|inflation|costs?|wages?|pay|salar(?:y|ies)|guarantees?|levels?|forecasts?|figures?|shares?|size|profits?"
    r"|budgets?|unemployment|deaths|sales|rents?|fees?|temperature|debt|deficit|population|count|votes?|bids?|estimates?|values?)\b",
    re.IGNORECASE,
)
# What stands before is what changes: "the price" of bread, not the march against "the price".
_AFTER_HEAD = re.compile(
    r"(?<!^the)\s(?:of|for|in|by|to|from|on|at|against|over|offered|paid|made|set)\b", re.IGNORECASE
)


def names_quantity(topic: str) -> bool:
    """Return whether what a topic is about has a value: "the price offered for the ports" has, "the march against the price" has not."""
    head = _AFTER_HEAD.split(topic, maxsplit=1)[0]
    return any(found.end() == len(head.rstrip(" ,.?!")) for found in QUANTITY.finditer(head))
