"""A long question that describes or compares, to the parts that can each be found (pure).

"Which company bought the ferries, was fined by the port and is accused of dumping oil?" is answered by no sentence of any
article, but each thing that it says of the company may be. "Does the Post say that the toll rose, while the Ledger says that
it fell?" asks for two sentences. Taking a question apart by its own words, without a model, follows DecompRC (Min and others,
"Multi-hop Reading Comprehension through Question Decomposition and Rescoring", 2019).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.text.lexical import content_words
from rag.query_types import Part

_LONG_FROM = 18  # words; what is shorter describes one thing
_MOST_PIECES = 4
_LEAST_WORDS = 4  # content words of a piece: a shorter one belongs to its neighbour
_LEAST_LEFT = 3  # content words that stay when "does the Post say that" is taken away
_YES_OR_NO = r"(?:does|did|do|is|are|was|were|has|have|had|will|would|can|could)\b"

# "Which company | bought the ferries, was fined by ...", "Who is the man | that ..."
_DESCRIBES = re.compile(
    r"(?P<asks>(?:who|what|which)\b[^,]{0,80}?)(?:\s+(?:that|who|which|whose)\b|,"
    r"|\s+(?=(?:associated|involved|known|implicated|responsible|facing|accused|linked)\b))",
    re.IGNORECASE,
)
# "What company | is at the centre of a trial, was fined by ..."
_NAMES_KIND = re.compile(
    rf"(?P<asks>(?:what|which)\s+(?!{_YES_OR_NO})(?:(?!\b(?:that|who|which|whose)\b)[^,]){{2,60}}?)\s+(?={_YES_OR_NO})",
    re.IGNORECASE,
)
_FURTHER = re.compile(
    r",\s+(?:and\s+)?|;\s*|\s+and\s+(?=(?:is|are|was|were|has|have|had|also|whose|who|that|which|facing|accused)\b)",
    re.IGNORECASE,
)
# "Between the report of May 1 and the report of June 2, did the toll change?"
_BETWEEN = re.compile(
    rf"between\s+(?P<one>.+?),?\s+and\s+(?P<other>(?:the|a|an|another|its|their)\b.+?),\s+(?P<asks>{_YES_OR_NO}.+)",
    re.IGNORECASE | re.DOTALL,
)
# "After the Post reported that ..., did the Ledger say ...?"
_AFTER = re.compile(
    rf"(?:after|following|since|considering|given)\s+(?!.*,\s+(?:who|what|which|when|where|how)\b)(?P<before>.+?),\s+"
    rf"(?P<asks>{_YES_OR_NO}.+)",
    re.IGNORECASE | re.DOTALL,
)
_CONTRASTED = re.compile(
    r",?\s+(?:while|whereas|but)\s+(?=\S)|,\s+(?:and|with)\s+(?:whether\s+|if\s+)?(?=\S)"
    r"|\s+(?:compared (?:to|with)|in contrast to|as opposed to)\s+",
    re.IGNORECASE,
)
_IN_TURN = re.compile(r"(?:did|does|was|has)\s+(?P<one>.+?)\s+(?:before|after|prior to)\s+(?P<other>.+)", re.IGNORECASE)
_OUTLET = r"(?:the\s+|another\s+|an?\s+)?['\"‘“]?[A-Z][\w.&’'|\- ]{1,60}?['\"’”]?"
# "Does the Post article on ferries suggest that": no sentence of an article says that of itself.
_REPORTS = re.compile(
    rf"(?:(?:does|did|do|has|have)\s+)?{_OUTLET}(?:\s+(?:article|report|coverage|piece|story)s?)?(?:\s+from\s+{_OUTLET})?"
    r"(?:\s+(?:on|about|regarding|that discusses)\s+[^,]{3,60}?)?\s+"
    r"(?:suggest|indicate|report|claim|state|say|impl(?:y|ie)|mention|describe|discuss|highlight|note|argue|assert|portray"
    r"|focus|attribute|credit|confirm|identify)(?:s|es|ed)?(?:\s+on)?(?:\s+that)?\s+",
    re.IGNORECASE,
)


def split_long_question(question: str) -> tuple[Part, ...]:
    """Return what a long question describes or compares, piece by piece; nothing where it does neither.

    The pieces are for finding and judging quotes. Few of them are questions that could be put to anybody.
    """
    whole = question.strip().rstrip("?").strip()
    if len(whole.split()) < _LONG_FROM:
        return ()
    if found := _NAMES_KIND.match(whole) or _DESCRIBES.match(whole):
        asks = found["asks"].strip()
        parts = [Part(piece, f"{asks} {piece}?", whole=False) for piece in _join(_FURTHER.split(whole[found.end() :]))]
    elif found := _BETWEEN.fullmatch(whole):
        parts = [Part(piece, f"{found['asks']} ({piece})?", whole=False) for piece in found.group("one", "other")]
    elif found := _AFTER.fullmatch(whole):
        parts = _statements([*_join(_CONTRASTED.split(found["before"]), most=_MOST_PIECES - 1), found["asks"]])
    elif re.match(_YES_OR_NO, whole, re.IGNORECASE):
        pieces = _join(_CONTRASTED.split(whole))
        if len(pieces) == 1 and (found := _IN_TURN.fullmatch(whole)):
            pieces = _join(found.group("one", "other"))
        parts = _statements(pieces)
    else:
        return ()
    return tuple(parts) if len(parts) > 1 else ()


def _statements(pieces: Iterable[str]) -> list[Part]:
    return [Part(piece, f"{_without_report(piece)}?", whole=False) for piece in pieces]


def _without_report(piece: str) -> str:
    found = _REPORTS.match(piece)
    return piece[found.end() :] if found and len(content_words(piece[found.end() :])) >= _LEAST_LEFT else piece


def _join(pieces: Sequence[str], *, most: int = _MOST_PIECES) -> list[str]:
    """Return the pieces with those that say little joined to the one before, and at most so many of them."""
    joined: list[str] = []
    for piece in (piece.strip(" ,") for piece in pieces):
        if not piece:
            continue
        if joined and min(len(content_words(piece)), len(content_words(joined[-1]))) < _LEAST_WORDS:
            joined[-1] += f", {piece}"
        else:
            joined.append(piece)
    while len(joined) > most:
        place = min(range(len(joined) - 1), key=lambda at: len(joined[at]) + len(joined[at + 1]))
        joined[place : place + 2] = [f"{joined[place]}, {joined[place + 1]}"]
    return joined
