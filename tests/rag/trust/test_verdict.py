"""Yes, no, or neither: only what the words state or contradict, never a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag.answer_types import Quote
from rag.models.reader import Reading
from rag.trust.verdict import asks_agreement, claim_of, find_verdict
from tests.rag.quotes_for_tests import make_quote


class FromAfar:
    """A judge that reads nothing closely."""

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading] | None:
        return None


class Agreeing(FromAfar):
    """A judge that finds everything supported: what is refused then, the checks refuse."""

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        return 0.9


class Doubting(FromAfar):
    """A judge that finds nothing supported."""

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        return 0.05


class Closely(Doubting):
    """A judge that finds nothing supported, but reads closely: as entailed, contradicted or neither."""

    def __init__(self, entailed: float, contradicted: float) -> None:
        self._reading = Reading(0.0, entailed, contradicted, 1.0 - entailed - contradicted, None, 0.0)

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading] | None:
        return [self._reading for _ in pairs]


def quote_of(text: str, *, n: int = 1, published: str = "2031-03-14") -> Quote:
    return replace(make_quote(n, text), score=0.5, published=published)


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Was the sale approved?", "the sale approved."),
        ("Didn't the mayor resign?", "the mayor resign."),
        ("And has Anna Holm left?", "Anna Holm left."),
        ("Is it true that the bridge fell?", "the bridge fell."),
    ],
)
def test_a_question_becomes_a_claim(question: str, claim: str) -> None:
    assert claim_of(question) == claim


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("Was the sale approved?", "The council approved the sale on Monday.", "yes"),
        ("Has Gideon Stroe resigned?", "Plant manager Gideon Stroe resigned on Monday.", "yes"),
        ("Did food prices rise?", "Food prices rose 9.4 percent.", "yes"),
        ("Did food prices rise?", "Food prices fell 9.4 percent.", "no"),
        ("Did the amendment on jobs pass?", "The amendment on jobs failed by one vote.", "no"),
        ("Will Anna Holm appeal against the fine?", "Anna Holm said she would not appeal against the fine.", "no"),
        ("Was the vote unanimous?", "The vote was carried by six votes to three.", "no"),
        ("Has Adrian Lam been charged?", "Owners will charge like one. Adrian Lam called it a fair end.", None),
        ("Was the Stella Norda sold?", "The Stella Norda was painted blue.", None),
        ("Did clothing prices rise?", "Food prices rose 9.4 percent.", None),
    ],
)
def test_verdicts(question: str, text: str, verdict: str | None) -> None:
    assert find_verdict(question, [quote_of(text)], scorer=Agreeing()).verdict == verdict


def test_what_the_judge_does_not_find_supported_is_no_yes() -> None:
    quote = replace(quote_of("The council approved the sale on Monday."), score=0.1)
    assert find_verdict("Was the sale approved?", [quote], scorer=Doubting()).verdict is None


def test_the_newest_day_counts() -> None:
    old = quote_of("Food prices fell in the shops.", n=1, published="2031-01-02")
    new = quote_of("Food prices rose in the shops.", n=2, published="2031-02-02")
    said = find_verdict("Did food prices rise?", [old, new], scorer=Agreeing())
    assert (said.verdict, said.numbers) == ("yes", (2,))


def test_both_on_one_day_differ() -> None:
    quotes = [quote_of("Food prices fell in the shops.", n=1), quote_of("Food prices rose in the shops.", n=2)]
    said = find_verdict("Did food prices rise?", quotes, scorer=Agreeing())
    assert (said.verdict, said.numbers) == ("differ", (1, 2))


def test_a_month_that_is_asked_about_is_not_another() -> None:
    later = quote_of("Food prices rose in the shops.", published="2031-07-02")
    assert find_verdict("Did food prices rise in March?", [later], scorer=Agreeing()).verdict is None


def test_whether_sources_agree_is_another_question() -> None:
    assert asks_agreement("Do the papers agree on the number?")
    assert not asks_agreement("Did the papers report it?")


@pytest.mark.parametrize(
    ("entailed", "contradicted", "verdict"), [(0.9, 0.05, "yes"), (0.05, 0.9, "no"), (0.4, 0.4, None), (0.1, 0.1, None)]
)
def test_a_close_reading_is_believed_where_it_is_sure(
    entailed: float, contradicted: float, verdict: str | None
) -> None:
    quote = quote_of("Talks between the ferry owners and the crews broke down on Monday.")
    assert (
        find_verdict(
            "Are the ferry owners still talking to the crews?", [quote], scorer=Closely(entailed, contradicted)
        ).verdict
        == verdict
    )


def test_a_reading_of_something_else_says_nothing() -> None:
    quote = quote_of("Rain fell in the hills on Monday.")
    assert find_verdict("Was the sale of the port approved?", [quote], scorer=Closely(0.9, 0.05)).verdict is None


@pytest.mark.parametrize(
    ("question", "text", "title", "verdict"),
    [
        # What the headline says need not be said again by the clause that says the rest.
        ("Were there arrests at the dock march in Holt?", "There were no arrests.", "Dock march in Holt draws 900", "no"),
        ("Was the water ban in Holt a precaution?", "Dr. Eva Ruud said the ban was a precaution.", "Water ban in Holt", "yes"),
        ("Did the water ban in Holt end?", "Officials handed out 900 bottles.", "Water ban in Holt", None),
        ("Did Lam Tai's profit rise?", "Net profit fell 11 percent, while sales rose 3 percent.", "Lam Tai profit falls", None),
        ("Did Clara Bendix resign?", "Clara Bendix said the renewal should not stand.", "Clara Bendix on the renewal", None),
    ],
)  # fmt: skip
def test_a_headline_says_what_its_sentences_are_about(
    question: str, text: str, title: str, verdict: str | None
) -> None:
    quote = replace(quote_of(text), title=title)
    assert find_verdict(question, [quote], scorer=Agreeing()).verdict == verdict


def test_an_article_without_a_day_is_of_the_day_that_it_states() -> None:
    old = quote_of("Athletic have not won the cup since 2014.", n=1, published="2031-05-31")
    text = "Athletic won the cup on Saturday, June 7, 2031."
    new = replace(quote_of(text, n=2), published=None, context=text)
    said = find_verdict("Have Athletic won the cup?", [old, new], scorer=Agreeing())
    assert said.numbers == (2,)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Only 27 percent of the teachers said the plan was worse.", "no"),
        ("About 71% of the teachers said the plan was worse.", "yes"),
        ("Of the teachers 27 percent said the plan was worse and 40 percent said it was better.", None),
    ],
)
def test_most_is_counted(text: str, verdict: str | None) -> None:
    found = find_verdict("Do most teachers say the plan was worse?", [quote_of(text)], scorer=Doubting())
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Halvard Motors has not recalled any cars.", "no"),
        ("The company has not recalled any cars.", "no"),
        ("Denmere Motors has not recalled any cars.", None),
    ],
)
def test_what_is_said_of_another_is_no_verdict(text: str, verdict: str | None) -> None:
    """The company of the third is whom its article is about: whether it is, the choice of quotes has weighed."""
    quote = replace(quote_of(text), context=f"Halvard Motors sells cars. {text}")
    assert find_verdict("Has Halvard Motors recalled cars?", [quote], scorer=Closely(0.1, 0.85)).verdict == verdict


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("Was the offer all in gold?", "The offer is made up of six tonnes in gold and four in silver.", None),
        ("Was the offer in gold?", "The offer is made up of six tonnes in gold and four in silver.", "yes"),
        ("Did only Holt vote for the plan?", "Holt and Skarn voted for the plan.", None),
        ("Did every town vote for the plan?", "Every town voted for the plan.", "yes"),
        ("Did at least all of Holt vote?", "All of Holt voted.", "yes"),
    ],
)
def test_all_and_only_have_to_be_said(question: str, text: str, verdict: str | None) -> None:
    assert find_verdict(question, [quote_of(text)], scorer=Closely(0.9, 0.05)).verdict == verdict


def test_a_reading_that_the_words_do_not_bear_has_to_be_surer() -> None:
    quote = [quote_of("The first to be found was the ferry's captain, Iven Lund.")]
    question = "Is the ferry's captain in safety?"
    assert find_verdict(question, quote, scorer=Closely(0.65, 0.1)).verdict is None
    assert find_verdict(question, quote, scorer=Closely(0.75, 0.1)).verdict == "yes"
