"""A question without the names in it (pure): what is asked of them, where it is known otherwise that an article is about them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.query_types import Bearer

_FEW = 3  # words of a question, below which nothing is asked any more


def without_names(question: str, bearers: Sequence[Bearer]) -> str | None:
    """Return the question without its names; None where it has none, or does not stand without one.

    "What is Lam Tai's dividend per share?" asks "What is the dividend per share?", and so does "... of Lam Tai". A name that does
    something or that something is done to has to stay.
    """
    bare = question
    for bearer in bearers:
        name = re.escape(bearer.text.removesuffix("'s").removesuffix("’s"))
        for form, instead in (
            (rf"\b(?:the )?{name}(?:['’]s?)(?=\s)", "the"),
            (rf"\s+(?:of|in|at|for|on) (?:the )?{name}(?=[\s?.!,]|$)", ""),
            (rf"^{name} (?=[a-z])", ""),
        ):
            found, count = re.subn(form, instead, bare, count=1)
            if count:
                bare = found
                break
        else:
            return None
    bare = re.sub(r"\bthe (the|my|his|her|its|their)\b", r"\1", " ".join(bare.split()))
    return bare if bearers and len(bare.split()) >= _FEW else None
