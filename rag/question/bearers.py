"""Those whom a question names, and whom an answer has to be about (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from rag.language.names import find_runs
from rag.language.tokens import tokens
from rag.query_types import Bearer
from rag.question.outlets import without_outlets

# What a question begins with is written large without being a name.
_OPENINGS = frozenset(
    """list name compare give tell show did does do is are was were has have had will would can could should which what who how why when
    where summarise summarize brief any please explain trace timeline chronology latest news do""".split()
)


def find_bearers(question: str, outlets: Sequence[str] = ()) -> tuple[Bearer, ...]:
    """Return the names in a question that an answer has to be about; not those of outlets that are asked what they report."""
    found = find_runs(tokens(without_outlets(question, outlets)))
    return tuple(
        Bearer(name.text, name.words) for name in found if not (len(name.words) == 1 and name.words[0] in _OPENINGS)
    )
