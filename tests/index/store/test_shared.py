"""Many processes on one library: nothing is stored twice, nobody owns it, everybody sees what the others have written."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import Archive
from index.articles import BuildReport
from index.build import ingest
from index.caches.words import FieldWeights
from index.database_url import DatabaseUrl
from index.errors import CitewireError, LibraryMismatch, StorageError
from index.inputs import IngestOptions
from index.prepare import library_stamp
from index.settings import Settings
from index.store import migrations
from index.store.opening import open_library
from index.store.postgresql import PostgresDatabase
from index.store.protocol import AnyLibrary
from index.store.shared import SharedLibrary
from tests.conftest import SAMPLES, WordEncoder
from tests.postgres_for_tests import PostgresServer, name_of

BODY = FieldWeights()


@pytest.fixture
def store() -> str:
    return "postgresql"


@pytest.fixture
def url(settings: Settings) -> DatabaseUrl:
    assert isinstance(settings.library, DatabaseUrl)
    return settings.library


def opened(settings: Settings) -> AnyLibrary:
    return open_library(settings, stamp=library_stamp(settings, WordEncoder()), create=True)


def at_once(*works: Callable[[], object]) -> None:
    """Do several things at the same moment, each in a thread of its own, and raise what one of them raised."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        barrier.wait(20)
        work()

    with ThreadPoolExecutor(len(works)) as threads:
        for each in [threads.submit(run, work) for work in works]:
            each.result(120)


def state(library: AnyLibrary) -> list[tuple[object, ...]]:
    """What a library holds, but for what tells when and in which order it came."""
    articles = [library.article(key) for key in library.article_ids()]
    groups: dict[str, set[str]] = {}
    for each in articles:
        groups.setdefault(each.origin, set()).add(each.id)
    return [(each.id, each.sha256, sorted(groups[each.origin]), len(library.versions(each.id))) for each in articles]


def test_what_several_take_in_at_the_same_moment_is_stored_once(
    settings: Settings, new_settings: Callable[[str], Settings]
) -> None:
    alone = new_settings("alone")
    with opened(alone) as library:
        ingest([SAMPLES], library=library, encoder=WordEncoder(), settings=alone)
        wanted = state(library)
    libraries = [opened(settings) for _ in range(3)]
    reports: list[BuildReport] = []
    together = threading.Barrier(3)

    def take_in(library: AnyLibrary) -> None:
        library.checkpoint = lambda _step: time.sleep(0.005)
        reports.append(
            ingest(
                [SAMPLES],
                library=library,
                encoder=WordEncoder(),
                settings=settings,
                checkpoint=lambda step: together.wait(20) if step == "before embed" else None,
            )
        )

    at_once(*(functools.partial(take_in, library) for library in libraries))
    assert state(libraries[0]) == wanted
    assert libraries[1].check() == []
    assert sum(report.count("added") for report in reports) == 41
    assert [len(report.sources) - report.count("failed") for report in reports] == [42] * 3
    assert sum(report.passages_added for report in reports) >= libraries[0].count_passages()
    ids = libraries[0].passage_ids()
    records, places = libraries[0].passages(ids), libraries[0].places(ids)
    for number in ids:  # the passages of an article have consecutive ids
        assert records[places[number].first].article.id == places[number].article_id
    for library in libraries:
        library.close()


def test_copies_that_arrive_at_the_same_moment_find_each_other(settings: Settings, tmp_path: Path) -> None:
    text = (SAMPLES / "014-offer-cut-harbour-wire.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    for number in range(6):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "a.md").write_text(
            f"---\ntitle: Offer {number}\noutlet: Paper {number}\n---\n{text}", encoding="utf-8"
        )
    libraries = [opened(settings) for _ in range(6)]
    together = threading.Barrier(6)

    def take_in(number: int, library: AnyLibrary) -> None:
        library.checkpoint = lambda _step: time.sleep(
            0.1
        )  # stored and not yet committed: whoever does not wait sees nothing of it
        ingest(
            [tmp_path / str(number)],
            library=library,
            encoder=WordEncoder(),
            settings=settings,
            checkpoint=lambda step: together.wait(20) if step == "before store" else None,
        )

    at_once(*(functools.partial(take_in, number, library) for number, library in enumerate(libraries)))
    articles = [libraries[0].article(key) for key in libraries[0].article_ids()]
    assert len(articles) == 6
    assert len({each.origin for each in articles}) == 1
    for library in libraries:
        library.close()


