"""The stamp of a library, all that its vectors depend on: its file is opened only where that is as it was."""

from __future__ import annotations

from pathlib import Path

import msgspec

from index.errors import LibraryDamaged, LibraryMismatch
from index.store.database import Database
from index.store.migrations import create_tables, migrate


def open_database(path: Path, *, stamp: dict[str, str]) -> Database:
    """Open a library's file, made when missing and brought to the present version.

    Raises:
        LibraryMismatch: it was built with another stamp, or by a newer program.
        LibraryDamaged: it is no sound database.
    """
    database = Database(path)
    try:
        if not database.has_table("meta"):
            create_tables(database, stamp)
        migrate(database)
        _check_stamp(database, stamp)
    except BaseException:
        database.close()
        raise
    return database


def _check_stamp(database: Database, stamp: dict[str, str]) -> None:
    stored = read_stamp(database)
    different = [
        f"{name} was {stored.get(name)!r}, now {stamp.get(name)!r}"
        for name in sorted(stored.keys() | stamp.keys())
        if stored.get(name) != stamp.get(name)
    ]
    if different:
        raise LibraryMismatch(
            f"The library {str(database.path.parent)!r} was built with other settings: {'; '.join(different)}.",
            hint="Use the settings it was built with, or have its articles cut and embedded anew: `citewire rebuild --embed`.",
        )


def read_stamp(database: Database) -> dict[str, str]:
    """Return all that the vectors of a library depend on, as it was when it was made."""
    stored = database.one("SELECT value FROM meta WHERE key = 'stamp'")[0]
    try:
        return msgspec.json.decode(stored, type=dict[str, str])
    except msgspec.DecodeError as error:
        raise LibraryDamaged(
            f"What {str(database.path)!r} says of its vectors cannot be read.",
            hint="Restore a backup with `citewire restore`.",
        ) from error
