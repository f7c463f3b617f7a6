from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import EvaluationError, UsageError
from rag.evaluate.compare import compare_reports
from rag.evaluate.floors import check_floors, read_floors
from rag.evaluate.metrics import METRICS, summarise
from rag.evaluate.results import Item, Kind, Report, encode_report, read_report


def report(values: dict[str, dict[str, float]], *, kind: Kind = "retrieval", group: str = "") -> Report:
    items = tuple(
        Item(id=name, question="q", group=group, values=each, failed=each.get("hit@5", 1.0) == 0.0)
        for name, each in values.items()
    )
    figures = summarise(items, METRICS[kind])
    return Report(kind=kind, made="2031-01-01", version="1", inputs=(), figures=figures, items=items)


OLD = report({"a": {"hit@5": 0.0, "search_ms": 9.0}, "b": {"hit@5": 1.0, "search_ms": 9.0}, "x": {"hit@5": 1.0}})
NEW = report({"a": {"hit@5": 1.0, "search_ms": 7.0}, "b": {"hit@5": 1.0, "search_ms": 9.0}, "y": {"hit@5": 1.0}})


def test_only_common_cases_are_compared() -> None:
    found = compare_reports(NEW, OLD, name="old.json")
    assert (found.shared, found.only_new, found.only_old) == (2, 1, 1)
    changes = {change.value: change for change in found.changes}
    assert (changes["hit@5"].old, changes["hit@5"].new) == (0.5, 1.0)
    assert (changes["hit@5"].won, changes["hit@5"].lost, changes["hit@5"].tied) == (1, 0, 1)
    assert (changes["search_ms"].won, changes["search_ms"].lost) == (1, 0)  # less is better
    assert found.fixed == ("a",)
    assert found.broken == ()
    assert found.changed == ("a",)


def test_other_kinds_and_other_cases_are_refused() -> None:
    with pytest.raises(EvaluationError, match="is one of answers"):
        compare_reports(NEW, report({"a": {}}, kind="answers"), name="old.json")
    with pytest.raises(EvaluationError, match="no case in common"):
        compare_reports(NEW, report({"z": {}}), name="old.json")


SHARES = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([0.0, 1.0]), min_size=1)


@settings(max_examples=25, deadline=None)
@given(SHARES, SHARES)
def test_comparison_is_antisymmetric(one: dict[str, float], other: dict[str, float]) -> None:
    first = report({name: {"hit@5": value} for name, value in one.items()})
    second = report({name: {"hit@5": value} for name, value in other.items()})
    if not one.keys() & other.keys():
        return
    there, back = compare_reports(first, second, name="o"), compare_reports(second, first, name="o")
    (forth,), (reverse,) = there.changes, back.changes
    assert forth.difference == -reverse.difference
    assert (forth.won, forth.lost) == (reverse.lost, reverse.won)
    assert set(there.fixed) == set(back.broken)
    assert set(there.changed) == set(back.changed)


def test_a_report_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(encode_report(NEW))
    assert read_report(path) == NEW
    path.write_bytes(encode_report(msgspec.structs.replace(NEW, schema=99)))
    with pytest.raises(EvaluationError, match="has the schema 99"):
        read_report(path)
    path.write_text('{"kind": "retrieval"}')
    with pytest.raises(EvaluationError, match="no report of an evaluation"):
        read_report(path)


@pytest.mark.parametrize(
    ("floors", "missed"),
    [
        (["hit@5=0.5"], []),
        (["hit@5=1.1"], ["hit@5 is 1 (n = 3), below 1.1."]),
        (["search_ms_p50=9"], []),
        (["search_ms_p50=5", "hit@5=1"], ["search_ms_p50 is 8 (n = 2), above 5."]),
        (["recall@10=0.1"], ["recall@10 has no value: no case gives one, 0.1 was wanted."]),
        (["gold:hit@5=0.5"], ["gold:hit@5 has no value: no case gives one, 0.5 was wanted."]),
    ],
)
def test_floors(floors: list[str], missed: list[str]) -> None:
    assert check_floors(NEW, read_floors("retrieval", floors)) == missed


@pytest.mark.parametrize("words", ["hit@5", "hit@5=much", "hit@5=nan", "=0.5", "hits=0.5", "origins=2"])
def test_floors_that_mean_nothing_are_refused(words: str) -> None:
    with pytest.raises(UsageError, match=r"METRIC=VALUE|Known: ") as caught:
        read_floors("answers" if "origins" in words else "retrieval", [words])
    assert caught.value.exit_code == 2


def test_groups_are_summarised_apart() -> None:
    items = [
        Item(id="1", question="q", group="gold", values={"hit@1": 1.0}),
        Item(id="2", question="q", values={"hit@1": 0.0}),
    ]
    figures = {figure.group: (figure.value, figure.n) for figure in summarise(items, METRICS["retrieval"])}
    assert figures == {"": (0.5, 2), "gold": (1.0, 1), "(no group)": (0.0, 1)}
