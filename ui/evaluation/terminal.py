"""A report of an evaluation in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rag.evaluate.results import Comparison, Figure, Report
from ui.evaluation.figures import (
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
from ui.present import plain

_EXAMPLES = 5


def print_report(report: Report, console: Console | None = None) -> None:
    """Print the figures, what was not counted, and the comparison."""
    shown = console or Console(highlight=False, soft_wrap=False)
    shown.print(Text(f"{KINDS[report.kind]}: {outcome_counts(report)}", style="bold"))
    for group in groups_of(report):
        shown.print(_parts(report, group) if report.kind == "checker" else _figures(report, group))
    if report.thresholds:
        shown.print(_thresholds(report))
    for line in (*report.notes, *_dropped(report)):
        shown.print(Text(plain(line)))
    if report.comparison:
        shown.print(_changes(report, report.comparison))
        for line in _changed_cases(report.comparison):
            shown.print(Text(plain(line)))


def _figures(report: Report, group: str) -> Table:
    table = Table(title=Text(plain(group) or "all cases"), title_justify="left", box=None, pad_edge=False)
    for name, side in (("metric", "left"), ("value", "right"), ("95 % interval", "left"), ("n", "right")):
        table.add_column(name, justify="right" if side == "right" else "left", no_wrap=True)
    for row in group_rows(report, group):
        cells = [_cells(report, figure, second=place > 0) for place, figure in enumerate(row)]
        table.add_row(*(Text("\n".join(parts)) for parts in zip(*cells, strict=True)))
    return table


def _parts(report: Report, group: str) -> Table:
    """Return the figures of the checker: a row a part, a column a measure, each with its interval below."""
    rows = part_rows(report, group)
    n = max((figure.n for _, found in rows for figure in found if figure), default=0)
    table = Table(
        title=Text(f"{plain(group) or 'all pairs'}, n = {n:,}"),
        title_justify="left",
        box=None,
        pad_edge=False,
        collapse_padding=True,
    )
    table.add_column("part", no_wrap=True)
    for name in MEASURES.values():
        table.add_column(name, justify="right", min_width=10 if name == "AUC" else 9)
    for what, found in rows:
        table.add_row(Text(what), *(Text(_part_cell(report, figure)) for figure in found))
    return table


def _part_cell(report: Report, figure: Figure | None) -> str:
    if figure is None:
        return ""
    metric = metric_of(report, figure)
    # Short enough for five columns in 80 characters.
    interval = write_interval(figure.low, figure.high, metric).replace(" to ", "–").replace("0.", ".")
    if metric.unit == "share" and figure.low is not None and figure.high is not None:
        interval = f"{100 * figure.low:.0f}–{100 * figure.high:.0f}"
    return f"{write_value(figure.value, metric)}\n{interval}".rstrip()


def _cells(report: Report, figure: Figure, *, second: bool) -> tuple[str, str, str, str]:
    metric = metric_of(report, figure)
    label = f"  with {metric.label.lower()}" if second else plain(metric.label)
    label += f" (by {plain(figure.judge)})" if figure.judge else ""
    interval = write_interval(figure.low, figure.high, metric)
    return label, write_value(figure.value, metric), interval, f"{figure.n:,}"


def _thresholds(report: Report) -> Table:
    table = Table(title=Text("thresholds for the settings"), title_justify="left", box=None, pad_edge=False)
    for name in ("setting", "value", "precision", "recall", "n"):
        table.add_column(name, justify="left" if name == "setting" else "right")
    for found in report.thresholds:
        parts = (
            plain(found.setting),
            f"{found.value:.2f}",
            _share(found.precision),
            _share(found.recall),
            str(found.n),
        )
        table.add_row(*map(Text, parts))
    return table


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _dropped(report: Report) -> list[str]:
    if not report.dropped:
        return []
    lines = [f"Not counted: {len(report.dropped):,}."]
    lines += [f"  {case.id}: {case.reason}" for case in report.dropped[:_EXAMPLES]]
    more = len(report.dropped) - _EXAMPLES
    return [*lines, f"  and {more:,} more, all in the JSON and HTML reports"] if more > 0 else lines


def _changes(report: Report, comparison: Comparison) -> Table:
    title = f"against {plain(comparison.against)}, {comparison.shared:,} cases in common"
    table = Table(title=Text(title), title_justify="left", box=None, pad_edge=False)
    for name in ("value", "then", "now", "change", "95 % interval", "p", "won/lost/tied"):
        table.add_column(name, justify="left" if name in ("value", "95 % interval") else "right", no_wrap=True)
    for change in comparison.changes:
        metric = change_metric(report, change)
        sign = "+" if change.difference > 0 else ""
        parts = (
            plain(change_label(report, change)),
            write_value(change.old, metric),
            write_value(change.new, metric),
            f"{sign}{write_value(change.difference, metric)}",
            write_interval(change.low, change.high, metric),
            write_p(change.p),
            f"{change.won}/{change.lost}/{change.tied}",
        )
        table.add_row(*map(Text, parts))
    return table


def _changed_cases(comparison: Comparison) -> list[str]:
    lines = []
    for name, cases in (("fixed", comparison.fixed), ("broken", comparison.broken)):
        if cases:
            more = f" and {len(cases) - _EXAMPLES} more" if len(cases) > _EXAMPLES else ""
            lines.append(f"{len(cases)} {name}: {', '.join(cases[:_EXAMPLES])}{more}")
    lines.append(f"{len(comparison.changed)} cases changed.")
    return lines
