"""A question that asks for a sum or a difference of two figures, taken apart into the two questions that ask for them (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.text.calendar import ANY_MONTH

Operation = Literal["difference", "total"]

_MORE = r"more|less|fewer|higher|lower|larger|bigger|smaller|greater|longer|shorter|dearer|cheaper|older|younger|further|deeper|heavier"
_TO_BE = r"is|are|was|were"
_DOES = r"did|does|do|has|have|had|will"
_CHANGES = (
    r"rise|fall|change|grow|drop|increase|decrease|go up|go down|come down|shrink|climb|decline|risen|fallen|changed|grown|dropped|increased"
    r"|decreased|climbed|declined"
)
# "By how much did the toll rise from Monday to Friday?"
_BETWEEN_DAYS = re.compile(
    rf"^(?:by )?how (?:much|many)\b.*?\b(?:did|has|have|had) (?P<thing>.+?) (?:{_CHANGES}) (?:from|between) (?P<first>.+?) (?:to|and|until) (?P<second>.+)$",
    re.IGNORECASE,
)
# "How much higher was the first offer than the second?"
_THAN_IT_IS = re.compile(
    rf"^how (?:much|many) (?:{_MORE})(?: [a-z ]+?)? (?P<verb>{_TO_BE}) (?P<first>.+?) than (?P<second>.+)$",
    re.IGNORECASE,
)
# "How many more ships did the one port handle than the other last year?"
_THAN_IT_DID = re.compile(
    rf"^how (?P<much>much|many) (?:{_MORE}) (?P<thing>[\w -]+?) (?P<verb>{_DOES}) (?P<first>.+) (?P<deed>[a-z]+) than (?P<second>.+?)"
    r"(?P<when>(?: (?:in|on|during|at|last|this|for|by|of)\b.*)?)$",
    re.IGNORECASE,
)
# "How many ships did the one port and the other handle together?"
_TOGETHER = re.compile(
    rf"^how (?P<much>much|many) (?P<thing>[\w -]+?) (?P<verb>{_DOES}) (?P<first>.+?) and (?P<second>.+?) (?P<deed>[a-z]+)"
    r" (?:together|altogether|in total|in all|combined|between them)(?P<when>(?: .+)?)$",
    re.IGNORECASE,
)
_STANDS_FOR = re.compile(r"\b(?:one|ones)$", re.IGNORECASE)
_OF = re.compile(r"^(?:that|those) (?=of |in |on |from )", re.IGNORECASE)
_BARE = re.compile(
    r"^the (?:first|second|third|last|old|new|other|earlier|later|original|former|latter|previous)$", re.IGNORECASE
)
_DAY = re.compile(
    rf"^(?:the )?(?:(?:{ANY_MONTH})\.? \d{{1,2}}|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{ANY_MONTH})|\w+day)\b",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"^(?:in|on|at|by|before|after|last|this)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sum:
    """What has to be computed.

    Attributes:
        operation: a difference or a total.
        first: the question for one figure.
        second: that for the other.
    """

    operation: Operation
    first: str
    second: str


def find_sum(question: str) -> Sum | None:
    """Return what a question wants computed, or None where it asks for no sum and no difference of two figures."""
    bare = question.strip(" ?.!")
    if found := _BETWEEN_DAYS.match(bare):
        thing = found["thing"]
        return Sum("difference", _valued(thing, found["first"]), _valued(thing, found["second"]))
    if found := _THAN_IT_DID.match(bare):
        return Sum("difference", _done(found, "first"), _done(found, "second"))
    if found := _THAN_IT_IS.match(bare):
        first, second = found["first"], _spelled(found["second"], found["first"])
        return Sum("difference", f"How much {found['verb']} {first}?", f"How much {found['verb']} {second}?")
    if found := _TOGETHER.match(bare):
        return Sum("total", _done(found, "first"), _done(found, "second"))
    return None


def _valued(thing: str, day: str) -> str:
    before = "" if _PREPOSITION.match(day) else "on " if _DAY.match(day) else "in "
    return f"What was {thing} {before}{day}?"


def _done(found: re.Match[str], who: str) -> str:
    return f"How {found['much']} {found['thing']} {found['verb']} {found[who]} {found['deed']}{found['when']}?"


def _spelled(second: str, first: str) -> str:
    """Return the second thing with the noun of the first in place of what only stands for it: "the second one", "that of May", "in May"."""
    if _PREPOSITION.match(second):
        return f"{re.split(r' (?:in|on|at|by|before|after|last|this) ', first)[0]} {second}"
    noun = re.split(r" (?:of|in|on|from|by|for)\b", first)[0].split()[-1]
    if _STANDS_FOR.search(second):
        return _STANDS_FOR.sub(noun, second)
    if _OF.match(second):
        return _OF.sub(f"the {noun} ", second)
    return f"{second} {noun}" if _BARE.match(second) else second
