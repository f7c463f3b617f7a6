"""docs/evaluation.md says what the code does: metrics, fields, sets."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from rag.evaluate.cases import Case
from rag.evaluate.convert import ADAPTERS
from rag.evaluate.metrics import METRICS, PARTS
from rag.evaluate.pairs import Pair
from rag.evaluate.records import to_record
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
NAMES = sorted({metric.name for kind, metrics in METRICS.items() if kind != "checker" for metric in metrics})


@pytest.mark.parametrize("name", [*NAMES, *PARTS, *ADAPTERS, *Case.__struct_fields__])
def test_name_is_documented(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_measures_of_the_checker_are_documented() -> None:
    measures = {metric.name.partition(".")[2] for metric in METRICS["checker"]}
    assert {f"PART.{measure}" for measure in measures} == set(re.findall(r"`(PART\.\w+)`", PAGE))


def test_examples_are_read() -> None:
    lines = [line.strip() for line in PAGE.splitlines() if line.strip().startswith('{"')]
    assert len(lines) == 6
    for line in lines:
        row = msgspec.json.decode(line)
        if "claim" in row:
            msgspec.convert(row, Pair)
        elif "sources" in row:
            assert to_record(row, identifier="1").sentences
        else:
            msgspec.convert(row, Case)


def test_no_metric_is_documented_that_does_not_exist(tmp_path: Path) -> None:
    rows = re.findall(r"^\| [^|]+ \| (`[^|]+`) \|", PAGE, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([\w@]+)`", row)}
    assert named == set(NAMES)
