"""What the tests of fetching share: an invented web and what reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from index.sources.reader import ArticleReader
from index.sources.web.content import DocumentReader
from index.sources.web.fetch import Fetcher
from index.sources.web.gather import Found, read_web
from index.sources.web.politeness import Politeness
from index.sources.web.reader import WebReader
from tests.index.fake_web import Canary, FakeWeb, Remembered

ReadsAll = Callable[..., list[Found]]


@pytest.fixture(scope="session")
def article_reader() -> Iterator[ArticleReader]:
    with ArticleReader() as reader:
        yield reader


@pytest.fixture(scope="session")
def web_reader() -> Iterator[WebReader]:
    with WebReader() as reader:
        yield reader


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb() as web:
        yield web


@pytest.fixture
def canary() -> Iterator[Canary]:
    with Canary() as canary:
        yield canary


@pytest.fixture
def visits() -> Remembered:
    return Remembered()


@pytest.fixture
def fetcher(web: FakeWeb, web_reader: WebReader) -> Iterator[Fetcher]:
    with Fetcher(
        robots=web_reader, politeness=Politeness(delay=0.0), resolver=web.resolve, connector=web.connect
    ) as fetcher:
        yield fetcher


@pytest.fixture
def read(fetcher: Fetcher, web_reader: WebReader, article_reader: ArticleReader, visits: Remembered) -> ReadsAll:
    def read(*references: str, fetcher: Fetcher = fetcher, **options: object) -> list[Found]:
        return list(
            read_web(
                references,
                fetcher=fetcher,
                listings=web_reader,
                reader=DocumentReader(article_reader),
                visits=visits,
                **options,  # type: ignore[arg-type]
            )
        )

    return read
