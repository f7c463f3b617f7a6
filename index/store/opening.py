"""Opens a library where the settings say that it is: in a folder, or in a database."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.database_url import DatabaseUrl
from index.errors import SettingsError
from index.settings import Settings
from index.store.library import DATABASE_FILE, Library
from index.store.protocol import AnyLibrary

if TYPE_CHECKING:
    from index.store.postgresql import PostgresDatabase
    from index.store.shared import SharedLibrary

_NEEDED = ("psycopg", "psycopg_pool")


def open_library(settings: Settings, *, stamp: dict[str, str], create: bool = False) -> AnyLibrary:
    """Open the library of the settings, to read and to write it.

    Args:
        settings: where it is, and where indexes of one in a database are kept.
        stamp: all that its vectors depend on; compared with what it was built with.
        create: make it when there is none.

    Raises:
        LibraryError: see ``Library.open`` and ``SharedLibrary.open``.
        SettingsError: it is in a database, and what reads databases is not installed.
    """
    if isinstance(settings.library, DatabaseUrl):
        return shared_library().open(settings.library, stamp=stamp, cache=settings.cache, create=create)
    return Library.open(settings.library, stamp=stamp, create=create)


def look_at(place: Path | DatabaseUrl) -> AnyLibrary:
    """Open a library for looking at what it holds: nobody has to be asked for it, and nothing can be searched.

    Raises:
        LibraryError: see ``Library.look`` and ``SharedLibrary.look``.
        SettingsError: it is in a database, and what reads databases is not installed.
    """
    if isinstance(place, DatabaseUrl):
        return shared_library().look(place)
    return Library.look(place / DATABASE_FILE)


def shared_library() -> type[SharedLibrary]:
    """Return the class of libraries in a database.

    Raises:
        SettingsError: what reads databases is not installed.
    """
    with _installed():
        from index.store.shared import SharedLibrary
    return SharedLibrary


def shared_database(url: DatabaseUrl) -> PostgresDatabase:
    """Open a database, whatever it holds.

    Raises:
        SettingsError: what reads databases is not installed.
        LibraryUnreachable: the server does not answer, or lets nobody in.
    """
    with _installed():
        from index.store.postgresql import PostgresDatabase
    return PostgresDatabase(url)


@contextlib.contextmanager
def _installed() -> Iterator[None]:
    """Say what is missing where psycopg, or the library of PostgreSQL that it needs, is not there."""
    try:
        yield
    except ImportError as error:
        if error.name not in _NEEDED and "libpq" not in str(error):
            raise
        raise SettingsError(
            "A library in a PostgreSQL database needs psycopg, which is not installed.",
            hint="Run `pip install 'citewire[postgresql]'`.",
        ) from error
