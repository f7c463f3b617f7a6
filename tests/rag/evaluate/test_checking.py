from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.errors import EvaluationError
from index.settings import Settings, VerifySettings
from rag.answer_types import Quote
from rag.evaluate.checking import (
    Scored,
    best_thresholds,
    calibration_error,
    choose_thresholds,
    measure_parts,
    pair_to_item,
    product_thresholds,
    reliability,
    score_pairs,
)
from rag.evaluate.metrics import CHECKER, PARTS
from rag.evaluate.pairs import Pair, read_pairs, select_pairs
from rag.evaluate.results import Input
from rag.evaluate.runs import evaluate_checker
from rag.trust.judge import open_judge
from rag.trust.verify import CHECKS
from tests.conftest import WordEncoder

EVIDENCE = "Divers found 34 vessels in the harbour on Monday, Mayor Ana Lind said."
RIGHT = Pair(id="a", claim="Divers found 34 vessels in the harbour.", evidence=EVIDENCE, supported=True)
WRONG = Pair(id="b", claim="Divers found 22 vessels in the harbour.", evidence=EVIDENCE, supported=False)

JUDGE = open_judge(models=Settings().models)


class Yes:
    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        return 0.9


def score(*pairs: Pair, model: Yes | None = None) -> list[Scored]:
    return score_pairs(
        pairs,
        encoder=WordEncoder(),
        judge=Yes(),
        model=model,
        settings=VerifySettings(supported=0.7, partly=0.5),
        told=lambda: None,
    )


def made(identifier: str, judge: float, supported: bool) -> Scored:
    pair = Pair(id=identifier, claim="c", evidence="e", supported=supported)
    return Scored(pair, {"judge": judge}, "partly", (), reaches_judge=True)


def test_every_check_of_the_product_is_a_part() -> None:
    assert {check.__name__.removeprefix("check_") for check in CHECKS} < PARTS.keys()


def test_parts_score_apart() -> None:
    right, wrong = score(RIGHT, WRONG, model=Yes())
    assert right.scores["numbers"] == right.scores["rules"] == 1.0
    assert wrong.scores["numbers"] == wrong.scores["rules"] == 0.0
    assert wrong.scores["names"] == 1.0
    assert right.scores["words"] == 1.0
    assert wrong.scores["words"] == pytest.approx(4 / 5)
    assert right.scores["model"] == wrong.scores["model"] == right.scores["judge"] == wrong.scores["judge"] == 0.9
    assert (right.verdict, wrong.verdict) == ("supported", "unsupported")
    assert right.scores["verify"] > 2 / 3
    assert wrong.scores["verify"] == 0.0


def test_without_a_model_there_is_no_score_of_one() -> None:
    (right,) = score(RIGHT)
    assert "model" not in right.scores


def test_figures_by_hand() -> None:
    scored = [made("a", 0.9, True), made("b", 0.6, False), made("c", 0.4, True), made("d", 0.1, False)]
    figures = {each.metric: each.value for each in measure_parts(scored, tuned={"judge": 0.5}, product={"judge": 0.3})}
    assert figures["judge.auc"] == 0.75  # three of the four pairs of pairs are in order
    assert figures["judge.balanced_accuracy"] == 0.5
    assert figures["judge.balanced_accuracy_product"] == 0.75
    assert figures["judge.brier"] == pytest.approx((0.01 + 0.36 + 0.36 + 0.01) / 4)
    assert figures["judge.ece"] == pytest.approx((0.1 + 0.6 + 0.6 + 0.1) / 4)


def test_pairs_of_one_kind_have_no_figures() -> None:
    assert measure_parts([made("a", 0.9, True)], tuned={}, product={}) == ()


def test_best_threshold_lies_between_two_scores() -> None:
    assert best_thresholds([made("a", 0.8, True), made("b", 0.4, False)])["judge"] == pytest.approx(0.6)


