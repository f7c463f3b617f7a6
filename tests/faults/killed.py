"""Processes that tests kill, starve or refuse, and the examining of what they leave.

The children are forked from one process that has everything imported already, so that a kill costs no start of an
interpreter; they are processes of their own in every other way. What a child has stored it writes at once into a ledger
outside of the library: that is what counts as acknowledged.
"""

from __future__ import annotations

import collections
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import chromadb  # noqa: F401 (so that the first opening does not count its import)
import tantivy  # noqa: F401

from index.backup import back_up, restore
from index.build import ingest
from index.caches.vectors import VectorIndex
from index.caches.words import FieldWeights, WordIndex
from index.prepare import library_stamp
from index.rebuild import embed_anew
from index.settings import PassageSettings, Settings
from index.sources.document import Document, read_document
from index.store.database import Database
from index.store.library import DATABASE_FILE, Library
from index.store.migrations import migrate
from index.store.protocol import AnyLibrary
from index.store.versions import NewVersion, hash_text
from tests.conftest import ROOT, WordEncoder

# How often each fault is tried. By default a few times; CITEWIRE_KILLS=200 tries each as often as it is worth.
KILLS = int(os.environ.get("CITEWIRE_KILLS", "0"))
REPORTS = ROOT / "build" / "faults"
_WORDS = [a + b + c for a in ("mar", "tol", "vek", "sund", "hal", "bro") for b in "aou" for c in ("den", "rik", "mon")]
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["chromadb", "tantivy", "tests.faults.killed", "tests.faults.command"])


def times(few: int, many: int) -> int:
    """Return how often to try a fault: a few times, or up to ``many`` in a large run."""
    return min(many, KILLS) if KILLS else few


