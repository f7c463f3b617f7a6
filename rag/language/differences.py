"""Whether two sentences say the same, and what versions of one sentence say differently (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from index.text.lexical import stems
from rag.language.tokens import Token, plain, tokens

_SAME = 0.8  # Jaccard similarity of stems from which two sentences say the same
_ALIKE = 0.6  # difflib's ratio of the folded tokens from which two sentences are versions of one
_WORDS_BEFORE = 4
_LONGEST = 400  # tokens; alignment takes the square of it


@dataclass(frozen=True, slots=True)
class Difference:
    """What stands in one sentence, and what stands in the other in its place.

    Attributes:
        one: words of the first sentence.
        other: words of the second one.
        about: the words before, which both share: what the difference is about.
    """

    one: str
    other: str
    about: str


def find_differences(one: str, other: str) -> tuple[Difference, ...]:
    """Return where two versions of a sentence give other figures or names; empty when they are no versions of one.

    Only places are returned where both have something, and something that matters: a number, or a word with a capital
    inside the sentence. A word more or another wording is no difference.
    """
    mine, theirs = tokens(one)[:_LONGEST], tokens(other)[:_LONGEST]
    matcher = SequenceMatcher(
        None, [token.folded for token in mine], [token.folded for token in theirs], autojunk=False
    )
    if matcher.ratio() < _ALIKE:
        return ()
    found = []
    for operation, start, end, their_start, their_end in matcher.get_opcodes():
        if operation != "replace":
            continue
        here, there = mine[start:end], theirs[their_start:their_end]
        if (
            _matters(here, first=start)
            and _matters(there, first=their_start)
            and _weight(here) & _weight(there) == set()
        ):
            about = mine[max(0, start - _WORDS_BEFORE) : start]
            found.append(Difference(_write(one, here), _write(other, there), _write(one, about) if about else ""))
    return tuple(found)


def says_the_same(one: str, other: str) -> bool:
    """Return whether two sentences have nearly all their words in common and no other figure or name in one place."""
    mine, theirs = stems(one), stems(other)
    alike = len(mine & theirs) >= _SAME * max(1, len(mine | theirs))
    return alike and not find_differences(one, other)


def _matters(part: tuple[Token, ...], *, first: int) -> bool:
    return any(token.is_number or (token.is_capital and first + place > 0) for place, token in enumerate(part))


def _weight(part: tuple[Token, ...]) -> set[str]:
    return {token.folded for token in part if token.is_number or token.is_capital}


def _write(sentence: str, part: tuple[Token, ...]) -> str:
    return plain(sentence)[part[0].start : part[-1].end]
