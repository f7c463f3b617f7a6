"""Pairs to scores, part by part of the checker, and scores to figures.

Each part is measured apart, so that one can see what it adds: every check of ``rag.trust.verify``, all of them together, the two
baselines that cost nothing (shared words, closeness in meaning), the judge of an answer, a model's P(yes) alone, and the verdict of
the product, which is made of the checks and the judge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from sklearn.metrics import brier_score_loss, roc_auc_score

from index.models.embed import Encoder
from index.settings import VerifySettings
from rag.answer_types import Draft, Quote, Sentence, Verdict
from rag.evaluate.cases import Half, half_of
from rag.evaluate.metrics import PARTS, SCORES
from rag.evaluate.pairs import Pair
from rag.evaluate.results import Bin, Figure, Item, Piece, Threshold, excerpt
from rag.evaluate.statistics import Interval, Numbers, auc, mean_interval, paired_interval, two_sample_interval
from rag.language.tokens import share_of_words
from rag.trust.checks.evidence import Finding, collect_evidence
from rag.trust.verify import CHECKS, SupportScorer, verify_sentence

Truth = npt.NDArray[np.bool_]

_BINS = 10
_SUPPORTED_PRECISION = 0.9
_FEWEST = 20  # pairs above a threshold, below which its precision means little
_FATAL = 0.25  # between the score of a fatal finding, 0, and that of a doubt, 0.5
_SHOWN = 1 / 3  # the lowest score of a sentence that the product shows
_SHARED_WORDS = 0.5  # from here the product shows a sentence when no model has judged it
_ORDER: dict[Verdict, int] = {"unsupported": 0, "partly": 1, "supported": 2}


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair with the score of every part, 0 to 1; a part that gave none is not there.

    Attributes:
        verdict: of the product.
        reasons: for it.
        reaches_judge: whether no check finds a fatal fault, so that the product asks the judge.
    """

    pair: Pair
    scores: Mapping[str, float]
    verdict: Verdict
    reasons: tuple[str, ...]
    reaches_judge: bool


def score_pairs(
    pairs: Sequence[Pair],
    *,
    encoder: Encoder,
    judge: SupportScorer,
    model: SupportScorer | None,
    settings: VerifySettings,
    told: Callable[[], None],
) -> list[Scored]:
    """Score every pair by every part.

    Args:
        judge: the one that answers rest on.
        model: a model alone, to compare it with, or None.
        settings: where the product's verdicts lie on the judge's score.
        told: called after each pair.

    Raises:
        ModelError: the model did not answer.
    """
    texts = sorted({text for pair in pairs for text in (pair.claim, pair.evidence)})
    vectors = dict(zip(texts, encoder.encode(texts), strict=True))
    scored = []
    for pair in pairs:
        cosine = float(vectors[pair.claim] @ vectors[pair.evidence])
        scored.append(_score(pair, max(0.0, min(1.0, cosine)), judge, model, settings))
        told()
    return scored


def product_thresholds(settings: VerifySettings) -> dict[str, float]:
    """Return the score from which the product takes a pair as supported, or at least shows it, by part."""
    checks = dict.fromkeys([*_checks(), "rules"], _FATAL)
    return {**checks, "words": _SHARED_WORDS, "judge": settings.partly, "verify": _SHOWN}


def best_thresholds(scored: Sequence[Scored]) -> dict[str, float]:
    """Return, by part, the threshold with the best balanced accuracy on these pairs."""
    found = {}
    for part in PARTS:
        scores, truth = _column(scored, part)
        if 0 < truth.sum() < truth.size:
            found[part] = _best_threshold(scores, truth)
    return found


