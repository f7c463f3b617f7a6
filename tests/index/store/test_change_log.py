"""The log of changes says what came and went, and nothing is missed where it does not know."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.archive import Archive
from index.articles import Filters
from index.build import ingest
from index.caches.words import FieldWeights
from index.database_url import DatabaseUrl
from index.prepare import library_stamp
from index.settings import Settings
from index.store import change_log
from index.store.change_log import _from_ranges, _to_ranges
from index.store.opening import open_library, shared_database
from index.store.protocol import AnyLibrary
from index.store.reading import LibraryReader
from tests.conftest import WordEncoder
from tests.postgres_for_tests import PostgresServer

BODY = FieldWeights()
ROLES = Path(__file__).parents[3] / "deploy" / "roles.sql"


class Newsroom:
    """Takes articles in under names; the same name again is a later version."""

    def __init__(self, library: AnyLibrary, settings: Settings, folder: Path) -> None:
        self.library, self._settings, self._folder = library, settings, folder

    def write(self, name: str, text: str) -> None:
        (self._folder / f"{name}.md").write_text(f"---\ntitle: {name}\n---\n\n{text}\n", encoding="utf-8")
        reference = self._folder / f"{name}.md"
        ingest([reference], library=self.library, encoder=WordEncoder(), settings=self._settings)

    def article(self, word: str) -> str:
        """The id of the article with a word in its text."""
        (found,) = [key for key in self.library.article_ids() if word in self.library.article(key).text]
        return found


@pytest.fixture
def newsroom(library: AnyLibrary, settings: Settings, tmp_path: Path) -> Newsroom:
    return Newsroom(library, settings, tmp_path)


def run(settings: Settings, statement: str) -> None:
    """Run a statement in the library's database, beside everything that knows what it is."""
    if isinstance(settings.library, DatabaseUrl):
        database = shared_database(settings.library)
        with database.transaction() as connection:
            connection.execute(statement)
        database.close()
        return
    file = sqlite3.connect(settings.library / "library.sqlite3")
    with file:
        file.execute(statement)
    file.close()


@pytest.mark.both_stores
def test_it_says_what_came_and_went_between_any_two_changes(newsroom: Newsroom) -> None:
    library = newsroom.library
    states = [(library.generation, set(library.passage_ids()))]

    def note() -> None:
        states.append((library.generation, set(library.passage_ids())))

    for name, text in (("a", "A lamp was lit."), ("b", "The ferry sank.\n\n" * 90), ("a", "A lamp was put out.")):
        newsroom.write(name, text)
        note()
    library.remove([newsroom.article("ferry")])
    note()
    newsroom.write("c", "The bridge opened.")
    note()
    assert len({generation for generation, _ in states}) == len(states)
    for place, (since, before) in enumerate(states):
        for until, after in states[place:]:
            found = library.changed_passages(since, until)
            assert found is not None
            assert found.added.tolist() == sorted(after - before)
            assert found.removed.tolist() == sorted(before - after)
    assert library.changed_passages(states[-1][0], states[0][0]) is None


@given(st.sets(st.integers(1, 60)))
def test_ranges_hold_the_ids_that_they_were_made_of(ids: set[int]) -> None:
    ranges = _to_ranges(list(ids))
    assert np.sort(_from_ranges([" ".join(ranges)])).tolist() == sorted(ids)
    assert len(ranges) == sum(number - 1 not in ids for number in ids)


