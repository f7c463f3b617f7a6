from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer_types import Quote
from rag.evaluate.citations import check_record, explain_record, measure_record, record_to_item
from rag.evaluate.records import CitedSentence, Pointer, Record, Source, to_record
from rag.evaluate.support import WORDS, SharedWords, Support, VerifyJudge

TEXT = "The ferry left at noon.\nNobody was hurt."


class Needs:
    """Supports a claim when the quotes hold every word that stands in brackets in it; remembers what it was asked."""

    name = "needs"

    def judge(self, claim: str, quotes: Sequence[Quote]) -> Support:
        words = " ".join(quote.quote for quote in quotes)
        good = all(word in words for word in claim.split())
        return Support("supported") if good else Support("unsupported", ("not all of it is there",))


def record(*sentences: tuple[str, tuple[int, ...]], quotes: Sequence[str] = (), **extra: object) -> Record:
    sources = tuple(Source(id=f"s{n}", text=f"before {quote} after") for n, quote in enumerate(quotes, 1))
    pointers = tuple(Pointer(n=n, source=f"s{n}", quote=quote) for n, quote in enumerate(quotes, 1))
    return Record(
        id="r", sentences=tuple(CitedSentence(*each) for each in sentences), pointers=pointers, sources=sources
    )


def test_alce_by_hand() -> None:
    """Three sentences: one needs both its citations; one has an idle citation; one has none."""
    checked = check_record(
        record(("red blue", (1, 2)), ("red", (1, 3)), ("green", ()), quotes=["red", "blue", "white"]), Needs()
    )
    values = measure_record(checked)
    assert values["citation_recall"] == pytest.approx(2 / 3)
    # [1][2] are both needed, [1] supports alone, [3] neither supports nor is needed.
    assert values["citation_precision"] == pytest.approx(3 / 4)
    assert values["pointer_valid"] == values["quote_exact"] == 1.0
    assert explain_record(checked) == (
        "[3] adds nothing to “red”",
        "unsupported: “green”: it cites nothing",
    )


def test_a_citation_out_of_range_makes_its_sentence_unsupported() -> None:
    values = measure_record(check_record(record(("red", (1, 9)), quotes=["red"]), Needs()))
    assert values["citation_recall"] == values["citation_precision"] == 0.0
    assert values["pointer_valid"] == 0.5


def test_an_unsupported_sentence_has_no_precise_citation() -> None:
    values = measure_record(check_record(record(("red pink", (1, 2)), quotes=["red", "blue"]), Needs()))
    assert values["citation_recall"] == values["citation_precision"] == 0.0


def test_a_refusal_is_in_no_figure() -> None:
    item = record_to_item(check_record(record(), Needs()))
    assert item.values == {}
    assert not item.failed


def test_words_without_any_citation_are_not_precise() -> None:
    values = measure_record(check_record(record(("red", ())), Needs()))
    assert values == {"citation_recall": 0.0, "citation_recall_partly": 0.0, "citation_precision": 0.0}


SOURCE = Source(id="a", text=TEXT, sha256=hashlib.sha256(TEXT.encode()).hexdigest())


