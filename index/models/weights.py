"""The name of a local model of answers -> the one file that holds its weights, here and checked.

A name is one of the registry, one of the catalogue, a file of the hub (``hub/OWNER/REPO/FILE.gguf``), or the path of a GGUF file.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec

from index.errors import ModelMissing, ModelUnavailable
from index.models.hub import PREFIX, HubFile, read_hub_name
from index.models.kept import use
from index.models.parts import part_files, part_names
from index.models.registry import find_model, list_models, locate_model

_WORKING_GIGABYTES = 0.5  # beside the weights: what is computed on the way, the index, the judges


@dataclass(frozen=True, slots=True)
class Suggested:
    """A model of the catalogue.

    Attributes:
        hub: its file on the hub, as ``read_hub_name`` reads it.
        parameters: how many weights it has, in thousands of millions.
        gigabytes: about how large its file is.
        size: small, medium or large: how much it is shown and may write.
    """

    hub: str
    licence: str
    parameters: float
    gigabytes: float
    size: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """The file of a model, checked."""

    name: str
    path: Path
    sha256: str
    size: int


@cache
def list_suggested() -> dict[str, Suggested]:
    """Return the catalogue: every model by name."""
    tree = tomllib.loads(resources.files("index.models").joinpath("catalogue.toml").read_text(encoding="utf-8"))
    return {name: msgspec.convert({**entry, "name": name}, Suggested) for name, entry in tree.items()}


def is_local(name: str) -> bool:
    """Return whether a name is that of a model that runs in this process."""
    return name in list_models() or name in list_suggested() or name.startswith(PREFIX) or is_path(name)


def is_path(name: str) -> bool:
    """Return whether a name is the path of a file."""
    return name.endswith(".gguf") and not name.startswith(PREFIX)


def hub_file(name: str) -> HubFile | None:
    """Return the file of the hub that a name stands for, or None where it stands for none.

    Raises:
        ModelUnknown: it is meant for one and malformed.
    """
    if name in list_suggested():
        return read_hub_name(list_suggested()[name].hub)
    return read_hub_name(name) if name.startswith(PREFIX) else None


def find_weights(name: str, models: Path) -> Weights:
    """Return the file of a local model that writes answers.

    Raises:
        ModelUnknown: no model has that name.
        ModelMissing: its file is not here.
        ModelDamaged: its file is not the one it has to be.
        ModelUnavailable: it is no model of answers.
    """
    wanted = hub_file(name)
    if wanted is not None or is_path(name):
        place = wanted.place(models) if wanted else Path(name)
        place = place.with_name(part_names(place.name)[0])
        if wanted and not place.is_file():
            raise ModelMissing(
                f"The model {name!r} is not on this machine (looked in {str(place.parent)!r}).",
                hint=f"Fetch it with `citewire models pull {name}`.",
            )
        first, *others = [use(part, models) for part in part_files(place)]
        return Weights(name, Path(first.path), first.sha256, first.size + sum(other.size for other in others))
    model = find_model(name)
    if model.role != "answers":
        raise ModelUnavailable(
            f"The model {name!r} is for {model.role}, not for answers.", hint="See `citewire models`."
        )
    home = locate_model(name, models)
    facts = model.files[model.main_file]
    return Weights(name, home / model.main_file, facts.sha256, facts.size)


def memory_needed(size: float) -> float:
    """Return about how many gigabytes of memory a model takes whose file has so many bytes."""
    return 1.1 * size / 1e9 + _WORKING_GIGABYTES
