"""A seal over a folder of cached files: it tells whether they are what an orderly close left behind.

A cache can be made again, so it need not survive a crash; it must only never be trusted after one. While a cache is in
use it has no seal; at its close the SHA-256 of every file is written down beside it. A folder without a seal, or with
another content, is thrown away by its owner and made again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

from index.models.registry import hash_file


class _Sealed(msgspec.Struct):
    """What a seal says: the hash of each file, which layout they have, and of which state of the library they were made."""

    files: dict[str, str]
    layout: int
    mark: str = ""


class Seal:
    """The seal of one folder; it lies beside the folder as ``NAME.seal.json``.

    Args:
        folder: the folder of the cache.
        layout: grows whenever the program keeps other files there, so that a cache of an older program is made again.
    """

    def __init__(self, folder: Path, *, layout: int) -> None:
        self.folder = folder
        self._layout = layout
        self._file = _seal_file(folder)

    def open(self, has_been: Callable[[str], bool] = lambda _mark: True) -> bool:
        """Break the seal before use. Return whether the folder holds what was sealed; else it is emptied.

        Args:
            has_been: tells whether the library was ever in the state that the files were made of.
        """
        intact = self._is_intact(has_been)
        self._file.unlink(missing_ok=True)
        if not intact:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        return intact

    def close(self, mark: str = "") -> None:
        """Seal the folder as it is now.

        Args:
            mark: names the state of the library that it was made of.

        Raises:
            OSError: the seal cannot be written; there is none then.
        """
        self._file.write_bytes(msgspec.json.encode(_Sealed(self._hash_files(), self._layout, mark)))

    def discard(self) -> None:
        """Throw the folder and its seal away."""
        discard_cache(self.folder)

    def _is_intact(self, has_been: Callable[[str], bool]) -> bool:
        try:
            sealed = msgspec.json.decode(self._file.read_bytes(), type=_Sealed)
        except (FileNotFoundError, msgspec.DecodeError):
            return False
        whole = bool(sealed.files) and sealed.layout == self._layout and sealed.files == self._hash_files()
        return whole and has_been(sealed.mark)

    def _hash_files(self) -> dict[str, str]:
        files = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
        return {str(path.relative_to(self.folder)): hash_file(path) for path in files}


def discard_cache(folder: Path) -> None:
    """Throw the folder of a cache and its seal away."""
    _seal_file(folder).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _seal_file(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.seal.json")
