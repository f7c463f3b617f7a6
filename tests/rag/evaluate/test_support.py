from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index.errors import EvaluationError
from index.settings import VerifySettings
from rag.answer_types import Quote
from rag.evaluate.support import RememberedScorer, SharedWords, VerifyJudge
from tests.rag.quotes_for_tests import make_quote

ONE, OTHER = [make_quote(1, "A ferry sank.")], [make_quote(1, "A ferry burned.")]


class Counting:
    def __init__(self, score: float | None = 0.9) -> None:
        self.score = score
        self.asked = 0

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        self.asked += 1
        return self.score


def test_scores_are_kept_and_not_asked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "scores.jsonl"
    first, second, other = Counting(0.25), Counting(), Counting(0.5)
    assert RememberedScorer(first, name="m", path=path).support("a", ONE) == 0.25
    remembered = RememberedScorer(second, name="m", path=path)
    assert [remembered.support("a", ONE), remembered.support("a", OTHER)] == [0.25, 0.9]
    assert second.asked == 1
    assert RememberedScorer(other, name="another", path=path).support("a", ONE) == 0.5


def test_a_line_that_was_cut_off_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "scores.jsonl"
    RememberedScorer(Counting(0.25), name="m", path=path).support("a", ONE)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:10])
    again = Counting()
    assert RememberedScorer(again, name="m", path=path).support("a", ONE) == 0.25
    assert again.asked == 0
    assert path.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    scorer = RememberedScorer(Counting(), name="m", path=tmp_path / "nowhere" / "scores.jsonl")
    with pytest.raises(EvaluationError, match="cannot be written"):
        scorer.support("a", ONE)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scores.jsonl"
    path.write_text('{"key": 1}\n')
    with pytest.raises(EvaluationError, match="is no score"):
        RememberedScorer(Counting(), name="m", path=path)


def test_share_of_words() -> None:
    assert SharedWords().support("The ferry sank off Port Selm.", ONE) == pytest.approx(2 / 4)
    assert SharedWords().support("", ONE) == 0.0


@pytest.mark.parametrize(("score", "verdict"), [(0.95, "supported"), (0.6, "partly"), (0.1, "unsupported")])
def test_verdicts_are_those_of_the_product(score: float, verdict: str) -> None:
    judge = VerifyJudge(Counting(score), settings=VerifySettings(supported=0.7, partly=0.5))
    assert (
        judge.judge("The ferry was found sunk by divers.", [make_quote(1, "Divers found that the ferry sank.")]).verdict
        == verdict
    )


def test_nothing_cited_supports_nothing() -> None:
    assert VerifyJudge().judge("The ferry sank.", []).verdict == "unsupported"
