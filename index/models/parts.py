"""A GGUF file that came in parts (``NAME-00001-of-00003.gguf``) -> all of them, in order: llama.cpp loads them by the first.

Names as ``gguf-split`` of llama.cpp writes them.
"""

from __future__ import annotations

import re
from pathlib import Path

from index.errors import ModelMissing

_PART = re.compile(r"(?P<name>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf", re.IGNORECASE)
_MOST = 999


def part_names(name: str) -> tuple[str, ...]:
    """Return the names of all parts of which a name is one, the first first; the name alone where it is of no part."""
    found = _PART.fullmatch(name)
    count = int(found["count"]) if found else 1
    if found is None or not 1 <= int(found["number"]) <= count <= _MOST:
        return (name,)
    return tuple(f"{found['name']}-{number:05d}-of-{found['count']}.gguf" for number in range(1, count + 1))


def part_files(path: Path) -> tuple[Path, ...]:
    """Return all parts of the file that a path is a part of, the first first; the path alone where it is whole.

    Raises:
        ModelMissing: some are not there.
    """
    parts = tuple(path.with_name(name) for name in part_names(path.name))
    missing = [part.name for part in parts if not part.is_file()]
    if missing and len(parts) > 1:
        raise ModelMissing(
            f"The model {path.name!r} came in {len(parts)} parts, and {len(missing)} of them are not in {str(path.parent)!r}: "
            f"{', '.join(missing[:3])}{' ...' if len(missing) > 3 else ''}.",
            hint="Put them beside each other; `citewire models pull` fetches all of them.",
        )
    return parts
