"""Citations in the forms of others."""

from __future__ import annotations

import json

import pytest

from rag.answer_types import Citation
from ui.chat.citing import citation_forms, link_to_words

TEXT = "Before. The port closed - at noon, they said. After."
START, END = TEXT.index("The port"), TEXT.index(" After")


def cite(**changes) -> Citation:
    facts = {
        "n": 3,
        "quote": TEXT[START:END],
        "start": START,
        "end": END,
        "article_id": "a1",
        "article_sha256": "f" * 64,
        "title": "Port closes",
        "outlet": "Isthmus Ledger",
        "author": "Nuria Calvet",
        "published": "2031-03-04T10:00:00+00:00",
        "updated": None,
        "url": "https://ledger.example/port?x=1#top",
        "origin": "o1",
        "language": "en",
    }
    return Citation(**{**facts, **changes})


def test_every_form_names_words_article_outlet_and_day() -> None:
    forms = citation_forms(cite(), TEXT)
    assert forms["Plain text"].startswith("“The port closed - at noon, they said.” — Nuria Calvet, “Port closes”")
    assert "2031-03-04" in forms["Plain text"]
    assert (
        "[Port closes](https://ledger.example/port?x=1#:~:text=The%20port%20closed%20%2D%20at%20noon%2C"
        in forms["Markdown"]
    )
    (item,) = json.loads(forms["CSL-JSON"])
    assert item["issued"] == {"date-parts": [[2031, 3, 4]]}
    assert item["container-title"] == "Isthmus Ledger"
    lines = forms["RIS"].split("\r\n")
    assert lines[0] == "TY  - NEWS"
    assert "DA  - 2031/03/04" in lines
    assert lines[-2] == "ER  - "


def test_a_selector_finds_the_words_again() -> None:
    target = json.loads(citation_forms(cite(), TEXT)["W3C selector"])
    quoted, place = target["selector"]
    assert TEXT[place["start"] : place["end"]] == quoted["exact"]
    assert quoted["prefix"] + quoted["exact"] + quoted["suffix"] == TEXT


@pytest.mark.parametrize("form", ["Plain text", "Markdown", "CSL-JSON", "RIS", "W3C selector"])
def test_what_is_not_known_is_left_out_and_bad_addresses_are_no_links(form: str) -> None:
    bare = cite(title=None, outlet=None, author=None, published=None, url="javascript:alert(1)", language=None)
    written = citation_forms(bare, TEXT)[form]
    assert "javascript" not in written
    assert "None" not in written


def test_a_long_quote_is_found_by_its_first_and_last_words() -> None:
    words = [f"word{number}" for number in range(60)]
    link = link_to_words(cite(quote=" ".join(words)))
    assert link is not None
    assert link.endswith("#:~:text=word0%20word1%20word2%20word3%20word4,word55%20word56%20word57%20word58%20word59")


def test_a_line_break_in_a_title_makes_no_line_of_ris() -> None:
    written = citation_forms(cite(title="Port\r\nER  - \r\nTY  - BOOK"), TEXT)["RIS"]
    assert len([line for line in written.split("\r\n") if line.startswith("TY")]) == 1
