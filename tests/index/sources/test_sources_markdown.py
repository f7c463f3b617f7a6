"""Markdown: facts from the front matter, words without syntax."""

from __future__ import annotations

import time

import pytest

from index.articles import RawArticle
from index.errors import SourceError
from index.sources.markdown import read_markdown

FULL = """---
title: "Dam: open"
source: Accra Courier
author: [Ama Poe, Kofi Lim]
date: 2031-03-04T14:30:00Z
updated: 5 March 2031
url: https://courier.example/dam
language: en-GB
---

The dam opened.
"""


def test_front_matter_gives_the_facts() -> None:
    assert read_markdown("dam.md", FULL.replace("\n", "\r\n")) == RawArticle(
        reference="dam.md",
        kind="markdown",
        text="The dam opened.",
        title="Dam: open",
        outlet="Accra Courier",
        author="Ama Poe, Kofi Lim",
        published="2031-03-04T14:30:00+00:00",
        updated="2031-03-05",
        url="https://courier.example/dam",
        language="en",
    )


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: 2031", "2031"),
        ("title: no", "no"),
        ("title: 2031-02-30", "2031-02-30"),
        ("title: [Dam, opens]", "Dam, opens"),
        ("title: {deep: {er: dam}}", None),
        ("title:", None),
        ("title: null", None),
        ("Title: Dam", "Dam"),
        ("headline: Dam", "Dam"),
    ],
)
def test_a_title_is_words_as_they_stand(line: str, title: str | None) -> None:
    assert read_markdown("dam.md", f"---\n{line}\n---\nIt opened.").title == title


@pytest.mark.parametrize(
    "line", ["date: soon", "url: 'javascript:alert(1)'", "language: '??'", "date: 03/04/2031", "other: 1"]
)
def test_facts_that_make_no_sense_are_missing(line: str) -> None:
    article = read_markdown("dam.md", f"---\n{line}\n---\nIt opened.")
    assert (article.published, article.url, article.language) == (None, None, None)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("## Why\nIt *really* **broke** ~~not~~ `now`.", "Why\n\nIt really broke not now."),
        ("See [the report](https://a.example) ![alt](b.png)now.", "See the report now."),
        ("wrapped\nline  \nbreak<br>tag", "wrapped line\nbreak\ntag"),
        ("- one\n- two\n\n1. three", "one\n\ntwo\n\nthree"),
        ("> It broke.\n>\n> She wept.", "It broke.\n\nShe wept."),
        ("| Town | Dead |\n|---|---|\n| Accra | 3 |", "Town | Dead\n\nAccra | 3"),
        ("```\ncode *here*\n```\n\n    more", "code *here*\n\nmore"),
        ("AT&amp;T &lt;b&gt; \\*star\\*", "AT&T <b> *star*"),
        ("<div>It <b>broke</b>.<script>x > 1</script><!-- a > b --></div>", "It broke."),
        ("one\n\n---\n\ntwo", "one\n\ntwo"),
        ("---\n\nIt broke.\n\n---\n\nIt held.", "It broke.\n\nIt held."),
        ("---\n---\nIt broke.", "It broke."),
    ],
)
def test_syntax_is_taken_off(markdown: str, text: str) -> None:
    assert read_markdown("dam.md", markdown).text == text


@pytest.mark.parametrize(
    ("markdown", "title", "text"),
    [
        ("# Dam *opens*\n\nIt broke.", "Dam opens", "It broke."),
        ("Dam opens\n=====\nIt broke.", "Dam opens", "It broke."),
        ("---\ntitle: Dam\n---\n# Dam\nIt broke.", "Dam", "It broke."),
        ("---\ntitle: Dam\n---\n# Flood\nIt broke.", "Dam", "Flood\n\nIt broke."),
        ("## Why\nIt broke.", None, "Why\n\nIt broke."),
    ],
)
def test_the_first_top_heading_is_the_title_where_none_is_given(markdown: str, title: str | None, text: str) -> None:
    article = read_markdown("dam.md", markdown)
    assert (article.title, article.text) == (title, text)


@pytest.mark.parametrize(
    ("front_matter", "reason"),
    [
        ("---\ntitle: Dam\nIt broke.", "line 1 opens is never closed"),
        ("---\ntitle: Dam: open\n---\n", "line 2: mapping values are not allowed"),
        ("---\noutlet: A\ntitle: [Dam\n---\n", "line 3: "),
        ("---\n- a\n---\n", "wanted lines such as"),
        ("---\na: " + "[" * 5000 + "\n---\n", "the front matter is not YAML"),
        ("---\na: " + "x" * 70_000 + "\n---\n", "at most 65536 are read"),
        ("---\na: \x00\n---\n", "the front matter is not YAML"),
    ],
)
def test_broken_front_matter_is_refused_with_its_line(front_matter: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        read_markdown("dam.md", front_matter)
    assert caught.value.reference == "dam.md"


@pytest.mark.parametrize("hostile", ["<!--" * 50_000, "<script>" * 30_000, "*a " * 50_000, "[" * 20_000, "&#" * 50_000])
def test_hostile_markdown_takes_linear_time(hostile: str) -> None:
    began = time.monotonic()
    read_markdown("dam.md", "<div>" + hostile)
    read_markdown("dam.md", hostile)
    assert time.monotonic() - began < 20
