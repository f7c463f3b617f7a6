"""The stamp of a library, all that its vectors depend on: its file is opened only where that is as it was."""

from __future__ import annotations

import msgspec

from index.errors import LibraryDamaged, LibraryMismatch
from index.store.migrations import create_tables, migrate, require_whole
from index.store.sql import Database


def prepare_database(database: Database, *, stamp: dict[str, str]) -> None:
    """Have a library's tables made when missing and brought to the present version, and its stamp compared.

    Raises:
        LibraryMismatch: it was built with another stamp, or by a newer program.
        LibraryDamaged: it is no sound database.
    """
    try:
        if not database.has_table("meta"):
            create_tables(database, stamp)
        migrate(database)
        require_whole(database)
        check_stamp(database, stamp)
    except BaseException:
        database.close()
        raise


def check_stamp(database: Database, stamp: dict[str, str]) -> None:
    """Compare what the vectors of a library depend on with what is wanted.

    Raises:
        LibraryMismatch: it is something else.
    """
    stored = read_stamp(database)
    different = [
        f"{name} was {stored.get(name)!r}, now {stamp.get(name)!r}"
        for name in sorted(stored.keys() | stamp.keys())
        if stored.get(name) != stamp.get(name)
    ]
    if different:
        raise LibraryMismatch(
            f"The library {database.name!r} was built with other settings: {'; '.join(different)}.",
            hint="Use the settings it was built with, or have its articles cut and embedded anew: `citewire rebuild --embed`.",
        )


def read_stamp(database: Database) -> dict[str, str]:
    """Return all that the vectors of a library depend on, as it was when it was made."""
    stored = database.one("SELECT value FROM meta WHERE key = 'stamp'")[0]
    try:
        return msgspec.json.decode(stored, type=dict[str, str])
    except msgspec.DecodeError as error:
        raise LibraryDamaged(
            f"What the library {database.name!r} says of its vectors cannot be read.",
            hint="Restore a backup with `citewire restore`.",
        ) from error