def measure_parts(
    scored: Sequence[Scored],
    *,
    tuned: Mapping[str, float],
    product: Mapping[str, float],
    group: str = "",
    judges: Mapping[str, str] | None = None,
) -> tuple[Figure, ...]:
    """Return the figures of every part over these pairs; none where all or no pairs are supported.

    Args:
        tuned: thresholds that were chosen on other pairs.
        product: the product's thresholds.
        group: name of the group that these pairs are.
        judges: by part, who gave its scores, where that is a judge.
    """
    figures: list[Figure] = []
    for part in PARTS:
        scores, truth = _column(scored, part)
        if not 0 < truth.sum() < truth.size:
            continue
        high, low = scores[truth], scores[~truth]
        area = float(roc_auc_score(truth, scores))
        figures.append(_figure(f"{part}.auc", group, area, truth.size, two_sample_interval(high, low, auc)))
        for name, thresholds in (("balanced_accuracy", tuned), ("balanced_accuracy_product", product)):
            if part in thresholds:
                right = (high >= thresholds[part]).astype(float), (low < thresholds[part]).astype(float)
                value = float(_balance(*right))
                interval = two_sample_interval(right[0], right[1], _balance)
                figures.append(_figure(f"{part}.{name}", group, value, truth.size, interval))
        if part in SCORES:
            brier = float(brier_score_loss(truth, scores))
            errors = mean_interval(list((scores - truth) ** 2), share=True)
            figures.append(_figure(f"{part}.brier", group, brier, truth.size, errors))
            error = calibration_error(scores, truth)
            interval = paired_interval(scores, truth.astype(np.float64), calibration_error)
            figures.append(_figure(f"{part}.ece", group, error, truth.size, interval))
    names = judges or {}
    return tuple(msgspec.structs.replace(each, judge=names.get(each.metric.split(".")[0], "")) for each in figures)


def reliability(scored: Sequence[Scored]) -> dict[str, tuple[Bin, ...]]:
    """Return the reliability curve of every score that may be read as a probability."""
    columns = {part: _column(scored, part) for part in SCORES}
    return {part: _bins(scores, truth) for part, (scores, truth) in columns.items() if truth.size}


def calibration_error(scores: Numbers, truth: npt.NDArray[Any]) -> float:
    """Return the mean distance of score and truth over ten bins, weighted by their size."""
    bins = _bins(scores, truth)
    return sum(item.n * abs(item.score - item.share) for item in bins) / scores.size


def choose_thresholds(tune: Sequence[Scored], report: Sequence[Scored]) -> tuple[Threshold, ...]:
    """Return what the calibration gives for ``verify.supported`` and ``verify.partly``.

    ``supported`` is the smallest score from which at least 90 % of the pairs are supported, ``partly`` the one with the
    best balanced accuracy and at most ``supported``; both over the pairs that reach the judge. Precision and recall are
    those on the other half.

    Args:
        tune: pairs to choose on.
        report: pairs to report on.
    """
    scores, truth = _column([item for item in tune if item.reaches_judge], "judge")
    if not 0 < truth.sum() < truth.size:
        return ()
    supported = _precise_threshold(scores, truth)
    partly = _best_threshold(scores, truth)
    chosen = {"verify.supported": supported, "verify.partly": partly if supported is None else min(partly, supported)}
    others = [item for item in report if item.reaches_judge]
    return tuple(_threshold(name, value, others) for name, value in chosen.items() if value is not None)


def split_halves(scored: Sequence[Scored]) -> dict[Half, list[Scored]]:
    """Return the half to tune on and the half to report on."""
    halves: dict[Half, list[Scored]] = {"tune": [], "report": []}
    for item in scored:
        halves[half_of(item.pair.id)].append(item)
    return halves


def pair_to_item(scored: Scored, *, tuned: Mapping[str, float], product: Mapping[str, float]) -> Item:
    """Return a scored pair as a case of the report; it failed when the product tells it wrong."""
    pair, values = scored.pair, {}
    for part, score in scored.scores.items():
        for name, thresholds in (("balanced_accuracy", tuned), ("balanced_accuracy_product", product)):
            if part in thresholds:
                values[f"{part}.{name}"] = float((score >= thresholds[part]) == pair.supported)
        if part in SCORES:
            values[f"{part}.brier"] = (score - pair.supported) ** 2
    shown = scored.verdict != "unsupported"
    told = ", ".join(f"{part} {score:.2f}" for part, score in scored.scores.items() if part in SCORES)
    why: tuple[str, ...] = ()
    if shown != pair.supported:
        wrong = "shown, although the evidence does not support it" if shown else "withheld, although it is supported"
        why = (wrong, *scored.reasons)
    return Item(
        id=pair.id,
        group=pair.group,
        question=excerpt(pair.claim, 600),
        values=values,
        failed=bool(why),
        why=why,
        expected=("supported" if pair.supported else "not supported",),
        answer=f"{scored.verdict}; {told}",
        pieces=(Piece(label="evidence", text=excerpt(pair.evidence, 1200), source=pair.title or ""),),
    )


