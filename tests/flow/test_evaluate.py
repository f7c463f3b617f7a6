"""``citewire eval`` over the real sample library, through click's runner."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from index.errors import CitewireError
from rag.evaluate.results import Report, read_report
from tests.conftest import ROOT
from ui.cli import cli

pytestmark = pytest.mark.model
QUESTIONS = str(ROOT / "samples" / "questions.jsonl")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["eval", *map(str, arguments)], terminal_width=100)


@pytest.fixture(scope="module")
def answered(sample_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of answers: answers.jsonl, report.json, report.html."""
    folder = tmp_path_factory.mktemp("answered")
    done = run(
        "answers", QUESTIONS, "--model", "none", "--library", sample_library, "--save", folder / "answers.jsonl",
        "--json", folder / "report.json", "--html", folder / "report.html",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return folder


def value(report: Report, metric: str) -> float:
    figure = report.find(metric)
    assert figure is not None, metric
    return figure.value


def test_retrieval(sample_library: Path, tmp_path: Path) -> None:
    done = run(
        "retrieval", QUESTIONS, "--library", sample_library, "--json", tmp_path / "r.json", "--html", tmp_path / "r.html",
        "--fail-under", "hit@5=0.8",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Hit at 5" in done.output
    report = read_report(tmp_path / "r.json")
    assert len(report.items) == 25
    assert len(report.dropped) == 6
    assert {dropped.reason for dropped in report.dropped} == {"the collection does not answer it"}
    assert report.notes == ()
    assert "<svg" in (tmp_path / "r.html").read_text()


def test_retrieval_below_its_floor(sample_library: Path) -> None:
    done = run("retrieval", QUESTIONS, "--library", sample_library, "--limit-cases", "3", "--fail-under", "hit@5=1.5")
    assert done.exit_code == 1
    assert "hit@5 is 1 (n = 3), below 1.5." in done.output


def test_unknown_metric_is_told_before_anything_is_done(tmp_path: Path) -> None:
    done = run("retrieval", QUESTIONS, "--library", tmp_path / "none", "--fail-under", "hits=1")
    assert isinstance(done.exception, CitewireError)
    assert done.exception.exit_code == 2
    assert "hit@1, hit@5" in done.exception.hint


def test_answers(answered: Path) -> None:
    report = read_report(answered / "report.json")
    assert len(report.items) == 31
    assert value(report, "pointer_valid") == value(report, "quote_exact") == value(report, "citation_recall") == 1.0
    assert value(report, "answer_in_text") > 0.5
    assert report.find("rejection") is not None
    assert report.find("model_failed") is None  # no model was asked
    assert all(item.why for item in report.items if item.failed)


def test_answers_are_kept(answered: Path, sample_library: Path) -> None:
    before = (answered / "answers.jsonl").read_bytes()
    done = run(
        "answers", QUESTIONS, "--model", "none", "--library", sample_library, "--save", answered / "answers.jsonl",
        "--compare", answered / "report.json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert (answered / "answers.jsonl").read_bytes() == before
    assert "0 cases changed" in done.output


def test_citations_of_kept_answers(answered: Path, sample_library: Path) -> None:
    done = run("citations", answered / "answers.jsonl", "--library", sample_library, "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    figures = {figure["metric"]: figure["value"] for figure in report["figures"]}
    assert figures["pointer_valid"] == figures["citation_precision"] == 1.0


def test_a_forged_quote_is_found(answered: Path, sample_library: Path, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [json.loads(line) for line in (answered / "answers.jsonl").read_text().splitlines()]
    answer = next(row["answer"] for row in rows if row["answer"]["citations"])
    answer["citations"][0]["quote"] = answer["citations"][0]["quote"].replace("the", "teh")
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(answer))
    done = run("citations", forged, "--library", sample_library, "--fail-under", "quote_exact=1")
    assert done.exit_code == 1
    assert "quote_exact is" in done.output


def test_citations_without_their_library(answered: Path) -> None:
    done = run("citations", answered / "answers.jsonl")
    assert isinstance(done.exception, CitewireError)
    assert "--library" in done.exception.hint


def test_refusals_alone_are_no_error(tmp_path: Path) -> None:
    path = tmp_path / "refusals.jsonl"
    path.write_text('{"question": "Who?", "sentences": []}\n')
    done = run("citations", path)
    assert done.exit_code == 0, done.output
    assert "1 of them say nothing" in done.output


def test_citations_of_another_system(tmp_path: Path) -> None:
    path = tmp_path / "theirs.jsonl"
    path.write_text(
        json.dumps(
            {
                "question": "When did the ferry leave?",
                "text": "The ferry left at noon [1]. It carried 90 people [1]. It was blue [4].",
                "sources": [{"id": "a", "text": "The ferry left at noon. It carried 80 people."}],
            }
        )
    )
    done = run("citations", path, "--json")
    assert done.exit_code == 0, done.output
    (item,) = json.loads(done.stdout)["items"]
    assert item["values"]["citation_recall"] == pytest.approx(1 / 3)
    assert item["values"]["citation_precision"] == pytest.approx(1 / 3)
    assert "[4] points at no words" in " ".join(item["why"])
    assert "90" in " ".join(item["why"])


def test_checker(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    pairs = [
        {"id": f"{number}{kind}", "claim": f"Divers found {number + kind} vessels.", "supported": kind == 0,
         "evidence": f"On Monday divers found {number} vessels in the harbour."}
        for number in range(20, 40) for kind in (0, 1)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(pair) + "\n" for pair in pairs))
    done = run("checker", path, "--html", tmp_path / "c.html", "--fail-under", "numbers.auc=1")
    assert done.exit_code == 0, done.output
    assert "check of numbers" in done.output
    assert "Reliability" in (tmp_path / "c.html").read_text()


@pytest.mark.parametrize("command", ["retrieval", "answers"])
def test_malformed_cases(command: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"query": "Who?"}\n')
    done = run(command, path)
    assert isinstance(done.exception, CitewireError)
    assert "Line 1" in done.exception.message


def test_a_judging_model_must_be_named(answered: Path) -> None:
    done = run("citations", answered / "answers.jsonl", "--checker", "model", "--model", "none")
    assert done.exit_code == 2
    assert "A model is needed" in done.output


@pytest.mark.parametrize("documents", ["id", "row"])
def test_a_search_that_was_exported_measures_the_same(documents: str, sample_library: Path, tmp_path: Path) -> None:
    done = run(
        "export", QUESTIONS, "--format", "trec-run", "--library", sample_library, "--documents", documents,
        "--to", tmp_path / "run.txt",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    searched = run("retrieval", QUESTIONS, "--library", sample_library, "--json")
    measured = run("retrieval", QUESTIONS, "--run", tmp_path / "run.txt", "--library", sample_library, "--json")
    assert measured.exit_code == 0, measured.output
    figures = [
        {each["metric"]: each["value"] for each in json.loads(done.stdout)["figures"] if "_ms_" not in each["metric"]}
        for done in (searched, measured)
    ]
    assert figures[0] == figures[1]


def test_answers_exported_as_a_run_are_checked_in_the_library(
    answered: Path, sample_library: Path, tmp_path: Path
) -> None:
    done = run(
        "export", answered / "answers.jsonl", "--format", "ragtime-2026", "--team", "t", "--run-id", "r",
        "--library", sample_library, "--documents", "row", "--to", tmp_path / "run.jsonl",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "033-ferry-charges.md" in (tmp_path / "run.jsonl").read_text()
    done = run("import", tmp_path / "run.jsonl", "--format", "ragtime-2026", "--to", tmp_path / "back.jsonl")
    assert done.exit_code == 0, done.output
    done = run("citations", tmp_path / "back.jsonl", "--library", sample_library, "--checker", "words", "--json")
    assert done.exit_code == 0, done.output
    figures = {each["metric"]: each["value"] for each in json.loads(done.stdout)["figures"]}
    assert figures["pointer_valid"] == 1.0
