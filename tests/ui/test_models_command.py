"""``citewire models``: what it lists, keeps and refuses."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from click.testing import CliRunner, Result

from tests.index.models.gguf_for_tests import FACTS, TENSORS, write_gguf
from ui.cli import cli


def run(models: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["models", *arguments], env={"CITEWIRE_MODELS": str(models), "HF_HUB_OFFLINE": "1"})


def test_file_that_was_added_is_listed_with_its_hash(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "own.gguf", FACTS, TENSORS)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    done = run(tmp_path / "models", "add", str(path))
    assert done.exit_code == 0
    assert sha256 in done.stdout
    assert "context of 2048, licence apache-2.0" in done.stdout
    shown = run(tmp_path / "models").stdout
    assert str(path) in shown
    assert sha256 in shown
    listed = {each["name"]: each for each in json.loads(run(tmp_path / "models", "--json").stdout)}
    assert listed[str(path)]["sha256"] == sha256
    assert listed["qwen3-8b"]["present"] is False
    assert listed["qwen3-8b"]["licence"] == "Apache-2.0"
    assert 5 < listed["qwen3-8b"]["memory"] < 8
    assert listed["judge"]["present"] is True


def test_names_are_wanted_and_checked_before_anything_is_fetched(tmp_path: Path) -> None:
    for action in ("pull", "add", "try"):
        assert run(tmp_path, action).exit_code == 2
    done = run(tmp_path, "pull", "qwen3-8b", "nothing")
    assert type(done.exception).__name__ == "ModelUnknown"
    assert not (tmp_path / "hub").exists()
    assert type(run(tmp_path, "add", str(tmp_path / "nothing.gguf")).exception).__name__ == "ModelMissing"
