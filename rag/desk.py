"""The public face in Python: a desk that answers questions over a library.

>>> from rag import Desk                                    # doctest: +SKIP
>>> with Desk(library="library", model="none") as desk:     # doctest: +SKIP
...     print(desk.ask("Who approved the sale?").text)
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.articles import Article, BuildReport, Coverage
from index.build import Progress, ingest
from index.caches.vectors import VectorIndex
from index.caches.words import WordIndex
from index.errors import LibraryMissing
from index.inputs import IngestOptions, OpenFetcher
from index.models.embed import SentenceEncoder
from index.prepare import library_stamp
from index.settings import Settings, load_settings
from index.sources.uploads import Upload
from index.store.library import Library
from rag.answer import Stages, answer
from rag.answer_types import Answer, Event, Finished, Hit
from rag.find.retrieve import Archive, retrieve
from rag.models.chat import ChatModel
from rag.models.choose import open_model
from rag.models.cross_encoder import JUDGES, CrossEncoder
from rag.question.understand import make_filters, understand
from rag.trust.judge import Judge


class Desk:
    """A library, ready for questions. Owns the library until it is closed; may be used from several threads.

    Args:
        library: folder of the library; by default that of the settings.
        model: who writes the sentences, as in the settings: ``none``, a local or a remote model.
        settings: everything else; read from environment and ``citewire.toml`` when None.
        create: make the library when there is none, for a desk that will ingest.
        chat_model: a model of your own in place of ``model``.
        open_fetcher: opens what fetches from the web, in place of the one that reaches the whole of it.

    Raises:
        LibraryMissing: there is no library there.
        LibraryInUse: another process owns it.
        LibraryMismatch: it was built with other settings.
    """

    def __init__(
        self,
        *,
        library: str | Path | None = None,
        model: str | None = None,
        settings: Settings | None = None,
        create: bool = False,
        chat_model: ChatModel | None = None,
        open_fetcher: OpenFetcher | None = None,
    ) -> None:
        given: Mapping[str, Any] = {"library": None if library is None else str(library), "model": model}
        self.settings = load_settings(given) if settings is None else _override(settings, library=library, model=model)
        self._encoder = SentenceEncoder(
            self.settings.embedding.model, self.settings.models, batch_size=self.settings.embedding.batch_size
        )
        self._model = chat_model or open_model(self.settings)
        self._library = Library.open(
            self.settings.library, stamp=library_stamp(self.settings, self._encoder), create=create
        )
        self._words = WordIndex(self._library)
        self._vectors = VectorIndex(self._library)
        self._archive = Archive(self._library, self._words, self._vectors)
        self._writing = threading.Lock()
        self._open_fetcher = open_fetcher
        self._readers = [CrossEncoder("judge", file, self.settings.models) for file in JUDGES]
        self._judge = Judge(
            self._encoder,
            rarity=_rarity(self._library, self._words),
            answering=self._readers[0],
            supporting=self._readers[1],
            model=self._model,
            doubtful=(self.settings.verify.ask_from, self.settings.verify.ask_to),
        )

    @property
    def library(self) -> Library:
        """The library, for reading."""
        return self._library

    @property
    def model_name(self) -> str:
        """The name of the model that writes the sentences, or ``none``."""
        return self._model.name if self._model else "none"

    def warm_up(self) -> None:
        """Load the models that every question needs and the indexes now rather than with the first question."""
        self._encoder.load()
        for reader in self._readers:
            reader.load()
        self._words.sync()
        self._vectors.sync()

    def ask(
        self,
        question: str,
        *,
        first: str | None = None,
        last: str | None = None,
        outlets: Sequence[str] = (),
        today: str | None = None,
        as_of: str | None = None,
        history: Sequence[Answer] = (),
        quotes_only: bool = False,
    ) -> Answer:
        """Answer a question.

        Args:
            question: a question in plain language.
            first: only articles published on that day or later; ``last`` on that day or earlier.
            outlets: only articles of these outlets.
            today: the day on which it is asked, from which "last week" counts; the current one when None.
            as_of: answer with the knowledge of that day: nothing that was published or changed later.
            history: the earlier answers of the conversation, the oldest first: a follow-up question leans on them, and quotes
                keep their numbers.
            quotes_only: answer with quotes alone although there is a model.

        Raises:
            QuestionError: the question or a filter is malformed.
            LibraryMissing: the library holds no article.
        """
        for event in self.stream(
            question,
            first=first,
            last=last,
            outlets=outlets,
            today=today,
            as_of=as_of,
            history=history,
            quotes_only=quotes_only,
        ):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("the last event is always Finished")

    def stream(
        self,
        question: str,
        *,
        first: str | None = None,
        last: str | None = None,
        outlets: Sequence[str] = (),
        today: str | None = None,
        as_of: str | None = None,
        history: Sequence[Answer] = (),
        quotes_only: bool = False,
    ) -> Iterator[Event]:
        """Answer a question step by step: the quotes, then each sentence as it is checked, then the whole answer."""
        filters = make_filters(first=first, last=last, outlets=tuple(outlets), as_of=as_of)
        self._need_articles()
        stages = self._stages(quotes_only=quotes_only)
        return answer(question, filters=filters, stages=stages, today=today, history=history)

    def search(
        self,
        question: str,
        *,
        first: str | None = None,
        last: str | None = None,
        outlets: Sequence[str] = (),
        today: str | None = None,
        as_of: str | None = None,
        limit: int | None = None,
    ) -> tuple[Hit, ...]:
        """Return the passages that matter for a question, the best first, without an answer.

        Args:
            question: a question, or words to look for.
            first: only articles published on that day or later; ``last`` on that day or earlier.
            outlets: only articles of these outlets.
            today: the day on which it is asked, from which "last week" counts; the current one when None.
            as_of: only what could be read on that day.
            limit: at most so many passages; by default as many as an answer looks at.

        Raises:
            QuestionError: the question or a filter is malformed.
            LibraryMissing: the library holds no article.
        """
        self._need_articles()
        query = understand(
            question,
            filters=make_filters(first=first, last=last, outlets=tuple(outlets), as_of=as_of),
            maximum_characters=self.settings.answer.maximum_question_characters,
            today=today,
        )
        found = retrieve(
            query,
            archive=self._archive,
            encoder=self._encoder,
            settings=self.settings.search if limit is None else replace(self.settings.search, hits=limit),
        )
        return found.hits

    def article(self, article_id: str, *, version: int | None = None, sha256: str | None = None) -> Article:
        """Return a stored article: the current version, a numbered one, or the one with that hash.

        Raises:
            ArticleNotFound: there is no such article or version.
        """
        return self._library.article(article_id, version=version, sha256=sha256)

    def coverage(self) -> Coverage:
        """Return what the whole library covers."""
        return self._library.coverage(make_filters())

    def ingest(
        self,
        references: Sequence[str | Path | Upload],
        *,
        options: IngestOptions = IngestOptions(),  # noqa: B008 (frozen)
        progress: Progress | None = None,
        checkpoint: Callable[[str], None] | None = None,
    ) -> BuildReport:
        """Bring files, folders and web addresses into the library and report what became of each.

        Args:
            references: paths, uploads, and addresses of pages, documents, feeds and sitemaps.
            options: what to take in and how.
            progress: told after each input.
            checkpoint: told the name of each step, for tests that end the process there.
        """
        with self._writing:
            report = ingest(
                references,
                library=self._library,
                encoder=self._encoder,
                settings=self.settings,
                options=options,
                open_fetcher=self._open_fetcher,
                progress=progress,
                checkpoint=checkpoint,
            )
            self._sync_changed()
            return report

    def remove(self, articles: Sequence[str]) -> int:
        """Remove articles with all their versions, and return how many there were.

        Raises:
            ArticleNotFound: one of them is not in the library; none is removed then.
        """
        with self._writing:
            for article in articles:
                self._library.article(article)
            removed = self._library.remove(articles)
            self._sync_changed()
            return removed

    def _sync_changed(self) -> None:
        """Bring the indexes up to what the library holds now; nothing happens where nothing changed."""
        if self._library.count_passages():
            self._words.sync()
            self._vectors.sync()

    def close(self) -> None:
        """Give the library back and free the models."""
        if self._model:
            self._model.close()
        for reader in self._readers:
            reader.close()
        self._words.close()
        self._vectors.close()
        self._library.close()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _stages(self, *, quotes_only: bool) -> Stages:
        return Stages(
            archive=self._archive,
            encoder=self._encoder,
            judge=self._judge,
            model=None if quotes_only else self._model,
            settings=self.settings,
        )

    def _need_articles(self) -> None:
        if self._library.count_passages() == 0:
            raise LibraryMissing(
                f"The library {str(self.settings.library)!r} holds no article.",
                hint="Bring some in with `citewire ingest FOLDER`.",
            )


def ask(
    question: str,
    *,
    library: str | Path | None = None,
    model: str | None = None,
    first: str | None = None,
    last: str | None = None,
    outlets: Sequence[str] = (),
    as_of: str | None = None,
) -> Answer:
    """Answer one question and give everything back. For many questions keep a ``Desk``.

    Raises:
        CitewireError: see ``index.errors``; every message says what to do.
    """
    with Desk(library=library, model=model) as desk:
        return desk.ask(question, first=first, last=last, outlets=outlets, as_of=as_of)


def _override(settings: Settings, *, library: str | Path | None, model: str | None) -> Settings:
    return replace(
        settings,
        library=settings.library if library is None else Path(library),
        model=settings.model if model is None else model,
    )


def _rarity(library: Library, words: WordIndex) -> Callable[[str], float]:
    """Return the weight of a stem: log(1 + N / (0.5 + n)) for n of N passages that hold it."""

    @lru_cache(maxsize=50_000)
    def weigh(word: str, _generation: int) -> float:
        return math.log(1 + library.count_passages() / (0.5 + words.count_passages_with(word)))

    return lambda word: weigh(word, library.generation)
