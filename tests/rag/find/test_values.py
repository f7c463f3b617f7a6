"""A quantity that changes, by its values."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from index.articles import Article, PassageRecord, Span
from rag.answer_types import Candidate, Found, Hit
from rag.find.values import asks_values, read_values, with_newest_value
from rag.language.quantities import names_quantity
from rag.models.reader import Reading
from rag.query_types import Kind, Part, Query
from rag.question.bearers import find_bearers
from tests.rag.quotes_for_tests import make_quote

_FIGURE = re.compile(r"\$?\d[\d.]*(?: percent| million)?")


class ReadsRates:
    """Finds the figure of a sentence that says "rate" where a rate is asked for; of one that cuts it, only that it is cut."""

    def answers(self, asked: Part, candidates: Sequence[Candidate]) -> list[float]:
        raise AssertionError((asked, candidates))

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        return [self._read(*pair) for pair in pairs]

    def _read(self, question: str, text: str) -> Reading:
        wanted = "prices rose" if "prices" in question else "rate"
        found = re.search(r"\bcut\b", text) or _FIGURE.search(text)
        likely = 8.0 if wanted in text.casefold() and found and "Ostrel" not in question else -8.0
        return Reading(likely / 3, 0.3, 0.3, 0.4, Span(*found.span()) if found else None, likely)


def quoted(topic: str, *articles: tuple[str, str], kind: Kind = "timeline") -> list[tuple[str, str]]:
    records = {}
    for number, (day, text) in enumerate(articles, 1):
        article = Article(
            id=f"a{number}", version=1, text=text, sha256="0" * 64, origin=f"o{number}", reference="a.md", kind="markdown",
            fetched="2031-03-14T09:00:00Z", title="Ostrel", published=day,
        )  # fmt: skip
        records[number] = PassageRecord(number, article, Span(0, len(text)), (Span(0, len(text)),))
    hits = tuple(Hit(number, f"a{number}", 0, len(each.text), each.text, 1.0) for number, each in records.items())
    query = Query(topic, topic, kind=kind, topic=topic, bearers=find_bearers(topic))
    quotes = read_values(query, Found(hits, records), scorer=ReadsRates(), rarity=lambda _stem: 1.0)
    return [(each.published or "", each.answer.slice(each.quote) if each.answer else "") for each in quotes]


LEFT = ("2031-01-04", "The bank of Ostrel left its main rate at 8.25 percent.")
CUT = ("2031-03-04", "The bank of Ostrel cut its main rate by half a point to 7.75 percent.")


def test_values_stand_by_their_days_with_the_value_marked() -> None:
    assert quoted("main rate of Ostrel", CUT, LEFT) == [("2031-01-04", "8.25 percent"), ("2031-03-04", "7.75 percent")]


def test_a_single_sentence_that_tells_of_a_change_is_enough() -> None:
    assert (
        quoted("main rate of Ostrel", ("2031-01-04", "The main rate of Ostrel rose from 8 percent to 9 percent.")) != []
    )


def test_what_is_only_expected_is_no_value() -> None:
    forecast = ("2031-02-04", "The bank of Ostrel expects a main rate of 6 percent.")
    assert [day for day, _ in quoted("main rate of Ostrel", CUT, LEFT, forecast)] == ["2031-01-04", "2031-03-04"]


def test_one_value_is_no_change_but_may_be_the_latest() -> None:
    assert quoted("main rate of Ostrel", LEFT) == []
    assert quoted("main rate of Ostrel", LEFT, kind="latest") == [("2031-01-04", "8.25 percent")]


def test_inflation_is_also_told_as_what_prices_rose_by() -> None:
    rose = ("2031-02-04", "In Ostrel inflation is high: prices rose 7.2 percent in a year.")
    told = ("2031-04-04", "The rate of inflation in Ostrel was 5.9 percent.")
    found = quoted("inflation rate of Ostrel", rose, told)
    assert found == [("2031-02-04", "7.2 percent"), ("2031-04-04", "5.9 percent")]


@pytest.mark.parametrize(
    ("topic", "is_one"),
    [
        ("the price offered for the mill", True),
        ("inflation", True),
        ("cadmium values at the intake", True),
        ("the march against the price of bread", False),
        ("the strike at the docks", False),
        ("the wage talks", False),
    ],
)
def test_what_has_a_value(topic: str, is_one: bool) -> None:
    assert names_quantity(topic) is is_one
    assert asks_values(Query(topic, topic, kind="latest", topic=topic)) is is_one


def test_the_latest_of_a_quantity_is_its_newest_value_and_what_is_reported_of_it_later() -> None:
    value = make_quote(1, "The toll rose to 12 marins.", published="2031-03-04")
    later = make_quote(2, "The council dropped the toll.", published="2031-03-09")
    other = make_quote(3, "The council met.", published="2031-03-10", title="Ostrel")
    earlier = make_quote(4, "A toll is wanted.", published="2031-01-09")
    found = with_newest_value("toll", [value], [other, later, earlier])
    assert [(quote.n, quote.article_id) for quote in found] == [(1, "article-2"), (2, "article-1")]
    assert with_newest_value("toll", [], [other]) == (other,)
