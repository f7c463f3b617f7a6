"""Libraries of every version there ever was open with nothing lost, or stay what they were."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from index.articles import Filters
from index.caches.vectors import VectorIndex
from index.errors import LibraryMismatch
from index.prepare import library_stamp
from index.settings import Settings
from index.store.library import Library
from index.store.migrations import SCHEMA_VERSION
from tests.conftest import WordEncoder

# Four sample articles, two of them near-copies, as versions 2 and 3 of the schema stored them.
VERSION_2 = Path(__file__).with_name("schema_2.sql")
VERSION_3 = Path(__file__).with_name("schema_3.sql")
FEED = "https://courier.example/feed"  # visited by the library of version 3


def make_library(folder: Path, version: int) -> Settings:
    folder.mkdir()
    file = sqlite3.connect(folder / "library.sqlite3")
    file.executescript((VERSION_3 if version == 3 else VERSION_2).read_text(encoding="utf-8"))
    if version == 1:  # the words were in the file then
        file.executescript(
            "CREATE VIRTUAL TABLE words USING fts5 (title, body, tokenize = 'porter unicode61 remove_diacritics 2');"
            "INSERT INTO words (rowid, title, body) VALUES (1, 'a', 'b');"
            "UPDATE meta SET value = '1' WHERE key = 'schema_version';"
        )
    file.close()
    return Settings(library=folder, model="none")


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_library_of_an_older_version_is_brought_up_to_date(
    version: int, tmp_path: Path, encoder: WordEncoder
) -> None:
    settings = make_library(tmp_path / "library", version)
    stamp = library_stamp(settings, encoder)
    for _ in range(2):
        with Library.open(settings.library, stamp=stamp) as library:
            assert library.check() == []
            assert library.coverage(Filters()).articles == 4
            assert library.count_passages() == 11
            articles = [library.article(name) for name in library.article_ids()]
            assert all(article.section is None for article in articles)
            vectors = VectorIndex(library)
            ids, matrix = next(library.vectors())
            assert [vectors.nearest(row, limit=1)[0][0] for row in matrix] == ids
            vectors.close()
            visit = library.remembered.visit_of(FEED)
            assert (visit.etag, visit.reader) == ('"7"', "") if version == 3 and visit else visit is None
            assert bool(library.remembered.file_mark("north.md")) is (version == 3)
    with sqlite3.connect(settings.library / "library.sqlite3") as file:
        assert file.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone() == (str(SCHEMA_VERSION),)
        assert file.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'words%'").fetchone() == (0,)
    file.close()


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_migrated_library_has_the_tables_of_a_new_one(version: int, tmp_path: Path, encoder: WordEncoder) -> None:
    made = []
    for settings in (make_library(tmp_path / "old", version), Settings(library=tmp_path / "new", model="none")):
        Library.open(settings.library, stamp=library_stamp(settings, encoder), create=True).close()
        file = sqlite3.connect(settings.library / "library.sqlite3")
        names = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        columns = {name: file.execute(f"PRAGMA table_info({name})").fetchall() for name in names}
        indexes = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name")]
        made.append((columns, indexes))
        file.close()
    assert made[0] == made[1]


def test_a_newer_library_is_refused_and_stays_as_it_was(tmp_path: Path, encoder: WordEncoder) -> None:
    settings = make_library(tmp_path / "library", 2)
    file = sqlite3.connect(settings.library / "library.sqlite3")
    file.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    file.commit()
    before = list(file.iterdump())
    file.close()
    with pytest.raises(LibraryMismatch, match=f"schema version 99; this program reads versions 1 to {SCHEMA_VERSION}"):
        Library.open(settings.library, stamp=library_stamp(settings, encoder))
    file = sqlite3.connect(settings.library / "library.sqlite3")
    assert list(file.iterdump()) == before
    file.close()
