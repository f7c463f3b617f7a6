"""Model files of one's own: the SHA-256 of each is taken when it is first used, shown, and kept; a file that changed is refused.

For files that the registry does not name: given by their path, or pulled from the hub. What is kept lies beside the models, in
``kept.json``.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from index.errors import ModelDamaged, ModelMissing, StorageError
from index.models.registry import hash_file

_FILE = "kept.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file whose hash is known.

    Attributes:
        path: where it lies, absolute.
        sha256: of all of it, hexadecimal.
        size: in bytes.
        changed: when it was changed last, in nanoseconds since 1970.
        source: where on the hub it came from, or None where it was given by its path.
    """

    path: str
    sha256: str
    size: int
    changed: int
    source: str | None = None


def list_kept(models: Path) -> tuple[Kept, ...]:
    """Return what is kept of files of one's own, whether they are still there or not."""
    try:
        return tuple(msgspec.json.decode((models / _FILE).read_bytes(), type=dict[str, Kept]).values())
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.DecodeError) as error:
        raise ModelDamaged(
            f"The list of hashes {str(models / _FILE)!r} cannot be read: {error}.",
            hint="Remove it: the hashes of your files are taken anew when they are used.",
        ) from error


def keep(path: Path, models: Path, *, source: str | None = None) -> Kept:
    """Take the hash of a file, and keep it in place of what was kept of it before.

    Raises:
        ModelMissing: there is no such file.
        StorageError: it cannot be written down.
    """
    path = path.expanduser().absolute()
    if not path.is_file():
        raise ModelMissing(
            f"There is no model file {str(path)!r}.",
            hint="Give the path of a GGUF file, or the folder of a judge or an embedding model.",
        )
    status = path.stat()
    kept = Kept(str(path), hash_file(path), status.st_size, status.st_mtime_ns, source)
    _write({**{each.path: each for each in list_kept(models)}, kept.path: kept}, models)
    return kept


def use(path: Path, models: Path) -> Kept:
    """Return what is known of a file that is about to be loaded; it is hashed at its first use and whenever it was touched.

    Raises:
        ModelMissing: there is no such file.
        ModelDamaged: it is not the one that was used before.
    """
    path = path.expanduser().absolute()
    known = next((each for each in list_kept(models) if each.path == str(path)), None)
    if known is None or not path.is_file():
        return keep(path, models)
    status = path.stat()
    if (known.size, known.changed) == (status.st_size, status.st_mtime_ns):
        return known
    found = hash_file(path)
    if found != known.sha256:
        raise ModelDamaged(
            f"The file {str(path)!r} is not the one that was used before: its sha256 is {found[:16]}…, "
            f"it was {known.sha256[:16]}….",
            hint=f"If you exchanged it, say so: citewire models add {path.parent if path.suffix == '.safetensors' else path}",
        )
    return keep(path, models, source=known.source)


def _write(kept: dict[str, Kept], models: Path) -> None:
    try:
        models.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=models, prefix=f".{_FILE}")
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(kept, order="sorted")))
        Path(draft).replace(models / _FILE)
    except OSError as error:
        raise StorageError(
            f"The hash of a model cannot be kept in {str(models)!r}: {error.strerror or error}.",
            hint="Free some space, or choose another folder with CITEWIRE_MODELS.",
        ) from error
