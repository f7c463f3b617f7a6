"""What an archive holds, and how the bytes of a file are had, wherever they are."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from index.errors import SourceError
from index.sources.kinds import FileKind

Source = Path | bytes
"""A file on the disk, or the bytes of one that was found in an archive."""

Beside = Callable[[str, str], Source]
"""Called with what a file names and how that is named in errors: returns the file that lies beside it.

Raises ``SourceError`` where it is not there, or is elsewhere than in the folder of the file that names it.
"""

_LONGEST_NAME = 1000
_AS_FILES = "Export the list with its files, or give the document by itself."


@dataclass(frozen=True, slots=True)
class Part:
    """A file that was found in an archive or in a message.

    Attributes:
        name: as the archive names it, with its suffix.
        kind: as the archive declares it, where it does.
        url: the web address it was had from, where the archive says so.
        beside: finds what lies in the archive beside it, where the archive is one of files.
    """

    reference: str
    name: str
    data: bytes
    kind: FileKind | None = None
    url: str | None = None
    beside: Beside | None = None


def open_source(source: Source) -> BinaryIO:
    """Open a file, or bytes as a file."""
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def read_all(source: Source) -> bytes:
    """Return all bytes of a file whose size was found to be allowed."""
    return source if isinstance(source, bytes) else source.read_bytes()


def size_of(source: Source) -> int:
    """Return the size of a file in bytes."""
    return len(source) if isinstance(source, bytes) else source.stat().st_size


def beside_in_folder(folder: Path) -> Beside:
    """Return what finds files in a folder and below it, and none elsewhere, wherever links lead."""

    def find(name: str, reference: str) -> Source:
        inside = name_within(name, reference)
        root = folder.resolve()
        try:
            path = (root / inside).resolve()
            if not path.is_relative_to(root):
                raise outside(name, reference)
            if path.is_file():
                return path
        except (OSError, ValueError, RuntimeError) as error:  # too long for the system, or links in a circle
            raise missing(name, reference) from error
        raise missing(name, reference)

    return find


def name_within(name: str, reference: str) -> PurePosixPath:
    """Return the relative path that a file gives for another that lies beside it, folders parted by slashes.

    Raises:
        SourceError: it is a web address, or leads out of the folder.
    """
    if "://" in name or name.lower().startswith(("file:", "data:", "http:", "https:")):
        raise SourceError(
            f"{reference}: its attachment {_shown(name)} is an address, wanted a file in the folder of the list.",
            reference=reference,
            hint=_AS_FILES,
        )
    path = PurePosixPath(name.replace("\\", "/"))
    drive = len(name) > 1 and name[1] == ":"
    if drive or path.is_absolute() or ".." in path.parts or path.parts[:1] == ("~",):
        raise outside(name, reference)
    if "\x00" in name or len(name) > _LONGEST_NAME or not path.parts:
        raise missing(name, reference)
    return path


def outside(name: str, reference: str) -> SourceError:
    """Return the error for a file that lies elsewhere than it may."""
    return SourceError(
        f"{reference}: its attachment {_shown(name)} lies outside of the folder of the list and is not opened.",
        reference=reference,
        hint=_AS_FILES,
    )


def missing(name: str, reference: str) -> SourceError:
    """Return the error for a file that is not there."""
    return SourceError(f"{reference}: its attachment {_shown(name)} is not there.", reference=reference, hint=_AS_FILES)


def _shown(name: str) -> str:
    return ascii(name[:120])
