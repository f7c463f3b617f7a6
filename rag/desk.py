"""The public face in Python: a desk that answers questions over a library.

>>> from rag import Desk                                    # doctest: +SKIP
>>> with Desk(library="library", model="none") as desk:     # doctest: +SKIP
...     print(desk.ask("Who approved the sale?").text)
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import functools
import threading
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from index.archive import Archive
from index.articles import Article, BuildReport, Coverage, Filters, PassageRecord
from index.build import Progress, ingest
from index.database_url import DatabaseUrl
from index.errors import ArticleNotFound, LibraryMissing
from index.inputs import IngestOptions, OpenFetcher
from index.models.embed import Encoder, SentenceEncoder
from index.prepare import library_stamp
from index.settings import Settings, load_settings, read_place
from index.sources.uploads import Reference
from index.store.opening import open_library
from index.store.protocol import AnyLibrary
from rag.answer import NO_MODEL, Stages, answer
from rag.answer_events import Event, Finished
from rag.answer_types import Answer, Hit
from rag.draft_types import CheckedDraft
from rag.drafts import check_draft
from rag.examples import Example, find_examples, find_follow_ups
from rag.find.rarity import rarity_in
from rag.find.retrieve import retrieve
from rag.find.subjects import newest_leads, read_subjects
from rag.models.chat import ChatModel, CountsTries
from rag.models.choose import open_model, open_turns
from rag.models.facts import allow
from rag.models.llama_index import as_chat_model, as_encoder
from rag.models.own_judge import open_own_judge
from rag.models.reader import open_reader
from rag.question.filters import FilterWords, make_filters
from rag.question.kind_reader import open_kind_reader
from rag.question.understand import understand
from rag.threads import iterate_in_thread
from rag.trust.judge import AnyJudge, Judge, open_judge
from rag.write.writing import Writer

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.llms import LLM


class Desk:
    """A library, ready for questions. Owns a library in a folder until it is closed; may be used from several threads.

    Args:
        library: folder of the library, or URL of the PostgreSQL database that holds it; by default that of the settings.
        model: who writes the sentences, as in the settings: ``none``, a local or a remote model.
        settings: everything else; read from environment and ``citewire.toml`` when None.
        create: make the library when there is none, for a desk that will ingest.
        chat_model: a model of your own in place of ``model``; an ``LLM`` of LlamaIndex is one too.
        encoder: what turns texts into vectors, in place of the one that the settings name; a ``BaseEmbedding`` of LlamaIndex is
            one too. A library belongs to the one it was built with.
        judge: what says whether words answer and support, in place of Citewire's own.
        open_fetcher: opens what fetches from the web, in place of the one that reaches the whole of it.

    Raises:
        LibraryMissing: there is no library there.
        LibraryInUse: it is in a folder, and another process owns it.
        LibraryUnreachable: it is in a database whose server does not answer.
        LibraryMismatch: it was built with other settings.
    """

    def __init__(
        self,
        *,
        library: str | Path | DatabaseUrl | None = None,
        model: str | None = None,
        settings: Settings | None = None,
        create: bool = False,
        chat_model: ChatModel | LLM | None = None,
        encoder: Encoder | BaseEmbedding | None = None,
        judge: AnyJudge | None = None,
        open_fetcher: OpenFetcher | None = None,
    ) -> None:
        given: Mapping[str, Any] = {"library": library, "model": model}
        self.settings = load_settings(given) if settings is None else _override(settings, library=library, model=model)
        self._encoder: Encoder = (
            SentenceEncoder(
                self.settings.embedding.model, self.settings.models, batch_size=self.settings.embedding.batch_size
            )
            if encoder is None
            else as_encoder(encoder)
        )
        self._model = open_model(self.settings) if chat_model is None else as_chat_model(chat_model)
        self._turns = open_turns(self.settings, self._model)
        self._examples: tuple[tuple[int, int], tuple[Example, ...]] | None = None
        self._library = open_library(self.settings, stamp=library_stamp(self.settings, self._encoder), create=create)
        self._archive = Archive(self._library)
        self._writing = threading.Lock()
        self._open_fetcher = open_fetcher
        self._rarity = rarity_in(self._archive)
        self._kinds = open_kind_reader(self._encoder)
        self._judge: AnyJudge = judge or open_judge(
            models=self.settings.models,
            rarity=self._rarity,
            model=self._model,
            doubtful=(self.settings.verify.ask_from, self.settings.verify.ask_to),
            reader=open_reader(self.settings),
            other=open_own_judge(self.settings),
        )

    @property
    def library(self) -> AnyLibrary:
        """The library, for reading."""
        return self._library

    @property
    def archive(self) -> Archive:
        """What is searched, for reading."""
        return self._archive

    @property
    def judge(self) -> AnyJudge:
        """What says whether words answer and support; the answers of this desk rest on it."""
        return self._judge

    @property
    def model_name(self) -> str:
        """The name of the model that writes the sentences, or ``none``."""
        return self._model.name if self._model else NO_MODEL

    def model_tries(self) -> tuple[int, int]:
        """Return how often the model was asked again, and how often it failed after that; a local one never is."""
        return (self._model.retries, self._model.failures) if isinstance(self._model, CountsTries) else (0, 0)

    def with_model(self, chat_model: ChatModel | LLM | None, *, judge: AnyJudge | None = None) -> Desk:
        """Return the same desk with another model, or with none: library and indexes are shared.

        Close the first one only.

        Args:
            chat_model: who writes.
            judge: what says whether words answer and support; by default that of this desk, asking the other model.
        """
        model = None if chat_model is None else as_chat_model(chat_model)
        other = copy.copy(self)
        other._model = model
        other._turns = open_turns(self.settings, model)
        other._judge = judge or (self._judge.asking(model) if isinstance(self._judge, Judge) else self._judge)
        return other

    def warm_up(self) -> None:
        """Load the models that every question needs and the indexes now rather than with the first question."""
        self._encoder.encode([""])
        if isinstance(self._judge, Judge):
            self._judge.load()
        self._archive.publish()

    def ask(
        self,
        question: str,
        *,
        today: str | None = None,
        history: Sequence[Answer] = (),
        quotes_only: bool = False,
        **filters: Unpack[FilterWords],
    ) -> Answer:
        """Answer a question.

        Args:
            question: a question in plain language.
            today: the day on which it is asked, from which "last week" counts; the current one when None.
            history: the earlier answers of the conversation, the oldest first: a follow-up question leans on them, and quotes
                keep their numbers.
            quotes_only: answer with quotes alone although there is a model.
            filters: which articles may answer: ``first``, ``last``, ``outlets``, ``as_of``, ``articles``, ``languages``; see
                ``FilterWords``.

        Raises:
            QuestionError: the question or a filter is malformed.
            LibraryMissing: the library holds no article.
        """
        for event in self.stream(question, today=today, history=history, quotes_only=quotes_only, **filters):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("the last event is always Finished")

    def stream(
        self,
        question: str,
        *,
        today: str | None = None,
        history: Sequence[Answer] = (),
        quotes_only: bool = False,
        passages: bool = False,
        **filters: Unpack[FilterWords],
    ) -> Iterator[Event]:
        """Answer a question step by step: the quotes, then each sentence as it is checked, then the whole answer.

        Where the model writes for others first, ``Waiting`` says how many.

        Args:
            passages: say first which passages are read (``PassagesFound``): the search is a small part of what an answer takes.
        """
        wanted = self._read_filters(filters)
        stages = self._stages(quotes_only=quotes_only)
        return answer(question, filters=wanted, stages=stages, today=today, history=history, passages=passages)

    def search(
        self, question: str, *, today: str | None = None, limit: int | None = None, **filters: Unpack[FilterWords]
    ) -> tuple[Hit, ...]:
        """Return the passages that matter for a question, the best first, without an answer.

        Args:
            question: a question, or words to look for.
            today: the day on which it is asked, from which "last week" counts; the current one when None.
            limit: at most so many passages; by default as many as an answer looks at.
            filters: which articles may be searched; see ``FilterWords``.

        Raises:
            QuestionError: the question or a filter is malformed.
            LibraryMissing: the library holds no article.
        """
        query = understand(
            question,
            filters=self._read_filters(filters),
            maximum_characters=self.settings.answer.maximum_question_characters,
            today=today,
            outlets=self._archive.outlets(),
            languages=self._archive.languages(),
        )
        settings = self.settings.search if limit is None else replace(self.settings.search, hits=limit)
        return retrieve(query, archive=self._archive, encoder=self._encoder, settings=settings).hits

    def check(self, text: str, **filters: Unpack[FilterWords]) -> CheckedDraft:
        """Return what the articles say of each sentence of a text of one's own.

        Args:
            text: a draft; see ``rag.drafts``.
            filters: which articles it is held against; see ``FilterWords``.

        Raises:
            QuestionError: the text is empty or too long.
            LibraryMissing: the library holds no article.
        """
        return check_draft(
            text,
            filters=self._read_filters(filters),
            archive=self._archive,
            encoder=self._encoder,
            judge=self._judge,
            settings=self.settings,
        )

    async def aask(
        self,
        question: str,
        *,
        today: str | None = None,
        history: Sequence[Answer] = (),
        quotes_only: bool = False,
        **filters: Unpack[FilterWords],
    ) -> Answer:
        """Answer a question as ``ask`` does, in a thread; cancelled, it ends with the step that it is at."""
        events = self.astream(question, today=today, history=history, quotes_only=quotes_only, **filters)
        async with contextlib.aclosing(events):
            async for event in events:
                if isinstance(event, Finished):
                    return event.answer
        raise AssertionError("the last event is always Finished")

    def astream(
        self,
        question: str,
        *,
        today: str | None = None,
        history: Sequence[Answer] = (),
        quotes_only: bool = False,
        passages: bool = False,
        **filters: Unpack[FilterWords],
    ) -> AsyncGenerator[Event, None]:
        """Answer a question step by step as ``stream`` does, each step in a thread.

        Who leaves early closes it (``contextlib.aclosing``): then nothing more is written, and the next in the queue has its turn.
        """
        return iterate_in_thread(
            functools.partial(
                self.stream,
                question,
                today=today,
                history=history,
                quotes_only=quotes_only,
                passages=passages,
                **filters,
            )
        )

    async def asearch(
        self, question: str, *, today: str | None = None, limit: int | None = None, **filters: Unpack[FilterWords]
    ) -> tuple[Hit, ...]:
        """Return the passages that matter for a question as ``search`` does, in a thread."""
        return await asyncio.to_thread(self.search, question, today=today, limit=limit, **filters)

    def examples(self, count: int = 6) -> tuple[Example, ...]:
        """Return questions that this collection can answer, of several kinds; found once for each state of the library.

        Raises:
            LibraryMissing: the library holds no article.
        """
        self._need_articles()
        key = self._library.generation, count
        if self._examples is None or self._examples[0] != key:
            found = find_examples(self._newest_leads(), self.outlets(), self._ask_quotes, count=count)
            self._examples = key, found
        return self._examples[1]

    def topics(self, count: int = 8) -> tuple[str, ...]:
        """Return the names that the newest articles report on most, those of people apart."""
        return read_subjects(self._newest_leads(), self.outlets()).topics[:count]

    def follow_ups(self, answer: Answer, count: int = 3) -> tuple[Example, ...]:
        """Return questions that may be asked on after an answer, each of which this collection can answer."""
        return find_follow_ups(answer, self._ask_quotes, count=count)

    def article(self, article_id: str, *, version: int | None = None, sha256: str | None = None) -> Article:
        """Return a stored article: the current version, a numbered one, or the one with that hash.

        Raises:
            ArticleNotFound: there is no such article or version.
        """
        return self._library.article(article_id, version=version, sha256=sha256)

    def coverage(self) -> Coverage:
        """Return what the whole library covers."""
        return self._archive.coverage(make_filters())

    def outlets(self) -> tuple[str, ...]:
        """Return the outlets that have an article, in alphabetical order."""
        return self._archive.outlets()

    def count_passages(self) -> int:
        """Return how many passages can be found."""
        return self._archive.count_passages()

    def ingest(
        self,
        references: Sequence[Reference],
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
        with self._writing, self._publishing():
            return ingest(
                references,
                library=self._library,
                encoder=self._encoder,
                settings=self.settings,
                options=options,
                open_fetcher=self._open_fetcher,
                progress=progress,
                checkpoint=checkpoint,
                stored=self._archive.publish_now_and_then,
            )

    def remove(self, articles: Sequence[str]) -> int:
        """Remove articles with all their versions, and return how many there were.

        Raises:
            ArticleNotFound: one of them is not in the library; none is removed then.
        """
        with self._writing, self._publishing():
            for article in articles:
                self._library.article(article)
            return self._library.remove(articles)

    @contextlib.contextmanager
    def _publishing(self) -> Iterator[None]:
        """Publish what was written, also what was written before it failed."""
        try:
            yield
        except Exception:
            # What failed is told, not that its index cannot be written either; the next question tries again.
            self._archive.publish_at_next_search()
            raise
        self._archive.publish_written()

    def close(self) -> None:
        """Give the library back and free the models."""
        if self._model:
            self._model.close()
        if isinstance(self._judge, Judge):
            self._judge.close()
        self._archive.close()
        self._library.close()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _stages(self, *, quotes_only: bool) -> Stages:
        writes = None if quotes_only else self._model
        return Stages(
            archive=self._archive,
            encoder=self._encoder,
            judge=self._judge,
            rarity=self._rarity,
            kinds=self._kinds,
            writer=Writer(writes, self._turns) if writes else None,
            settings=self.settings if writes is None else allow(self.settings, writes),
        )

    def _newest_leads(self) -> Iterable[PassageRecord]:
        return newest_leads(self._library, make_filters())

    def _ask_quotes(self, question: str) -> Answer:
        return self.ask(question, quotes_only=True)

    def _read_filters(self, words: FilterWords) -> Filters:
        """Return filters from what a person typed.

        Raises:
            QuestionError: one is malformed.
            LibraryMissing: the library holds no article.
            ArticleNotFound: an article that is named is not in the library.
        """
        filters = make_filters(**words)
        self._need_articles()
        if filters.articles:
            known = self._library.known_articles(filters.articles)
            if missing := [name for name in filters.articles if name not in known]:
                raise ArticleNotFound(
                    f"No article {missing[0][:100]!r} is in the library.", hint="Find ids with `citewire list`."
                )
        return filters

    def _need_articles(self) -> None:
        self._archive.ready()
        if self._archive.count_passages() == 0:
            raise LibraryMissing(
                f"The library {str(self.settings.library)!r} holds no article.",
                hint="Bring some in with `citewire ingest FOLDER`.",
            )


def ask(
    question: str,
    *,
    library: str | Path | DatabaseUrl | None = None,
    model: str | None = None,
    **filters: Unpack[FilterWords],
) -> Answer:
    """Answer one question and give everything back. For many questions keep a ``Desk``.

    Raises:
        CitewireError: see ``index.errors``; every message says what to do.
    """
    with Desk(library=library, model=model) as desk:
        return desk.ask(question, **filters)


def _override(settings: Settings, *, library: str | Path | DatabaseUrl | None, model: str | None) -> Settings:
    return replace(
        settings,
        library=settings.library if library is None else read_place(library),
        model=settings.model if model is None else model,
    )
