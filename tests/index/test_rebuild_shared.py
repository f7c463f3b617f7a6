"""A library in a database that is embedded anew while others use it: theirs until it is whole, and never a mixture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.archive import Archive
from index.articles import BuildReport
from index.build import ingest
from index.caches.words import FieldWeights
from index.database_url import DatabaseUrl
from index.errors import LibraryInUse, LibraryMismatch, LibraryMissing, StorageError
from index.migrate import migrate
from index.prepare import library_stamp
from index.rebuild import embed_anew
from index.settings import Settings
from index.store.opening import look_at, open_library, shared_database
from index.store.protocol import AnyLibrary
from tests.conftest import ROOT, SAMPLES, WordEncoder
from tests.faults.killed import end, start
from tests.index.killed_rebuild import embed_and_die
from tests.index.store.test_shared_prune import wait_until_one_waits
from tests.postgres_for_tests import PostgresServer

BODY = FieldWeights()
MISMATCH = "was built with other settings"


class Interrupted(Exception):
    pass


@pytest.fixture
def store() -> str:
    return "postgresql"


@pytest.fixture(scope="module")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings, encoder = Settings(library=tmp_path_factory.mktemp("filled") / "library", model="none"), WordEncoder()
    with open_library(settings, stamp=library_stamp(settings, encoder), create=True) as library:
        ingest([SAMPLES], library=library, encoder=encoder, settings=settings)
    return settings


@pytest.fixture
def old(filled_folder: Settings, settings: Settings) -> Settings:
    """The sample articles in a database."""
    assert isinstance(filled_folder.library, Path)
    migrate(filled_folder.library, settings.library)
    return settings


@pytest.fixture
def new(old: Settings) -> Settings:
    """Its settings with smaller passages; the encoder of the tests is another one too."""
    return replace(old, passages=replace(old.passages, target_characters=300))


@pytest.fixture
def other() -> WordEncoder:
    return WordEncoder(dimension=32, name="other")


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.rebuild_shared._ARTICLES_AT_ONCE", 8)


def opened(settings: Settings, encoder: WordEncoder) -> AnyLibrary:
    return open_library(settings, stamp=library_stamp(settings, encoder))


def facts(settings: Settings) -> list[tuple[object, ...]]:
    with look_at(settings.library) as library:
        articles = [library.article(key) for key in library.article_ids()]
        return [(each.id, each.version, each.sha256, each.origin, each.fetched) for each in articles]


def passages(library: AnyLibrary) -> dict[tuple[str, int, int], bytes]:
    """Each passage by its article and place, with its vector."""
    found: dict[tuple[str, int, int], bytes] = {}
    for ids, matrix in library.vectors():
        records = library.passages(ids)
        for number, row in zip(ids, matrix, strict=True):
            record = records[number]
            found[record.article.id, record.span.start, record.span.end] = row.tobytes()
    return found


def left_over(settings: Settings) -> list[bool]:
    assert isinstance(settings.library, DatabaseUrl)
    database = shared_database(settings.library)
    found = [database.has_table(name) for name in ("next_articles", "next_passages", "next_vectors")]
    database.close()
    return found


def test_it_becomes_what_a_library_in_a_folder_becomes(
    old: Settings, new: Settings, other: WordEncoder, filled_folder: Settings, tmp_path: Path
) -> None:
    before = facts(old)
    told: list[tuple[int, int]] = []
    done = embed_anew(new, other, progress=lambda *given: told.append(given))
    assert done.embedded == len(other.encoded) == len(set(other.encoded)) > 0
    assert told[-1] == (41, 41)
    assert facts(new) == before
    assert left_over(new) == [False] * 3
    with pytest.raises(LibraryMismatch, match=MISMATCH):
        opened(old, WordEncoder())
    copy = replace(new, library=tmp_path / "copy")
    assert isinstance(filled_folder.library, Path)
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "library.sqlite3").write_bytes((filled_folder.library / "library.sqlite3").read_bytes())
    assert embed_anew(copy, other) == done
    with opened(new, other) as library, opened(copy, other) as wanted:
        assert library.check() == []
        assert passages(library) == passages(wanted)
        assert library.count_passages() == done.passages
        assert [entry.written_in for entry in library.entries()] == [entry.written_in for entry in wanted.entries()]
        archive = Archive(library)
        archive.ready()
        _, matrix = next(library.vectors())
        assert archive.vectors.nearest(matrix[3], limit=1)[0][1] > 0.999
        assert archive.words.passages("comptroller", limit=3, weights=BODY)
        archive.close()


def test_who_has_it_open_goes_on_until_the_exchange_and_then_is_told(
    old: Settings, new: Settings, other: WordEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.archive._SECONDS_UNSEEN", 0.0)
    (tmp_path / "a.md").write_text("---\ntitle: A\n---\n\nA lamp was lit on the pier.\n", encoding="utf-8")
    server, writer = opened(old, WordEncoder()), opened(old, WordEncoder())
    archive = Archive(server)
    archive.ready()
    asked: list[str] = []

    def ask(step: str) -> None:
        asked.append(step)
        archive.ready()
        assert archive.words.passages("comptroller", limit=3, weights=BODY)
        ids, matrix = next(server.vectors())
        assert matrix.shape[1] == 64
        assert archive.vectors.nearest(matrix[0], limit=1)[0][0] == ids[0]

    embed_anew(new, other, checkpoint=lambda step: None if step == "after exchange" else ask(step))
    assert {"within rebuild", "before exchange", "within exchange"} <= set(asked)
    for _ in range(2):
        with pytest.raises(LibraryMismatch, match=MISMATCH):
            archive.ready()
    count = server.count_passages()
    with pytest.raises(LibraryMismatch, match=MISMATCH):
        ingest([tmp_path / "a.md"], library=writer, encoder=WordEncoder(), settings=old)
    assert server.count_passages() == count
    archive.close()
    folder = server.folder
    server.close()
    writer.close()
    with opened(new, other) as again:  # the indexes that were left there are those of other vectors
        assert again.folder == folder
        archive = Archive(again)
        archive.ready()
        _, matrix = next(again.vectors())
        assert archive.vectors.nearest(matrix[0], limit=1)[0][1] > 0.999
        archive.close()


@pytest.mark.parametrize("step", ["within rebuild", "before exchange", "within exchange"])
def test_interrupted_it_goes_on_where_it_was(old: Settings, new: Settings, other: WordEncoder, step: str) -> None:
    steps = 0

    def interrupt(reached: str) -> None:
        nonlocal steps
        steps += reached == step
        if steps == (4 if step == "within rebuild" else 1):
            raise Interrupted

    with pytest.raises(Interrupted):
        embed_anew(new, other, checkpoint=interrupt)
    with opened(old, WordEncoder()) as library:  # still the old one
        assert library.check() == []
        assert next(library.vectors())[1].shape[1] == 64
    assert left_over(old) == [True] * 3
    first = len(other.encoded)
    done = embed_anew(new, other)
    assert (done.embedded > 0) == (step == "within rebuild")
    # What had been stored was not embedded again: only the batch that was interrupted was.
    assert len(other.encoded) == first + done.embedded
    assert len(other.encoded) < 1.35 * len(set(other.encoded))
    with opened(new, other) as library:
        assert library.check() == []


@pytest.mark.parametrize("step", ["within rebuild", "within exchange", "after exchange"])
def test_killed_it_is_the_old_one_or_the_new_one(old: Settings, new: Settings, other: WordEncoder, step: str) -> None:
    process = start(embed_and_die, new, other, step, 3 if step == "within rebuild" else 1)
    assert end(process) == -9
    if step == "after exchange":
        with opened(new, other) as library:
            assert library.check() == []
    else:
        with opened(old, WordEncoder()) as library:
            assert library.check() == []
    embed_anew(new, other)
    with opened(new, other) as library:
        assert library.check() == []
        assert len(library.article_ids()) == 41
    assert left_over(new) == [False] * 3


@pytest.fixture
def write(tmp_path: Path, old: Settings) -> Iterator[Callable[[str, str], BuildReport]]:
    """Takes an article in with another process's library; the same name again is a later version."""
    with opened(old, WordEncoder()) as library:

        def write(name: str, text: str) -> BuildReport:
            file = tmp_path / f"{name}.md"
            file.write_text(f"---\ntitle: {name}\n---\n\n{text}\n", encoding="utf-8")
            return ingest([file], library=library, encoder=WordEncoder(), settings=old)

        write.library = library  # type: ignore[attr-defined]
        yield write


