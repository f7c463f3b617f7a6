"""Questions as the stages after understanding get them."""

from __future__ import annotations

from rag.query_types import Part, Query
from rag.question.understand import read_facts


def understood(question: str, *outlets: str, today: str = "2031-09-17") -> Query:
    """Return a question with all that its words tell, over a library with these outlets."""
    return read_facts(Query(question, question, today=today), question, outlets=outlets)


def asked(question: str) -> Part:
    """Return a question that asks one thing."""
    (part,) = understood(question).asks
    return part
