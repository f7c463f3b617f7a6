"""The list of articles page by page: whole, in order, each once; words are words and no patterns."""

from __future__ import annotations

import pytest

from index.articles import Filters
from index.build import ingest
from index.settings import Settings
from index.store.library import Library
from tests.conftest import WordEncoder

TITLES = ["Ferry", "100% of the port", "a_b", "Dam", "ferry again"]


@pytest.fixture
def filled(library: Library, encoder: WordEncoder, settings: Settings, tmp_path) -> Library:
    for number, title in enumerate(TITLES):
        body = f"Report {number} says that {number + 3} ships of the line {title} left the harbour at dawn on Monday."
        day = f"2031-03-0{number + 1}" if number else ""
        head = f'title: "{title}"\noutlet: "{"Wire" if number % 2 else "Ledger"}"\n' + (
            f"published: {day}\n" if day else ""
        )
        (tmp_path / f"{number}.md").write_text(f"---\n{head}---\n\n{body}\n", encoding="utf-8")
    ingest([tmp_path], library=library, encoder=encoder, settings=settings)
    return library


def titles(library: Library, **how) -> list[str | None]:
    return [each.title for each in library.page_of_entries(**how).entries]


def test_pages_hold_every_article_once_in_every_order(filled: Library) -> None:
    for order in ("newest", "oldest", "title", "outlet", "taken_in"):
        pages = [titles(filled, order=order, offset=offset, limit=2) for offset in (0, 2, 4, 6)]
        assert sorted(t for page in pages for t in page if t) == sorted(TITLES)
        assert pages[3] == []
    assert titles(filled, order="newest")[0] == "ferry again"
    assert titles(filled, order="oldest")[0] == "100% of the port"
    assert titles(filled, order="newest")[-1] == titles(filled, order="oldest")[-1] == "Ferry"
    assert titles(filled, order="title") == ["100% of the port", "a_b", "Dam", "Ferry", "ferry again"]
    assert [entry.id for entry in filled.entries()] == [e.id for e in filled.page_of_entries(limit=500).entries]


@pytest.mark.parametrize(
    ("find", "found"),
    [("FERRY", 2), ("ferry again", 1), ("wire dam", 1), ("%", 1), ("_", 1), ("\\", 0), ("' OR 1=1 --", 0), ("  ", 5)],
)
def test_words_are_found_as_they_are(filled: Library, find: str, found: int) -> None:
    page = filled.page_of_entries(find=find, limit=1)
    assert page.total == found
    assert len(page.entries) == min(found, 1)


@pytest.mark.both_stores
def test_articles_are_found_by_a_name_in_their_byline(
    library: Library, encoder: WordEncoder, settings: Settings, tmp_path
) -> None:
    bylines = {
        "old": "Anna Brill",
        "new": "ANNA BRILL, Peter Lund",
        "other": "Peter Lund",
        "odd": "100% Wire",
        "none": "",
    }
    for day, (name, author) in enumerate(bylines.items(), 1):
        head = f"title: {name}\npublished: 2031-03-0{day}\n" + (f'author: "{author}"\n' if author else "")
        body = f"The report number {day} says that the harbour was closed at dawn on Monday."
        (tmp_path / f"{name}.md").write_text(f"---\n{head}---\n\n{body}\n", encoding="utf-8")
    ingest([tmp_path], library=library, encoder=encoder, settings=settings)

    def by(name: str, limit: int = 9) -> list[str | None]:
        records = library.leads(library.articles_by_author(name, Filters(), limit=limit))
        return [record.article.title for record in records.values()]

    assert by("Anna Brill") == ["new", "old"]
    assert by("Anna Brill", limit=1) == ["new"]
    assert by("%") == ["odd"]
    assert by("_") == by("Emil Sand") == []
