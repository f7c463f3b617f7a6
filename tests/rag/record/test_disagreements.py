"""Two origins that give other figures for one thing on one day disagree; an update does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.lexical import stem
from rag.answer_types import Disagreement, Quote, Side
from rag.record.disagreements import find_disagreements, find_other_answers, find_rivals, find_updates
from tests.rag.questions_for_tests import understood

DAY = "2031-03-14"
ONE = "Police said 12,000 people marched through Port Almere."
OTHER = "Organisers said 18,000 people marched through Port Almere."
RETOLD = "By the count of those who had called for it, the crowd in Port Almere was of 18,000 people."


def make_quote(n: int, text: str, *, origin: str | None = None, published: str | None = DAY) -> Quote:
    return Quote(
        n=n,
        quote=text,
        start=0,
        end=len(text),
        article_id=f"article-{n}",
        article_sha256="0" * 64,
        title=None,
        outlet=f"Outlet {n}",
        author=None,
        published=published,
        updated=None,
        url=None,
        origin=origin or f"origin-{n}",
    )


def test_a_disagreement_names_both_sides_with_citations_and_day() -> None:
    found = find_disagreements([make_quote(1, ONE), make_quote(2, OTHER)])
    sides = (Side("12,000 people", (1,), DAY), Side("18,000 people", (2,), DAY))
    assert found == (Disagreement(stem("people"), sides),)


def test_quotes_in_other_languages_are_not_misread() -> None:
    one, other = (
        replace(make_quote(1, "Il ponte è costato 4,2 milioni di euro."), language="it"),
        replace(make_quote(2, "Il ponte è costato 4,5 milioni di euro."), language="it"),
    )
    assert find_disagreements([one, other]) == ()
    assert find_rivals([one], [one, other]) == ()
    assert find_updates([one, replace(other, published="2031-03-20")]) == ()
    asked = replace(understood("How many people marched through Port Almere?"), language="it")
    assert find_other_answers(asked, [one], [other]) == ()


def test_a_second_origin_joins_its_side() -> None:
    (found,) = find_disagreements([make_quote(1, ONE), make_quote(2, OTHER), make_quote(3, ONE)])
    assert [(side.value, side.citations) for side in found.sides] == [
        ("12,000 people", (1, 3)),
        ("18,000 people", (2,)),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(ONE, OTHER, id="people"),
        pytest.param("Prices in Valmora rose 5.9 percent.", "Prices in Valmora rose 6.4 percent.", id="percent"),
        pytest.param("Prices in Valmora rose 5.9%.", "Prices in Valmora rose 6.4 percent.", id="sign and word"),
        pytest.param("The port was sold for $3 billion.", "The port was sold for $4 billion.", id="money"),
        pytest.param("The ferry carried 118 passengers.", "The ferry carried 127 passengers.", id="passengers"),
    ],
)
def test_disagreements(one: str, other: str) -> None:
    (found,) = find_disagreements([make_quote(1, one), make_quote(2, other)])
    assert len(found.sides) == 2
    assert sorted(n for side in found.sides for n in side.citations) == [1, 2]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(ONE, ONE, id="the same figure"),
        pytest.param(ONE, "Organisers said 12000 people marched through Port Almere.", id="no separator"),
        pytest.param(ONE, "Heavy rain drove 300 people out of a tent camp in Dunmarrow.", id="another event"),
        pytest.param(ONE, "Police said 40 officers marched through Port Almere.", id="another thing"),
        pytest.param("The march began on March 14.", "The march began on March 15.", id="dates are no figures"),
        pytest.param("The march began at 9 a.m. in town.", "The march began at 10 a.m. in town.", id="nor are hours"),
        pytest.param("The march was in 2030 in town.", "The march was in 2031 in town.", id="nor are years"),
        pytest.param("Rates rose 2 percent in town.", "Rates rose, costing $3 million in town.", id="other units"),
        pytest.param(
            "Police counted 12,000 people in town, organisers 18,000 people.",
            "Organisers counted 18,000 people in town.",
            id="one quote gives both",
        ),
        pytest.param("", "", id="nothing"),
    ],
)
def test_no_disagreement(one: str, other: str) -> None:
    assert find_disagreements([make_quote(1, one), make_quote(2, other)]) == ()


@pytest.mark.parametrize(
    ("quotes"),
    [
        pytest.param([make_quote(1, ONE), make_quote(2, OTHER, published="2031-03-15")], id="a day later"),
        pytest.param([make_quote(1, ONE), make_quote(2, RETOLD, published=None)], id="one undated, no copy"),
        pytest.param(
            [make_quote(1, ONE, origin="wire"), make_quote(2, RETOLD, origin="wire")], id="one origin, no copy"
        ),
        pytest.param([make_quote(1, ONE)], id="one quote"),
        pytest.param([], id="none"),
    ],
)
def test_what_is_not_compared(quotes: list[Quote]) -> None:
    assert find_disagreements(quotes) == ()


@pytest.mark.parametrize(
    "quotes",
    [
        pytest.param(
            [make_quote(1, ONE, origin="wire"), make_quote(2, OTHER, origin="wire")], id="copies of one origin"
        ),
        pytest.param([make_quote(1, ONE), make_quote(2, OTHER, published=None)], id="one undated"),
        pytest.param([make_quote(1, ONE, published=None), make_quote(2, OTHER, published=None)], id="both undated"),
    ],
)
def test_copies_with_another_figure_disagree(quotes: list[Quote]) -> None:
    (found,) = find_disagreements(quotes)
    assert [side.value for side in found.sides] == ["12,000 people", "18,000 people"]


def test_copies_with_another_name_disagree() -> None:
    one = make_quote(1, "The harbour board named Ines Valdarrama as its head on Monday.", origin="wire")
    other = make_quote(2, "The harbour board named Carlos Portela as its head on Monday.", origin="wire")
    (found,) = find_disagreements([one, other])
    assert [side.value for side in found.sides] == ["Ines Valdarrama", "Carlos Portela"]
    assert "named" in found.topic


def test_a_figure_that_grows_is_an_update_in_the_order_of_days() -> None:
    later = make_quote(1, "The ferry Stella sank off Brill; 31 people died.", published="2031-02-20")
    early = make_quote(2, "The ferry Stella sank off Brill on Tuesday; 14 people died.", published="2031-02-18")
    assert find_disagreements([later, early]) == ()
    (found,) = find_updates([later, early])
    assert [(side.value, side.date) for side in found.sides] == [
        ("14 people", "2031-02-18"),
        ("31 people", "2031-02-20"),
    ]


def test_figures_of_two_events_are_no_update() -> None:
    one = make_quote(1, "A fire in Dunmarrow drove 300 people from their homes.", published="2031-02-20")
    other = make_quote(2, "A flood in Almere drove 900 people from their homes.", published="2031-02-25")
    assert find_updates([one, other]) == ()


def test_quotes_without_a_day_are_compared() -> None:
    (found,) = find_disagreements([make_quote(1, ONE, published=None), make_quote(2, RETOLD, published=None)])
    assert [side.value for side in found.sides] == ["12,000 people", "18,000 people"]


def test_a_rival_is_a_quote_that_nobody_cites_and_that_says_otherwise() -> None:
    cited, other, same = make_quote(1, ONE), make_quote(2, OTHER), make_quote(3, ONE)
    assert find_rivals([cited], [cited, other, same]) == (other,)
    assert find_rivals([cited, other], [cited, other, same]) == ()


def test_what_was_said_earlier_is_no_rival_of_what_is_said_now() -> None:
    early = make_quote(1, "The ferry Stella sank off Brill on Tuesday; 14 people died.", published="2031-02-18")
    later = make_quote(2, "The ferry Stella sank off Brill; 31 people died.", published="2031-02-20")
    assert find_rivals([later], [early, later]) == ()
    assert find_rivals([early], [early, later]) == (later,)


WHO = "Who heads the harbour board?"
INES = make_quote(1, "The harbour board is headed by Ines Valdarrama.")
CARLOS = make_quote(2, "Since Monday the head of the harbour board is Carlos Portela.")


@pytest.mark.parametrize(
    ("question", "cited", "offered", "wanted"),
    [
        pytest.param(WHO, [INES], [INES, CARLOS], (2,), id="another name"),
        pytest.param(WHO, [INES, CARLOS], [], (), id="nothing more is offered"),
        pytest.param(WHO, [], [INES, CARLOS], (), id="nothing is cited"),
        pytest.param(
            WHO, [INES], [make_quote(3, "Valdarrama took over the harbour board in May.")], (), id="the same name"
        ),
        pytest.param(WHO, [INES], [make_quote(4, "The harbour board met on time.")], (), id="no name"),
        pytest.param("Why did the board meet?", [INES], [CARLOS], (), id="no kind is asked for"),
        pytest.param(
            "When was Ines Valdarrama born?",
            [make_quote(1, "Valdarrama was born on 3 July 1990.")],
            [make_quote(2, "Born on 12 December 1990, Valdarrama grew up in Brill.")],
            (2,),
            id="another month of the same year",
        ),
        pytest.param(
            "When was Ines Valdarrama born?",
            [make_quote(1, "Valdarrama was born on 3 July 1990.")],
            [make_quote(2, "Valdarrama was born in 1990.")],
            (),
            id="less exact",
        ),
        pytest.param(
            "How many people live in Brill?",
            [make_quote(1, "Brill has 3,559 people.")],
            [make_quote(2, "Some 10,000 live in Brill."), make_quote(3, "Brill counts 10,000 people.")],
            (2,),
            id="another number, once",
        ),
    ],
)
def test_other_answers(question: str, cited: list[Quote], offered: list[Quote], wanted: tuple[int, ...]) -> None:
    assert tuple(quote.n for quote in find_other_answers(understood(question), cited, offered)) == wanted


def test_an_older_article_or_the_same_gives_no_other_answer() -> None:
    old = make_quote(2, CARLOS.quote, published="2030-01-01")
    assert find_other_answers(understood(WHO), [INES], [old]) == ()
    same = replace(CARLOS, article_id=INES.article_id)
    assert find_other_answers(understood(WHO), [INES], [same]) == ()


def test_hours_of_one_day_are_one_day() -> None:
    quotes = [
        make_quote(1, ONE, published=f"{DAY}T08:00:00Z"),
        make_quote(2, OTHER, published=f"{DAY}T19:00:00Z"),
    ]
    (found,) = find_disagreements(quotes)
    assert found.sides[0].date == DAY


@given(st.integers(1, 999_999), st.integers(1, 999_999))
def test_two_counts_disagree_exactly_when_they_differ(one: int, other: int) -> None:
    template = "Police said {:,} people marched through Port Almere."
    quotes = [make_quote(1, template.format(one)), make_quote(2, template.format(other))]
    assert bool(find_disagreements(quotes)) == (one != other)


@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_text_can_be_compared(texts: list[str]) -> None:
    for found in find_disagreements([make_quote(n, text) for n, text in enumerate(texts, 1)]):
        assert len(found.sides) >= 2


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["1,", "1,000", "1", "1.", "$", "% ", "A "])
def test_long_quotes_are_compared_in_time(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    find_disagreements([make_quote(1, text), make_quote(2, f"9{text}")])
