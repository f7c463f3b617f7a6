"""Conversations in the database: found by who may, for a time, and never without bound."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.database_url import DatabaseUrl
from index.errors import StorageError
from index.prepare import library_stamp
from index.settings import Settings
from index.store import conversations
from index.store.conversations import KeptConversations
from index.store.opening import open_library, shared_database
from index.store.postgresql import PostgresDatabase
from index.store.protocol import AnyLibrary
from tests.conftest import ROOT, WordEncoder
from tests.postgres_for_tests import PostgresServer


@pytest.fixture
def store() -> str:
    return "postgresql"


@pytest.fixture
def database(library: AnyLibrary, settings: Settings) -> Iterator[PostgresDatabase]:
    """The library's database, beside everything that knows what it is."""
    assert isinstance(settings.library, DatabaseUrl)
    opened = shared_database(settings.library)
    yield opened
    opened.close()


def age(database: PostgresDatabase, name: str, seconds: float) -> None:
    """Have a conversation be kept since so many seconds."""
    with database.transaction() as connection:
        connection.execute(
            "UPDATE conversations SET kept = now() - make_interval(secs => CAST(? AS FLOAT)) WHERE name = ?",
            (seconds, name),
        )


def names(database: PostgresDatabase) -> list[str]:
    return [row["name"] for row in database.all("SELECT name FROM conversations ORDER BY name")]


def test_they_are_found_by_name_and_by_text_and_by_their_key_alone(database: PostgresDatabase) -> None:
    one, other = KeptConversations(database), KeptConversations(database)
    one.keep("key", "first", "text", b"a")
    one.keep("key", "second", "text", b"ab")
    assert other.find("key", "first") == b"a"
    assert other.find_text("key", "text") == b"ab"
    assert other.find("key 2", "first") is None
    assert other.find_text("key 2", "text") is None
    one.keep("key", "first", "text", b"c")
    assert other.find("key", "first") == b"c"
    assert names(database) == ["first", "second"]


def test_what_is_too_old_is_not_found_and_dropped(database: PostgresDatabase) -> None:
    kept = KeptConversations(database)
    kept.keep("key", "old", "text", b"a")
    kept.keep("key", "young", "other text", b"b")
    age(database, "old", conversations.SECONDS_KEPT + 5)
    age(database, "young", conversations.SECONDS_KEPT - 60)
    assert kept.find("key", "old") is None
    assert kept.find_text("key", "text") is None
    assert kept.find("key", "young") == b"b"
    KeptConversations(database).keep("key", "new", "third text", b"c")  # the first that a process keeps prunes
    assert names(database) == ["new", "young"]


def test_the_oldest_go_where_one_key_has_too_many(database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "MOST_OF_A_KEY", 2)
    kept = KeptConversations(database)
    for place, (key, name) in enumerate([("a", "a1"), ("b", "b1"), ("a", "a2"), ("a", "a3")]):
        kept.keep(key, name, name, b"x")
        age(database, name, 100 - place)
    assert kept.prune() == 1
    assert names(database) == ["a2", "a3", "b1"]


def test_the_oldest_go_where_all_are_too_large(database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "MOST_BYTES", 25)
    kept = KeptConversations(database)
    for place, name in enumerate(["1", "2", "3"]):
        kept.keep(f"key {name}", name, name, b"0123456789")
        age(database, name, 100 - place)
    assert kept.prune() == 1
    assert names(database) == ["2", "3"]


def test_they_are_pruned_again_and_again(database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "_PRUNED_EVERY", 5)
    monkeypatch.setattr(conversations, "MOST_OF_A_KEY", 3)
    kept = KeptConversations(database)
    for number in range(23):
        kept.keep("key", f"{number:02}", str(number), b"x")
        assert len(names(database)) <= 3 + 5
    assert names(database)[-1] == "22"


def test_a_role_that_may_only_answer_writes_nothing_else(
    database: PostgresDatabase, settings: Settings, postgres: PostgresServer
) -> None:
    assert isinstance(settings.library, DatabaseUrl)
    reading = DatabaseUrl(settings.library.secret.replace("postgres@", "citewire_reader@", 1))
    roles = (ROOT / "deploy" / "roles.sql").read_text(encoding="utf-8")
    postgres.run_script(roles, settings.library)
    stamp = library_stamp(settings, WordEncoder())
    opened = Settings(library=reading, cache=settings.cache, model="none")
    with open_library(opened, stamp=stamp) as library:
        kept = library.conversations
        assert kept is not None
        kept.keep("key", "name", "text", b"a")
        assert kept.find("key", "name") == b"a"
        with pytest.raises(StorageError, match="permission denied"):
            library.change_note("keys", lambda _: "[]")
    tables = [
        row[0]
        for row in database.all(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
    ]
    may = [
        name
        for name in tables
        if database.one(
            "SELECT has_table_privilege('citewire_reader', CAST(? AS TEXT), 'INSERT') "
            "OR has_table_privilege('citewire_reader', CAST(?1 AS TEXT), 'UPDATE') "
            "OR has_table_privilege('citewire_reader', CAST(?1 AS TEXT), 'DELETE')",
            (name,),
        )[0]
    ]
    assert may == ["conversations"]
    postgres.run_script("REVOKE INSERT ON conversations FROM citewire_reader", settings.library)
    with open_library(opened, stamp=stamp) as library:
        assert library.conversations is None


def test_where_nobody_may_write_each_server_keeps_its_own(settings: Settings, database: PostgresDatabase) -> None:
    """As on a standby, which is read only."""
    assert isinstance(settings.library, DatabaseUrl)
    secret = settings.library.secret
    mark = "&" if "?" in secret else "?"
    reading = shared_database(DatabaseUrl(f"{secret}{mark}options=-c%20default_transaction_read_only%3Don"))
    assert KeptConversations.of(reading) is None
    assert KeptConversations.of(database) is not None
    reading.close()
