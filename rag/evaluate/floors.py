"""Floors for figures: ``METRIC=VALUE`` or ``GROUP:METRIC=VALUE``, and which figures are worse (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.errors import UsageError
from rag.evaluate.metrics import METRICS, Metric, find_metric
from rag.evaluate.results import Kind, Report


@dataclass(frozen=True, slots=True)
class Floor:
    """The worst value that a figure may have: the lowest, or the highest where less is better."""

    metric: Metric
    group: str
    value: float


def read_floors(kind: Kind, written: Sequence[str]) -> tuple[Floor, ...]:
    """Return the floors that a person wrote.

    Raises:
        UsageError: one is not of that form, names no metric, or a metric that has no better side.
    """
    return tuple(_read(kind, words) for words in written)


def check_floors(report: Report, floors: Sequence[Floor]) -> list[str]:
    """Return a line for every floor that the report does not keep, with the figure and its n."""
    lines = []
    for floor in floors:
        place = f"{floor.group}:{floor.metric.name}" if floor.group else floor.metric.name
        found = report.find(floor.metric.name, floor.group)
        less = floor.metric.better == "less"
        if found is None:
            lines.append(f"{place} has no value: no case gives one, {floor.value:g} was wanted.")
        elif found.value > floor.value if less else found.value < floor.value:
            side = "above" if less else "below"
            lines.append(f"{place} is {found.value:.4g} (n = {found.n}), {side} {floor.value:g}.")
    return lines


def _read(kind: Kind, words: str) -> Floor:
    name, equals, number = words.rpartition("=")
    group, _, metric_name = name.rpartition(":")
    try:
        value = float(number)
    except ValueError:
        value = float("nan")
    if not equals or value != value:
        raise UsageError(f"--fail-under {words!r} is not METRIC=VALUE.", hint="For example: hit@5=0.7.")
    metric = find_metric(kind, metric_name)
    known = [metric.name for metric in METRICS[kind] if metric.better != "neither"]
    if metric is None or metric.better == "neither":
        raise UsageError(f"{metric_name!r} is no metric that can have a floor.", hint=f"Known: {', '.join(known)}.")
    return Floor(metric, group, value)