def test_removing_and_storing_the_same_articles_leaves_a_sound_library(settings: Settings, tmp_path: Path) -> None:
    def write(edition: int) -> Path:
        folder = tmp_path / str(edition)
        folder.mkdir()
        for number in range(8):
            facts = f"title: Town {number}\nurl: https://quay.example/{number}\npublished: 2031-03-0{edition + 1}\n"
            (folder / f"{number}.md").write_text(f"---\n{facts}---\n\nTown {number} voted {edition} times.\n")
        return folder

    writer, remover = opened(settings), opened(settings)
    folders = [write(edition) for edition in range(5)]

    def store_all() -> None:
        for folder in folders:
            ingest([folder], library=writer, encoder=WordEncoder(), settings=settings)

    def remove_all() -> None:
        for _ in range(8):
            remover.remove(remover.article_ids()[::2])

    at_once(store_all, remove_all)
    assert writer.check() == []
    ingest(folders[-1:], library=writer, encoder=WordEncoder(), settings=settings)
    assert len(writer.article_ids()) == 8
    writer.close()
    remover.close()


def test_the_tables_are_made_once(settings: Settings) -> None:
    libraries: list[AnyLibrary] = []
    at_once(*(lambda: libraries.append(opened(settings)) for _ in range(4)))
    assert {library.generation for library in libraries} == {0}
    for library in libraries:
        library.close()


