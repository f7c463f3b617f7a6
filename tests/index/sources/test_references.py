"""Lists of files and addresses on standard input."""

from __future__ import annotations

import pytest

from index.errors import SourceError
from index.sources.references import read_references


def test_one_a_line_without_comments_and_blanks() -> None:
    text = "\ufeff# my list\n\nhttp://ledger.test/a#b\r\n  articles/a b.txt  \nhttp://ledger.test/a#b\n\t\n#x\n"
    assert read_references(text) == ["http://ledger.test/a#b", "articles/a b.txt"]
    assert read_references("") == []


def test_an_address_that_is_not_fetched_is_left_to_be_refused_alone() -> None:
    assert read_references("ftp://ledger.test/a\nhttp://ledger.test/a\n") == [
        "ftp://ledger.test/a",
        "http://ledger.test/a",
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("http://a.test/ http://b.test/", "line 3 holds an address and something else"),
        ("a\x00b", "line 3 holds characters"),
        ("a\x1b[2Jb", "line 3 holds characters"),
        ("�PNG", "line 3 holds characters"),
        ("a" * 5000, "line 3 has 5000 characters, at most 4096"),
    ],
)
def test_nonsense_is_refused_by_its_line(line: str, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_references(f"# list\na.txt\n{line}\n", name="list.txt")
    assert str(caught.value).startswith(f"list.txt: {reason}")
    assert str(caught.value).isprintable()
