"""Cuts and embeds the articles of a library in a database again, while other processes go on reading and writing it.

What is made lies beside the library until it takes its place in one transaction. Interrupted, the same command goes on where it was.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

from index.articles import Article
from index.database_url import DatabaseUrl
from index.errors import ArticleNotFound, LibraryInUse
from index.models.embed import Encoder
from index.prepare import library_stamp, prepare, to_raw
from index.settings import Settings
from index.store.migrations import migrate
from index.store.next_rows import NextArticle, NextRows
from index.store.opening import shared_database, shared_library
from index.store.postgresql import PostgresDatabase
from index.store.protocol import AnyLibrary

_ARTICLES_AT_ONCE = 64

Progress = Callable[[int, int], None]
Checkpoint = Callable[[str], None]


def embed_shared(
    url: DatabaseUrl, settings: Settings, encoder: Encoder, *, progress: Progress, checkpoint: Checkpoint
) -> tuple[int, int, int]:
    """Cut and embed every article again; see ``index.rebuild.embed_anew``.

    Returns:
        How many articles and passages there are, and how many texts were embedded.

    Raises:
        LibraryMissing: there is no library.
        LibraryInUse: another rebuild is going on.
        StorageError: the role may not make tables; it has to be the owner's.
        LibraryUnreachable: the server does not answer; run again, it goes on where it was.
    """
    with contextlib.ExitStack() as opened:
        database = shared_database(url)
        opened.callback(database.close)
        if database.has_table("meta"):
            migrate(database)
        library = opened.enter_context(shared_library().look(url))
        opened.enter_context(_only_one(url))
        run = _Run(database, library, settings, encoder, progress, checkpoint)
        run.embed_missing()
        checkpoint("before exchange")
        database.repeat(run.exchange)
        checkpoint("after exchange")
        return len(library.article_ids()), library.count_passages(), run.embedded


class _Run:
    """One embedding anew."""

    def __init__(
        self,
        database: PostgresDatabase,
        library: AnyLibrary,
        settings: Settings,
        encoder: Encoder,
        progress: Progress,
        checkpoint: Checkpoint,
    ) -> None:
        self.embedded = 0
        self._next = NextRows(database, library_stamp(settings, encoder))
        self._library = library
        self._settings = settings
        self._encoder = encoder
        self._progress = progress
        self._checkpoint = checkpoint

    def embed_missing(self) -> None:
        """Cut and embed what is not made yet, until nothing is: others may store meanwhile."""
        while missing := self._next.missing():
            total = len(self._library.article_ids())
            for start in range(0, len(missing), _ARTICLES_AT_ONCE):
                part = missing[start : start + _ARTICLES_AT_ONCE]
                self._embed(part)
                self._progress(min(total, total - len(missing) + start + len(part)), total)

    def exchange(self) -> None:
        """Embed the last that arrived, and have all take its place."""
        self._next.exchange(self._finish)

    def _finish(self) -> None:
        self.embed_missing()
        self._checkpoint("within exchange")

    def _embed(self, keys: Sequence[str]) -> None:
        articles = list(self._read(keys))
        prepared = [prepare(to_raw(article), None, self._settings) for article in articles]
        texts = {key: text for each in prepared for key, text in zip(each.keys, each.texts, strict=True)}
        wanted = sorted(self._next.missing_vectors(texts))
        vectors = dict(zip(wanted, self._encoder.encode([texts[key] for key in wanted]), strict=True)) if wanted else {}
        self.embedded += len(wanted)
        self._checkpoint("within rebuild")
        made = [
            NextArticle(article, each.written_in, each.sentences, each.passages, each.keys)
            for article, each in zip(articles, prepared, strict=True)
        ]
        self._next.add(made, vectors)

    def _read(self, keys: Sequence[str]) -> Iterator[Article]:
        for key in keys:
            with contextlib.suppress(ArticleNotFound):  # another process has removed it since
                yield self._library.article(key)


@contextlib.contextmanager
def _only_one(url: DatabaseUrl) -> Iterator[None]:
    """Be the only one that embeds a library anew, by a lock that ends with this process.

    Raises:
        LibraryInUse: another one does.
    """
    database = shared_database(url)
    try:
        with database.transaction() as connection:
            connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            taken = database.one("SELECT pg_try_advisory_xact_lock(hashtextextended('rebuild', 0)) AS taken")
            if not taken["taken"]:
                raise LibraryInUse(
                    f"The library {database.name!r} is being rebuilt by another process.", hint="Wait for it."
                )
            yield
    finally:
        database.close()
