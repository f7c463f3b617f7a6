"""Keys: told once, kept as hashes, seen by who looks again."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from index.errors import KeyRefused, StorageError, UsageError
from ui.cli import cli
from ui.doors.keys import KEYS_FILE, Keys


def test_key_is_known_and_not_kept(tmp_path: Path) -> None:
    key, shown = Keys(tmp_path).add("reader of  the desk", may_ingest=True)
    kept = (tmp_path / KEYS_FILE).read_text(encoding="utf-8")
    assert shown.split("_", 2)[2] not in kept
    assert (tmp_path / KEYS_FILE).stat().st_mode & 0o777 == 0o600
    assert Keys(tmp_path).check(shown) == key
    assert (key.name, key.may_ingest) == ("reader of the desk", True)


@pytest.mark.parametrize("change", ["", "x", "cw_", "cw__", "cw_0000_abc", "\ud800", "ü"])
def test_what_is_no_key_is_refused(tmp_path: Path, change: str) -> None:
    keys = Keys(tmp_path)
    _, shown = keys.add("one")
    for wrong in (change, shown + (change or "x"), shown[:-1], shown.upper()):
        with pytest.raises(KeyRefused, match=r"No key was shown|not known here") as told:
            keys.check(wrong)
        assert shown not in str(told.value)
    with pytest.raises(KeyRefused, match="No key was shown"):
        keys.check(None)


def test_running_server_sees_what_another_process_does(tmp_path: Path) -> None:
    running, other = Keys(tmp_path), Keys(tmp_path)
    first, shown = other.add("first")
    assert running.check(shown) == first
    _, second = other.add("second")
    running.check(second)
    other.remove(first.id)
    with pytest.raises(KeyRefused, match="not known here"):
        running.check(shown)
    running.check(second)


def test_keys_are_taken_back_by_id_or_by_the_only_name(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    for name in ("one", "two", "two"):
        keys.add(name)
    keys.remove("one")
    with pytest.raises(UsageError, match="2 keys are named 'two'"):
        keys.remove("two")
    with pytest.raises(UsageError, match="No keys are named 'one'"):
        keys.remove("one")
    with pytest.raises(UsageError, match="cannot be named ''"):
        keys.add("  ")


def test_damaged_and_unwritable_keys_are_said(tmp_path: Path) -> None:
    (tmp_path / KEYS_FILE).write_text("[{", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be read"):
        Keys(tmp_path).all()
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="keys"):
        Keys(tmp_path / "file" / "library").add("one")
    assert not list(tmp_path.glob("*.draft"))


def test_commands_make_list_and_take_back(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(cli, ["key", *arguments, "--library", str(tmp_path)], catch_exceptions=False)
        assert result.exit_code == 0
        return result.stdout

    shown = run("add", "news desk", "--ingest").strip()
    key = Keys(tmp_path).check(shown)
    assert run("list") == f"{key.id}  {key.made}  news desk  (may ingest)\n"
    assert msgspec.json.decode(run("list", "--json"))[0].keys() == {"id", "name", "made", "may_ingest"}
    assert msgspec.json.decode(run("add", "two", "--json"))["key"].startswith("cw_")
    assert "taken back" in run("remove", "news desk")
    assert len(Keys(tmp_path).all()) == 1
