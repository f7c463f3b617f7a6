"""A report against an older one, case by case of those that both have (pure)."""

from __future__ import annotations

from index.errors import EvaluationError
from rag.evaluate.metrics import METRICS, Metric
from rag.evaluate.results import Change, Comparison, Item, Kind, Report
from rag.evaluate.statistics import compare_pairs


def compare_reports(new: Report, old: Report, *, name: str) -> Comparison:
    """Return what changed from the older report to the newer one.

    Args:
        new: this run.
        old: the one to compare with.
        name: of the older one, for the reader.

    Raises:
        EvaluationError: they are of different kinds, or have no case in common.
    """
    if new.kind != old.kind:
        raise EvaluationError(f"The report {name!r} is one of {old.kind}, this one is of {new.kind}.")
    before = {item.id: item for item in old.items}
    pairs = [(item, before[item.id]) for item in new.items if item.id in before]
    if not pairs:
        raise EvaluationError(
            f"The report {name!r} has no case in common with this one.", hint="Compare runs over the same cases."
        )
    measured = _measured(new.kind)
    return Comparison(
        against=name,
        made=old.made,
        shared=len(pairs),
        only_new=len(new.items) - len(pairs),
        only_old=len(old.items) - len(pairs),
        changes=tuple(
            change for value, metric in measured.items() if (change := _compare_value(value, metric, pairs)) is not None
        ),
        fixed=tuple(now.id for now, then in pairs if then.failed and not now.failed),
        broken=tuple(now.id for now, then in pairs if now.failed and not then.failed),
        changed=tuple(
            now.id
            for now, then in pairs
            if now.failed != then.failed
            or any(
                now.values.get(value) != then.values.get(value)
                for value, metric in measured.items()
                if metric.unit != "milliseconds"
            )
        ),
    )


def _measured(kind: Kind) -> dict[str, Metric]:
    """Return the values of cases that can be compared, each with a metric that says which way is better."""
    return {metric.value_name: metric for metric in METRICS[kind]}


def _compare_value(value: str, metric: Metric, pairs: list[tuple[Item, Item]]) -> Change | None:
    both = [
        (now.values[value], then.values[value]) for now, then in pairs if value in now.values and value in then.values
    ]
    if not both:
        return None
    now, then = [pair[0] for pair in both], [pair[1] for pair in both]
    found = compare_pairs(now, then)
    more = sum(one > other for one, other in both)
    fewer = sum(one < other for one, other in both)
    return Change(
        value=value,
        n=len(both),
        old=sum(then) / len(then),
        new=sum(now) / len(now),
        difference=found.difference,
        low=found.interval.low if found.interval else None,
        high=found.interval.high if found.interval else None,
        p=found.p,
        won=fewer if metric.better == "less" else more,
        lost=more if metric.better == "less" else fewer,
        tied=len(both) - more - fewer,
    )
