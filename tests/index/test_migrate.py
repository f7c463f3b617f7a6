"""A library that was brought over holds what the old one holds, to the last byte, whatever interrupted it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.articles import FileMark
from index.build import ingest
from index.database_url import DatabaseUrl
from index.errors import LibraryDamaged, LibraryInUse, LibraryMissing, UsageError
from index.migrate import migrate
from index.prepare import library_stamp
from index.settings import Settings
from index.store.library import Library
from index.store.opening import open_library
from tests.conftest import SAMPLES, WordEncoder
from tests.faults.killed import end, start
from tests.index.killed_migration import migrate_and_die
from tests.postgres_for_tests import PostgresServer, name_of


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A library in a folder, with versions, copies, and passages that were replaced. Bringing it over leaves it as it is."""
    settings, encoder = Settings(library=tmp_path_factory.mktemp("filled") / "library", model="none"), WordEncoder()
    with open_library(settings, stamp=library_stamp(settings, encoder), create=True) as library:
        ingest([SAMPLES], library=library, encoder=encoder, settings=settings)
        library.change_note("keys", lambda _: "[]")
        library.remove(library.article_ids()[:2])
        library.remembered.remember_files([("somewhere.md", FileMark(1, 2, 3, "reader"))])
    return settings


def contents(place: Path | DatabaseUrl, encoder: WordEncoder) -> object:
    settings = Settings(library=place, model="none")
    with open_library(settings, stamp=library_stamp(settings, encoder)) as library:
        assert library.check() == []
        articles = [version for key in library.article_ids() for version in library.versions(key)]
        ids = library.passage_ids()
        vectors = [matrix.tobytes() for _, matrix in library.vectors()]
        mark = library.remembered.file_mark("somewhere.md")
        assert mark
        return articles, ids, library.places(ids), vectors, mark, library.note("keys"), library.generation


def test_there_and_back_again(filled: Settings, postgres: PostgresServer, encoder: WordEncoder, tmp_path: Path) -> None:
    url = postgres.make_database()
    done = migrate(filled.library, url)
    assert (done.articles, done.copied) == (39, 39)
    back = migrate(url, tmp_path / "back")
    assert back.sha256 == done.sha256
    wanted = contents(filled.library, encoder)
    assert contents(url, encoder) == wanted
    assert contents(tmp_path / "back", encoder) == wanted
    again = migrate(filled.library, url)
    assert (again.copied, again.sha256) == (0, done.sha256)


def test_what_is_taken_in_afterwards_has_numbers_of_its_own(
    filled: Settings, postgres: PostgresServer, encoder: WordEncoder, tmp_path: Path
) -> None:
    url = postgres.make_database()
    migrate(filled.library, url)
    (tmp_path / "new.md").write_text(
        "---\ntitle: New\n---\n\nA lamp was lit on the new pier at dusk.\n", encoding="utf-8"
    )
    settings = Settings(library=url, model="none")
    with open_library(settings, stamp=library_stamp(settings, encoder)) as library:
        before = library.passage_ids()
        ingest([tmp_path / "new.md"], library=library, encoder=encoder, settings=settings)
        assert library.passage_ids() == [*before, before[-1] + 1]


@pytest.mark.parametrize(
    ("into", "step"),
    [
        ("database", "within batch"),
        ("database", "after batch"),
        ("database", "before finish"),
        ("folder", "within batch"),
    ],
)
def test_killed_in_the_middle_it_goes_on_where_it_was(
    filled: Settings, postgres: PostgresServer, encoder: WordEncoder, tmp_path: Path, into: str, step: str
) -> None:
    url = postgres.make_database()
    source, target = filled.library, url
    if into == "folder":
        migrate(filled.library, url)
        source, target = url, tmp_path / "new"
    assert end(start(migrate_and_die, source, target, step, 1 if step == "before finish" else 3)) == -9
    settings = Settings(library=target, model="none")
    with pytest.raises(LibraryDamaged, match="is not whole"):
        open_library(settings, stamp=library_stamp(settings, encoder))
    done = migrate(source, target)
    assert done.articles == 39
    assert done.copied == {"within batch": 39 - 16, "after batch": 39 - 24, "before finish": 0}[step]
    assert contents(target, encoder) == contents(filled.library, encoder)


def test_another_library_is_not_touched(
    filled: Settings, postgres: PostgresServer, encoder: WordEncoder, new_settings: Callable[[str], Settings]
) -> None:
    other, url = new_settings("other"), postgres.make_database()
    with open_library(other, stamp=library_stamp(other, encoder), create=True) as library:
        with pytest.raises(LibraryInUse):
            migrate(other.library, url)
        ingest([SAMPLES / "001-lam-tai-agrees-sale.md"], library=library, encoder=encoder, settings=other)
    with pytest.raises(UsageError, match="another library"):
        migrate(filled.library, other.library)
    with pytest.raises(UsageError, match="where it is"):
        migrate(filled.library, filled.library)
    with pytest.raises(LibraryMissing):
        migrate(new_settings("nowhere").library, url)


def test_a_copy_that_is_not_the_same_is_refused(
    filled: Settings, postgres: PostgresServer, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.make_database()

    def damage(step: str) -> None:
        if step == "after batch":
            postgres.run(
                "UPDATE passages SET day = '1999-01-01' WHERE id = (SELECT max(id) FROM passages)",
                database=name_of(url),
            )

    with pytest.raises(LibraryDamaged, match="not what they were copied from"):
        migrate(filled.library, url, checkpoint=damage)
    with Library.look(filled.library / "library.sqlite3") as library:
        assert library.check() == []
