"""What a wheel holds is what a checkout holds: a file that nobody names in pyproject.toml is missing only at the user's."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import resources
from pathlib import Path

import pytest

from index.models.registry import find_model
from tests.conftest import ROOT
from ui.commands.demo import samples_folder

SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
READER = ROOT / "index" / "weights" / "reader"  # the second wheel
MOST = 95_000_000  # bytes of a file or a wheel: what hosts of repositories and of packages bear
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
    """Every file that one of the two wheels takes along."""
    found = {
        path for path in READER.iterdir() if path.is_file()
    }  # its own pyproject.toml takes all that lies beside it
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


def test_no_file_is_too_large_for_a_host_of_repositories() -> None:
    large = [path for path in (ROOT / "index" / "weights").rglob("*") if path.stat().st_size > MOST]
    assert large == []


def test_the_weights_of_the_reader_make_a_wheel_of_their_own(tmp_path: Path) -> None:
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
    ]
    source = tmp_path / "source"
    shutil.copytree(READER, source)
    subprocess.run([*pip, "--wheel-dir", str(tmp_path), str(source)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("citewire_reader-*.whl")
    assert wheel.stat().st_size < MOST
    names = {Path(name).name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("index/weights/reader/")}
    assert set(find_model("reader").files) <= names


def test_both_wheels_have_one_version() -> None:
    versions = [
        tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
        for folder in (ROOT, READER)
    ]
    assert len(set(versions)) == 1
