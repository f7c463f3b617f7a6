"""A question that needs another one answered first (pure): "Who owns the company that runs the ferry?" asks who runs the ferry.

The thing that is only described is asked for; its name, as a quote gives it, takes the place of the description.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.language.names import find_runs
from rag.language.tokens import Token, tokens
from rag.language.verbs import base_stem

_THINGS = (
    "company|firm|group|team|club|party|union|bank|body|agency|authority|outlet|newspaper|person|man|woman|judge|minister|player|coach"
    "|captain|author|country|city|town|island|river|ship|ferry|port|school|court|consortium|owner|buyer|seller"
)
# "the company that runs the ferry"; "the company based that runs the ferry": the verb of the question may stand between.
_DESCRIBED = re.compile(
    rf"\bthe (?P<thing>{_THINGS})(?P<between> (?:based|located|founded|called|named))? (?:that|which|who) (?P<deed>[a-z]\w+ [^?]{{4,120}}?)\s*\?*$",
    re.IGNORECASE,
)
_REACH = 3  # tokens between a name and its deed: ", which", "has"


@dataclass(frozen=True, slots=True)
class Step:
    """What has to be known first.

    Attributes:
        asked: the question that asks for it.
        described: the words that describe it: "the company that runs the ferry".
        deed: what it does, by those words.
    """

    asked: str
    described: str
    deed: str


def find_step(question: str) -> Step | None:
    """Return what a question needs to know first, or None where it describes nothing."""
    found = _DESCRIBED.search(question.strip())
    if not found or found.start() == 0:
        return None
    thing, deed = found["thing"], found["deed"].strip()
    return Step(f"Which {thing} {deed}?", f"the {thing} that {deed}", deed)


def name_in(step: Step, sentence: str) -> str | None:
    """Return the name that a sentence gives what was described, or None: it stands right before the deed, or behind its "by".

    "Blue Line, which runs the ferry", "Blue Line has agreed to sell"; "the ferry is run by Blue Line".
    """
    stream = tokens(sentence)
    described = {word for name in find_runs(tokens(step.asked)) for word in name.words}
    names = [name for name in find_runs(stream) if not set(name.words) & described and len(name.text) > 2]
    deed = base_stem(tokens(step.deed)[0])
    for place, token in enumerate(stream):
        if not token.is_word or base_stem(token) != deed:
            continue
        before = [name for name in names if name.last <= place <= name.last + _REACH]
        after = [name for name in names if place < name.first <= place + _REACH and _follows_by(stream, name.first)]
        if before or after:
            return (before[-1:] or after[:1])[0].text
    return None


def _follows_by(stream: Sequence[Token], place: int) -> bool:
    return "by" in (token.folded for token in stream[max(0, place - 2) : place])


def put_in(question: str, name: str) -> str:
    """Return the question with the name in place of the description."""
    return _DESCRIBED.sub(lambda found: f"{name}{found['between'] or ''}?", question.strip())
