"""One writer, any number of readers: nobody waits for the other, and everybody sees what was committed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from index.errors import LibraryDamaged
from index.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = Database(tmp_path / "some.sqlite3")
    with opened.transaction() as connection:
        connection.execute("CREATE TABLE facts (n INTEGER)")
    return opened


def count(database: Database) -> int:
    return int(database.one("SELECT count(*) FROM facts")[0])


def insert_and_fail(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO facts VALUES (2)")
        raise RuntimeError("changed my mind")


def test_a_reader_does_not_wait_for_a_writer_and_sees_what_is_committed(database: Database) -> None:
    seen: list[int] = []
    with database.transaction() as connection:
        connection.execute("INSERT INTO facts VALUES (1)")
        assert count(database) == 1  # who writes sees what it has written
        reader = threading.Thread(target=lambda: seen.append(count(database)))
        reader.start()
        reader.join(10)
        assert seen == [0]
    assert count(database) == 1
    with pytest.raises(RuntimeError, match="changed my mind"):
        insert_and_fail(database)
    assert count(database) == 1


def test_what_reads_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match="read"):
        database.all("INSERT INTO facts VALUES (3)")
    assert count(database) == 0


def test_many_readers_leave_few_connections_open(database: Database) -> None:
    barrier = threading.Barrier(20)

    def read() -> None:
        barrier.wait(10)
        for _ in range(20):
            count(database)

    readers = [threading.Thread(target=read) for _ in range(20)]
    for each in readers:
        each.start()
    for each in readers:
        each.join(20)
    open_files = [
        link for link in Path("/proc/self/fd").iterdir() if _target(link).startswith(str(database.path.parent))
    ]
    assert len(open_files) <= 3 * 9  # the writer and eight readers, each with its log
    database.close()
    with pytest.raises(LibraryDamaged, match="closed"):
        count(database)


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""
