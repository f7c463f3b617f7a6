"""Pull quotes: what is set apart stands once in the text, where it is said who speaks, or alone."""

from __future__ import annotations

import pytest

from index.sources.html.page import read_html

SAID = "We want to know about eleven keys, and we want to know it soon."
FIRST = "The police of Lodra have asked locksmiths to keep a list of the keys they copy, chief inspector Vera Lamm said on Monday."
SECOND = "In the event of a crime, officers could then check whether a key was copied and by whom, she said. Some 40 shops have agreed."
SPEECH = f"“We do not want names of everybody,” Ms. Lamm said. “{SAID}”"
NEXT = "“That is what they always say,” said locksmith Anton Brauer, 67, who has copied keys for 44 years and has never kept a list."


def lines(before: str, after: str = "", *, speech: str = SPEECH) -> list[str]:
    page = (
        "<html lang='en'><head><title>Police want a list of keys</title></head><body><article><h1>Police want a list of keys</h1>"
        f"<p>{FIRST}</p><p>{SECOND}</p>{before}<p>{speech}</p>{after}<p>{NEXT}</p></article></body></html>"
    )
    return read_html("page.html", page).text.split("\n\n")


REPEATED = [
    f"<blockquote class='pullquote'>“{SAID}”</blockquote>",
    f"<aside class='quote'><p>»{SAID}«</p><footer>Vera Lamm</footer></aside>",
    f"<figure class='PullQuote'><blockquote><p>{SAID}</p></blockquote><figcaption>Vera Lamm, chief inspector</figcaption></figure>",
    f"<div class='article-quote'><span>“{SAID}”</span> <span class='quote-author'>Vera Lamm</span></div>",
    f"<p>“{SAID}”</p>",
    f"<h3>„{SAID}“ — Vera Lamm</h3>",
    f"<p class='quote'>{SAID.upper()}</p>",
    "<blockquote>“We do not want names of everybody. We want to know about eleven keys, and we want to know it soon.”</blockquote>",
    "<aside>‘…we want to know it&nbsp;soon’</aside>",
]


@pytest.mark.parametrize("pull_quote", REPEATED)
@pytest.mark.parametrize("place", ["before", "after"])
def test_what_stands_in_the_text_stands_there_once(pull_quote: str, place: str) -> None:
    found = lines(pull_quote) if place == "before" else lines("", pull_quote)
    assert found == [FIRST, SECOND, SPEECH, NEXT]


ELSEWHERE = "Nobody in this street has ever lost a key, and nobody will."


@pytest.mark.parametrize(
    "pull_quote",
    [
        f"<blockquote class='pullquote'>“{ELSEWHERE}”</blockquote>",
        f"<aside class='pull-quote'>“{ELSEWHERE}”</aside>",
        f"<div class='PullQuote'><p>“{ELSEWHERE}”</p></div>",
        f"<p>“{ELSEWHERE}”</p>",
        f"<blockquote><p>“{ELSEWHERE}”</p></blockquote>",
    ],
)
def test_what_stands_nowhere_else_is_a_paragraph_of_its_own(pull_quote: str) -> None:
    assert lines(pull_quote) == [FIRST, SECOND, f"“{ELSEWHERE}”", SPEECH, NEXT]


def test_a_pull_quote_within_a_paragraph_is_not_joined_to_it() -> None:
    speech = f"Ms. Lamm said that <span class='pullquote'>“{ELSEWHERE}”</span> she had asked every shop in town to answer before Easter."
    found = lines("", speech=speech)
    assert found == [
        FIRST,
        SECOND,
        "Ms. Lamm said that she had asked every shop in town to answer before Easter.",
        f"“{ELSEWHERE}”",
        NEXT,
    ]


@pytest.mark.parametrize(
    "paragraph",
    [
        "“We want names,” she said.",  # stands once: no pull quote, though it is in quotation marks
        "“We do not want names of everybody,” she said again on Tuesday, and left.",
        "Keys, keys, keys.",
    ],
)
def test_what_only_looks_like_a_pull_quote_stays(paragraph: str) -> None:
    assert paragraph in lines(f"<p>{paragraph}</p>")


def test_a_headline_that_is_a_quotation_does_not_take_the_words_out_of_the_text() -> None:
    page = (
        f"<html><head><title>“{ELSEWHERE}”</title></head><body><article><h1>“{ELSEWHERE}”</h1><p>{FIRST}</p>"
        f"<blockquote><p>“{ELSEWHERE}”</p></blockquote><p>{SECOND}</p></article></body></html>"
    )
    assert ELSEWHERE in read_html("page.html", page).text


def test_names_of_prices_are_no_names_of_quotations() -> None:
    shares = (
        "<p class='stock-quote'>Shares of Lodra Locks rose by 4.1 percent to 12.30 crowns on Monday in quiet trade.</p>"
    )
    assert lines(shares)[2] == "Shares of Lodra Locks rose by 4.1 percent to 12.30 crowns on Monday in quiet trade."
