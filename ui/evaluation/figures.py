"""Figures in words (pure): what both the terminal and the report in the browser show."""

from __future__ import annotations

from rag.evaluate.metrics import METRICS, PARTS, Metric, find_metric
from rag.evaluate.results import Change, Figure, Kind, Report
from ui.present import count

KINDS: dict[Kind, str] = {
    "retrieval": "Retrieval",
    "answers": "Answers",
    "citations": "Citations",
    "checker": "The checker",
}
CARDS: dict[Kind, tuple[str, ...]] = {
    "retrieval": ("hit@1", "hit@5", "hit@10", "mrr@10", "search_ms_p50"),
    "answers": (
        "answer_in_text",
        "rejection",
        "false_refusal",
        "citation_recall",
        "citation_precision",
        "total_ms_p50",
    ),
    "citations": ("pointer_valid", "quote_exact", "citation_recall", "citation_precision"),
    "checker": ("verify.auc", "verify.balanced_accuracy_product", "model.auc", "rules.auc", "words.auc"),
}
"""The figures that a reader should see first."""


def metric_of(report: Report, figure: Figure) -> Metric:
    """Return the metric of a figure; one that this program does not know stands for itself."""
    return find_metric(report.kind, figure.metric) or Metric(figure.metric, figure.metric, "")


def write_value(value: float | None, metric: Metric) -> str:
    """Return a value in its unit."""
    if value is None:
        return "–"
    if metric.unit == "share":
        return f"{100 * value:.1f} %"
    if metric.unit == "milliseconds":
        return f"{value:,.0f} ms" if value >= 10 else f"{value:.1f} ms"
    return f"{value:.3f}" if metric.unit == "score" else f"{value:.2f}"


def write_interval(low: float | None, high: float | None, metric: Metric) -> str:
    """Return an interval in the unit of its metric, or nothing where there is none."""
    if low is None or high is None:
        return ""
    if metric.unit == "share":
        return f"{100 * low:.1f} to {100 * high:.1f}"
    if metric.unit == "milliseconds":
        return f"{low:,.0f} to {high:,.0f}"
    return f"{low:.3f} to {high:.3f}" if metric.unit == "score" else f"{low:.2f} to {high:.2f}"


def write_p(p: float) -> str:
    """Return a p value."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def group_rows(report: Report, group: str) -> list[tuple[Figure, ...]]:
    """Return the figures of a group, those that must be read together on one row."""
    figures = {figure.metric: figure for figure in report.figures if figure.group == group}
    beside = {metric.beside: metric.name for metric in METRICS[report.kind] if metric.beside}
    rows = []
    for name, figure in figures.items():
        metric = metric_of(report, figure)
        if metric.beside in figures:
            continue
        rows.append((figure, *([figures[beside[name]]] if beside.get(name) in figures else [])))
    return rows


MEASURES = {
    "auc": "AUC",
    "balanced_accuracy": "balanced accuracy",
    "balanced_accuracy_product": "as in the product",
    "brier": "Brier",
    "ece": "calib. error",
}
"""What is measured of each part of the checker: a table of parts and measures is shorter than a list."""


def part_rows(report: Report, group: str) -> list[tuple[str, list[Figure | None]]]:
    """Return, for each part of the checker that has figures in a group, one figure for each of ``MEASURES``."""
    rows = []
    for part, what in PARTS.items():
        found = [report.find(f"{part}.{measure}", group) for measure in MEASURES]
        if any(found):
            rows.append((what, found))
    return rows


def groups_of(report: Report) -> list[str]:
    """Return the groups that have figures, all cases first."""
    return list(dict.fromkeys(figure.group for figure in report.figures))


def change_metric(report: Report, change: Change) -> Metric:
    """Return a metric that is made from a compared value, for its name and unit."""
    found = next((metric for metric in METRICS[report.kind] if metric.value_name == change.value), None)
    return found or Metric(change.value, change.value, "")


def change_label(report: Report, change: Change) -> str:
    """Return what a compared value is called; times are compared by their mean."""
    metric = change_metric(report, change)
    return f"{metric.label.rpartition(',')[0]}, mean" if metric.quantile is not None else metric.label


def outcome_counts(report: Report) -> str:
    """Return how many cases, pairs or answers there are, failed and were dropped."""
    failed = sum(item.failed for item in report.items)
    noun = {"checker": "pair", "citations": "answer"}.get(report.kind, "case")
    words = f"{count(len(report.items), noun)}, {failed:,} failed"
    return f"{words}, {len(report.dropped):,} not counted" if report.dropped else words
