"""What the articles say of a text of one's own. Frozen, as the answer is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.answer_types import Citation

DraftVerdict = Literal["supported", "partly", "otherwise", "not_found", "no_statement"]
"""What the articles say of a sentence: they state it, a part of it, something else of the same, nothing; or it states nothing."""


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of a draft.

    Attributes:
        start: where it stands in the draft: ``draft[start:end] == text``.
        citations: numbers of the quotes that state it; of those that say otherwise where the verdict is ``otherwise``.
        reasons: why, in words a reader understands.
    """

    text: str
    start: int
    end: int
    verdict: DraftVerdict
    citations: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft with the verdict of every sentence, and what they cite, ordered by number."""

    sentences: tuple[CheckedSentence, ...]
    citations: tuple[Citation, ...]

    def count(self, verdict: DraftVerdict) -> int:
        """Return how many sentences have that verdict."""
        return sum(each.verdict == verdict for each in self.sentences)
