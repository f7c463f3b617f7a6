"""What an archive holds, and how the bytes of a file are had, wherever they are."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from index.sources.kinds import FileKind

Source = Path | bytes
"""A file on the disk, or the bytes of one that was found in an archive."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file that was found in an archive or in a message.

    Attributes:
        name: as the archive names it, with its suffix.
        kind: as the archive declares it, where it does.
        url: the web address it was had from, where the archive says so.
    """

    reference: str
    name: str
    data: bytes
    kind: FileKind | None = None
    url: str | None = None


def open_source(source: Source) -> BinaryIO:
    """Open a file, or bytes as a file."""
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def read_all(source: Source) -> bytes:
    """Return all bytes of a file whose size was found to be allowed."""
    return source if isinstance(source, bytes) else source.read_bytes()


def size_of(source: Source) -> int:
    """Return the size of a file in bytes."""
    return len(source) if isinstance(source, bytes) else source.stat().st_size
