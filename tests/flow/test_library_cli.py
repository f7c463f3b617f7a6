"""The commands that look after a library, as a person runs them."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.flow.test_cli import COMMAND, library, run  # noqa: F401 (the fixture)

pytestmark = pytest.mark.model


@pytest.fixture
def copy(library: Path, tmp_path: Path) -> Path:  # noqa: F811
    return Path(shutil.copytree(library, tmp_path / "library"))


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_what_is_exported_can_be_taken_in_again(copy: Path, tmp_path: Path) -> None:
    listed = run("list", "--library", str(copy), "--json")
    entries = lines(listed.stdout)
    assert len(entries) == 41
    days = [entry["published"] for entry in entries if entry["published"]]
    assert days == sorted(days, reverse=True)
    file = tmp_path / "all.jsonl"
    assert run("export", "--file", str(file), "--library", str(copy)).returncode == 0
    assert len(lines(file.read_text(encoding="utf-8"))) == 41
    again = run("ingest", str(file), "--library", str(copy), "--json")
    assert again.returncode == 0, again.stderr
    *sources, report = lines(again.stdout)
    assert [source["event"] for source in sources] == ["source"] * 41
    assert (report["event"], report["unchanged"], report["passages_embedded"]) == ("report", 41, 0)
    other = run("ingest", str(file), "--library", str(tmp_path / "other"))
    assert "41 added" in other.stdout
    mine, theirs = (run("list", "--library", str(each), "--json").stdout for each in (copy, tmp_path / "other"))
    # The id of an article is made from its first version, and one is exported in its second.
    once = {entry["id"] for entry in lines(mine) if entry["versions"] == 1}
    assert len(once) == 40
    assert once < {entry["id"] for entry in lines(theirs)}


def test_versions_are_shown_word_by_word(copy: Path) -> None:
    changed = next(e for e in lines(run("list", "--library", str(copy), "--json").stdout) if e["versions"] > 1)
    shown = run("show", changed["id"], "--versions", "--library", str(copy)).stdout
    assert "2 versions" in shown
    assert "[-" in shown
    assert "{+" in shown
    (revision,) = json.loads(run("show", changed["id"], "--versions", "--library", str(copy), "--json").stdout)
    first = run("show", changed["id"], "--version", "1", "--library", str(copy), "--json")
    kept = "".join(each["text"] for each in revision["runs"] if each["change"] != "added")
    assert kept == json.loads(first.stdout)["text"]


def test_near_copies_are_shown_with_their_head(copy: Path) -> None:
    entries = lines(run("list", "--library", str(copy), "--json").stdout)
    (carried,) = [entry["id"] for entry in entries if entry["title"] == "Port buyers lower their bid by $500 million"]
    shown = run("show", carried, "--copies", "--library", str(copy)).stdout.splitlines()
    assert shown[0] == "3 articles, 3 outlets, 1 origin"
    (head,) = [line for line in shown if line.startswith("head")]
    assert "Harbour Wire: Kestrel Bay cuts offer" in head
    rows = json.loads(run("show", carried, "--copies", "--library", str(copy), "--json").stdout)
    assert [row["outlet"] for row in rows] == ["Harbour Wire", "Valmora Gazette", "Northgate Courier"]
    assert [row["head"] for row in rows] == [True, False, False]
    assert run("show", "nobody", "--copies", "--library", str(copy)).returncode == 1


def test_removed_articles_are_gone_and_found_no_more(copy: Path) -> None:
    entry = lines(run("list", "--library", str(copy), "--json").stdout)[0]
    assert run("remove", entry["id"], "nobody", "--library", str(copy)).returncode == 1  # all of them or none
    assert "1 removed" in run("remove", entry["id"], "--library", str(copy)).stdout
    assert run("show", entry["id"], "--library", str(copy)).returncode == 1
    assert entry["id"] not in run("search", entry["title"], "--library", str(copy), "--json").stdout


def test_backup_restore_rebuild_and_doctor(copy: Path, tmp_path: Path) -> None:
    assert "41 articles" in run("backup", str(tmp_path / "b.citewire"), "--library", str(copy)).stdout
    assert run("backup", str(tmp_path / "b.citewire"), "--library", str(copy)).returncode == 2
    new = tmp_path / "new"
    assert "41 articles" in run("restore", str(tmp_path / "b.citewire"), "--library", str(new)).stdout
    assert "0 embedded" in run("rebuild", "--library", str(new)).stdout
    sound = run("doctor", "--library", str(new), CITEWIRE_MODEL="none")
    assert sound.returncode == 0, sound.stdout
    assert "give the stored vectors" in sound.stdout
    refused = run("ask", "Who?", "--library", str(new), "--model", "none", CITEWIRE_PASSAGES_TARGET_CHARACTERS="300")
    assert refused.returncode == 1
    assert "citewire rebuild --embed" in refused.stderr
    done = run("rebuild", "--embed", "--library", str(new), CITEWIRE_PASSAGES_TARGET_CHARACTERS="300")
    assert done.returncode == 0, done.stderr
    assert run("search", "strike", "--library", str(new), CITEWIRE_PASSAGES_TARGET_CHARACTERS="300").returncode == 0


def test_a_list_on_standard_input(tmp_path: Path) -> None:
    (tmp_path / "a b.md").write_text("The bridge opened on Monday.")
    done = subprocess.run(
        [*COMMAND, "ingest", "-", "--library", str(tmp_path / "l"), "--json"],
        input=f"# a comment\n\n{tmp_path / 'a b.md'}\n", capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert lines(done.stdout)[-1]["added"] == 1, done.stderr


class Canary(BaseHTTPRequestHandler):
    hits = 0

    def do_GET(self) -> None:
        type(self).hits += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_addresses_inside_are_refused_and_never_reached(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    inside = [
        f"http://127.0.0.1:{port}/", "http://127.0.0.1/", f"http://localhost:{port}/", "http://[::1]/", "http://0x7f000001/",
        "http://2130706433/", "http://169.254.169.254/latest/meta-data/", "http://[::ffff:127.0.0.1]/", "http://10.0.0.8/",
        "file:///etc/passwd", "javascript:alert(1)", "ftp://127.0.0.1/a", f"http://user@127.0.0.1:{port}/",
    ]  # fmt: skip
    done = run("ingest", *inside, "--library", str(tmp_path / "l"), "--json")
    server.shutdown()
    server.server_close()
    assert done.returncode == 1
    *sources, report = lines(done.stdout)
    assert report["failed"] == len(inside)
    assert all(source["reason"] for source in sources)
    assert Canary.hits == 0
    assert "root:" not in done.stdout + done.stderr


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_ingest_ends_within_seconds_when_it_is_told_to(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number}.md").write_text(f"Town {number} voted on the port by {number} votes. " * 40)
    process = subprocess.Popen(
        [*COMMAND, "ingest", str(folder), "--library", str(tmp_path / "l")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(9)  # in the middle of embedding
    started = time.monotonic()
    process.send_signal(sent)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code, said
    assert "is kept" in said
    assert "Traceback" not in said
    assert time.monotonic() - started < 20  # seconds on a busy machine; about two on an idle one
    assert run("list", "--library", str(tmp_path / "l")).returncode == 0
