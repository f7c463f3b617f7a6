"""A folder of mixed files: each good one yields what is written down, each broken one a line that says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.articles import RawArticle, Unreadable
from index.errors import SourceError
from index.prepare import clean_article
from index.sources.files import find_inputs, parse_columns, read_input, reference_of
from index.sources.reader import ArticleReader
from tests.index.mixed_folder import File, Wanted, make_files, write_folder
from tests.index.score import score_text
from tests.index.stories import SPANISH

FILES = make_files()
FACTS = ("title", "outlet", "published", "updated", "author", "language", "section", "url")
WHOLE = 0.975  # of pages and PDF, whose text is found rather than given; a standfirst is kept


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mixed")
    write_folder(folder)
    return folder


@pytest.fixture(scope="module")
def reader() -> Iterator[ArticleReader]:
    with ArticleReader() as reader:
        yield reader


def read(path: Path, reader: ArticleReader) -> tuple[list[RawArticle], list[str]]:
    """Return the articles of a file, and what is said of what could not be read."""
    try:
        found = list(read_input(path, reader))
    except SourceError as error:
        return [], [str(error)]
    articles = [clean_article(item) for item in found if isinstance(item, RawArticle)]
    return articles, [item.reason for item in found if isinstance(item, Unreadable)]


def test_there_are_enough_files_of_every_sort() -> None:
    assert len(FILES) >= 60
    assert sum(bool(file.wanted) for file in FILES) >= 40
    assert sum(bool(file.reasons) and not file.wanted for file in FILES) >= 15


def test_every_file_is_found_but_those_of_a_saved_page(folder: Path) -> None:
    found = {path.relative_to(folder).as_posix() for path in find_inputs([folder])}
    assert found == {file.name for file in FILES} - {"pages/saved_files/ad.html"}


@pytest.mark.parametrize("file", [file for file in FILES if file.wanted or file.reasons], ids=lambda file: file.name)
def test_a_file_gives_what_is_written_down(file: File, folder: Path, reader: ArticleReader) -> None:
    articles, reasons = read(folder / file.name, reader)
    assert [found.title for found in articles] == [wanted.title for wanted in file.wanted], reasons
    for found, wanted in zip(articles, file.wanted, strict=True):
        assert_as_wanted(found, wanted)
        assert found.reference.partition("#")[0] == reference_of(folder / file.name)
    assert len({found.reference for found in articles}) == len(articles)
    assert len(reasons) == len(file.reasons), reasons
    for reason, pattern in zip(reasons, file.reasons, strict=True):
        assert re.search(pattern, reason)
        assert "\n" not in reason


def assert_as_wanted(found: RawArticle, wanted: Wanted) -> None:
    facts = {name: getattr(found, name) for name in FACTS}
    assert facts == {name: getattr(wanted, name) for name in FACTS}
    if found.kind in ("html", "pdf"):
        assert score_text(found.text, wanted.text) >= WHOLE
        assert "praise the mayor" not in found.text
    else:
        assert found.text == wanted.text


def test_a_column_mapping_says_what_is_what(folder: Path, reader: ArticleReader) -> None:
    columns = parse_columns("title=Überschrift,outlet=Zeitung,text=Text")
    (article,) = read_input(folder / "data/latin.csv", reader, columns=columns)
    assert isinstance(article, RawArticle)
    assert (article.title, article.outlet, article.text) == (SPANISH.title, "El Istmo", SPANISH.text)
    with pytest.raises(SourceError, match="wanted the columns Headline"):
        read_input(folder / "data/plain.csv", reader, columns={"title": "Headline"})
