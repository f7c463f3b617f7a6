from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from rag.evaluate.statistics import (
    auc,
    compare_pairs,
    mean_interval,
    paired_interval,
    quantile_interval,
    quantile_of,
    two_sample_interval,
)

VALUES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=25)


@pytest.mark.parametrize(
    ("sample", "low", "high"),
    [([0.0] * 30, 0.0, 0.1), ([1.0] * 30, 0.9, 1.0), ([0.0], 0.0, 1.0), ([1.0, 1.0], 0.0, 1.0)],
)
def test_rule_of_three_stands_in_where_nothing_varies(sample: list[float], low: float, high: float) -> None:
    interval = mean_interval(sample, share=True)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((low, high))


def test_a_sample_that_says_nothing_has_no_interval() -> None:
    assert mean_interval([], share=True) is None
    assert mean_interval([7.0], share=False) is None
    assert quantile_interval([7.0], 0.5) is None


def test_interval_covers_the_true_share() -> None:
    generator = np.random.default_rng(3)
    covered = 0
    for _ in range(60):
        interval = mean_interval((generator.random(80) < 0.7).astype(float).tolist(), share=True)
        assert interval is not None
        covered += interval.low <= 0.7 <= interval.high
    assert covered >= 52  # 95 % of 60 is 57


def test_interval_is_the_same_each_time() -> None:
    sample = [0.0, 1.0, 1.0, 0.0, 1.0]
    assert mean_interval(sample, share=True) == mean_interval(sample, share=True)


def test_quantiles_are_numpys() -> None:
    assert quantile_of([1.0, 2.0, 3.0, 4.0], 0.5) == 2.5
    interval = quantile_interval([float(value) for value in range(100)], 0.5)
    assert interval is not None
    assert interval.low < 49.5 < interval.high


def test_three_gains_of_three_are_no_proof() -> None:
    found = compare_pairs([1.0, 1.0, 1.0], [0.0, 0.0, 0.0])
    assert found.difference == 1.0
    assert found.p == pytest.approx(2 / 8)  # all signs equal: 2 of the 8 ways


def test_many_gains_are_seen() -> None:
    found = compare_pairs([1.0] * 20 + [0.0], [0.0] * 20 + [1.0])
    assert found.p < 0.001
    assert found.interval is not None
    assert found.interval.low > 0.5


def test_runs_of_other_length_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="1 and 2 values came"):
        compare_pairs([1.0], [1.0, 2.0])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from([0.0, 0.5, 1.0])] * 2), min_size=1, max_size=10))
def test_comparison_is_antisymmetric(pairs: list[tuple[float, float]]) -> None:
    new, old = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    one, other = compare_pairs(new, old), compare_pairs(old, new)
    assert one.difference == -other.difference
    assert one.p == pytest.approx(other.p)
    if one.interval and other.interval:
        assert (one.interval.low, one.interval.high) == pytest.approx((-other.interval.high, -other.interval.low))


@settings(max_examples=30, deadline=None)
@given(VALUES, VALUES)
def test_area_is_sklearns(positives: list[float], negatives: list[float]) -> None:
    truth = [1] * len(positives) + [0] * len(negatives)
    assert float(auc(np.array(positives), np.array(negatives))) == pytest.approx(
        roc_auc_score(truth, positives + negatives)
    )


@settings(max_examples=25, deadline=None)
@given(VALUES)
def test_interval_of_a_share_stays_between_0_and_1(sample: list[float]) -> None:
    interval = mean_interval(sample, share=True)
    if interval is not None:
        assert 0.0 <= interval.low <= interval.high <= 1.0


def test_two_samples() -> None:
    interval = two_sample_interval(np.array([0.9, 0.8, 0.4, 0.7]), np.array([0.1, 0.5, 0.3]), auc)
    assert interval is not None
    assert 0.5 < interval.low <= interval.high == 1.0
    assert two_sample_interval(np.array([1.0, 1.0]), np.array([0.0, 0.0]), auc) is None
    assert paired_interval(np.array([0.5]), np.array([1.0]), lambda one, other: 0.0) is None
