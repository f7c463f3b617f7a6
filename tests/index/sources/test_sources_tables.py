"""JSON lines: one article a line, a bad line does not stop the others."""

from __future__ import annotations

import json

import pytest

from index.articles import RawArticle, Unreadable
from index.sources.tables import read_jsonl


def test_a_line_gives_an_article_with_its_facts() -> None:
    row = {
        "id": 7,
        "body": "It broke.\u2028It held.",
        "headline": "Dam",
        "publisher": {"name": "Courier"},
        "authors": ["Ama", "Kofi"],
        "date": "2031-03-04",
        "updated": 20310305,
        "link": "https://a.example",
        "lang": "en_US",
    }
    line = json.dumps(row, ensure_ascii=False)
    assert list(read_jsonl("news.jsonl", f"\n{line}\r\n  \n".encode(), {})) == [
        RawArticle(
            reference="news.jsonl#7",
            kind="jsonl",
            text="It broke.\u2028It held.",
            title="Dam",
            outlet="Courier",
            author="Ama, Kofi",
            published="2031-03-04",
            url="https://a.example",
            language="en",
        )
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{broken", "line 2 is not JSON: "),
        ("[" * 100_000, "line 2 is not JSON: "),
        ('["It broke."]', "line 2 is a JSON array, wanted an object"),
        ("12", "line 2 is a JSON number"),
        ('{"title": "Dam"}', "line 2 has no text, wanted one of the keys text, body, content"),
        ('{"text": ["It broke."]}', "line 2 has a JSON array as its text"),
        ('{"text": " "}', "line 2 has a text of white space only"),
        ('{"text": ""}', "line 2 has no text"),
    ],
)
def test_a_bad_line_is_reported_and_its_neighbours_are_read(line: str, reason: str) -> None:
    first, bad, last = read_jsonl("news.jsonl", f'{{"text": "a"}}\n{line}\n{{"content": "b"}}'.encode(), {})
    assert isinstance(bad, Unreadable)
    assert bad.reference == "news.jsonl#2"
    assert bad.reason.startswith(reason)
    assert [article.reference for article in (first, last)] == ["news.jsonl#1", "news.jsonl#3"]
