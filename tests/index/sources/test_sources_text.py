"""Plain text: when the first line is a title."""

from __future__ import annotations

import pytest

from index.sources.text import read_text

BODY = "The dam above Accra opened on Monday. Nobody was hurt."


@pytest.mark.parametrize(
    "title",
    [
        "Dam opens above Accra",
        "Dam opens: what we know",
        "US-led group wins",
        "Dam reopens in 2031",
        "D" * 200,
    ],
)
def test_a_headline_is_the_title_and_no_part_of_the_body(title: str) -> None:
    (article,) = read_text("dam.txt", f"\n{title}\r\n\r\n{BODY}\r\n")
    assert (article.title, article.text) == (title, BODY)
    assert (article.reference, article.kind, article.published) == ("dam.txt", "text", None)


@pytest.mark.parametrize(
    "first",
    [
        "The dam opened on Monday.",
        'He said, "The dam opened."',
        "Did it open?",
        "It opened…",
        "PANAMA CITY:",
        "ACCRA (AP) —",
        "ACCRA (Reuters)",
        "LONDON, Jan. 5",
        "D" * 201,
    ],
)
def test_what_is_no_headline_stays_in_the_body(first: str) -> None:
    (article,) = read_text("dam.txt", f"{first}\n\n{BODY}")
    assert (article.title, article.text) == (None, f"{first}\n\n{BODY}")


@pytest.mark.parametrize("text", ["dam", "Dam opens above Accra", "Dam opens\nNobody hurt", "Dam opens\n\n", ""])
def test_a_line_that_no_body_follows_is_body(text: str) -> None:
    (article,) = read_text("dam.txt", text)
    assert (article.title, article.text) == (None, text.strip())
