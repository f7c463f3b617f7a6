"""The name of a model that is a folder of files -> that folder, here and checked: judges and embedding models of one's own.

A name is a folder of this machine, or a repository of the hub (``hub/OWNER/REPO``) that was pulled. Weights are read as safetensors only:
other formats can hold code.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from index.errors import ModelDamaged, ModelDownloadFailed, ModelMissing, ModelUnavailable, ModelUnknown
from index.models.hub import PREFIX, HubFile, Progress, ask_hub, bring_hub_file
from index.models.kept import Kept, keep, use

_NAME = re.compile(r"hub/([\w.-]+/[\w.-]+)(?:@([\w.-]+))?", re.ASCII)
_WEIGHTS = "*.safetensors"
_DATA = (_WEIGHTS, "*.json", "*.txt", "*.model")  # weights, settings, vocabularies: nothing that is ever run
_OTHER_WEIGHTS = (".bin", ".pt", ".h5", ".onnx", ".msgpack")
_MOST_FILES = 100


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder with the files of a model.

    Attributes:
        name: as it stands in the settings.
        weights: the files that hold its weights, with their hashes.
    """

    name: str
    path: Path
    weights: tuple[Kept, ...]

    @property
    def sha256(self) -> str:
        """Return the hash of the weights; of several files, their hashes in a row."""
        return "+".join(each.sha256 for each in self.weights)

    def read_json(self, file: str) -> dict[str, Any]:
        """Return what a file of it holds.

        Raises:
            ModelDamaged: it is not there, or is no object of JSON.
        """
        try:
            return msgspec.json.decode((self.path / file).read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.DecodeError) as error:
            raise ModelDamaged(
                f"The model {self.name!r} cannot be read: {file} {_why(error)}.",
                hint="Give the folder that `save_pretrained` wrote, whole, or pull it again.",
            ) from error


def is_folder_name(name: str) -> bool:
    """Return whether a name is meant for a folder: a repository of the hub, or a path."""
    return is_hub_folder(name) or (not name.startswith(PREFIX) and os.sep in name) or name in (".", "..")


def is_hub_folder(name: str) -> bool:
    """Return whether a name is that of a whole repository of the hub, not of one file in it."""
    return _NAME.fullmatch(name) is not None and ".." not in name and not name.endswith(".gguf")


def find_folder(name: str, models: Path) -> ModelFolder:
    """Return the folder that a name stands for. Its weights are hashed at their first use, and refused when they changed since.

    Raises:
        ModelMissing: it is not here.
        ModelDamaged: its weights are not those that were used before.
        ModelUnavailable: it holds no weights as safetensors.
    """
    home, weights = _look(name, models)
    return ModelFolder(name, home, tuple(use(path, models) for path in weights))


def keep_folder(name: str, models: Path) -> ModelFolder:
    """Take the hashes of a folder's weights, in place of those that were kept of them before.

    Raises:
        ModelMissing: it is not here.
        ModelUnavailable: it holds no weights as safetensors.
        StorageError: they cannot be written down.
    """
    home, weights = _look(name, models)
    return ModelFolder(name, home, tuple(keep(path, models) for path in weights))


def pull_hub_folder(name: str, models: Path, *, progress: Progress) -> ModelFolder:
    """Fetch the files of a repository of the hub that are data, each checked against the SHA-256 that the hub states of it.

    Raises:
        ModelUnknown: the name is none of a repository.
        ModelDownloadFailed: the hub did not deliver it.
        ModelUnavailable: it holds no weights as safetensors.
        StorageError: it cannot be written.
    """
    named = _read_hub_folder(name)
    repository, revision = named.repository, named.revision
    stated = ask_hub(f"api/models/{repository}/revision/{quote(revision)}", what=repository)
    files = list(_data_files(stated, repository))
    if not any(fnmatch(file, _WEIGHTS) for file in files):
        raise ModelUnavailable(
            f"The repository {repository!r} holds no weights as safetensors.",
            hint="Convert it on a machine of yours, and give the folder; other formats can hold code.",
        )
    for file in files:
        wanted = HubFile(name, repository, file, revision)
        place = bring_hub_file(wanted, models, progress=progress)
        if fnmatch(file, _WEIGHTS):
            keep(place, models, source=name)
    return find_folder(name, models)


def _look(name: str, models: Path) -> tuple[Path, list[Path]]:
    """Return the folder that a name stands for, and the files in it that hold weights."""
    home = _read_hub_folder(name).place(models).parent if is_hub_folder(name) else Path(name).expanduser()
    if not (home / "config.json").is_file():
        raise ModelMissing(
            f"The model {name!r} is not on this machine (no config.json in {str(home)!r}).",
            hint=f"Fetch it with `citewire models pull {name}`."
            if is_hub_folder(name)
            else "Give the folder that `save_pretrained` wrote, or hub/OWNER/REPOSITORY for one of the hub.",
        )
    weights = sorted(home.glob(_WEIGHTS))
    if not weights:
        held = sorted(path.name for path in home.iterdir() if path.suffix in _OTHER_WEIGHTS)
        raise ModelUnavailable(
            f"The model {name!r} holds no weights as safetensors ({', '.join(held) or 'no weights at all'}).",
            hint="Load it once and save it with `save_pretrained(FOLDER)`; other formats can hold code.",
        )
    return home, weights


def _read_hub_folder(name: str) -> HubFile:
    """Return the file of a repository that each model has, which tells where all of them are.

    Raises:
        ModelUnknown: the name is none of a repository.
    """
    found = _NAME.fullmatch(name)
    if found is None or ".." in name:
        raise ModelUnknown(
            f"{name!r} names no repository of the hub.", hint="Say hub/OWNER/REPOSITORY, with @REVISION if needed."
        )
    return HubFile(name, found[1], "config.json", found[2] or "main")


def _data_files(stated: object, repository: str) -> Iterator[str]:
    """Yield the files of a repository that are fetched: data, in its folder or one below it, under plain names."""
    listed = stated.get("siblings") if isinstance(stated, dict) else None
    names = [each.get("rfilename") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    plain = [
        name
        for name in names
        if isinstance(name, str) and re.fullmatch(r"(?:[\w-][\w.-]*/)?[\w-][\w.-]*", name, re.ASCII)
    ]
    wanted = [
        name
        for name in plain
        if any(fnmatch(name.rpartition("/")[2], kind) for kind in _DATA)
        # Below the folder lie the settings of modules (1_Pooling), or the same model again for other programs.
        and ("/" not in name or name.endswith("/config.json"))
    ]
    if not wanted or len(wanted) > _MOST_FILES:
        raise ModelDownloadFailed(
            f"The hub lists {len(wanted)} files of data for {repository!r}; a model has 1 to {_MOST_FILES}.",
            hint="Check the name: it has to be a model that sentence-transformers or transformers load.",
        )
    yield from sorted(wanted)


def _why(error: Exception) -> str:
    return "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read ({error})"
