"""``citewire watch``: add, list, run, remove, over a library that grows in between."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from index.errors import SourceError, UsageError
from ui.cli import cli

pytestmark = pytest.mark.model
QUESTION = "Who is the lighthouse keeper of Port Selm?"


def write(folder: Path, name: str, text: str, day: str) -> Path:
    path = folder / name
    path.write_text(f"---\ntitle: Lighthouse\noutlet: Quay Times\npublished: {day}\n---\n\n{text}\n", encoding="utf-8")
    return path


def test_only_what_is_new_is_told_and_what_was_not_handed_on_is_told_again(
    sample_library: Path, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    shutil.copytree(sample_library, library)

    def run(*words: str) -> str:
        done = CliRunner().invoke(
            cli, [*words, "--library", str(library)], catch_exceptions=False, standalone_mode=False
        )
        return done.stdout

    run("ingest", str(write(tmp_path, "first.md", "The lighthouse keeper of Port Selm is Ansel Brook.", "2031-05-01")))
    assert "Ansel Brook" in run("watch", "add", QUESTION)
    assert QUESTION in run("watch", "list")
    assert json.loads(run("watch", "run", "--json")) == {"asked": 1, "items": []}
    later = "The lighthouse keeper of Port Selm is Mira Holt, who took over from Ansel Brook in June."
    run("ingest", str(write(tmp_path, "later.md", later, "2031-06-02")))
    with pytest.raises(SourceError, match="this machine itself"):
        run("watch", "run", "--webhook", "http://127.0.0.1/hook")
    feed = tmp_path / "news.json"
    told = json.loads(run("watch", "run", "--json", "--feed", str(feed)))
    assert [each["text"] for each in told["items"]] == [later]
    assert [each["date_published"] for each in json.loads(feed.read_text())["items"]] == [told["items"][0]["found"]]
    assert "Nothing new of 1 watched question." in run("watch", "run", "--feed", str(feed))
    assert len(json.loads(feed.read_text())["items"]) == 1
    run("watch", "remove", "1")
    assert "No question is watched" in run("watch", "list")
    with pytest.raises(UsageError):
        run("watch", "remove", "1")
