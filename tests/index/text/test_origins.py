"""The head of an origin: the agency's own article where it is there, else the first that was published."""

from __future__ import annotations

from itertools import permutations

import pytest

from index.text.origins import Member, credited_names, find_head

BODY = "SANTA RUELA - The port authority sold its northern quay on Monday.\n\nThe price was not given."


def member(
    name: str,
    outlet: str | None = None,
    published: str | None = None,
    *,
    text: str = BODY,
    author: str | None = None,
    url: str | None = None,
    fetched: str = "2031-04-01T00:00:00Z",
) -> Member:
    return Member(name, outlet, author, None, url, published, fetched, text, text)


@pytest.mark.parametrize(
    ("text", "author", "names"),
    [
        ("SANTA RUELA (Strait Wire) - The quay was sold.", None, ["Strait Wire"]),
        ("SANTA RUELA, March 3 (AFP) — The quay was sold.", None, ["AFP"]),
        ("SANTA RUELA, March 3 /Quay Newswire/ -- The quay was sold.", None, ["Quay Newswire"]),
        (f"{BODY}\n\nSource: Strait Wire", None, ["Strait Wire"]),
        (f"{BODY}\n\n— Strait Wire", None, ["Strait Wire"]),
        (f"{BODY}\n\n(Strait Wire)", None, ["Strait Wire"]),
        (f"{BODY}\n\n© 2031 The Strait Wire. All rights reserved.", None, ["The Strait Wire"]),
        (f"{BODY}\n\nCopyright 2031 Strait Wire", None, ["Strait Wire"]),
        (f"{BODY}\n\nThis story was first published by Strait Wire.", None, ["Strait Wire"]),
        (f"{BODY}\n\nThis article originally appeared on Strait Wire.", None, ["Strait Wire"]),
        (BODY, "Associated Press", ["Associated Press"]),
        (BODY, "By Ana Bell, Associated Press", ["Associated Press"]),
        (BODY, "Ana Bell/AFP", ["AFP"]),
        # What only looks like a credit.
        (BODY, "Ana Bell", []),
        ("The minister (Ana Bell) said the quay was sold.", None, []),
        (
            f"{BODY}\n\nThe minister named no source: reporters asked in vain for one all day long at the quay.",
            None,
            [],
        ),
        ("", None, []),
    ],
)
def test_names_that_an_article_credits(text: str, author: str | None, names: list[str]) -> None:
    assert list(credited_names(member("a", text=text, author=author))) == names


def test_the_first_published_is_the_head() -> None:
    members = [
        member("undated", "Early Post", fetched="2031-01-01T00:00:00Z"),
        member("day", "Quay Times", "2031-03-03"),
        member("hour", "Harbour Post", "2031-03-03T18:00:00Z"),
        member("later", "Isle Herald", "2031-03-04"),
    ]
    for order in permutations(members):
        assert find_head(order).article_id == "hour"


def test_undated_articles_are_ordered_by_when_they_were_read() -> None:
    members = [
        member("b", fetched="2031-04-02T00:00:00Z"),
        member("c", fetched="2031-04-01T00:00:00Z"),
        member("a", fetched="2031-04-02T00:00:00Z"),
    ]
    assert find_head(members).article_id == "c"


@pytest.mark.parametrize(
    ("credit", "outlet", "url"),
    [
        ("Strait Wire", "Strait Wire", None),
        ("the strait wire", "Strait Wire", None),
        ("Strait Wire", "The Strait Wire", None),
        ("Strait Wire", None, "https://www.straitwire.example/quay"),
        ("SW", "Strait Wire", None),
        ("Strait Wire", "SW", None),
        ("AP", "The Associated Press", None),
        ("Associated Press", "apnews.com", "https://apnews.com/article/quay"),
        ("A.P.", "AP News", None),
    ],
)
def test_the_agency_that_a_copy_names_is_the_head(credit: str, outlet: str | None, url: str | None) -> None:
    members = [
        member("copy", "Quay Times", "2031-03-03", text=f"{BODY}\n\nSource: {credit}"),
        member("agency", outlet, "2031-03-04", url=url),
        member("other", "Harbour Post", "2031-03-02"),
    ]
    for order in permutations(members):
        assert find_head(order).article_id == "agency"


def test_an_outlet_that_a_copy_gives_as_its_author_is_the_head() -> None:
    members = [
        member("copy", "Quay Times", "2031-03-03", author="strait wire"),
        member("agency", "The Strait Wire", "2031-03-04"),
    ]
    assert find_head(members).article_id == "agency"


def test_an_agency_whose_own_article_is_not_here_changes_nothing() -> None:
    members = [
        member("b", "Quay Times", "2031-03-03", text=f"{BODY}\n\nSource: Strait Wire"),
        member("a", "Post", "2031-03-02"),
    ]
    assert find_head(members).article_id == "a"


def test_addresses_that_are_none_do_no_harm() -> None:
    members = [member("a", "Post", "2031-03-02", url="https://[::bad/", text=f"{BODY}\n\nSource: Strait Wire")]
    assert find_head(members).article_id == "a"
