"""A question to the parts it asks for (pure): "When did it start and what did it cost?" asks two things.

Each part is judged by itself, so that an answer can give what the articles say and name what they do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from index.text.lexical import content_words
from rag.answer_types import Quote
from rag.language.pointing import POINTS_BACK, SUBJECTS
from rag.query_types import Part, Query
from rag.question.descriptions import split_long_question

MOST_PARTS = 3
_PREPOSITIONS = r"(?:in|on|at|by|to|for|from|with|of|under|against|since|until|after|before)"
_ASKS = r"(?:who|whom|whose|what|when|where|which|why|how)\b"
# "and is it open", "and did Congress agree" ask; "and is accused of" goes on with what was said of somebody.
_INVERTED = (
    r"(?:(?:did|does|do)\s+(?!not\b)|(?:is|are|was|were|will|would|has|have|had|can|could|should)\s+"
    rf"(?=(?:{SUBJECTS}|there)\b|(?-i:[A-Z])))"
)
# "... and what did it cost", "..., by how much", "... and is it open": a joint before something that asks by itself.
_JOINT = re.compile(
    rf"(?:,\s*|\s+)(?:and|but)\s+(?:also\s+)?(?={_PREPOSITIONS}\s+{_ASKS}|{_ASKS}|{_INVERTED})|[?;]\s+(?:and\s+|but\s+)?(?=\S)",
    re.IGNORECASE,
)
_ASKS_SOMETHING = re.compile(
    rf"^(?:\w+\s+)?{_ASKS}|^{_PREPOSITIONS}\s+\w+\s+{_ASKS}|^(?:{_INVERTED}|(?:is|are|was|were|will|has|have|can)\s)",
    re.I,
)
_RELATIVE = re.compile(r"\s(?:who|which|whose|that)\b", re.IGNORECASE)
_STANDS_ALONE_FROM = 3  # content words; a shorter part ("in which minute") says nothing without the first
_OPENING = re.compile(
    rf"^(?:{_PREPOSITIONS}\s+)?(?:{_ASKS}\s*)?(?:(?:much|many|long|far|often)\b\s*)?"
    r"(?:(?:did|does|do|is|are|was|were|will|would|has|have|had|can|could|should)\s+)?",
    re.IGNORECASE,
)


def split_question(question: str) -> tuple[Part, ...]:
    """Return the parts of a question, at most ``MOST_PARTS``; a question that asks one thing is its only part."""
    whole = question.strip()
    pieces = [piece.strip(" ,;?") for piece in _JOINT.split(whole)]
    pieces = [piece for piece in pieces if any(character.isalnum() for character in piece)]
    if not 1 < len(pieces) <= MOST_PARTS or not _is_question(pieces[0]) or _goes_on(pieces):
        return split_long_question(whole) or (Part(whole, whole),)
    first = pieces[0]
    topic = _OPENING.sub("", first).strip()
    parts = [Part(first, f"{first}?")]
    for piece in pieces[1:]:
        leans = POINTS_BACK.search(piece) or len(content_words(piece)) < _STANDS_ALONE_FROM
        parts.append(Part(piece, f"{piece} ({topic})?" if leans else f"{piece}?"))
    return tuple(parts)


def missing_parts(query: Query, cited: Sequence[Quote], *, bar: float) -> list[Part]:
    """Return the parts of a question that none of the cited quotes answers with a score of at least ``bar``."""
    best = best_of_parts(query, cited)
    return [part for part, score in zip(query.parts, best, strict=True) if score < bar]


def best_of_parts(query: Query, quotes: Sequence[Quote]) -> list[float]:
    """Return the score of the best quote for each part of a question."""
    return [max((quote.part_scores[place] for quote in quotes), default=0.0) for place in range(len(query.parts))]


def _is_question(piece: str) -> bool:
    return bool(_ASKS_SOMETHING.match(piece)) and len(content_words(piece)) > 1


def _goes_on(pieces: list[str]) -> bool:
    """Whether a later piece only says more of somebody: "the man who left and who is accused of"."""
    return any(
        re.match(r"(?:who|which|whose)\b", piece, re.IGNORECASE) and _RELATIVE.search(before)
        for before, piece in pairwise(pieces)
    )