@pytest.mark.both_stores
def test_indexes_are_brought_up_to_date_by_the_log_alone(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    library, archive = newsroom.library, Archive(newsroom.library)
    newsroom.write("a", "A lamp was lit on the pier.")
    newsroom.write("b", "The ferry sank.")
    archive.publish()
    newsroom.write("c", "The bridge opened.")
    library.remove([newsroom.article("ferry")])
    newsroom.write("a", "A lantern was lit on the pier.")
    read: list[object] = []
    ids = LibraryReader.passage_ids

    def noted(self: LibraryReader, filters: Filters = Filters()) -> list[int]:  # noqa: B008 (frozen)
        read.append(filters)
        return ids(self, filters)

    monkeypatch.setattr(LibraryReader, "passage_ids", noted)
    archive.publish()
    assert read == []
    monkeypatch.undo()
    assert finds(archive, "bridge")
    assert finds(archive, "lantern")
    assert not finds(archive, "ferry")
    assert not finds(archive, "lamp")
    assert archive.words._read().ids.tolist() == archive.vectors._read().matrix.ids.tolist() == library.passage_ids()
    library.remove(library.article_ids())  # all of them
    archive.publish()
    assert not finds(archive, "bridge")
    newsroom.write("d", "The station closed.")
    archive.publish()
    assert finds(archive, "station")
    archive.close()


def finds(archive: Archive, word: str) -> bool:
    """Whether a word is found in the index of words, and a passage with it is the nearest by meaning."""
    found = archive.words.passages(word, limit=1, weights=BODY)
    nearest = archive.vectors.nearest(WordEncoder().encode([word])[0], limit=1)
    records = archive.library.passages([number for number, _ in (*found, *nearest)])
    held = [word in record.text for record in records.values()]
    assert bool(found) == any(held)
    return bool(found)


@pytest.mark.both_stores
@pytest.mark.parametrize("lost", ["DELETE FROM passage_changes WHERE generation = 2", "DELETE FROM passage_changes"])
def test_where_the_log_has_a_gap_all_passages_are_compared(newsroom: Newsroom, settings: Settings, lost: str) -> None:
    """As where a process of an older program has written, which knows no log."""
    archive = Archive(newsroom.library)
    newsroom.write("a", "A lamp was lit on the pier.")
    archive.publish()
    newsroom.write("b", "The ferry sank.")
    newsroom.write("c", "The bridge opened.")
    run(settings, lost)
    assert newsroom.library.changed_passages(1, 3) is None
    archive.publish()
    assert finds(archive, "ferry")
    assert finds(archive, "bridge")
    archive.close()


@pytest.mark.both_stores
def test_it_is_trimmed(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_log, "CHANGES_KEPT", 3)
    library = newsroom.library
    for number in range(6):
        newsroom.write(str(number), f"Town {number} voted.")
    assert library.generation == 6
    rows = library._database.all("SELECT generation FROM passage_changes ORDER BY generation")  # type: ignore[attr-defined]
    assert [row["generation"] for row in rows] == [4, 5, 6]
    assert library.changed_passages(3, 6) is not None
    assert library.changed_passages(2, 6) is None


@pytest.mark.both_stores
def test_a_change_of_very_many_articles_is_not_written_down(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, archive = newsroom.library, Archive(newsroom.library)
    for number in range(6):
        newsroom.write(str(number), f"Town {number} voted.")
    archive.publish()
    monkeypatch.setattr(change_log, "_MOST_RANGES", 2)
    places = library.places(library.passage_ids()[::2])  # none follows another
    library.remove([place.article_id for place in places.values()])
    library.remove(library.article_ids()[:1])
    assert library.changed_passages(6, 8) is None
    assert library.changed_passages(7, 8) is not None
    archive.publish()
    assert archive.words._read().ids.tolist() == library.passage_ids()
    archive.close()


@pytest.mark.parametrize("store", ["postgresql"])
def test_a_database_of_version_5_gets_a_log_that_its_roles_may_use(
    settings: Settings, postgres: PostgresServer, tmp_path: Path
) -> None:
    assert isinstance(settings.library, DatabaseUrl)
    url, stamp = settings.library, library_stamp(settings, WordEncoder())
    with open_library(settings, stamp=stamp, create=True) as library:
        Newsroom(library, settings, tmp_path).write("a", "A lamp was lit on the pier.")
    postgres.run_script(ROLES.read_text(encoding="utf-8"), url)
    postgres.run_script("DROP TABLE passage_changes, conversations", url)
    postgres.run_script("UPDATE meta SET value = '5' WHERE key = 'schema_version'", url)
    with open_library(settings, stamp=stamp) as library:
        assert library.changed_passages(0, 1) is None
        Newsroom(library, settings, tmp_path).write("b", "The ferry sank.")
    reading, writing = (
        replace(settings, library=DatabaseUrl(url.secret.replace("postgres@", f"citewire_{role}@", 1)))
        for role in ("reader", "writer")
    )
    with open_library(reading, stamp=stamp) as reader, open_library(writing, stamp=stamp) as writer:
        archive = Archive(reader)
        archive.publish()
        Newsroom(writer, settings, tmp_path).write("c", "The bridge opened.")
        changes = reader.changed_passages(1, 3)
        assert changes is not None
        assert changes.added.tolist() == reader.passage_ids()[1:]
        assert reader.conversations is None  # until the roles are told so
        postgres.run_script(ROLES.read_text(encoding="utf-8"), url)
        assert reader.conversations is not None
        archive.publish()
        assert finds(archive, "bridge")
        archive.close()
