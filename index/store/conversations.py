"""Conversations of programs, kept in the library's database for a time: any of its servers goes on with what another one answered.

What an answer is nobody knows here: bytes under the key that it was given to, its name, and the hash of its text. All is bounded: how
long they are kept, how many of each key, and how many bytes of all.
"""

from __future__ import annotations

import threading

from index.store.postgresql import PostgresDatabase

SECONDS_KEPT = 7 * 24 * 3600
MOST_OF_A_KEY = 1000
MOST_BYTES = 256_000_000  # of all keys together
MOST_BYTES_OF_ONE = 256_000
_PRUNED_EVERY = 50  # what is kept by this process; the first time at once

_MAY_USE = (
    "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' "
    "AND bool_and(has_table_privilege('conversations', privilege)) AS may "
    "FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege"
)
# The newest are counted first: what lies beyond a bound is older than all that is kept.
_PRUNE = (
    "DELETE FROM conversations WHERE kept <= now() - make_interval(secs => CAST(?1 AS BIGINT)) OR (key, name) IN "
    "(SELECT key, name FROM (SELECT key, name, row_number() OVER (PARTITION BY key ORDER BY kept DESC, name) AS place, "
    "sum(octet_length(answers)) OVER (ORDER BY kept DESC, key, name) AS bytes FROM conversations) AS counted "
    "WHERE place > CAST(?2 AS BIGINT) OR bytes > CAST(?3 AS BIGINT))"
)


class KeptConversations:
    """The conversations in a database (``index.store.protocol.KeepsConversations``); usable from several threads.

    Args:
        database: that of the library.
    """

    most_bytes = MOST_BYTES_OF_ONE

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._written = 0

    @classmethod
    def of(cls, database: PostgresDatabase) -> KeptConversations | None:
        """Return those of a database, or None where this role may not write them, or nobody may write there."""
        return cls(database) if database.one(_MAY_USE)["may"] else None

    def keep(self, key: str, name: str, text_sha256: str, answers: bytes) -> None:
        """Keep the answers of a conversation under the key they were given to.

        Args:
            key: id of the key.
            name: of the last answer.
            text_sha256: of the text that was sent as that answer.
            answers: at most ``most_bytes``.

        Raises:
            StorageError: the role may not, or there is no room.
            LibraryUnreachable: the server does not answer.
        """
        with self._guard:
            prune, self._written = self._written % _PRUNED_EVERY == 0, self._written + 1
        self._database.repeat(lambda: self._keep(key, name, text_sha256, answers))
        if prune:
            self.prune()

    def _keep(self, key: str, name: str, text_sha256: str, answers: bytes) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO conversations (key, name, text_sha256, answers) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (key, name) DO UPDATE SET text_sha256 = excluded.text_sha256, answers = excluded.answers, "
                "kept = excluded.kept",
                (key, name, text_sha256, answers),
            )

    def find(self, key: str, name: str) -> bytes | None:
        """Return the answers of a conversation up to the one of that name, or None."""
        return self._find("name = ?", (key, name))

    def find_text(self, key: str, text_sha256: str) -> bytes | None:
        """Return the answers up to the last one that was sent as a text, or None."""
        return self._find("text_sha256 = ?", (key, text_sha256))

    def _find(self, condition: str, values: tuple[str, str]) -> bytes | None:
        rows = self._database.all(
            f"SELECT answers FROM conversations WHERE key = ? AND {condition} "
            "AND kept > now() - make_interval(secs => CAST(? AS BIGINT)) ORDER BY kept DESC LIMIT 1",
            (*values, SECONDS_KEPT),
        )
        return bytes(rows[0]["answers"]) if rows else None

    def prune(self) -> int:
        """Drop what is too old or too much, and return how many there were."""
        return self._database.repeat(self._prune)

    def _prune(self) -> int:
        with self._database.transaction() as connection:
            self._database.lock(["conversations"])  # one at a time: two would count and drop the same
            return connection.execute(_PRUNE, (SECONDS_KEPT, MOST_OF_A_KEY, MOST_BYTES)).rowcount