def test_a_migration_is_made_once(settings: Settings, url: DatabaseUrl, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(settings).close()
    steps: list[int] = []

    def step(connection: object) -> None:
        steps.append(1)
        connection.execute("ALTER TABLE versions ADD COLUMN added TEXT")  # type: ignore[attr-defined]

    assert set(migrations._STEPS) >= set(range(1, migrations.SCHEMA_VERSION))
    assert set(migrations._SHARED_STEPS) == set(range(migrations._OLDEST_SHARED, migrations.SCHEMA_VERSION))
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", migrations.SCHEMA_VERSION + 1)
    monkeypatch.setitem(migrations._SHARED_STEPS, migrations.SCHEMA_VERSION - 1, step)
    at_once(*(lambda: opened(settings).close() for _ in range(4)))
    assert steps == [1]
    monkeypatch.undo()
    with pytest.raises(LibraryMismatch, match="Update Citewire"):
        opened(settings)


def test_who_searches_sees_what_another_process_has_written(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.archive._SECONDS_UNSEEN", 0.0)
    reader, writer = opened(settings), opened(settings)
    archive = Archive(reader)
    archive.ready()
    assert archive.count_passages() == 0
    ingest([SAMPLES], library=writer, encoder=WordEncoder(), settings=settings)
    archive.ready()
    found = archive.words.passages("comptroller", limit=3, weights=BODY)
    assert len(found) == 3
    assert archive.count_passages() == writer.count_passages()
    gone = {place.article_id for place in reader.places([number for number, _ in found]).values()}
    writer.remove(sorted(gone))
    archive.ready()
    again = archive.words.passages("comptroller", limit=3, weights=BODY)
    assert not {number for number, _ in found} & {number for number, _ in again}
    archive.close()
    reader.close()
    writer.close()


@pytest.mark.parametrize("opened_anew", [True, False])
def test_indexes_of_what_a_backup_undid_are_made_again(
    settings: Settings, url: DatabaseUrl, postgres: PostgresServer, tmp_path: Path, opened_anew: bool
) -> None:
    """The numbers of passages that were undone are given to others, and the counter of changes comes to where it was."""
    for name, text in (("a", "A lamp was lit on the pier."), ("b", "The ferry sank."), ("c", "The bridge opened.")):
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: {name}\n---\n\n{text}\n", encoding="utf-8")
    reader = opened(settings)
    archive = Archive(reader)
    ingest([tmp_path / "a.md"], library=reader, encoder=WordEncoder(), settings=settings)
    name = name_of(url)
    postgres.copy_database(name, f"{name}_backup")
    ingest([tmp_path / "b.md"], library=reader, encoder=WordEncoder(), settings=settings)
    archive.publish()
    assert archive.words.passages("ferry", limit=1, weights=BODY)
    before = reader.generation, reader.passage_ids()
    if opened_anew:
        archive.close()
        reader.close()
    postgres.rename_database(name, f"{name}_gone")
    postgres.rename_database(f"{name}_backup", name)
    with opened(settings) as writer:
        ingest([tmp_path / "c.md"], library=writer, encoder=WordEncoder(), settings=settings)
        assert (writer.generation, writer.passage_ids()) == before
    if opened_anew:
        reader = opened(settings)
        archive = Archive(reader)
    archive.publish()
    assert archive.words.passages("ferry", limit=1, weights=BODY) == []
    assert archive.words.passages("bridge", limit=1, weights=BODY)
    asked = WordEncoder().encode(["The bridge opened."])[0]
    (number, similarity), *_ = archive.vectors.nearest(asked, limit=1)
    assert similarity > 0.7
    assert reader.passages([number])[number].text == "The bridge opened."
    archive.close()
    reader.close()


def test_it_is_asked_once_a_second_at_most(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    library = opened(settings)
    archive = Archive(library)
    asked: list[str] = []
    ask = PostgresDatabase.all
    monkeypatch.setattr(PostgresDatabase, "all", lambda self, *given: asked.append(given[0]) or ask(self, *given))
    for _ in range(50):
        archive.ready()
    assert len(asked) <= 1
    archive.close()
    library.close()


def test_each_process_has_indexes_of_its_own_and_finds_those_of_before(settings: Settings) -> None:
    first, second = opened(settings), opened(settings)
    folders = [first.folder, second.folder]
    assert len(set(folders)) == 2
    first.close()
    third = opened(settings)
    assert third.folder == folders[0]
    third.close()
    second.close()


def test_who_only_takes_in_makes_no_index(settings: Settings) -> None:
    library = opened(settings)
    archive = Archive(library)
    ingest([SAMPLES], library=library, encoder=WordEncoder(), settings=settings)
    archive.publish_written()
    assert not settings.cache.exists()
    archive.close()
    library.close()


def test_a_vector_that_another_process_dropped_is_embedded_again(settings: Settings, tmp_path: Path) -> None:
    """Between the moment when it was known to be there and the one when it is needed."""
    (tmp_path / "a.md").write_text("---\ntitle: A\n---\n\nA lamp was lit on the pier.\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("---\ntitle: A\noutlet: B\n---\n\nA lamp was lit on the pier.\n", encoding="utf-8")
    library, other = opened(settings), opened(settings)
    ingest([tmp_path / "a.md"], library=library, encoder=WordEncoder(), settings=settings)

    def remove(step: str) -> None:
        if step == "before store":
            other.remove(other.article_ids())

    ingest([tmp_path / "b.md"], library=library, encoder=WordEncoder(), settings=settings, checkpoint=remove)
    assert library.count_passages() == 1
    assert library.check() == []
    library.close()
    other.close()


def test_a_reader_role_may_ask_and_nothing_else(
    settings: Settings, url: DatabaseUrl, postgres: PostgresServer, tmp_path: Path
) -> None:
    with opened(settings) as library:
        ingest([SAMPLES], library=library, encoder=WordEncoder(), settings=settings)
    grant_roles(postgres, url)
    reading = replace(settings, library=as_role(url, "citewire_reader"), cache=tmp_path / "reader")
    with open_library(reading, stamp=library_stamp(reading, WordEncoder())) as library:
        archive = Archive(library)
        assert archive.words.passages("comptroller", limit=3, weights=BODY)
        assert library.check() == []
        archive.close()
        for refused in (
            lambda: library.remove(library.article_ids()[:1]),
            lambda: library.change_note("keys", lambda _: "[]"),
            lambda: ingest(
                [SAMPLES], library=library, encoder=WordEncoder(), settings=reading, options=IngestOptions(outlet="X")
            ),
        ):
            with pytest.raises(StorageError, match="may not be used so: permission denied"):
                refused()


def test_a_writer_role_may_take_in_and_remove_and_make_no_tables(
    settings: Settings, url: DatabaseUrl, postgres: PostgresServer, new_settings: Callable[[str], Settings]
) -> None:
    opened(settings).close()
    grant_roles(postgres, url)
    writing = replace(settings, library=as_role(url, "citewire_writer"))
    with open_library(writing, stamp=library_stamp(writing, WordEncoder())) as library:
        ingest([SAMPLES], library=library, encoder=WordEncoder(), settings=writing)
        ingest([SAMPLES], library=library, encoder=WordEncoder(), settings=writing)
        assert library.remove(library.article_ids()[:2]) == 2
        assert library.check() == []
    empty = new_settings("empty")
    assert isinstance(empty.library, DatabaseUrl)
    with pytest.raises(StorageError, match="permission denied"):
        opened(replace(empty, library=as_role(empty.library, "citewire_writer")))


def grant_roles(postgres: PostgresServer, url: DatabaseUrl) -> None:
    """Make the two roles as docs/deploy.md has them made."""
    statements = (Path(__file__).parents[3] / "deploy" / "roles.sql").read_text(encoding="utf-8")
    postgres.run_script(statements, url)


def as_role(url: DatabaseUrl, role: str) -> DatabaseUrl:
    return DatabaseUrl(url.secret.replace("postgres@", f"{role}@", 1))


def test_a_shared_library_is_opened_by_its_class_alone(url: DatabaseUrl) -> None:
    with pytest.raises(CitewireError, match="There is no library"):
        SharedLibrary.look(url)
