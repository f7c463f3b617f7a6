from __future__ import annotations

from dataclasses import replace

import pytest

from index.articles import Article
from index.errors import EvaluationError
from rag.evaluate.names import ArticleNames, NameKind

PLAIN = Article(
    id="aaa", version=1, text="t", sha256="s", origin="aaa", reference="wire/2031/ferry.md", kind="markdown", fetched="f",
    title="Ferry sinks", outlet="Quay Times", published="2031-02-20T10:00:00+00:00", url="https://quay.example/ferry",
)  # fmt: skip
ROW = replace(PLAIN, id="bbb", reference="wire/rows.jsonl#7", url=None, title=None, published=None, outlet=None)
TWIN = replace(ROW, id="ccc", reference="other/rows.jsonl#7")


class Shelf:
    def __init__(self, *versions: Article) -> None:
        self._versions = versions

    def article_ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(version.id for version in self._versions))

    def versions(self, article: str) -> tuple[Article, ...]:
        return tuple(version for version in self._versions if version.id == article)


@pytest.mark.parametrize(
    "name",
    [
        "aaa",
        "wire/2031/ferry.md",
        "2031/ferry.md",
        "ferry.md",
        "./ferry.md",
        "https://quay.example/ferry",
        "ferry-2.md",
    ],
)
def test_every_name_of_an_article_finds_it(name: str) -> None:
    later = replace(PLAIN, version=2, reference="wire/2031/ferry-2.md")
    assert ArticleNames.read(Shelf(PLAIN, later, ROW)).resolve([name]).articles == ("aaa",)


@pytest.mark.parametrize("name", ["bbb", "7", "rows.jsonl#7", "wire/rows.jsonl#7", "rows.jsonl"])
def test_a_row_is_found_by_its_id(name: str) -> None:
    assert ArticleNames.read(Shelf(PLAIN, ROW)).resolve([name]).articles == ("bbb",)


def test_a_name_of_several_articles_names_none() -> None:
    names = ArticleNames.read(Shelf(ROW, TWIN))
    resolved = names.resolve(["7", "wire/rows.jsonl#7", "nothing.md"])
    assert resolved.articles == ("bbb",)
    assert resolved.ambiguous == ("7",)
    assert resolved.unknown == ("nothing.md",)


def test_an_address_may_stand_for_several_articles() -> None:
    names = ArticleNames.read(Shelf(PLAIN, replace(PLAIN, id="ddd", reference="x.md")))
    assert names.resolve(["https://quay.example/ferry"]).articles == ("aaa", "ddd")


def test_line_says_what_is_known() -> None:
    names = ArticleNames.read(Shelf(PLAIN, ROW))
    assert names.facts["aaa"].line == "Quay Times, 2031-02-20: Ferry sinks"
    assert names.facts["bbb"].line == "unnamed outlet, undated: untitled"


@pytest.mark.parametrize("name", ["doc_1#2_3", "rows.jsonl#doc_1#2_3", "rows.jsonl"])
def test_the_id_of_a_row_may_hold_the_mark(name: str) -> None:
    row = replace(ROW, reference="wire/rows.jsonl#doc_1#2_3")
    assert ArticleNames.read(Shelf(PLAIN, row)).resolve([name]).articles == ("bbb",)


@pytest.mark.parametrize("name", ["7", "rows.jsonl#7", "wire.zip#rows.jsonl", "wire.zip#rows.jsonl#7"])
def test_a_row_in_an_archive_is_found(name: str) -> None:
    row = replace(ROW, reference="in/wire.zip#rows.jsonl#7")
    assert ArticleNames.read(Shelf(PLAIN, row)).resolve([name]).articles == ("bbb",)


@pytest.mark.parametrize(
    ("article", "kind", "name"),
    [
        ("aaa", "id", "aaa"),
        ("aaa", "address", "https://quay.example/ferry"),
        ("aaa", "row", "ferry.md"),
        ("bbb", "row", "7"),
        ("eee", "row", "doc_1#2_3"),
    ],
)
def test_an_article_is_called_by_its_name(article: str, kind: NameKind, name: str) -> None:
    names = ArticleNames.read(Shelf(PLAIN, ROW, replace(ROW, id="eee", reference="rows.jsonl#doc_1#2_3")))
    assert names.name(article, kind) == name
    assert names.resolve([name]).articles == (article,)


@pytest.mark.parametrize(
    ("article", "kind", "message"),
    [
        ("zzz", "id", "'zzz' is not in the library"),
        ("bbb", "address", "'bbb' has no address"),
        ("bbb", "row", "'7' of the article 'bbb' names several articles"),
    ],
)
def test_an_article_without_such_a_name_is_told(article: str, kind: NameKind, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        ArticleNames.read(Shelf(PLAIN, ROW, TWIN)).name(article, kind)