def start(function: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Run a function in a process of its own."""
    process = _FORKING.Process(target=function, args=arguments)
    process.start()
    return process


def end(process: BaseProcess, *, seconds: float = 120) -> int:
    """Wait for a process and return its exit code, minus the signal that ended it."""
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError(f"the process did not end within {seconds:g} s")
    return process.exitcode


# Articles


def title_of(number: int) -> str:
    """Return a title with a name that no other article has."""
    name = "".join(first + second for digit in f"{number:04}" for first, second in [("bdfgklmprt"[int(digit)], "o")])
    return f"{name.capitalize()} approves its budget"


def text_of(number: int, *, edition: int = 1, paragraphs: int = 3) -> str:
    """Return the text of an invented article, the same at every call and unlike any other."""
    words = random.Random(f"{number} {edition}")
    sentences = [
        " ".join([title_of(number).split()[0], *words.choices(_WORDS, k=words.randint(7, 12))]) + "."
        for _ in range(4 * paragraphs)
    ]
    return "\n\n".join(" ".join(sentences[start : start + 4]) for start in range(0, len(sentences), 4))


def write_articles(folder: Path, count: int, *, edition: int = 1, paragraphs: int = 3) -> Path:
    """Write articles into a folder, a file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        text = text_of(number, edition=edition, paragraphs=paragraphs)
        head = f"---\ntitle: {title_of(number)}\noutlet: Gazette {number % 3}\n---\n\n"
        (folder / f"{number:04}.md").write_text(f"{head}{text}\n", encoding="utf-8")
    return folder


# What children do


@dataclass
class KillAt:
    """Ends its own process when a step is reached for the n-th time."""

    step: str = ""
    place: int = 1

    def __call__(self, step: str) -> None:
        if step == self.step:
            self.place -= 1
            if self.place == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class _ReadHere:
    """Reads documents in this process: starting another one takes as long as all that the tests want to see."""

    reads_pictures = ""

    def read(self, reference: str, source: Any, kind: Any, *, columns: Any = None, **_: Any) -> Iterator[Any]:
        return read_document(Document(reference, source, kind, columns or {}))


class Acknowledging(Library):
    """A library that writes down what it has stored, in a file outside."""

    ledger: Path

    def store(self, new: NewVersion) -> int:
        added = super().store(new)
        with self.ledger.open("a", encoding="utf-8") as file:
            file.write(f"{hash_text(new.raw.text)} {new.raw.title}\n")
        return added


def open_library(folder: Path, kind: type[Library] = Library, checkpoint: Callable[[str], None] | None = None) -> Any:
    settings = Settings(library=folder, model="none")
    opened = kind.open(folder, stamp=library_stamp(settings, WordEncoder()), create=True)
    if checkpoint:
        opened.checkpoint = checkpoint
    return opened


def take_in(
    articles: Path, folder: Path, ledger: Path, step: str = "", place: int = 1, with_reader: bool = False
) -> None:
    """Ingest a folder, bring the indexes up to date, and close everything in order."""
    killer = KillAt(step, place)
    settings = Settings(library=folder, model="none")
    with open_library(folder, Acknowledging, killer) as library:
        library.ledger = ledger
        reader: Any = None if with_reader else _ReadHere()
        ingest([articles], library=library, encoder=WordEncoder(), settings=settings, reader=reader, checkpoint=killer)
        sync(library)


def take_out(folder: Path, titles: list[str], step: str = "", place: int = 1) -> None:
    """Remove articles."""
    with open_library(folder, checkpoint=KillAt(step, place)) as library:
        library.remove([entry.id for entry in library.entries() if entry.title in titles])
        sync(library)


def take_care(action: str, step: str, folder: Path, file: Path) -> None:
    """Back up, restore, migrate or rebuild a library."""
    killer = KillAt(step)
    if action == "backup":
        back_up(folder, file, checkpoint=killer)
    elif action == "restore":
        restore(file, folder, checkpoint=killer)
    elif action == "migrate":
        migrate(Database(folder / DATABASE_FILE), checkpoint=killer)
    else:
        settings = Settings(library=folder, model="none", passages=PassageSettings(target_characters=300))
        embed_anew(settings, WordEncoder(), checkpoint=killer)


def bring_up_to_date(folder: Path) -> None:
    """Bring the indexes up to date."""
    with open_library(folder) as library:
        sync(library)


def hold(folder: Path) -> None:
    """Own a library until killed."""
    with open_library(folder):
        time.sleep(600)


def sync(library: Library) -> None:
    """Bring the indexes up to date and close them in order."""
    for index in (WordIndex(library), VectorIndex(library)):
        index.sync()
        index.close()


# What is left


def read_ledger(ledger: Path) -> dict[str, str]:
    """Return the hash of the text that was acknowledged last for each title."""
    lines = ledger.read_text(encoding="utf-8").splitlines() if ledger.exists() else []
    return {title: mark for mark, title in (line.split(" ", 1) for line in lines)}


def inspect(folder: Path, acknowledged: dict[str, str]) -> tuple[int, float]:
    """Open what a killed process left, without help, and examine all of it.

    Returns:
        the number of articles, and the seconds until both indexes could be searched again.
    """
    started = time.perf_counter()
    with open_library(folder) as library:
        return examine(library, acknowledged, started=started)


def examine(library: AnyLibrary, acknowledged: dict[str, str], *, started: float) -> tuple[int, float]:
    """Examine an open library; see ``inspect`` for what is returned.

    Args:
        acknowledged: the hashes of the articles that must be there, by their titles.
    """
    words, vectors = WordIndex(library), VectorIndex(library)
    words.sync()
    vectors.sync()
    seconds = time.perf_counter() - started
    try:
        assert library.check() == []
        entries = {entry.title: entry.id for entry in library.entries()}
        assert len(entries) == len(library.article_ids()), "an article is there twice"
        for title, mark in acknowledged.items():
            assert title in entries, f"{title!r} was acknowledged and is lost"
            assert library.article(entries[title], sha256=mark).title == title
        _find_all(library, words, vectors, entries)
    finally:
        words.close()
        vectors.close()
    return len(entries), seconds


def _find_all(library: AnyLibrary, words: WordIndex, vectors: VectorIndex, entries: dict[str | None, str]) -> None:
    """Find every article by its title and by the vector of its first passage."""
    firsts = {place.article_id: place.first for place in library.places(library.passage_ids()).values()}
    stored = {number: vector for ids, matrix in library.vectors() for number, vector in zip(ids, matrix, strict=True)}
    for title, key in entries.items():
        found = words.articles(title or "", limit=1, weights=FieldWeights(title=2.0))
        assert [number for number, _ in found] == [firsts[key]], f"{title!r} is not found by its words"
        (number, similarity), *_ = vectors.nearest(stored[firsts[key]], limit=1)
        assert similarity > 0.99, f"{title!r} is not found by its meaning"
        assert number == firsts[key] or similarity > 0.9999, title


def finish(articles: Path, folder: Path, ledger: Path) -> None:
    """Let a run end undisturbed and examine all of it: every article as its file has it now."""
    assert end(start(take_in, articles, folder, ledger)) == 0
    written = {path.read_text(encoding="utf-8").split("---\n\n", 1)[1].strip() for path in articles.glob("*.md")}
    count, _ = inspect(folder, read_ledger(ledger))
    with open_library(folder) as library:
        stored = collections.Counter(library.article(key).text for key in library.article_ids())
    assert stored == collections.Counter(written)
    assert count == len(written)
