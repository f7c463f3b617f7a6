"""docs/evaluation.md says what the code does: metrics, fields, sets."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from rag.evaluate.cases import Case, read_cases
from rag.evaluate.convert import ADAPTERS
from rag.evaluate.exchange import EXPORTS, IMPORTS, import_answers, import_nuggets
from rag.evaluate.metrics import METRICS, PARTS
from rag.evaluate.pairs import Pair
from rag.evaluate.records import read_records, to_record
from tests.conftest import ROOT
from ui.cli import cli

PAGE = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
NAMES = sorted({metric.name for kind, metrics in METRICS.items() if kind != "checker" for metric in metrics})


@pytest.mark.parametrize("name", [*NAMES, *PARTS, *ADAPTERS, *Case.__struct_fields__])
def test_name_is_documented(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_measures_of_the_checker_are_documented() -> None:
    measures = {metric.name.partition(".")[2] for metric in METRICS["checker"]}
    assert {f"PART.{measure}" for measure in measures} == set(re.findall(r"`(PART\.\w+)`", PAGE))


FORMATS = PAGE.partition("\n## Formats of others\n")[2].partition("\n## ")[0]
EXAMPLES = dict(
    zip(
        ("trec-rag-2026", "trec-rag-2025", "ragtime-2026", "dragun-2025", "ragas", "nuggetizer"),
        re.findall(r"^\{.*\}$", FORMATS, re.MULTILINE),
        strict=True,
    )
)


def test_examples_are_read() -> None:
    lines = [line.strip() for line in PAGE.replace(FORMATS, "").splitlines() if line.strip().startswith('{"')]
    assert len(lines) == 6
    for line in lines:
        row = msgspec.json.decode(line)
        if "claim" in row:
            msgspec.convert(row, Pair)
        elif "sources" in row:
            assert to_record(row, identifier="1").sentences
        else:
            msgspec.convert(row, Case)


@pytest.mark.parametrize("form", [*EXPORTS, *IMPORTS])
def test_format_is_documented(form: str) -> None:
    assert f"\n| `{form}` |" in FORMATS


@pytest.mark.parametrize("form", EXAMPLES)
def test_example_of_a_format_is_read_and_taken_whole(form: str, tmp_path: Path) -> None:
    (tmp_path / "theirs.jsonl").write_text(EXAMPLES[form], encoding="utf-8")
    if form == "nuggetizer":
        done = import_nuggets(tmp_path / "theirs.jsonl", tmp_path / "ours.jsonl", cases=None)
        assert len(read_cases(tmp_path / "ours.jsonl")[0].nuggets) == 2
    else:
        done = import_answers(form, tmp_path / "theirs.jsonl", tmp_path / "ours.jsonl", sources=None)
        (record,) = read_records(tmp_path / "ours.jsonl")
        assert record.sentences[0].text == "The ferry left at noon."
        assert record.pointers
    assert done.dropped == ()
    assert not any("not what the track takes" in note for note in done.notes)


def test_commands_of_the_formats_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("run.jsonl").write_text(EXAMPLES["trec-rag-2026"], encoding="utf-8")
    Path("documents.jsonl").write_text(
        "".join(json.dumps({"id": f"quay-{n}", "text": "The ferry left at noon."}) + "\n" for n in (1, 2))
    )
    Path("cases.jsonl").write_text(json.dumps({"id": "ferry", "question": "When?", "articles": ["quay-1"]}))
    Path("theirs.txt").write_text("ferry Q0 quay-1 1 1 theirs\n")
    blocks = re.findall(r"^```sh\n(.*?)^```", FORMATS, re.MULTILINE | re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines()]
    assert len(commands) == 6
    for command in commands:
        done = CliRunner().invoke(cli, shlex.split(command)[1:])
        assert done.exit_code == 0, f"{command}: {done.output} {done.exception!r}"
        assert "left out" not in done.output


def test_no_metric_is_documented_that_does_not_exist(tmp_path: Path) -> None:
    rows = re.findall(r"^\| [^|]+ \| (`[^|]+`) \|", PAGE, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([\w@]+)`", row)}
    assert named == set(NAMES)
