"""What the chat shows: articles with their marks, the coverage of a collection, and no markup of anybody else's."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import CitewireError
from rag.answer_types import Hit, Sentence
from tests.ui.test_present import make_answer, make_citation
from ui.chat.answers import turn_to_html
from ui.chat.articles import Mark, article_to_html, cut_segments
from ui.chat.keeping import decode_conversation, encode_turn
from ui.chat.opening import count_by_time, examples_to_html
from ui.chat.turns import Turn
from ui.present import without_controls

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "${alert(1)}",
    "{{ 7 * 7 }}{% raw %}",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</div></article><svg/onload=alert(1)>",
]
TAGS = re.compile(r"<\s*(script|img|svg|iframe|style|link|base|object|embed)\b", re.IGNORECASE)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("status", ["answered", "no_evidence"])
def test_nothing_hostile_becomes_markup(text: str, status: str) -> None:
    turn = Turn(number=1, question=text, answer=make_answer(text, status))
    html = turn_to_html(turn) + turn_to_html(Turn(number=1, question=text, fault=CitewireError(text, hint=text)))
    assert not TAGS.search(html)
    assert not re.search(r"<[^>]*\son\w+\s*=", html)
    assert not re.search(r"(href|src)=[\"']?\s*javascript:", html)
    assert unescape(text.split()[0][:12]) in unescape(html)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_becomes_markup_while_it_is_read(text: str) -> None:
    hit = Hit(1, "a", 0, 9, text, 1.0, title=text, outlet=text, published=text)
    html = turn_to_html(Turn(number=1, question="Why?", passages=(hit,)))
    assert "reading-now" in html
    assert not TAGS.search(html)
    assert not re.search(r"<[^>]*\son\w+\s*=", html)


def test_what_is_read_is_shown_by_article_until_something_is_known_of_it() -> None:
    hits = tuple(Hit(n, f"a{n // 2}", n, n + 9, f"Words {n}.", 1.0, title=f"Title {n}") for n in range(12))
    html = turn_to_html(Turn(number=1, question="Why?", passages=hits))
    assert "Reading 12 passages of 6 articles" in html
    assert list(re.findall(r"Title \d+", html)) == ["Title 0", "Title 2", "Title 4", "Title 6"]
    assert "reading-now" not in turn_to_html(Turn(number=1, question="Why?", answer=make_answer("No.", "answered")))


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5))
def test_the_pieces_of_an_article_are_the_article(text: str, places: list[tuple[int, int]]) -> None:
    marks = [
        Mark(n, min(place), min(max(place), len(text)))
        for n, place in enumerate(places, start=1)
        if min(place) < len(text)
    ]
    joined = "".join(words for segment in cut_segments(text, marks) for words, _ in segment.parts)
    assert joined == without_controls(text)


def test_the_words_of_the_answer_are_told_apart_within_their_mark() -> None:
    class Stored:
        text = "One. The port closed at noon. Three."

    html = article_to_html(Stored(), [Mark(4, 5, 29, (21, 28))], turn="2")  # type: ignore[arg-type]
    assert '<mark id="src-2-4"' in html
    assert "<b>at noon</b>." in html


def test_coverage_is_counted_by_month_and_by_year_where_it_is_long() -> None:
    months = count_by_time([("2031-01-05", "A"), ("2031-03-04T10:00:00+00:00", "B"), ("2031-03-05", "B"), (None, "C")])
    assert [(bar.label, bar.number) for bar in months] == [("2031-01", 1), ("2031-02", 0), ("2031-03", 2)]
    assert months[2].by_outlet == {"B": 2}
    assert months[0].share == 0.5
    years = count_by_time([("1999-12-31", None), ("2031-01-01", "A")])
    assert len(years) == 33
    assert years[0].by_outlet == {"unnamed outlet": 1}
    assert count_by_time([]) == []


def test_a_turn_comes_back_from_the_browser_as_it_was_and_rubbish_is_left_out() -> None:
    turn = Turn(number=1, question="Why?", answer=make_answer("The port closed."), filters={"first": "2031-01-01"})
    kept = encode_turn(turn)
    (again,) = decode_conversation([{"number": 1}, "x", None, kept])
    assert again.answer == turn.answer
    assert again.filters.get("first") == "2031-01-01"
    assert turn_to_html(again).count("chip") == turn_to_html(turn).count("chip")


def test_no_examples_are_nothing() -> None:
    assert examples_to_html([], "Try").strip() == ""


def test_who_says_what_is_told_by_day_where_several_outlets_speak() -> None:
    answer = make_answer("The port closed.", "answered")
    one = replace(answer.citations[0], n=1, outlet="Quay Times", published="2031-05-02", quote="Later words.")
    other = replace(
        answer.citations[0], n=2, outlet="Harbour Wire", published="2031-05-01T08:00:00+00:00", quote="First words."
    )
    html = turn_to_html(Turn(number=1, question="What happened?", answer=replace(answer, citations=(one, other))))
    table = html[html.index('class="voices"') : html.index("</table>", html.index('class="voices"'))]
    assert table.index("First words.") < table.index("Later words.")
    assert "2031-05-01<" in table
    assert 'class="voices"' not in turn_to_html(
        Turn(number=1, question="What?", answer=replace(answer, citations=(one,)))
    )


def test_a_version_is_cut_between_words_and_a_change_is_never_cut() -> None:
    from ui.chat.browsing import _shorten

    kept = "word " * 60
    assert _shorten(kept).replace("…", "").split() == ["word"] * len(_shorten(kept).replace("…", "").split())
    assert len(_shorten(kept)) < 140
    assert _shorten("as it was ") == "as it was "


def test_what_was_counted_is_of_no_day_and_not_called_undated() -> None:
    one, other = make_citation(1, "The dam broke."), make_citation(2, "The dam held.")
    answer = replace(make_answer("2 articles.", "answered"), kind="collection", citations=(one, other))
    counted = Sentence("2 articles of 1 outlet.", "supported", (1, 2), ("counted",), None, computed=True)
    dated = Sentence("The dam broke.", "supported", (1,), (), 1.0, day="2031-03-13")
    dayless = Sentence("The dam held.", "supported", (2,), (), 1.0)
    shown = {
        name: turn_to_html(Turn(number=1, question="How many?", answer=replace(answer, sentences=sentences)))
        for name, sentences in (("counted", (counted, dated)), ("a day is missing", (counted, dated, dayless)))
    }
    assert shown["counted"].count('class="undated"') == 0
    assert shown["a day is missing"].count('class="undated"') == 1