@pytest.mark.parametrize(
    ("pointer", "fault", "exact"),
    [
        (Pointer(n=1, source="a", quote="The ferry left", start=0, end=14), "", True),
        (Pointer(n=1, source="a", quote="left at noon"), "", True),
        (Pointer(n=1, source="a", start=24, end=40), "", None),
        (Pointer(n=1, source="a"), "", None),
        (Pointer(n=1, source="a", quote="left at one"), "", False),
        (Pointer(n=1, source="a", quote="ferry", start=0, end=5), "", False),
        (Pointer(n=1, source="a", quote="", start=None), "", False),
        (Pointer(n=1, source="b", quote="x"), "points at 'b', which is no source", False),
        (Pointer(n=1, source="", quote="x"), "names no source", False),
        (Pointer(n=1, source="a", quote="x", start=0, end=99), "has offsets 0-99 outside of its source", False),
        (Pointer(n=1, source="a", quote="x", start=-4, end=2), "has offsets -4-2 outside of its source", False),
        (Pointer(n=1, source="a", quote="x", start=5, end=5), "has offsets 5-5 outside of its source", False),
        (Pointer(n=1, source="a", quote="x", start=3), "has one offset without the other", False),
        (Pointer(n=1, source="a", quote="x", sha256="0" * 64), "was made from another version of its source", False),
    ],
)
def test_what_a_pointer_points_at(pointer: Pointer, fault: str, exact: bool | None) -> None:
    given_record = Record(id="r", sentences=(CitedSentence("The ferry", (1,)),), pointers=(pointer,), sources=(SOURCE,))
    (checked,) = check_record(given_record, Needs()).pointers
    assert (checked.fault, checked.exact) == (fault, exact)
    assert (checked.quote is None) is (bool(fault) or exact is False)


@pytest.mark.parametrize(
    ("headline", "quote", "start", "end", "fault", "exact"),
    [
        ("The ferry is back", "ferry", 4, 9, "", True),
        ("The ferry is back", "The ferry left", 0, 14, "", False),  # these words stand in the text
        ("The ferry is back", "ferry", 4, 99, "has offsets 4-99 outside of its headline", False),
        ("The ferry is here", "ferry", 4, 9, "points at another headline than that of its source", False),
    ],
)
def test_words_of_a_headline_are_looked_up_there(
    headline: str, quote: str, start: int, end: int, fault: str, exact: bool | None
) -> None:
    told = {"id": "r", "sentences": [{"text": "The ferry", "citations": [1]}]}
    told["citations"] = [
        {
            "n": 1,
            "article_id": "a",
            "quote": quote,
            "start": start,
            "end": end,
            "article_sha256": SOURCE.sha256,
            "headline_sha256": hashlib.sha256(headline.encode()).hexdigest(),
        }
    ]
    source = {"id": "a", "text": TEXT, "title": "The ferry is back"}
    (checked,) = check_record(to_record({**told, "sources": [source]}, identifier="1"), Needs()).pointers
    assert (checked.fault, checked.exact) == (fault, exact)
    if checked.quote:
        assert (checked.quote.quote, checked.quote.context) == (quote, "The ferry is back")


def test_a_source_with_another_hash_than_it_says_is_a_fault() -> None:
    source = Source(id="a", text=TEXT, sha256="1" * 64)
    checked = check_record(
        Record(id="r", sentences=(CitedSentence("x", (1,)),), pointers=(Pointer(n=1, source="a"),), sources=(source,)),
        Needs(),
    )
    assert "recorded hash" in checked.pointers[0].fault


def test_the_product_judges_by_the_cited_words_alone() -> None:
    quotes = ["Inspectors found 34 vessels in the harbour.", "Inspectors found 22 vessels in the harbour."]
    values = measure_record(
        check_record(
            record(
                ("Inspectors found 34 vessels in the harbour.", (1,)),
                ("Inspectors found 34 vessels in the harbour.", (2,)),
                quotes=quotes,
            ),
            VerifyJudge(SharedWords(), name="shared words", settings=WORDS),
        )
    )
    assert values["citation_recall"] == 0.5


@given(
    st.lists(
        st.tuples(st.sampled_from(["red", "blue", "red blue"]), st.lists(st.integers(0, 4), max_size=3).map(tuple)),
        max_size=4,
    )
)
def test_figures_lie_between_0_and_1(sentences: list[tuple[str, tuple[int, ...]]]) -> None:
    values = measure_record(check_record(record(*sentences, quotes=["red", "blue"]), Needs()))
    assert all(0.0 <= value <= 1.0 for value in values.values())
    assert ("citation_recall" in values) is bool(sentences)
    if sentences:
        assert values["citation_recall"] <= values["citation_recall_partly"]
        if values["citation_recall"] == 0.0:
            assert values["citation_precision"] == 0.0
