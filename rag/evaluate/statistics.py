"""Samples to figures with their intervals (pure). Every draw has a fixed seed: the same sample gives the same interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Numbers = npt.NDArray[np.float64]

_DRAWS = 2000
_SEED = 20
_LARGE = 5000  # from here the percentile method, whose work does not grow with the square of the sample
_FLIPS = 10_000
_EXACT = 13  # so many differences are flipped in every way there is, more of them at random


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Paired:
    """What changed between two runs over the same cases.

    Attributes:
        difference: mean of new minus old.
        p: probability of a mean at least so far from 0 if the sign of each difference were chance.
    """

    difference: float
    interval: Interval | None
    p: float


def mean_interval(sample: Sequence[float], *, share: bool) -> Interval | None:
    """Return the bootstrap interval of the mean (BCa), or None where the sample says nothing about it.

    A sample of equal values has no spread to draw from. For a share the rule of three stands in: after 0 of n the true
    share lies below 3/n with 95 % confidence, after n of n above 1 - 3/n.

    Args:
        sample: one value a case.
        share: whether the values lie between 0 and 1.
    """
    values = np.asarray(sample, dtype=np.float64)
    if share and values.size and np.ptp(values) == 0 and values[0] in (0.0, 1.0):
        return rule_of_three(values.size, whole=bool(values[0] == 1.0))
    method = "percentile" if values.size > _LARGE else "BCa"
    return _bootstrap(values, _mean, method=method)


def quantile_of(sample: Sequence[float], quantile: float) -> float:
    """Return a quantile of a sample, between two of its values where it falls between them."""
    return float(np.quantile(np.asarray(sample, dtype=np.float64), quantile))


def quantile_interval(sample: Sequence[float], quantile: float) -> Interval | None:
    """Return the bootstrap interval of a quantile (percentile method), or None for fewer than two different values."""
    return _bootstrap(
        np.asarray(sample, dtype=np.float64),
        lambda draws, axis=-1: np.asarray(np.quantile(draws, quantile, axis=axis)),
        method="percentile",
    )


def rule_of_three(n: int, *, whole: bool) -> Interval:
    """Return the interval of a share of which 0 of n, or with ``whole`` n of n, were seen."""
    bound = min(1.0, 3.0 / n)
    return Interval(1.0 - bound, 1.0) if whole else Interval(0.0, bound)


def two_sample_interval(positives: Numbers, negatives: Numbers, statistic: Callable[..., Numbers]) -> Interval | None:
    """Return the interval of a statistic of two samples that are drawn from apart, such as an AUC.

    Args:
        positives: the scores of the cases that should be high.
        negatives: the scores of the others.
        statistic: takes both samples and ``axis``.
    """
    if min(positives.size, negatives.size) < 2 or (np.ptp(positives) == 0 and np.ptp(negatives) == 0):
        return None
    found = stats.bootstrap(
        (positives, negatives),
        statistic,
        n_resamples=_DRAWS // 2,
        batch=100,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return Interval(float(found.low), float(found.high))


def paired_interval(first: Numbers, second: Numbers, statistic: Callable[[Numbers, Numbers], float]) -> Interval | None:
    """Return the interval of a statistic of pairs that are drawn together, such as a calibration error."""
    if first.size < 2 or (np.ptp(first) == 0 and np.ptp(second) == 0):
        return None
    found = stats.bootstrap(
        (first, second),
        statistic,
        paired=True,
        vectorized=False,
        n_resamples=_DRAWS // 4,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return Interval(float(found.low), float(found.high))


def compare_pairs(new: Sequence[float], old: Sequence[float]) -> Paired:
    """Return what changed between two runs, value by value of the same cases.

    The p value is that of a sign-flip permutation test, two-sided.

    Raises:
        ValueError: the runs differ in length, or are empty.
    """
    if not new or len(new) != len(old):
        raise ValueError(f"pairs were wanted, {len(new)} and {len(old)} values came")
    differences = np.asarray(new, dtype=np.float64) - np.asarray(old, dtype=np.float64)
    interval = _bootstrap(differences, _mean, method="percentile")
    return Paired(float(differences.mean()), interval, _sign_flips(differences[differences != 0]))


def auc(positives: Numbers, negatives: Numbers, axis: int = -1) -> Numbers:
    """Return the probability that a positive scores above a negative, ties counting half, along an axis."""
    ranks = stats.rankdata(np.concatenate([positives, negatives], axis=axis), axis=axis)
    count, others = positives.shape[axis], negatives.shape[axis]
    total = np.take(ranks, range(count), axis=axis).sum(axis=axis)
    return np.asarray((total - count * (count + 1) / 2) / (count * others))


def _sign_flips(differences: Numbers) -> float:
    """Return the share of sign flips whose sum is at least as far from 0 as the sum seen."""
    if differences.size == 0:
        return 1.0
    seen = abs(differences.sum()) * (1 - 1e-12)
    if differences.size <= _EXACT:
        places = np.arange(2**differences.size)[:, None] >> np.arange(differences.size)
        return float(np.mean(np.abs(((places & 1) * 2 - 1) @ differences) >= seen))
    generator = np.random.default_rng(_SEED)
    hits = sum(
        int(np.sum(np.abs(generator.choice([-1.0, 1.0], (1000, differences.size)) @ differences) >= seen))
        for _ in range(_FLIPS // 1000)
    )
    return (hits + 1) / (_FLIPS + 1)


def _mean(draws: Numbers, axis: int = -1) -> Numbers:
    return np.asarray(np.mean(draws, axis=axis))


def _bootstrap(values: Numbers, statistic: Callable[..., Numbers], *, method: str) -> Interval | None:
    if values.size == 0:
        return None
    if np.ptp(values) == 0:
        return None if values.size == 1 else Interval(float(values[0]), float(values[0]))
    for attempt in dict.fromkeys((method, "percentile")):
        found = stats.bootstrap(
            (values,),
            statistic,
            n_resamples=_DRAWS,
            batch=200,
            method=attempt,
            rng=np.random.default_rng(_SEED),
        ).confidence_interval
        if np.isfinite(found.low) and np.isfinite(found.high):
            return Interval(float(found.low), float(found.high))
    return None
