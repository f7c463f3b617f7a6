"""The commands on a library in a database, as a person runs them; and what they say, which never is a password."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from index.database_url import DatabaseUrl
from tests.conftest import SAMPLES
from tests.faults.command import Ended, citewire
from tests.postgres_for_tests import PostgresServer, name_of

PASSWORD = "s3cret-and-l0ng"


@pytest.fixture
def url(postgres: PostgresServer) -> DatabaseUrl:
    """A database of a role that has to show a password."""
    made = postgres.make_database(password=PASSWORD)
    assert PASSWORD in made.secret
    return made


@pytest.fixture
def run(url: DatabaseUrl, tmp_path: Path):
    cache = tmp_path / "cache"
    (tmp_path / "out-of-it").mkdir()

    def run(*arguments: object, code: int = 0, library: DatabaseUrl = url) -> Ended:
        done = citewire(
            *arguments, "--library", library.secret, folder=tmp_path / "out-of-it", before=_set_cache, values=(cache,)
        )
        assert done.code == code, done
        for said in (done.out, done.err):
            assert PASSWORD not in said
            assert "Traceback" not in said
        return done

    return run


def _set_cache(cache: Path) -> None:
    import os

    os.environ["CITEWIRE_CACHE"] = str(cache)
    os.environ["CITEWIRE_MODEL"] = "none"


def test_every_command_that_reads_or_writes(run, url: DatabaseUrl, tmp_path: Path) -> None:
    missing = run("search", "ferry", code=3).err
    assert "There is no library in 'postgresql://" in missing
    assert ":***@" in missing
    assert "41 added" in run("ingest", SAMPLES).out
    entries = [json.loads(line) for line in run("list", "--json").out.splitlines()]
    assert len(entries) == 41
    changed = next(each for each in entries if each["versions"] > 1)
    assert "2 versions" in run("show", changed["id"], "--versions").out
    answer = json.loads(run("ask", "How many people died when the ferry capsized?", "--json").out)
    assert answer["question"].startswith("How many")
    assert len(run("export").out.splitlines()) == 41
    assert run("remove", entries[0]["id"]).out == "1 removed.\n"
    assert run("rebuild", "--embed").out.startswith("40 articles, ")
    findings = {each["what"]: each for each in json.loads(run("doctor", "--repair", "--json").out)}
    for what in ("library", "embedding", "word index", "vector index"):
        assert findings[what]["fine"], findings[what]
    assert "40 articles" in findings["library"]["detail"]
    made = json.loads(run("key", "add", "press", "--json").out)
    assert made["id"] in run("key", "list").out
    for command, instead in (
        (("backup", "x"), "pg_dump"),
        (("restore", "x"), "pg_restore"),
    ):
        said = run(*command, code=2).err
        assert "is a database" in said
        assert instead in said


def test_what_is_damaged_is_told(run, url: DatabaseUrl, postgres: PostgresServer) -> None:
    run("ingest", SAMPLES / "001-lam-tai-agrees-sale.md")
    postgres.run("UPDATE versions SET text = replace(text, 'the', 'teh')", database=name_of(url))
    said = run("doctor", code=1).out
    assert "do not have their recorded hash" in said


def test_no_password_is_told_whatever_fails(run, url: DatabaseUrl, tmp_path: Path) -> None:
    wrong = DatabaseUrl(url.secret.replace(PASSWORD, f"{PASSWORD}-wrong"))
    nowhere = DatabaseUrl(f"postgresql://someone:{PASSWORD}@127.0.0.1:1/news?connect_timeout=2")
    no_base = DatabaseUrl(url.secret.replace("/test_", "/none_"))
    for bad in (wrong, nowhere, no_base):
        for command in (("search", "ferry"), ("list",), ("doctor",)):
            said = run(*command, code=1, library=bad).err
            assert "cannot be reached" in said
        done = citewire("migrate", bad.secret, tmp_path / "new", folder=tmp_path)
        assert (done.code, PASSWORD in done.err) == (1, False)
    said = run("list", code=1, library=DatabaseUrl(f"{url.secret}&sslmodus=require")).err
    assert "sslmodus" in said


def test_without_psycopg_it_is_said_what_to_install(url: DatabaseUrl, monkeypatch: pytest.MonkeyPatch) -> None:
    from index.errors import SettingsError
    from index.store.opening import look_at

    for name in ("index.store.shared", "index.store.postgresql"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SettingsError, match=r"pip install 'citewire\[postgresql\]'"):
        look_at(url)
