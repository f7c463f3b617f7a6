"""Which models there are, where their files lie, and whether they are the right ones. Fetches nothing (``index.models.pull``)."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec

from index.errors import ModelDamaged, ModelMissing, ModelUnknown

_SEAL_FILE = "verified.json"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model: its length in bytes and its hash."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Copy:
    """Packages that carry the same files.

    Attributes:
        packages: requirements, pinned; several hold parts of one file.
        folder: where in the package, or in the archive, the files lie.
        joined: file name pattern of the parts that make the model's one file, or None.
        archive: whether the joined parts are a ZIP with the model's files rather than its one file.
    """

    packages: tuple[str, ...]
    folder: str = ""
    joined: str | None = None
    archive: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """The ONNX graph of a model whose weights lie in its own files; comes with Citewire.

    Attributes:
        file: its place in the package ``index``.
    """

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Model:
    """An entry of the registry.

    Attributes:
        bundled: the folder beside the registry that holds its files, for a model that comes with Citewire.
        dimension: length of its vectors, for an embedding model.
        graph: what runs an embedding model; without one sentence-transformers does.
    """

    role: Literal["embedding", "answers", "judge"]
    upstream: str
    revision: str
    licence: str
    files: dict[str, ModelFile]
    copies: tuple[Copy, ...] = ()
    bundled: str | None = None
    dimension: int | None = None
    graph: Graph | None = None
    name: str = ""

    @property
    def size(self) -> int:
        """Return the length of all files together, in bytes."""
        return sum(file.size for file in self.files.values())

    @property
    def main_file(self) -> str:
        """Return the name of the file that holds the weights."""
        return max(self.files, key=lambda name: self.files[name].size)


@cache
def list_models() -> dict[str, Model]:
    """Return the registry: every model by name."""
    tree = tomllib.loads(resources.files("index.models").joinpath("models.toml").read_text(encoding="utf-8"))
    return {name: msgspec.convert({**entry, "name": name}, Model) for name, entry in tree.items()}


def find_model(name: str) -> Model:
    """Return a model of the registry.

    Raises:
        ModelUnknown: no model has that name.
    """
    models = list_models()
    if name not in models:
        raise ModelUnknown(f"No model is called {name!r}.", hint=f"Known models: {', '.join(models)}.")
    return models[name]


def is_present(name: str, folder: Path) -> bool:
    """Return whether all files of a model are on this machine, by name and length."""
    model = find_model(name)
    home = home_of(model, folder)
    return all(
        (path := home / file).is_file() and path.stat().st_size == facts.size for file, facts in model.files.items()
    )


def home_of(model: Model, folder: Path) -> Path:
    """Return the folder where a model's files lie, or will lie: its own in ``folder``, or where it comes bundled."""
    if model.bundled:
        return Path(str(resources.files("index").joinpath(model.bundled)))
    return folder / model.name


def locate_model(name: str, folder: Path) -> Path:
    """Return the folder of a model whose files are here and are the right ones.

    A file is hashed when it is first used and whenever its length or time of change differs from then.

    Raises:
        ModelUnknown: no model has that name.
        ModelMissing: a file is not here.
        ModelDamaged: a file is not the one that the registry names.
    """
    model = find_model(name)
    home = home_of(model, folder)
    remedy = "Install Citewire again." if model.bundled else f"Fetch it with `citewire models pull {name}`"
    if not is_present(name, folder):
        raise ModelMissing(
            f"The model {name!r} is not on this machine (looked in {str(home)!r}).",
            hint=remedy if model.bundled else f"{remedy} ({model.size / 1e6:,.0f} MB).",
        )
    if model.bundled:
        # It lies where nothing may be written, and is small: hashed each time instead of sealed.
        for file in verify_files(model, home):
            raise ModelDamaged(
                f"The file {str(home / file)!r} is not the one the registry names (its sha256 differs).", hint=remedy
            )
        return home
    seen = _read_seal(home)
    marks = {file: _mark(home / file, facts) for file, facts in model.files.items()}
    if seen != marks:
        for file in verify_files(model, home):
            raise ModelDamaged(
                f"The file {str(home / file)!r} is not the one the registry names (its sha256 differs).",
                hint=f"Fetch it again with `citewire models pull {name}`.",
            )
        seal_files(model, home)
    return home


def locate_graph(graph: Graph) -> Path:
    """Return the file of a graph that is here and is the right one.

    Raises:
        ModelDamaged: it is not here, or is not the one that the registry names.
    """
    path = Path(str(resources.files("index").joinpath(graph.file)))
    if hash_file(path) != graph.sha256:
        raise ModelDamaged(
            f"The file {str(path)!r} is not the one the registry names (its sha256 differs).",
            hint="Install Citewire again.",
        )
    return path


def verify_files(model: Model, home: Path) -> Iterator[str]:
    """Yield the names of those files that do not have the hash that the registry names."""
    for file, facts in model.files.items():
        if hash_file(home / file) != facts.sha256:
            yield file


def seal_files(model: Model, home: Path) -> None:
    """Remember that the files were checked, so that a gigabyte is not hashed at each start."""
    marks = {file: _mark(home / file, facts) for file, facts in model.files.items()}
    (home / _SEAL_FILE).write_bytes(msgspec.json.encode(marks))


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal; empty when there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def _read_seal(home: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode((home / _SEAL_FILE).read_bytes(), type=dict[str, str])
    except (FileNotFoundError, msgspec.DecodeError):
        return {}


def _mark(path: Path, facts: ModelFile) -> str:
    status = path.stat()
    return f"{status.st_size} {status.st_mtime_ns} {facts.sha256}"
