"""A claim to the question of yes or no that asks for it (pure): "The toll was raised." to "Was the toll raised?"."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from edits import find_names
from examples import Example

_AUXILIARY = re.compile(r"\b(?:was|were|is|are|has|have|had|will|would|can|could|should|must|did|does|do)\b")
_INSIDE = re.compile(r"[,;:\"“”()]|\b(?:who|which|that|whose|where|when|while|if|because|said|says)\b")
_LONGEST = 160  # characters of a claim


def to_question(claim: str) -> str | None:
    """Return the question, or None where the verb of the main clause cannot be told for certain."""
    verb = _AUXILIARY.search(claim)
    if verb is None or verb.start() < 2 or len(claim) > _LONGEST or not claim.endswith("."):
        return None
    subject = claim[: verb.start()].strip()
    if _INSIDE.search(subject) or re.match(r"(?:There|It|Nobody|No|None|Neither)\b", subject):
        return None
    named = any(match.start() == 0 for match in find_names(claim)) or subject.split()[0].isupper()
    if not named:
        subject = subject[0].lower() + subject[1:]
    rest = claim[verb.end() :].strip().rstrip(".")
    return f"{verb.group().capitalize()} {subject} {rest}?" if rest else None


def ask_some(examples: Sequence[Example], *, share: float, seed: int) -> list[Example]:
    """Return the examples with a share of the claims as the questions that ask for them."""
    chance = random.Random(seed)
    made = []
    for each in examples:
        asked = to_question(each.first) if each.stated and chance.random() < share else None
        made.append(replace(each, first=asked, source=f"{each.source} asked") if asked else each)
    return made
