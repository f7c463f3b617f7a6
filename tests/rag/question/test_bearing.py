"""Words answer only where their article speaks of those whom the question names."""

from __future__ import annotations

import pytest

from index.articles import Article, Span
from rag.answer_types import Candidate
from rag.question.bearers import find_bearers
from rag.question.bearing import absent_names, is_opened_with, weigh_bearing


def make_candidate(text: str, *, title: str = "News", article: str = "") -> Candidate:
    whole = article or text
    made = Article(
        id=str(hash(whole)), version=1, text=whole, sha256="0" * 64, origin="a", reference="a.md", kind="markdown",
        fetched="2031-03-14T09:00:00Z", title=title, published="2031-03-14",
    )  # fmt: skip
    return Candidate(made, Span(0, len(text)), text, title, text)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("How many pupils does the school of Lodra have?", ["Lodra"]),
        ("Did Judge Harriet Quill resign?", ["Harriet Quill"]),
        ("List the towns that were flooded", []),
        ("What happened in the River Osk in May 2031?", ["River Osk"]),
        ("who is anna holm", []),
    ],
)
def test_the_names_of_a_question(question: str, names: list[str]) -> None:
    assert [name.text for name in find_bearers(question)] == names


def test_an_outlet_that_is_asked_is_no_bearer() -> None:
    found = find_bearers("What did Anna Holm say, according to the Brill Post?", ["Brill Post"])
    assert [name.text for name in found] == ["Anna Holm"]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many pupils does the school of Lodra have?", "The school of Lodra has 310 pupils."),
        ("How many pupils does the school of Lodra have?", "Lodra's school has 310 pupils."),
        ("What did Ines Valdarama say?", "President Inés Valdarrama said no."),
        ("Did the United States object?", "The U.S. objected."),
        ("What do Valmoran farmers want?", "Farmers in Valmora want rain."),
        ("Did Osk flood?", "The River Osk flooded."),
    ],
)
def test_who_is_named_is_there(question: str, text: str) -> None:
    assert weigh_bearing(find_bearers(question), make_candidate(text)) == 1.0


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many pupils does the school of Lodra have?", "The school of Holt has 310 pupils."),
        ("Did Emil Sandqvist testify?", "Emil Berger testified."),
        ("Is Kestrel Airlines bankrupt?", "Kestrel Bay is bankrupt."),
        ("Who won in Niger?", "The opposition won in Nigeria."),
    ],
)
def test_somebody_else_is_no_bearer(question: str, text: str) -> None:
    assert weigh_bearing(find_bearers(question), make_candidate(text)) < 0.2


def test_each_missing_name_counts() -> None:
    bearers = find_bearers("Did Emil Sandqvist meet Marta Velloso in Lodra?")
    none = weigh_bearing(bearers, make_candidate("Nobody met."))
    one = weigh_bearing(bearers, make_candidate("Emil Sandqvist met nobody."))
    assert none < one < 0.1


def test_a_headline_and_the_first_lines_name_whom_an_article_is_about() -> None:
    bearers = find_bearers("How deep does the wreck of the Stella Marisa lie?")
    assert (
        weigh_bearing(bearers, make_candidate("It lies 38 metres deep.", title="Divers reach the Stella Marisa")) == 1.0
    )
    far = "Rain fell. " * 60 + "The Stella Marisa sank."
    assert 0.2 < weigh_bearing(bearers, make_candidate("It lies 38 metres deep.", article=far)) < 1.0


def test_names_that_stand_nowhere_are_told() -> None:
    bearers = find_bearers("Did Emil Sandqvist visit Holt?")
    assert absent_names(bearers, lambda word: {"emil": 3, "holt": 1}.get(word, 0)) == ("Emil Sandqvist",)


def test_an_article_is_opened_with_whom_it_is_about() -> None:
    bearers = find_bearers("Summarise the fight of Anna Holm")
    assert is_opened_with(bearers, "Holm fights on", "The mill burned.")
    assert is_opened_with(bearers, "News", "Anna Holm lost the mill.")
    assert not is_opened_with(bearers, "News", "The mill burned. " * 40 + "Anna Holm wept.")


@pytest.mark.parametrize(
    ("question", "text", "weight"),
    [
        ("What did the Second World War cost Holt?", "In World War II Holt lost a bridge.", 1.0),
        ("How many women took GSKs drug?", "GSK gave the drug to 90 women.", 1.0),
        ("What did the Second World War cost Holt?", "In the Boer War Holt lost a bridge.", 0.15),
    ],
)
def test_other_names_and_missing_apostrophes(question: str, text: str, weight: float) -> None:
    assert weigh_bearing(find_bearers(question), make_candidate(text)) == weight