def test_what_others_change_meanwhile_is_there_afterwards(
    old: Settings, new: Settings, other: WordEncoder, write: Callable[[str, str], BuildReport]
) -> None:
    library: AnyLibrary = write.library  # type: ignore[attr-defined]
    write("a", "A lamp was lit on the pier.")
    write("b", "The ferry sank.")
    steps = 0

    def change(step: str) -> None:
        nonlocal steps
        steps += 1
        if step == "before exchange":
            write("a", "A lantern was lit on the pier.")
            write("c", "The bridge opened.")
            (ferry,) = [key for key in library.article_ids() if "ferry sank" in library.article(key).text]
            library.remove([ferry])

    embed_anew(new, other, checkpoint=change)
    with opened(new, other) as embedded:
        assert embedded.check() == []
        texts = [embedded.article(key).text for key in embedded.article_ids()]
        assert len(texts) == 43
        assert "A lantern was lit on the pier." in texts
        assert "The ferry sank." not in texts


def test_who_stores_during_the_exchange_waits_and_is_told(
    new: Settings, other: WordEncoder, write: Callable[[str, str], BuildReport], postgres: PostgresServer
) -> None:
    stored: list[Future[BuildReport]] = []

    def store(step: str) -> None:
        if step == "within exchange":
            stored.append(threads.submit(write, "a", "A lamp was lit on the pier."))
            assert isinstance(new.library, DatabaseUrl)
            wait_until_one_waits(postgres, new.library)

    with ThreadPoolExecutor(1) as threads:
        embed_anew(new, other, checkpoint=store)
        with pytest.raises(LibraryMismatch, match=MISMATCH):
            stored[0].result(60)
    with opened(new, other) as library:
        assert library.check() == []
        assert len(library.article_ids()) == 41


