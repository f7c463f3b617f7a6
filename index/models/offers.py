"""All models that can be named without a server: what is here, what can be pulled, what each needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.errors import ModelDamaged
from index.models.gguf import read_gguf
from index.models.hub import read_hub_name
from index.models.kept import list_kept
from index.models.registry import is_present, list_models
from index.models.weights import list_suggested, memory_needed

_ANSWERS = ".gguf"


@dataclass(frozen=True, slots=True)
class Offer:
    """A model.

    Attributes:
        name: as it stands in the settings.
        role: embedding, answers or judge; own for a folder of one's own, which may be a judge or an embedding model.
        size: of its files, in bytes; about, where only the hub knows it.
        memory: about how many gigabytes it takes while it works.
        licence: of its weights, or None where nobody says.
        present: whether it is here.
        upstream: where its makers publish it, or None for a file of one's own.
        sha256: of the file with its weights, or None where that is known when it is pulled.
    """

    name: str
    role: str
    size: int
    memory: float
    licence: str | None
    present: bool
    upstream: str | None
    sha256: str | None


def list_offers(models: Path) -> list[Offer]:
    """Return the registry, the catalogue, and the files of one's own that were used from here.

    Args:
        models: the folder with the model files.
    """
    offers = [
        Offer(
            model.name,
            model.role,
            model.size,
            memory_needed(model.size) if model.role == "answers" else round(2 * model.size / 1e9, 2),
            model.licence,
            is_present(model.name, models),
            model.upstream,
            model.files[model.main_file].sha256,
        )
        for model in list_models().values()
    ]
    kept = {each.path: each for each in list_kept(models)}
    for suggested in list_suggested().values():
        place = str(read_hub_name(suggested.hub).place(models).absolute())
        known = kept.pop(place, None)
        size = known.size if known else int(suggested.gigabytes * 1e9)
        offers.append(
            Offer(
                suggested.name,
                "answers",
                size,
                memory_needed(size),
                suggested.licence,
                known is not None and Path(place).is_file(),
                suggested.hub.removeprefix("hub/"),
                known.sha256 if known else None,
            )
        )
    for path, each in kept.items():
        here = Path(path).is_file()
        if not path.endswith(_ANSWERS):
            # What a folder of one's own is for stands in the settings that name it.
            name = each.source or str(Path(path).parent)
            memory = round(2 * each.size / 1e9, 2)
            offers.append(Offer(name, "own", each.size, memory, None, here, each.source, each.sha256))
            continue
        name = each.source or path
        licence = _licence(Path(path)) if here else None
        offers.append(
            Offer(name, "answers", each.size, memory_needed(each.size), licence, here, each.source, each.sha256)
        )
    return offers


def _licence(path: Path) -> str | None:
    try:
        return read_gguf(path).licence
    except ModelDamaged:
        return None  # what is the matter with it is told when it is used; it is listed all the same
