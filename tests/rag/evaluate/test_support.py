from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index.errors import EvaluationError
from index.settings import VerifySettings
from rag.answer_types import Message, Quote
from rag.evaluate.support import WORDS, ModelScorer, RememberedModel, SharedWords, VerifyJudge
from tests.rag.quotes_for_tests import make_quote

ONE, OTHER = [make_quote(1, "A ferry sank.")], [make_quote(1, "A ferry burned.")]


class Counting:
    """A model and a scorer that says one thing, and counts how often it was asked."""

    def __init__(self, score: float | None = 0.9, name: str = "m") -> None:
        self.score = score
        self.name = name
        self.asked = 0

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        self.asked += 1
        return self.score

    def probability_yes(self, messages: Sequence[Message]) -> float | None:
        self.asked += 1
        return self.score


def support(model: Counting, path: Path | None, claim: str, quotes: Sequence[Quote]) -> float | None:
    return ModelScorer(RememberedModel(model, path=path)).support(claim, quotes)


def test_scores_are_kept_and_not_asked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "scores.jsonl"
    second = Counting()
    assert support(Counting(0.25), path, "a", ONE) == 0.25
    assert [support(second, path, "a", ONE), support(second, path, "a", OTHER)] == [0.25, 0.9]
    assert second.asked == 1
    assert support(Counting(0.5, "another"), path, "a", ONE) == 0.5


def test_a_line_that_was_cut_off_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "scores.jsonl"
    support(Counting(0.25), path, "a", ONE)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:10])
    again = Counting()
    assert support(again, path, "a", ONE) == 0.25
    assert again.asked == 0
    assert path.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be written"):
        support(Counting(), tmp_path / "nowhere" / "scores.jsonl", "a", ONE)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scores.jsonl"
    path.write_text('{"key": 1}\n')
    with pytest.raises(EvaluationError, match="is no score"):
        RememberedModel(Counting(), path=path)


def test_share_of_words() -> None:
    assert SharedWords().support("The ferry sank off Port Selm.", ONE) == pytest.approx(2 / 4)
    assert SharedWords().support("", ONE) == 0.0


@pytest.mark.parametrize(("score", "verdict"), [(0.95, "supported"), (0.6, "partly"), (0.1, "unsupported")])
def test_verdicts_are_those_of_the_product(score: float, verdict: str) -> None:
    judge = VerifyJudge(Counting(score), name="scripted", settings=VerifySettings(supported=0.7, partly=0.5))
    assert (
        judge.judge("The ferry was found sunk by divers.", [make_quote(1, "Divers found that the ferry sank.")]).verdict
        == verdict
    )


def test_nothing_cited_supports_nothing() -> None:
    assert (
        VerifyJudge(SharedWords(), name="shared words", settings=WORDS).judge("The ferry sank.", []).verdict
        == "unsupported"
    )
