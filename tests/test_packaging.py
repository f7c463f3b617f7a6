"""What a wheel holds is what a checkout holds: a file that nobody names in pyproject.toml is missing only at the user's."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

import pytest

from tests.conftest import ROOT
from ui.commands.demo import samples_folder

SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
PLACES: dict[str, str] = SETUPTOOLS["package-dir"]


def folder_of(package: str) -> Path:
    """Where a package lies, read as setuptools does: its own place or that of the nearest package above it."""
    names = package.split(".")
    for length in range(len(names), 0, -1):
        place = PLACES.get(".".join(names[:length]))
        if place is not None:
            return ROOT / place / Path(*names[length:])
    return ROOT / Path(*names)


def packaged() -> set[Path]:
    """Every file that a wheel takes along."""
    found: set[Path] = set()
    for package in SETUPTOOLS["packages"]:
        for pattern in ("*.py", *SETUPTOOLS["package-data"].get(package, ())):
            found |= {path for path in folder_of(package).glob(pattern) if path.is_file()}
    return found


@pytest.mark.parametrize("top", ["index", "rag", "prompts", "ui", "samples"])
def test_every_file_is_packaged(top: str) -> None:
    there = {
        path
        for path in (ROOT / top).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert there
    assert sorted(str(path.relative_to(ROOT)) for path in there - packaged()) == []


def test_every_package_named_is_there() -> None:
    assert [name for name in SETUPTOOLS["packages"] if not folder_of(name).is_dir()] == []


def test_no_pattern_is_in_vain() -> None:
    patterns = [(name, pattern) for name, several in SETUPTOOLS["package-data"].items() for pattern in several]
    assert [pair for pair in patterns if not any(folder_of(pair[0]).glob(pair[1]))] == []


def test_the_samples_are_found_as_they_are_installed() -> None:
    """Under no name of their own: whoever installs Citewire may have a module called samples."""
    assert len(list((samples_folder() / "articles").iterdir())) == len(list((ROOT / "samples" / "articles").iterdir()))
    assert "samples" not in SETUPTOOLS["packages"]
    assert resources.files("index").joinpath("weights", "judge", "answers.onnx").is_file()
