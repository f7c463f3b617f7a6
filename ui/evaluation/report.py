"""A report of an evaluation as one HTML file that needs nothing else and asks nobody for anything.

Every text from cases, articles, addresses and models is hostile. It goes through ``ui.present`` (control characters, links)
and is escaped by the template's engine, which escapes every value; what is not escaped is the plots, which hold numbers
only, and this project's own style and script. The page's policy lets no other script run and fetches nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from rag.evaluate.metrics import METRICS, Metric
from rag.evaluate.results import Comparison, Figure, Item, Piece, Report
from ui.evaluation.figures import (
    CARDS,
    KINDS,
    MEASURES,
    change_label,
    change_metric,
    group_rows,
    groups_of,
    metric_of,
    outcome_counts,
    part_rows,
    write_interval,
    write_p,
    write_value,
)
from ui.evaluation.plots import draw_plots
from ui.present import plain, safe_url


@dataclass(frozen=True, slots=True)
class Row:
    """A figure as the page shows it. Places are percent of the bar's width; None where there is no interval."""

    label: str
    judge: str
    definition: str
    value: str
    interval: str
    n: str
    beside: bool
    place: float | None
    low: float | None
    width: float | None


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case as the page shows it."""

    id: str
    group: str
    question: str
    failed: bool
    states: str
    badge: str
    why: tuple[str, ...]
    expected: tuple[str, ...]
    answer: str
    pieces: tuple[Piece, ...]


def report_to_html(report: Report) -> str:
    """Return the page."""
    script = _read("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    cases = _order_cases(report)
    return _template().render(
        title=f"{KINDS[report.kind]}: evaluation",
        heading=KINDS[report.kind],
        counts=outcome_counts(report),
        facts=_facts(report),
        policy=f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        style=Markup(_read("report.css")),  # noqa: S704 (this package's own file)
        script=Markup(script),  # noqa: S704 (this package's own file)
        cards=_cards(report),
        tables=[(plain(group) or "All cases", _rows(report, group)) for group in _listed_groups(report)],
        parts=[(plain(group) or "All pairs", _part_rows(report, group)) for group in _part_groups(report)],
        measures=list(MEASURES.values()),
        plots=[(plot.title, plot.explanation, Markup(plot.svg)) for plot in draw_plots(report)],  # noqa: S704 (numbers)
        thresholds=[
            (plain(each.setting), f"{each.value:.2f}", _share(each.precision), _share(each.recall), f"{each.n:,}")
            for each in report.thresholds
        ],
        notes=[plain(note) for note in report.notes],
        comparison=_comparison(report, report.comparison) if report.comparison else None,
        dropped=[(plain(case.id), plain(case.reason)) for case in report.dropped],
        cases=cases,
        filters=_filters(cases, report),
        definitions=[
            (metric.label, metric.definition)
            for metric in METRICS[report.kind]
            if any(figure.metric == metric.name for figure in report.figures)
        ],
    )


def _facts(report: Report) -> list[tuple[str, str]]:
    made = plain(report.made).replace("T", " ").replace("+00:00", " UTC")
    facts = [("Made", made), ("Citewire", plain(report.version))]
    facts += [("Model", plain(report.model))] if report.model != "none" else []
    facts += [("Articles", f"{report.articles:,}")] if report.articles is not None else []
    facts += [("Settings", plain(report.settings_fingerprint))] if report.settings_fingerprint else []
    return facts + [(plain(item.name), f"sha256 {plain(item.sha256)[:12]}") for item in report.inputs]


def _cards(report: Report) -> list[Row]:
    found = [report.find(name) for name in CARDS[report.kind]]
    return [_row(report, figure, scale=_scale(report, figure)) for figure in found if figure]


def _rows(report: Report, group: str) -> list[Row]:
    return [
        _row(report, figure, scale=_scale(report, figure), beside=place > 0)
        for row in group_rows(report, group)
        for place, figure in enumerate(row)
    ]


def _listed_groups(report: Report) -> list[str]:
    return [] if report.kind == "checker" else groups_of(report)


def _part_groups(report: Report) -> list[str]:
    return groups_of(report) if report.kind == "checker" else []


def _part_rows(report: Report, group: str) -> list[tuple[str, list[Row | None]]]:
    return [
        (what, [_row(report, figure, scale=1.0) if figure else None for figure in found])
        for what, found in part_rows(report, group)
    ]


def _scale(report: Report, figure: Figure) -> float:
    """Return the value at the right end of a figure's bar: 1 for shares, else the greatest of its unit."""
    unit = metric_of(report, figure).unit
    if unit in ("share", "score"):
        return 1.0
    return max(
        (other.high or other.value for other in report.figures if metric_of(report, other).unit == unit), default=1.0
    )


