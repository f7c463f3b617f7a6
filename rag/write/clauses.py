"""A sentence to the clauses that can stand alone (pure): where one of them is not supported, the other may be."""

from __future__ import annotations

import re

from index.text.lexical import content_words
from rag.language.pointing import SUBJECT_AHEAD

# A joint before something that has a subject of its own: "... was sold, and the mayor resigned", "...; it will open in May".
_JOINT = re.compile(rf";\s+(?=\S)|,?\s+(?:and|but|while|whereas)\s+(?={SUBJECT_AHEAD})|,\s+(?:and|but)\s+(?=\S)")
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|did|does|do|said|says|\w{2,}ed|rose|fell|won|lost|sold"
    r"|bought|made|took|gave|left|went|came|began|met|led|held|paid|cut|set|put|shut|grew|sank|became|told|cost|hit|beat|spent|sent|kept|built|drew|broke|struck|hurt|killed|saw)\b"
)
_LEAST_WORDS = 2  # content words of a clause


def split_clauses(sentence: str) -> tuple[str, ...]:
    """Return the clauses of a sentence as sentences of their own; empty where it has no two that can stand alone.

    Cautious: a piece without a verb, or inside of quotation marks, is never cut off, since what is left may mean something else.
    """
    body = sentence.strip()
    ending = body[-1] if body and body[-1] in ".!?" else "."
    pieces = [piece.strip(" ,;") for piece in _JOINT.split(body.rstrip(".!?"))]
    if len(pieces) < 2 or not all(_stands_alone(piece) for piece in pieces):
        return ()
    return tuple(f"{piece[0].upper()}{piece[1:]}{ending}" for piece in pieces)


def _stands_alone(piece: str) -> bool:
    whole = piece.count('"') % 2 == 0 and piece.count("“") == piece.count("”")
    return whole and bool(_VERB.search(piece)) and len(set(content_words(piece))) >= _LEAST_WORDS
