"""The command as a person runs it: a process of its own, its output, its exit code."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from rag.schema import read_schema
from tests.conftest import ROOT, SAMPLES

pytestmark = pytest.mark.model
COMMAND = [str(Path(sys.executable).with_name("citewire"))]
QUESTION = "How many vessels were held up by the one-day dock strike of March 12?"


def run(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "library"
    done = run("ingest", str(SAMPLES), "--library", str(folder))
    assert done.returncode == 0, done.stderr
    assert "41 added, 1 changed, 0 unchanged, 0 failed" in done.stdout
    return folder


def child_seconds() -> float:
    """Return the processor time that ended children took: it does not grow where others keep the machine busy."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_help_is_quick() -> None:
    spent = child_seconds()
    done = run("--help")
    assert child_seconds() - spent < 0.6
    assert done.returncode == 0
    for command in ("ingest", "ask", "search", "show", "serve", "models", "doctor"):
        assert command in done.stdout


def test_ask_prints_an_answer_that_validates(library: Path) -> None:
    done = run("ask", QUESTION, "--model", "none", "--json", "--library", str(library))
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, json.loads(read_schema()))
    assert done.returncode == 0
    assert "34 vessels" in answer["text"]
    citation = answer["citations"][0]
    shown = run(
        "show",
        citation["article_id"],
        "--span",
        f"{citation['start']}-{citation['end']}",
        "--library",
        str(library),
    )
    assert shown.stdout.strip() == " ".join(citation["quote"].split())


def test_search_and_show(library: Path) -> None:
    hits = json.loads(run("search", "bow door of the ferry", "--json", "--library", str(library)).stdout)
    assert any("bow door" in hit["text"] for hit in hits[:3])
    told = {hit["title"]: (hit["outlet"], hit["published"]) for hit in hits}
    assert told["Bow door was open when ferry sailed, inquiry says"] == ("Valmora Gazette", "2031-04-15")
    text = run("search", "bow door of the ferry", "--library", str(library)).stdout
    assert re.search(
        r"^ *\d+\. Bow door was open when ferry sailed, inquiry says\n +Valmora Gazette · 2031-04-15  \(",
        text,
        re.MULTILINE,
    )
    shown = run("show", hits[0]["article_id"], "--library", str(library))
    assert hits[0]["article_id"] in shown.stdout


def test_saved_answers_are_looked_up_again(library: Path, tmp_path: Path) -> None:
    saved = tmp_path / "answer.json"
    saved.write_text(run("ask", QUESTION, "--model", "none", "--json", "--library", str(library)).stdout)
    done = run("recheck", str(saved), "--library", str(library))
    assert done.returncode == 0, done.stderr
    assert "1 answer looked up again, 0 no longer stand." in done.stdout
    copy = tmp_path / "library"
    shutil.copytree(library, copy)
    article = next(SAMPLES.glob("019*"))
    text = (
        article.read_text(encoding="utf-8")
        .replace("34 vessels", "36 vessels")
        .replace("2031-03-14T08", "2031-03-15T08")
    )
    (tmp_path / article.name).write_text(text, encoding="utf-8")
    assert "1 changed" in run("ingest", str(tmp_path / article.name), "--library", str(copy)).stdout
    fallen = run("recheck", str(saved), "--library", str(copy))
    assert fallen.returncode == 1
    assert "36 vessels" in fallen.stdout
    assert "1 answer looked up again, 1 no longer stands." in fallen.stdout
    now = run("ask", QUESTION, "--model", "none", "--library", str(copy)).stdout
    assert "Corrected since: version 2 of 2031-03-14 said" in now


def test_as_of_a_day(library: Path) -> None:
    done = run("ask", QUESTION, "--as-of", "2031-03-13", "--model", "none", "--library", str(library))
    assert done.returncode == 0
    assert "34 vessels" not in done.stdout
    assert "as of 2031-03-13" in " ".join(done.stdout.split())  # however wide the terminal is
    wrong = run("ask", QUESTION, "--as-of", "soon", "--model", "none", "--library", str(library))
    assert wrong.returncode == 2
    assert "as-of day 'soon' is no date" in wrong.stderr


def test_doctor_is_content(library: Path) -> None:
    done = run("doctor", "--library", str(library), CITEWIRE_MODEL="none")
    assert done.returncode == 0, done.stdout
    assert "sampled passages are found" in done.stdout
    assert "model judge: present and checked" in done.stdout
    repaired = run("doctor", "--repair", "--library", str(library), CITEWIRE_MODEL="none")
    assert "made again from the library" in repaired.stdout