def _row(report: Report, figure: Figure, *, scale: float, beside: bool = False) -> Row:
    metric = metric_of(report, figure)
    low, high = figure.low, figure.high
    bounded = low is not None and high is not None and scale > 0
    return Row(
        label=plain(metric.label),
        judge=plain(figure.judge),
        definition=metric.definition,
        value=write_value(figure.value, metric),
        interval=write_interval(low, high, metric),
        n=f"{figure.n:,}",
        beside=beside,
        place=_percent(figure.value, scale),
        low=_percent(low, scale) if bounded else None,
        width=_percent((high or 0.0) - (low or 0.0), scale) if bounded else None,
    )


def _percent(value: float | None, scale: float) -> float | None:
    return None if value is None or scale <= 0 else round(100 * max(0.0, min(1.0, value / scale)), 2)


def _comparison(report: Report, comparison: Comparison) -> dict[str, object]:
    rows = []
    for change in comparison.changes:
        metric = change_metric(report, change)
        sign = "+" if change.difference > 0 else ""
        rows.append(
            {
                "label": plain(change_label(report, change)),
                "old": write_value(change.old, metric),
                "new": write_value(change.new, metric),
                "difference": f"{sign}{write_value(change.difference, metric)}",
                "interval": write_interval(change.low, change.high, metric),
                "p": write_p(change.p),
                "counts": f"{change.won} / {change.lost} / {change.tied}",
                "tone": _tone(metric, change.difference, change.p),
            }
        )
    return {
        "against": plain(comparison.against),
        "made": plain(comparison.made),
        "shared": comparison.shared,
        "only_new": comparison.only_new,
        "only_old": comparison.only_old,
        "rows": rows,
    }


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _tone(metric: Metric, difference: float, p: float) -> str:
    if p >= 0.05 or not difference or metric.better == "neither":
        return ""
    return "better" if (difference > 0) == (metric.better == "more") else "worse"


def _order_cases(report: Report) -> list[ShownCase]:
    """Return the cases, the failed ones first, then those that changed."""
    comparison = report.comparison
    changed = set(comparison.changed) if comparison else set()
    fixed = set(comparison.fixed) if comparison else set()
    broken = set(comparison.broken) if comparison else set()
    ordered = sorted(report.items, key=lambda item: (not item.failed, item.id not in changed))
    return [
        _shown(item, changed=item.id in changed, fixed=item.id in fixed, broken=item.id in broken) for item in ordered
    ]


def _shown(item: Item, *, changed: bool, fixed: bool, broken: bool) -> ShownCase:
    states = ["failed"] if item.failed else ["passed"]
    states += ["changed"] if changed else []
    badge = "newly failed" if broken else "failed" if item.failed else "fixed" if fixed else "passed"
    return ShownCase(
        id=plain(item.id),
        group=plain(item.group),
        question=plain(item.question),
        failed=item.failed,
        states=" ".join(states),
        badge=badge,
        why=tuple(map(plain, item.why)),
        expected=tuple(map(plain, item.expected)),
        answer=plain(item.answer),
        pieces=tuple(
            Piece(
                label=plain(piece.label),
                text=plain(piece.text),
                source=plain(piece.source),
                url=safe_url(piece.url),
                relevant=piece.relevant,
            )
            for piece in item.pieces
        ),
    )


def _filters(cases: Sequence[ShownCase], report: Report) -> list[tuple[str, str, int]]:
    failed = sum(case.failed for case in cases)
    filters = [("all", "All", len(cases)), ("failed", "Failed", failed), ("passed", "Passed", len(cases) - failed)]
    if report.comparison:
        filters.append(("changed", "Changed", sum("changed" in case.states.split() for case in cases)))
    return filters


@cache
def _template() -> Template:
    engine = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return engine.from_string(_read("report.html"))


def _read(name: str) -> str:
    return resources.files("ui.evaluation").joinpath(name).read_text(encoding="utf-8")
