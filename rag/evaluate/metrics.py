"""The metrics: what each is called, what it means, which way is better. Every face reads them from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.evaluate.results import Figure, Item, Kind
from rag.evaluate.statistics import mean_interval, quantile_interval, quantile_of

Unit = Literal["share", "score", "milliseconds", "number"]
Better = Literal["more", "less", "neither"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric.

    Attributes:
        unit: a share is shown in percent, a score, 0 to 1 too, as it is.
        name: in JSON and for ``--fail-under``.
        label: for people.
        definition: one sentence.
        of: the value of a case that it is made from; its own name when empty.
        quantile: the quantile of the values, or None for their mean.
        beside: the metric that it must be read together with, on one row.
        judged: whether it rests on a judge of support.
    """

    name: str
    label: str
    definition: str
    unit: Unit = "share"
    better: Better = "more"
    of: str = ""
    quantile: float | None = None
    beside: str = ""
    judged: bool = False

    @property
    def value_name(self) -> str:
        """Return the name of the case's value that it is made from."""
        return self.of or self.name


def _times(*stages: tuple[str, str]) -> tuple[Metric, ...]:
    return tuple(
        Metric(
            f"{name}_{mark}",
            f"{label}, {mark}",
            f"{words} of the milliseconds: {label}.",
            unit="milliseconds",
            better="less",
            of=name,
            quantile=quantile,
        )
        for name, label in stages
        for mark, words, quantile in (("p50", "Median", 0.5), ("p95", "95th percentile", 0.95))
    )


RETRIEVAL = (
    Metric("hit@1", "Hit at 1", "Share of questions whose first article is relevant."),
    Metric("hit@5", "Hit at 5", "Share of questions with a relevant article among the first 5."),
    Metric("hit@10", "Hit at 10", "Share of questions with a relevant article among the first 10."),
    Metric("mrr@10", "MRR at 10", "Mean of 1 / rank of the first relevant article, 0 from rank 11.", unit="score"),
    Metric(
        "ndcg@10",
        "nDCG at 10",
        "Discounted gain of the first 10 articles, against the best possible order.",
        unit="score",
    ),
    Metric("recall@10", "Recall at 10", "Share of the relevant articles that are among the first 10."),
    *_times(("search_ms", "search")),
)

CITATIONS = (
    Metric(
        "pointer_valid",
        "Pointers valid",
        "Share of an answer's citations whose source exists, with offsets in range and the recorded hash.",
    ),
    Metric("quote_exact", "Quotes exact", "Share of an answer's quotes that stand word for word where they point."),
    Metric(
        "citation_recall",
        "Citation recall",
        "Share of an answer's sentences that are fully supported by what they cite, taken together.",
        judged=True,
    ),
    Metric(
        "citation_recall_partly",
        "Citation recall, partly",
        "The same, where partial support is enough.",
        judged=True,
    ),
    Metric(
        "citation_precision",
        "Citation precision",
        "Share of an answer's citations that support their sentence alone, or are needed for its support.",
        judged=True,
    ),
)

ANSWERS = (
    Metric("answer_in_text", "Answer in the text", "Share of questions whose known answer stands in the shown text."),
    Metric(
        "answer_in_quotes", "Answer in the quotes", "Share of questions whose known answer stands in a cited quote."
    ),
    Metric(
        "choice_accuracy",
        "Right choice alone",
        "Share of multiple-choice questions where a right choice stands in the text and no wrong one does.",
    ),
    Metric(
        "rejection",
        "Rejection of the unanswerable",
        "Share of the questions without an answer in the collection that were not answered.",
    ),
    Metric(
        "false_refusal",
        "False refusal",
        "Share of the questions with an answer in the collection that were not answered.",
        better="less",
        beside="rejection",
    ),
    Metric(
        "right",
        "Right",
        "Share of questions answered with every vital nugget and, to yes or no, the right verdict.",
    ),
    Metric("nuggets_strict", "Vital nuggets", "Share of the vital nuggets that the answer holds."),
    Metric(
        "nuggets_weighted", "Nuggets, weighted", "Share of all nuggets that the answer holds, okay ones counting half."
    ),
    Metric("kind_right", "Kind as wanted", "Share of questions whose kind of answer was read rightly."),
    Metric("verdict_right", "Verdict right", "Share of the questions of yes or no with the right verdict."),
    Metric(
        "verdict_wrong",
        "Verdict wrong",
        "Share of the questions of yes or no with another verdict than the right one; none at all is not wrong.",
        better="less",
        beside="verdict_right",
    ),
    Metric("in_order", "Timeline in order", "Share of timelines whose nuggets stand in their order."),
    Metric(
        "without_nugget",
        "Sentences without a nugget",
        "Share of an answer's sentences that hold no nugget and carry no reason why they are there.",
        better="less",
    ),
    Metric(
        "fault_repeated",
        "Fault repeated",
        "Share of the questions with faults that readers found whose answer has one of them again.",
        better="less",
    ),
    Metric("cites_relevant", "Cites a relevant article", "Share of the given answers that cite a relevant article."),
    *CITATIONS,
    Metric(
        "withheld", "Sentences withheld", "Share of the written sentences that the checks withheld.", better="neither"
    ),
    Metric("origins", "Origins", "Independent origins that an answer rests on.", unit="number", better="neither"),
    Metric(
        "model_failed",
        "Model failed",
        "Share of the questions that a model was asked and did not answer.",
        better="less",
    ),
    *_times(
        ("total_ms", "whole answer"),
        ("retrieve_ms", "retrieving"),
        ("evidence_ms", "choosing quotes"),
        ("first_token_ms", "first sentence"),
        ("generate_ms", "writing"),
        ("verify_ms", "checking"),
    ),
)

