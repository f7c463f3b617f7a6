"""Whether two sentences say the same, and what versions of one sentence say differently (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from index.text.lexical import stems
from index.text.sentences import split_sentences
from rag.language.tokens import Token, plain, tokens

_SAME = 0.8  # Jaccard similarity of stems from which two sentences say the same
_ALIKE = 0.6  # difflib's ratio of the folded tokens from which two sentences are versions of one
_BEGINNING = 5  # words that are left as they are: who did what
# Words without which a sentence says something else.
_TURNING = frozenset(
    """not no never none nobody nothing neither nor without only except unless until if whether would could may might can should must
    almost nearly about around at least most up over under more less fewer half partly some any all every few several many if said says say
    told according reported alleged allegedly claimed claims denied denies rejected expected planned plans proposed hopes hoped wants wanted
    tried failed refused offered asked demanded threatened possibly perhaps probably likely reportedly former first last again but instead
    provisionally subject conditional""".split()
)
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


def is_shortened(claim: str, text: str) -> bool:
    """Return whether a claim is a sentence of a text with words left out behind its first ones, none of which turn what it says.

    "The authority approved the sale by four votes to one" of "The authority approved the sale on Thursday by four votes to one".
    """
    mine = [token.folded for token in tokens(claim) if token.is_word]
    if len(mine) < _BEGINNING:
        return False
    return any(
        _leaves_out(mine, [token.folded for token in tokens(sentence.slice(text)) if token.is_word])
        for sentence in split_sentences(text)
    )


def _leaves_out(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Return whether words are others with some left out, the first ones not, and nothing that turns a sentence."""
    if list(mine[:_BEGINNING]) != list(theirs[:_BEGINNING]):
        return False
    left: list[str] = []
    place = 0
    for word in theirs:
        if place < len(mine) and word == mine[place]:
            place += 1
        else:
            left.append(word)
    return place == len(mine) and not _TURNING.intersection(left)


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
