"""The keys that programs show at the doors. Their hashes are kept in the library's folder, or in its database for all servers of it;
a key itself is told once, when it is made.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from index.disk import storage_error
from index.errors import KeyRefused, LibraryDamaged, StorageError, UsageError

KEYS_FILE = "keys.json"
_NOTE = "keys"
_PREFIX = "cw"
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept.

    Attributes:
        id: eight hexadecimal digits that the key begins with; no secret.
        name: whom it was made for.
        made: the day, in UTC.
        sha256: hash of the whole key. The key is random and long: no salt and no slow hash are needed.
        may_ingest: whether it may bring articles in, where the server lets any do so.
    """

    id: str
    name: str
    made: str
    sha256: str
    may_ingest: bool = False


class KeepsNotes(Protocol):
    """A library that keeps short texts under a name; see ``index.store.writing``."""

    def note(self, name: str) -> str | None:
        """Return a text, or None."""
        ...

    def change_note(self, name: str, change: Callable[[str | None], str]) -> None:
        """Put what a function makes of a text in its place, while nobody else does."""
        ...


class Keys:
    """The keys of a library; a change by another process is seen at the next look.

    Args:
        place: the library's folder, or the library itself where it is in a database.
    """

    def __init__(self, place: Path | KeepsNotes) -> None:
        self._kept: _InFile | _InLibrary = _InFile(place) if isinstance(place, Path) else _InLibrary(place)

    def check(self, shown: str | None) -> Key:
        """Return the key that was shown.

        Raises:
            KeyRefused: none was, or nobody was given that one.
        """
        if not shown:
            raise KeyRefused(
                "No key was shown.", hint="Send `Authorization: Bearer KEY`; `citewire key add NAME` makes one."
            )
        parts = shown.split("_", 2)
        known = self._kept.by_id().get(parts[1]) if len(parts) == len(("cw", "id", "secret")) else None
        # Compared also where there is none, so that how long it takes tells nothing.
        same = secrets.compare_digest(_hash(shown), known.sha256 if known else _hash(""))
        if known is None or not same:
            raise KeyRefused("The key is not known here.", hint="`citewire key list` shows which there are.")
        return known

    def all(self) -> tuple[Key, ...]:
        """Return the keys, the oldest first."""
        return tuple(self._kept.by_id().values())

    def add(self, name: str, *, may_ingest: bool = False) -> tuple[Key, str]:
        """Make a key, and return what is kept of it and the key itself, which is nowhere else.

        Raises:
            UsageError: the name is empty or too long.
            StorageError: it cannot be written.
        """
        name = " ".join(name.split())
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise UsageError(
                f"A key cannot be named {name[:40]!r}.", hint=f"Give 1 to {_LONGEST_NAME} printable characters."
            )
        known = self._kept.by_id()
        identity = secrets.token_hex(4)
        while identity in known:
            identity = secrets.token_hex(4)
        shown = f"{_PREFIX}_{identity}_{secrets.token_urlsafe(32)}"
        key = Key(identity, name, datetime.now(UTC).date().isoformat(), _hash(shown), may_ingest)
        self._kept.change(lambda keys: [*keys, key])
        return key, shown

    def remove(self, named: str) -> Key:
        """Take a key back, named by its id or, where only one has it, by its name.

        Raises:
            UsageError: there is none, or there are several.
        """
        known = self.all()
        found = [key for key in known if key.id == named] or [key for key in known if key.name == named]
        if len(found) != 1:
            raise UsageError(
                f"{len(found) or 'No'} keys are named {named!r}.", hint="Give the id of one: `citewire key list`."
            )
        self._kept.change(lambda keys: [key for key in keys if key.id != found[0].id])
        return found[0]


class _InLibrary:
    """The keys of a library in a database, beside what else is to be known of it."""

    def __init__(self, library: KeepsNotes) -> None:
        self._library = library

    def by_id(self) -> dict[str, Key]:
        """Return the keys, the oldest first."""
        return {key.id: key for key in _decode(self._library.note(_NOTE))}

    def change(self, changed: Callable[[list[Key]], list[Key]]) -> None:
        """Keep other keys; two processes that do so at the same moment do it one after the other."""
        self._library.change_note(_NOTE, lambda kept: msgspec.json.encode(changed(_decode(kept))).decode())


def _decode(kept: str | None) -> list[Key]:
    try:
        return msgspec.json.decode(kept or "[]", type=list[Key])
    except msgspec.DecodeError as error:
        raise LibraryDamaged(
            f"The keys of the library cannot be read: {error}.", hint="Run `citewire doctor`."
        ) from error


class _InFile:
    """The keys of a library in a folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / KEYS_FILE
        self._read: tuple[tuple[int, int] | None, dict[str, Key]] = (None, {})
        self._guard = threading.Lock()

    def by_id(self) -> dict[str, Key]:
        """Return the keys, the oldest first."""
        with self._guard:
            try:
                facts = self._file.stat()
                mark = (facts.st_mtime_ns, facts.st_ino)
                if self._read[0] != mark:
                    kept = msgspec.json.decode(self._file.read_bytes(), type=list[Key])
                    self._read = (mark, {key.id: key for key in kept})
            except FileNotFoundError:
                self._read = (None, {})
            except OSError as error:
                raise storage_error(f"The keys {str(self._file)!r}", self._file.parent, error) from error
            except msgspec.DecodeError as error:
                raise StorageError(
                    f"The keys {str(self._file)!r} cannot be read: {error}.", hint="Remove that file and make new keys."
                ) from error
            return self._read[1]

    def change(self, changed: Callable[[list[Key]], list[Key]]) -> None:
        """Keep other keys."""
        keys = changed(list(self.by_id().values()))
        draft = self._file.with_suffix(f".{secrets.token_hex(4)}.draft")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(keys), indent=2))
            draft.replace(self._file)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise storage_error(f"The keys {str(self._file)!r}", self._file.parent, error) from error


def _hash(shown: str) -> str:
    return hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()
