"""Processes that write to a library in a database and are killed, and the examining of what they leave."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from index.build import ingest
from index.database_url import DatabaseUrl
from index.prepare import library_stamp
from index.settings import Settings
from index.store.shared import SharedLibrary
from index.store.versions import NewVersion, hash_text
from tests.conftest import WordEncoder
from tests.faults.killed import KillAt, _ReadHere, examine, sync


class Acknowledging(SharedLibrary):
    """A library that writes down what it has stored, in a file outside, once that is committed."""

    ledger: Path

    def in_turn(self, identities: Any, bands: Any, work: Any, /) -> Any:
        """Store an article and write that down."""
        self.stored: list[str] = []
        added = super().in_turn(identities, bands, work)
        with self.ledger.open("a", encoding="utf-8") as file:
            file.writelines(self.stored[-1:])
        return added

    def store(self, new: NewVersion) -> int:
        """Store an article; it is not committed yet."""
        self.stored.append(f"{hash_text(new.raw.text)} {new.raw.title}\n")
        return super().store(new)


def open_shared(url: DatabaseUrl, cache: Path, kind: type[SharedLibrary] = SharedLibrary) -> Any:
    settings = Settings(library=url, cache=cache, model="none")
    return kind.open(url, stamp=library_stamp(settings, WordEncoder()), cache=cache, create=True)


def take_in(url: DatabaseUrl, cache: Path, articles: Path, ledger: Path, step: str = "", place: int = 1) -> None:
    """Ingest a folder, bring the indexes up to date, and close everything in order."""
    killer = KillAt(step, place)
    with open_shared(url, cache, Acknowledging) as library:
        library.ledger, library.checkpoint = ledger, killer
        settings = Settings(library=url, cache=cache, model="none")
        reader: Any = _ReadHere()
        ingest([articles], library=library, encoder=WordEncoder(), settings=settings, reader=reader, checkpoint=killer)
        sync(library)


def take_out(url: DatabaseUrl, cache: Path, titles: list[str], step: str, place: int) -> None:
    """Remove articles."""
    with open_shared(url, cache) as library:
        library.checkpoint = KillAt(step, place)
        library.remove([entry.id for entry in library.entries() if entry.title in titles])


def inspect(url: DatabaseUrl, cache: Path, acknowledged: dict[str, str]) -> int:
    """Open what a killed process left, without help, examine all of it and return how many articles there are."""
    with open_shared(url, cache) as library:
        return examine(library, acknowledged, started=time.perf_counter())[0]
