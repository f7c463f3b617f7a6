"""A sealed folder is trusted only as it was sealed: same files, same bytes, same layout."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from index.caches.seal import Seal


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    seal = Seal(folder, layout=2)
    assert not seal.open()
    (folder / "deep").mkdir()
    (folder / "a.bin").write_bytes(b"12345")
    (folder / "deep" / "b.bin").write_bytes(b"67890")
    seal.close()
    return folder


def test_what_was_sealed_is_intact_once(sealed: Path) -> None:
    assert Seal(sealed, layout=2).open()
    assert (sealed / "a.bin").read_bytes() == b"12345"
    # The seal is broken while the folder is in use: whoever ends without closing it leaves no trust behind.
    assert not Seal(sealed, layout=2).open()
    assert list(sealed.iterdir()) == []


def forget_layout(folder: Path) -> None:
    file = folder.with_name("cache.seal.json")
    file.write_text(json.dumps({"generation": 3, "files": json.loads(file.read_text())["files"]}))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "changed": lambda folder: (folder / "a.bin").write_bytes(b"12346"),
    "truncated": lambda folder: (folder / "deep" / "b.bin").write_bytes(b"6789"),
    "deleted": lambda folder: (folder / "a.bin").unlink(),
    "added": lambda folder: (folder / "c.bin").write_bytes(b""),
    "moved": lambda folder: (folder / "a.bin").rename(folder / "deep" / "a.bin"),
    "no seal": lambda folder: folder.with_name("cache.seal.json").unlink(),
    "seal of nonsense": lambda folder: folder.with_name("cache.seal.json").write_bytes(b"{"),
    "seal of the first version": forget_layout,
}


@pytest.mark.parametrize("name", DAMAGE)
def test_anything_else_is_emptied(sealed: Path, name: str) -> None:
    DAMAGE[name](sealed)
    assert not Seal(sealed, layout=2).open()
    assert list(sealed.iterdir()) == []


def test_another_layout_is_emptied(sealed: Path) -> None:
    assert not Seal(sealed, layout=3).open()
    assert list(sealed.iterdir()) == []


def test_discarding_leaves_nothing(sealed: Path) -> None:
    Seal(sealed, layout=2).discard()
    assert not sealed.exists()
    assert not sealed.with_name("cache.seal.json").exists()