def test_thresholds_for_the_settings() -> None:
    low = [made(f"l{n}", 0.2 + n / 1000, False) for n in range(30)]
    high = [made(f"h{n}", 0.7 + n / 1000, True) for n in range(30)]
    mixed = [made(f"m{n}", 0.5 + n / 1000, n % 2 == 0) for n in range(10)]
    found = {each.setting: each for each in choose_thresholds([*low, *mixed, *high], [*low, *high])}
    assert found["verify.supported"].value < 0.7  # a few mixed ones still leave 90 %
    assert found["verify.partly"].value <= found["verify.supported"].value
    assert found["verify.supported"].precision == 1.0
    assert found["verify.supported"].recall == 1.0
    assert choose_thresholds(low, high) == ()


def test_too_few_pairs_give_no_threshold_for_supported() -> None:
    found = choose_thresholds([made("a", 0.9, True), made("b", 0.1, False)], [made("c", 0.9, True)])
    assert [each.setting for each in found] == ["verify.partly"]


def test_reliability_has_a_bin_for_each_tenth_that_is_used() -> None:
    curve = reliability([made("a", 1.0, True), made("b", 0.95, False), made("c", 0.05, False)])["judge"]
    assert [(each.low, each.n, each.share) for each in curve] == [(0.0, 1, 0.0), (0.9, 2, 0.5)]
    assert calibration_error(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == 0.0


def test_a_pair_that_the_product_tells_wrong_says_so() -> None:
    (wrong,) = score(Pair(id="x", claim=RIGHT.claim, evidence=EVIDENCE, supported=False))
    item = pair_to_item(wrong, tuned={"words": 0.5}, product=product_thresholds(VerifySettings()))
    assert item.failed
    assert item.why[0] == "shown, although the evidence does not support it"
    assert item.values["words.balanced_accuracy"] == 0.0
    assert item.values["words.brier"] == 1.0


def test_a_whole_run() -> None:
    pairs = [
        Pair(
            id=f"{kind}{n}",
            claim=claim.replace("Monday", "Monday"),
            evidence=EVIDENCE,
            supported=kind == "r",
            group=f"g{n % 2}",
        )
        for n in range(12)
        for kind, claim in (("r", RIGHT.claim), ("w", WRONG.claim))
    ]
    report = evaluate_checker(
        pairs,
        half="report",
        encoder=WordEncoder(),
        judge=JUDGE,
        model=None,
        settings=Settings(model="none"),
        inputs=[Input("pairs.jsonl", "0")],
    )
    assert report.find("numbers.auc") is not None
    assert report.find("verify.auc").value == 1.0  # type: ignore[union-attr]
    assert {figure.metric for figure in report.figures} <= {metric.name for metric in CHECKER}
    assert {figure.group for figure in report.figures} == {"", "g0", "g1"}
    assert {figure.judge for figure in report.figures if figure.metric.startswith(("judge.", "verify."))} == {
        "Citewire's judge"
    }
    assert {figure.judge for figure in report.figures if figure.metric.startswith("words.")} == {""}


def test_a_half_of_one_kind_is_refused() -> None:
    with pytest.raises(EvaluationError, match="both supported and unsupported"):
        evaluate_checker(
            [RIGHT], half="report", encoder=WordEncoder(), judge=JUDGE, model=None, settings=Settings(model="none"), inputs=[]
        )  # fmt: skip


def test_pairs_are_read_and_drawn(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(f'{{"id": "{n}", "claim": "c", "evidence": "e", "supported": true}}\n' for n in range(20)))
    pairs = read_pairs(path)
    drawn = [pair.id for pair in select_pairs(pairs, limit=5)]
    assert len(drawn) == 5
    assert set(drawn) < {pair.id for pair in select_pairs(pairs, limit=10)}
    with pytest.raises(EvaluationError, match="in the group 'x'"):
        select_pairs(pairs, group="x")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no pair"),
        ("{}\n", "is no pair"),
        ('{"id":"1","claim":"c","evidence":"e","supported":true}\n' * 2, "stands above"),
    ],
)
def test_malformed_pairs_are_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(content)
    with pytest.raises(EvaluationError, match=message):
        read_pairs(path)
