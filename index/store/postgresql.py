"""A PostgreSQL database with its errors in Citewire's own words. The only module that imports psycopg."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import BaseRowFactory
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from index.database_url import DatabaseUrl
from index.errors import LibraryDamaged, LibraryError, LibraryUnreachable, StorageError
from index.store.dialect import to_postgresql
from index.store.sql import Reads

# Said by the pool of each attempt to connect; who asked is told in our own words, without the address.
logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())
logging.getLogger("psycopg.pool").propagate = False

_CONNECTIONS = 10  # at most, of each process
_CONNECT_SECONDS = 5
_WAIT_SECONDS = 5.0  # for a connection while the server is away or all are in use
_GIVE_UP_SECONDS = 4.0  # after which the pool starts anew: it waits ever longer between two attempts
# After so long a line that carries nothing is given up, by either end: who is cut off fails, and what it has locked is freed.
_SILENT_SECONDS = 12
_NOTICES_SILENCE = {
    "keepalives_idle": 4,
    "keepalives_interval": 4,
    "keepalives_count": 2,
    "tcp_user_timeout": 1000 * _SILENT_SECONDS,
}
_TIMES = 5  # a transaction that others were in the way of is tried
_PAUSE_SECONDS = 0.05

Result = TypeVar("Result")


class Row:
    """A row as SQLite gives it: values by their place or by the name of their column."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: dict[str, int], values: Sequence[Any]) -> None:
        self._places = places
        self._values = values

    def __getitem__(self, key: Any) -> Any:
        return self._values[self._places[key] if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def keys(self) -> list[str]:
        """Return the names of the columns."""
        return list(self._places)


def _rows(cursor: Any) -> Callable[[Sequence[Any]], Row]:
    places = {column.name: place for place, column in enumerate(cursor.description or ())}
    return lambda values: Row(places, values)


_ROW_FACTORY: BaseRowFactory[Row] = _rows


class Within:
    """A connection within a transaction, as ``index.store.sql.Connection``."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[Row]:
        """Run a statement."""
        return self._connection.execute(_query(statement), values)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> psycopg.Cursor[Row]:
        """Run a statement once for each row of values."""
        cursor = self._connection.cursor()
        cursor.executemany(_query(statement), rows)
        return cursor


class PostgresDatabase(Reads[Row]):
    """An open PostgreSQL database (``index.store.sql.Database``): a pool of connections, which come back after a loss.

    Each statement that reads is a transaction of its own unless its thread is within one or within a snapshot. Any number of
    processes may write: what must not happen twice is guarded by locks that end with the transaction (``lock``).

    Args:
        url: where it is.

    Raises:
        LibraryUnreachable: it cannot be connected to.
    """

    most_values = 5000  # PostgreSQL allows 65,535 values

    shared = True

    def __init__(self, url: DatabaseUrl) -> None:
        self.name = self.place = str(url)
        self._url = url
        self._here = threading.local()
        with self.mapped_errors():
            # First alone: the pool would not tell why it cannot connect.
            psycopg.connect(url.secret, connect_timeout=_CONNECT_SECONDS).close()
            self._pool: ConnectionPool[psycopg.Connection[Row]] = ConnectionPool(
                url.secret,
                kwargs={
                    "autocommit": True,
                    "row_factory": _ROW_FACTORY,
                    "cursor_factory": psycopg.RawCursor,
                    "connect_timeout": _CONNECT_SECONDS,
                    "application_name": "citewire",
                    **{
                        name: value
                        for name, value in _NOTICES_SILENCE.items()
                        if name not in conninfo_to_dict(url.secret)
                    },
                },
                configure=_have_server_notice,
                min_size=1,
                max_size=_CONNECTIONS,
                timeout=_WAIT_SECONDS,
                reconnect_timeout=_GIVE_UP_SECONDS,
                open=True,
                name="citewire",
            )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def all(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return every row of a statement that reads."""
        within: psycopg.Connection[Row] | None = getattr(self._here, "connection", None)
        with self.mapped_errors():
            if within is not None:
                return within.execute(_query(statement), values).fetchall()
            try:
                return self._read(statement, values)
            except psycopg.OperationalError as error:
                if isinstance(error, PoolTimeout | PoolClosed):
                    raise
                self._pool.check()  # it was an old connection, and others may be as old
                return self._read(statement, values)

    def _read(self, statement: str, values: Sequence[Any]) -> list[Row]:
        with self._lent() as connection:
            return connection.execute(_query(statement), values).fetchall()

    @contextlib.contextmanager
    def _lent(self) -> Iterator[psycopg.Connection[Row]]:
        connection = self._pool.getconn()
        try:
            yield connection
        finally:
            self._pool.putconn(connection)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Within]:
        """Give a connection for one transaction: all of it is there afterwards, or nothing. Within another it is part of that."""
        outer: psycopg.Connection[Row] | None = getattr(self._here, "connection", None)
        if outer is not None:
            yield Within(outer)
            return
        with self.mapped_errors(), self._lent_alive() as connection, connection.transaction():
            self._here.connection, self._here.writes = connection, True
            try:
                yield Within(connection)
            finally:
                self._here.connection, self._here.writes = None, False

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Have what this thread reads come from one moment."""
        if getattr(self._here, "connection", None) is not None:
            yield
            return
        with self.mapped_errors(), self._lent_alive() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            self._here.connection = connection
            try:
                yield
            finally:
                self._here.connection = None

    @contextlib.contextmanager
    def _lent_alive(self) -> Iterator[psycopg.Connection[Row]]:
        """Give a connection that answers: what is written on it is not sent twice."""
        for last in (False, True):
            with self._lent() as connection:
                try:
                    connection.execute("SELECT 1")
                except psycopg.OperationalError:
                    if last:
                        raise
                else:
                    yield connection
                    return
            self._pool.check()

    def repeat(self, work: Callable[[], Result]) -> Result:
        """Return what work gives that is one transaction; done again where another process was in its way."""
        for time_left in reversed(range(_TIMES)):
            try:
                return work()
            except LibraryError as error:
                if not time_left or not isinstance(error.__cause__, _IN_THE_WAY):
                    raise
                time.sleep(_PAUSE_SECONDS * (_TIMES - time_left))
        raise AssertionError("the last time returns or raises")

    def lock(self, names: Iterable[str], *, with_others: bool = False) -> None:
        """Wait for locks that are held until the transaction ends, always in the same order.

        Args:
            names: of what is locked.
            with_others: who asks for the same lock with others may have it at the same time.
        """
        function = "pg_advisory_xact_lock_shared" if with_others else "pg_advisory_xact_lock"
        self.all(
            f"SELECT {function}(key) FROM (SELECT DISTINCT hashtextextended(name, 0) AS key "
            "FROM unnest(CAST(? AS text[])) AS name ORDER BY key) AS keys",
            (list(names),),
        )

    @property
    def writes(self) -> bool:
        """Whether this thread is within a transaction that writes."""
        return bool(getattr(self._here, "writes", False))

    def has_table(self, name: str) -> bool:
        """Return whether there is a table of that name."""
        # Asked of the catalogue itself: what to_regclass remembers is not always what another process has committed since.
        return bool(
            self.all(
                "SELECT 1 FROM pg_class WHERE relkind = 'r' AND relname = ? "
                "AND relnamespace IN (SELECT CAST(CAST(name AS TEXT) AS regnamespace) FROM unnest(current_schemas(false)) AS name)",
                (name,),
            )
        )

    def problems(self) -> list[str]:
        """Return what PostgreSQL finds wrong: indexes that cannot be used, constraints that were not checked."""
        rows = self.all(
            "SELECT 'the index ' || c.relname || ' is not valid' FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace UNION ALL "
            "SELECT 'the constraint ' || conname || ' was not checked' FROM pg_constraint "
            "WHERE NOT convalidated AND connamespace = current_schema()::regnamespace"
        )
        return [f"PostgreSQL reports: {row[0]}" for row in rows]

    @contextlib.contextmanager
    def mapped_errors(self) -> Iterator[None]:
        """Turn what psycopg raises into Citewire's own errors, without a password in them."""
        try:
            yield
        except psycopg.Error as error:
            told = self._why() if isinstance(error, PoolTimeout) else error
            raise _mapped(told, self.name, " ".join(self._url.hide(str(told)).split())) from error

    def _why(self) -> psycopg.Error:
        """Return why the pool has no connection to give: it does not tell."""
        try:
            psycopg.connect(self._url.secret, connect_timeout=_CONNECT_SECONDS).close()
        except psycopg.Error as error:
            return error
        return psycopg.OperationalError(f"all {_CONNECTIONS} connections of this process are in use")


