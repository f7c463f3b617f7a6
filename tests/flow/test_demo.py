"""`citewire demo`: from nothing to a checked answer, as a stranger runs it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from rag.schema import read_schema
from tests.flow.test_cli import run
from ui.commands.demo import LIBRARY, QUESTION

pytestmark = pytest.mark.model


def test_demo_makes_a_library_and_answers(tmp_path: Path) -> None:
    first = run("demo", "--model", "none", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "41 added, 1 changed, 0 unchanged, 0 failed" in first.stdout
    assert QUESTION in first.stdout
    # Two outlets counted differently, and both are shown.
    assert "12,000" in first.stdout
    assert "18,000" in first.stdout
    assert f"citewire serve --library {LIBRARY} --model none" in first.stdout
    assert [path.name for path in tmp_path.iterdir()] == [LIBRARY]
    again = run("demo", "--model", "none", cwd=tmp_path)
    assert "0 passages added, 0 embedded" in again.stdout


def test_demo_prints_json_alone(tmp_path: Path) -> None:
    library = tmp_path / "other"
    question = "By what vote did the Constitutional Tribunal strike down the 2021 concession?"
    done = run("demo", "--model", "none", "--library", str(library), "--question", question, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, json.loads(read_schema()))
    assert answer["question"] == question
    assert answer["citations"]
    assert "41 added" in done.stderr
    assert (library / "library.sqlite3").is_file()


def test_demo_says_which_model_cannot_be_had(tmp_path: Path) -> None:
    done = run("demo", "--model", "nobody-knows-it", cwd=tmp_path)
    assert done.returncode == 5
    assert "nobody-knows-it" in done.stderr
    assert "Traceback" not in done.stderr
