"""``citewire eval export``, ``import`` and ``retrieval --run``, through click's runner; no model, no library."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.errors import CitewireError
from ui.cli import cli

ANSWER = {
    "id": "ferry",
    "question": "When did the ferry leave?",
    "sentences": [{"text": "The ferry left at noon.", "citations": [1, 2, 3, 4]}],
    "citations": [{"n": n, "quote": "left at noon", "source": f"quay-{n}"} for n in range(1, 5)],
}
CASES = [{"id": "ferry", "question": "When?", "answers": ["noon"], "articles": ["quay-2"]}]
TRACK = ("--team", "harbour", "--run-id", "harbour-1")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["eval", *map(str, arguments)], terminal_width=100)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "answers.jsonl").write_text(json.dumps(ANSWER))
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, CASES)))
    return tmp_path


def test_there_and_back(folder: Path) -> None:
    done = run("export", folder / "answers.jsonl", "--format", "ragtime-2026", *TRACK, "--to", folder / "run.jsonl")
    assert done.exit_code == 0, done.output
    assert "1 lines" in done.output
    assert "left out: ferry: sentence 1: quay-4 left out of 4 documents, at most 3 a sentence" in done.output
    sources = folder / "sources.jsonl"
    sources.write_text("\n".join(json.dumps({"id": f"quay-{n}", "text": "The ferry left at noon."}) for n in (1, 2)))
    done = run(
        "import", folder / "run.jsonl", "--format", "ragtime-2026", "--sources", sources, "--to", folder / "back.jsonl"
    )
    assert done.exit_code == 0, done.output
    assert "1 of the cited documents are not among the sources." in done.output
    done = run("citations", folder / "back.jsonl", "--checker", "words", "--json")
    assert done.exit_code == 0, done.output
    (item,) = json.loads(done.stdout)["items"]
    assert item["values"]["pointer_valid"] == pytest.approx(2 / 3)
    assert "quay-3" in " ".join(item["why"])


def test_a_run_is_measured_in_place_of_a_search(folder: Path) -> None:
    (folder / "run").write_text("ferry Q0 quay-1 1 2 r\nferry Q0 quay-2 2 1 r\n")
    done = run("retrieval", folder / "cases.jsonl", "--run", folder / "run", "--json", "--fail-under", "mrr@10=0.5")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["items"][0]["rank"] == 2


def test_qrels(folder: Path) -> None:
    done = run("export", folder / "cases.jsonl", "--format", "trec-qrels", "--to", folder / "qrels")
    assert done.exit_code == 0, done.output
    assert (folder / "qrels").read_text() == "ferry 0 quay-2 1\n"
    done = run(
        "import", folder / "qrels", "--format", "trec-qrels", "--cases", folder / "cases.jsonl", "--relevant-from", "2",
        "--to", folder / "back.jsonl",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "left out: ferry: no document is judged 2 or more" in done.output


def test_samples_and_nuggets(folder: Path) -> None:
    answers, cases = folder / "answers.jsonl", folder / "cases.jsonl"
    done = run("export", answers, "--format", "ragas", "--cases", cases, "--to", folder / "samples")
    assert done.exit_code == 0, done.output
    assert json.loads((folder / "samples").read_text())["reference"] == "noon"
    assert run("import", folder / "samples", "--format", "ragas", "--to", folder / "back").exit_code == 0
    nugget = {"text": "left at noon", "importance": "vital"}
    (folder / "nuggets").write_text(json.dumps({"query": "When?", "qid": "ferry", "nuggets": [nugget]}))
    filled = folder / "filled.jsonl"
    done = run("import", folder / "nuggets", "--format", "nuggetizer", "--cases", cases, "--to", filled)
    assert done.exit_code == 0, done.output
    done = run("export", answers, "--format", "nuggetizer", "--cases", filled, "--to", folder / "assigned")
    assert "strict_vital 1.000" in done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("export", "--format", "ragas", "--team", "x"), "--team says nothing in ragas"),
        (("export", "--format", "trec-rag-2025", "--team", "x"), "trec-rag-2025 needs --run-id"),
        (("export", "--format", "trec-rag-2026", *TRACK), "trec-rag-2026 needs --description"),
        (("export", "--format", "nuggetizer"), "nuggetizer needs --cases"),
        (("export", "--format", "trec-run"), "trec-run needs --library"),
        (("export", "--format", "trec-qrels", "--documents", "row"), "--documents row needs --library"),
        (("export", "--format", "trec-rag-2025", *TRACK, "--markers"), "--markers says nothing"),
        (("import", "--format", "trec-qrels"), "trec-qrels name no questions"),
        (("import", "--format", "ragas", "--relevant-from", "2"), "--relevant-from says nothing in ragas"),
    ],
)
def test_wrong_usage(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    done = run(*arguments, folder / "answers.jsonl", "--to", folder / "to")
    assert done.exit_code == 2
    assert message in " ".join(done.output.split())
    assert not (folder / "to").exists()


def test_a_malformed_file_is_told_with_its_line(folder: Path) -> None:
    done = run("import", folder / "cases.jsonl", "--format", "trec-rag-2026", "--to", folder / "to")
    assert isinstance(done.exception, CitewireError)
    assert "Line 1" in done.exception.message
    assert not (folder / "to").exists()