def _have_server_notice(connection: psycopg.Connection[Row]) -> None:
    """Have the server give up a line that carries nothing, as this end does; through a socket of the file system there is none."""
    for name, value in (("idle", 4), ("interval", 4), ("count", 2)):
        connection.execute(f"SET tcp_keepalives_{name} = {value}".encode())
    connection.execute(f"SET tcp_user_timeout = {1000 * _SILENT_SECONDS}".encode())


_IN_THE_WAY = (errors.DeadlockDetected, errors.SerializationFailure, errors.ForeignKeyViolation, errors.UniqueViolation)


def _mapped(error: psycopg.Error, name: str, said: str) -> LibraryError:
    if isinstance(error, _IN_THE_WAY):
        return LibraryError(
            f"Other processes changed the same articles of the library {name!r} at the same moment: {said}.",
            hint="Try again; what was stored before is kept.",
        )
    if isinstance(error, errors.InsufficientPrivilege | errors.ReadOnlySqlTransaction):
        return StorageError(
            f"The library {name!r} may not be used so: {said}.",
            hint="Use a role that may do it; docs/deploy.md says what each one needs.",
        )
    if isinstance(error, errors.DiskFull | errors.OutOfMemory | errors.IoError):
        return StorageError(
            f"The server of the library {name!r} cannot store it: {said}.", hint="Look after the server's disk."
        )
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return LibraryUnreachable(
            f"The database of the library {name!r} cannot be reached: {said}.",
            hint="Check that the server runs and that the address is right, and try again; what was stored before is kept.",
        )
    return LibraryDamaged(f"The library {name!r} cannot be used: {said}.", hint="Run `citewire doctor`.")


def _query(statement: str) -> bytes:
    """Return a statement for psycopg: made of constants alone, its values are always bound."""
    return to_postgresql(statement).encode()