PARTS = {
    "numbers": "check of numbers",
    "dates": "check of dates",
    "names": "check of names",
    "direction": "check of direction",
    "speech": "check of speech",
    "roles": "check of roles",
    "rules": "all checks together",
    "words": "share of shared words",
    "cosine": "cosine of the embeddings",
    "judge": "the judge of an answer",
    "model": "P(yes) of the model",
    "verify": "the product's verdict",
}
"""The parts of the checker, each measured apart, and what each is."""

SCORES = ("words", "cosine", "judge", "model")
"""The parts whose score may be read as a probability."""


def _of_part(name: str, what: str) -> tuple[Metric, ...]:
    return (
        Metric(
            f"{name}.auc",
            f"AUC, {what}",
            "Probability that a supported pair scores above one that is not, ties counting half.",
            unit="score",
        ),
        Metric(
            f"{name}.balanced_accuracy",
            f"Balanced accuracy, {what}",
            "Mean of the shares of supported and of unsupported pairs that are told right, at the threshold that was "
            "best on the other half.",
        ),
        Metric(
            f"{name}.balanced_accuracy_product",
            f"Balanced accuracy as in the product, {what}",
            "The same at the threshold that the product uses.",
        ),
    )


CHECKER = (
    *(metric for name, what in PARTS.items() for metric in _of_part(name, what)),
    *(
        metric
        for name in SCORES
        for metric in (
            Metric(
                f"{name}.brier",
                f"Brier score, {PARTS[name]}",
                "Mean squared distance of the score from the truth.",
                unit="score",
                better="less",
            ),
            Metric(
                f"{name}.ece",
                f"Calibration error, {PARTS[name]}",
                "Mean distance of score and truth over ten bins, weighted by their size.",
                unit="score",
                better="less",
            ),
        )
    ),
)

METRICS: dict[Kind, tuple[Metric, ...]] = {
    "retrieval": RETRIEVAL,
    "answers": ANSWERS,
    "citations": CITATIONS,
    "checker": CHECKER,
}


def find_metric(kind: Kind, name: str) -> Metric | None:
    """Return the metric of that name, or None."""
    return next((metric for metric in METRICS[kind] if metric.name == name), None)


def summarise(items: Sequence[Item], metrics: Sequence[Metric], *, judge: str = "") -> tuple[Figure, ...]:
    """Return each metric over all cases and, where there are several groups, over each of them.

    A case that has no value for a metric is not counted; a metric that no case has is left out.

    Args:
        judge: who judged support, for the metrics that rest on it.
    """
    groups = sorted({item.group for item in items})
    parts = [("", items)]
    if len(groups) > 1:
        parts += [(group or "(no group)", [item for item in items if item.group == group]) for group in groups]
    figures = []
    for group, members in parts:
        for metric in metrics:
            sample = [item.values[metric.value_name] for item in members if metric.value_name in item.values]
            if sample:
                figures.append(_figure(metric, group, sample, judge=judge if metric.judged else ""))
    return tuple(figures)


def _figure(metric: Metric, group: str, sample: Sequence[float], *, judge: str) -> Figure:
    if metric.quantile is None:
        value = sum(sample) / len(sample)
        interval = mean_interval(sample, share=metric.unit in ("share", "score"))
    else:
        value = quantile_of(sample, metric.quantile)
        interval = quantile_interval(sample, metric.quantile)
    return Figure(
        metric=metric.name,
        group=group,
        value=value,
        n=len(sample),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        judge=judge,
    )