def _score(
    pair: Pair, cosine: float, judge: SupportScorer, model: SupportScorer | None, settings: VerifySettings
) -> Scored:
    quote = _to_quote(pair)
    evidence = collect_evidence([quote])
    findings = {name: check(pair.claim, evidence) for name, check in _checks().items()}
    scores = {name: _worth(found) for name, found in findings.items()}
    scores["rules"] = min(scores.values())
    scores["words"] = share_of_words(pair.claim, pair.evidence)
    scores["cosine"] = cosine
    judged = judge.support(pair.claim, [quote])
    asked = model.support(pair.claim, [quote]) if model else None
    scores |= {name: score for name, score in (("judge", judged), ("model", asked)) if score is not None}
    checked = verify_sentence(Draft(pair.claim, (1,)), [quote], scorer=_Known(judged), settings=settings)
    reaches_judge = scores["rules"] > _FATAL
    finest = 1.0 if isinstance(checked, Sentence) and checked.support == 1.0 else scores.get("judge", scores["words"])
    # The verdict comes first; the score tells apart what has the same one.
    scores["verify"] = (_ORDER[checked.verdict] + (finest if reaches_judge else 0.0)) / 3
    return Scored(pair, scores, checked.verdict, checked.reasons, reaches_judge)


class _Known:
    """A scorer that was asked already."""

    def __init__(self, score: float | None) -> None:
        self._score = score

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:  # noqa: ARG002 (the seam's form)
        return self._score


def _checks() -> dict[str, Callable[..., list[Finding]]]:
    return {check.__name__.removeprefix("check_"): check for check in CHECKS}


def _worth(findings: Sequence[Finding]) -> float:
    if any(finding.severity == "fatal" for finding in findings):
        return 0.0
    return 0.5 if any(finding.severity == "doubtful" for finding in findings) else 1.0


def _to_quote(pair: Pair) -> Quote:
    return Quote(
        n=1,
        quote=pair.evidence,
        start=0,
        end=len(pair.evidence),
        article_id=pair.id,
        article_sha256="",
        title=pair.title,
        outlet=pair.outlet,
        author=None,
        published=pair.published,
        updated=None,
        url=None,
        origin=pair.id,
        context=pair.evidence,
    )


def _column(scored: Sequence[Scored], part: str) -> tuple[Numbers, Truth]:
    having = [item for item in scored if part in item.scores]
    scores = np.array([item.scores[part] for item in having], dtype=np.float64)
    return scores, np.array([item.pair.supported for item in having], dtype=np.bool_)


def _best_threshold(scores: Numbers, truth: Truth) -> float:
    """Return the threshold with the best balanced accuracy, between two scores; the lowest of equals."""
    levels = np.unique(scores)
    candidates = np.concatenate([levels[:1], (levels[1:] + levels[:-1]) / 2])
    high, low = np.sort(scores[truth]), np.sort(scores[~truth])
    kept = 1 - np.searchsorted(high, candidates, side="left") / high.size
    refused = np.searchsorted(low, candidates, side="left") / low.size
    return float(candidates[int(np.argmax(kept + refused))])


def _precise_threshold(scores: Numbers, truth: Truth) -> float | None:
    """Return the smallest score from which enough pairs are supported, or None when none has enough pairs above it."""
    for level in np.unique(scores):
        above = truth[scores >= level]
        if above.size >= _FEWEST and above.mean() >= _SUPPORTED_PRECISION:
            return float(level)
    return None


def _threshold(name: str, value: float, scored: Sequence[Scored]) -> Threshold:
    scores, truth = _column(scored, "judge")
    above = truth[scores >= value]
    return Threshold(
        setting=name,
        value=value,
        precision=float(above.mean()) if above.size else None,
        recall=float(above.sum() / truth.sum()) if truth.sum() else None,
        n=int(above.size),
    )


def _balance(kept: Numbers, refused: Numbers, axis: int = -1) -> Numbers:
    return np.asarray((np.mean(kept, axis=axis) + np.mean(refused, axis=axis)) / 2)


def _bins(scores: Numbers, truth: npt.NDArray[Any]) -> tuple[Bin, ...]:
    places = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    return tuple(
        Bin(
            low=place / _BINS,
            high=(place + 1) / _BINS,
            score=float(scores[places == place].mean()),
            share=float(truth[places == place].mean()),
            n=int((places == place).sum()),
        )
        for place in range(_BINS)
        if (places == place).any()
    )


def _figure(metric: str, group: str, value: float, n: int, interval: Interval | None) -> Figure:
    return Figure(
        metric=metric,
        group=group,
        value=value,
        n=n,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
    )