def test_what_was_begun_for_another_model_is_dropped(old: Settings, new: Settings, other: WordEncoder) -> None:
    def interrupt(step: str) -> None:
        if step == "before exchange":
            raise Interrupted

    with pytest.raises(Interrupted):
        embed_anew(new, other, checkpoint=interrupt)
    third = WordEncoder(dimension=16, name="third")
    embed_anew(old, third)
    with opened(old, third) as library:
        assert library.check() == []
        assert {matrix.shape[1] for _, matrix in library.vectors()} == {16}
        assert np.isfinite(next(library.vectors())[1]).all()


def test_one_at_a_time_and_the_owner_alone(
    old: Settings, new: Settings, other: WordEncoder, postgres: PostgresServer, new_settings: Callable[[str], Settings]
) -> None:
    def again(step: str) -> None:
        if step == "before exchange":
            with pytest.raises(LibraryInUse, match="is being rebuilt by another process"):
                embed_anew(new, other)
            raise Interrupted

    with pytest.raises(Interrupted):
        embed_anew(new, other, checkpoint=again)
    assert isinstance(old.library, DatabaseUrl)
    postgres.run_script((ROOT / "deploy" / "roles.sql").read_text(encoding="utf-8"), old.library)
    writing = DatabaseUrl(old.library.secret.replace("postgres@", "citewire_writer@", 1))
    with pytest.raises(StorageError, match="permission denied"):
        embed_anew(replace(new, library=writing), other)
    with pytest.raises(LibraryMissing):
        embed_anew(new_settings("empty"), other)
