"""Answers kept in a file while a run goes on, so that one which was interrupted asks nothing twice."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from rag.answer_types import Answer
from rag.evaluate.cases import Case
from rag.evaluate.rows import KeptRows


class SavedAnswer(msgspec.Struct, frozen=True):
    """One answer as the file holds it, one a line.

    Attributes:
        case: id of the case.
        key: hash of all that the answer depends on: question, filters, day, settings, library, and whether quotes alone
            were wanted.
    """

    case: str
    key: str
    answer: Answer


class AnswerFile:
    """The answers of a run.

    Args:
        path: the file; nothing is kept when None.

    Raises:
        EvaluationError: the file cannot be read, or a line but the last is none of these answers.
    """

    def __init__(self, path: Path | None) -> None:
        self._kept = KeptRows(path, SavedAnswer, what="saved answer", files="answers", option="--save")
        self._answers = {(saved.case, saved.key): saved.answer for saved in self._kept.read()}

    def __len__(self) -> int:
        return len(self._answers)

    def find(self, case: str, key: str) -> Answer | None:
        """Return the answer of a case that was given under the same circumstances, or None."""
        return self._answers.get((case, key))

    def add(self, saved: SavedAnswer) -> None:
        """Keep an answer, in the file before anything else is asked."""
        self._answers[saved.case, saved.key] = saved.answer
        self._kept.add(saved)


def circumstances(case: Case, *, settings: str, library: str, quotes_only: bool) -> str:
    """Return a hash of all that the answer to a case depends on.

    Args:
        settings: fingerprint of the settings.
        library: stands for the articles that are searched.
    """
    told = [case.question, case.as_of, case.filters, settings, library, quotes_only]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16]