WRONG = [
    pytest.param(
        ["ask", "Who?", "--model", "none", "--library", "{tmp}/none"],
        3,
        "There is no library in",
        id="no library",
    ),
    pytest.param(["ingest", "{tmp}/empty", "--library", "{tmp}/l1"], 1, "No article was found", id="empty folder"),
    pytest.param(
        ["ingest", "{tmp}/nowhere", "--library", "{tmp}/l2"],
        2,
        "There is no file or folder",
        id="no such path",
    ),
    pytest.param(["ingest", "{tmp}/binary.txt", "--library", "{tmp}/l3"], 1, "binary", id="binary named .txt"),
    pytest.param(
        ["ask", "Who?", "--model", "gpt-17", "--library", "{library}"],
        5,
        "No model is called 'gpt-17'",
        id="unknown model",
    ),
    pytest.param(
        ["ask", "word " * 10_000, "--model", "none", "--library", "{library}"],
        2,
        "at most 2,000",
        id="10,000 words",
    ),
    pytest.param(
        ["ask", "Who?", "--from", "soon", "--library", "{library}", "--model", "none"],
        2,
        "is no date",
        id="bad date",
    ),
    pytest.param(["show", "nobody", "--library", "{library}"], 1, "No article 'nobody'", id="no such article"),
    pytest.param(["show", "nobody", "--span", "9-2", "--library", "{library}"], 2, "is not two offsets", id="bad span"),
    pytest.param(["models", "pull", "nothing"], 5, "No model is called 'nothing'", id="pull unknown"),
    pytest.param(["serve", "--host", "0.0.0.0", "--library", "{library}"], 2, "no log-in", id="open to the network"),
    pytest.param(["frobnicate"], 2, "No such command", id="no such command"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), WRONG)
def test_wrong_use_is_met_with_a_clear_line(
    arguments: list[str], code: int, message: str, library: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 20)
    done = run(*(text.replace("{tmp}", str(tmp_path)).replace("{library}", str(library)) for text in arguments))
    assert done.returncode == code, done.stderr
    assert message in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_missing_model_still_gives_quotes_and_says_so(library: Path, tmp_path: Path) -> None:
    import shutil

    from index.settings import load_settings

    shutil.copytree(load_settings({}).models / "all-MiniLM-L6-v2", tmp_path / "all-MiniLM-L6-v2")
    done = run("ask", QUESTION, "--library", str(library), "--json", CITEWIRE_MODELS=str(tmp_path))
    assert done.returncode == 5
    assert "citewire models pull qwen2.5-coder-1.5b" in done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "answered"
    assert answer["model"] == "none"


@pytest.fixture(scope="module")
def server(library: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*COMMAND, "serve", "--model", "none", "--port", str(port), "--library", str(library)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    assert f"Citewire is open at http://127.0.0.1:{port}" in line, line + (
        process.stdout.read() if process.poll() else ""
    )
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    assert process.wait(timeout=20) is not None
    process.stdout.close()


def test_other_commands_go_through_the_server(server: str, library: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    run("ingest", "samples/articles", "--library", str(alone))

    def seconds(where: Path) -> float:
        """The processor time that the command took: whoever goes through the server loads nothing itself."""
        spent = child_seconds()
        done = run("ask", QUESTION, "--model", "none", "--json", "--library", str(where))
        assert "34 vessels" in json.loads(done.stdout)["text"]
        return child_seconds() - spent

    assert seconds(library) * 2 < seconds(alone)
    (tmp_path / "new.md").write_text(
        "---\ntitle: Lighthouse\noutlet: Quay Times\n---\n\nThe lighthouse keeper is Ansel Brook.\n"
    )
    assert "1 added" in run("ingest", str(tmp_path), "--library", str(library)).stdout
    assert (
        "Ansel Brook"
        in run("ask", "Who is the lighthouse keeper?", "--model", "none", "--library", str(library)).stdout
    )
    (hit, *_) = json.loads(run("search", "lighthouse keeper", "--json", "--library", str(library)).stdout)
    assert (hit["title"], hit["outlet"], hit["published"]) == ("Lighthouse", "Quay Times", None)
    wrong = run("ask", " ?! ", "--model", "none", "--library", str(library))
    assert (wrong.returncode, "holds no words" in wrong.stderr) == (2, True)


def test_a_second_owner_is_refused(server: str, library: Path) -> None:
    done = run("serve", "--model", "none", "--port", "0", "--library", str(library))
    assert done.returncode == 4
    assert "in use by process" in done.stderr
    assert run("doctor", "--library", str(library)).returncode == 4


def test_taken_port_is_said_at_once(server: str, tmp_path: Path) -> None:
    port = server.rpartition(":")[2]
    done = run("serve", "--model", "none", "--port", port, "--library", str(tmp_path / "other"))
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in done.stderr


def test_interface_wants_the_secret_and_this_host(server: str) -> None:
    import httpx

    assert httpx.get(f"{server}/api/health").status_code == 401
    assert httpx.post(f"{server}/api/ask", json={"question": "Who?"}).status_code == 401
    assert httpx.get(f"{server}/", headers={"Host": "evil.example"}).status_code == 421
    assert "img-src 'self'" in httpx.get(f"{server}/").headers["content-security-policy"]
