"""A follow-up that wants the last answer otherwise: what it says stands in brackets, and can be read back from them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Filters
from index.errors import QuestionError
from rag.query_types import Changes
from rag.question.changes import asks_who_says, change_last, read_changes, with_brackets
from rag.question.understand import understand
from tests.rag.answers_for_tests import make_answer

OUTLETS = ("Isthmus Ledger", "Northgate Ledger", "The Coastal Record", "Harbour Wire")
ASKED = "How large was the fine against Brantholm Metals?"
FINE = make_answer(ASKED, "The fine was 18.4 million marins.")


@pytest.mark.parametrize(
    ("follow_up", "changed"),
    [
        ("shorter", f"{ASKED} (in short)"),
        ("Shorter, please.", f"{ASKED} (in short)"),
        ("Can you make it shorter?", f"{ASKED} (in short)"),
        ("in one sentence", f"{ASKED} (in short)"),
        ("only the Harbour Wire", f"{ASKED} (only Harbour Wire)"),
        ("Just what the Coastal Record says", f"{ASKED} (only The Coastal Record)"),
        ("only the Ledger", f"{ASKED} (only Isthmus Ledger, Northgate Ledger)"),
        ("and what does the isthmus ledger say?", f"{ASKED} (only Isthmus Ledger)"),
        ("as a timeline", f"{ASKED} (as a timeline)"),
        ("Show me that in chronological order", f"{ASKED} (as a timeline)"),
        ("as bullet points", f"{ASKED} (as a list)"),
        ("tell me more", f"{ASKED} (as an overview)"),
        ("And before that?", f"{ASKED} (before 2031-03-14)"),
        ("What happened before that?", f"{ASKED} (as a timeline) (before 2031-03-14)"),
        ("what happened next?", f"{ASKED} (as a timeline) (after 2031-03-14)"),
    ],
)
def test_what_is_wanted_stands_in_brackets(follow_up: str, changed: str) -> None:
    assert change_last(follow_up, [FINE], OUTLETS) == changed


@pytest.mark.parametrize(
    "follow_up", ["why?", "and who imposed it?", "only the mayor", "Who paid it?", "What did the mayor say?", ""]
)
def test_another_question_is_none(follow_up: str) -> None:
    assert change_last(follow_up, [FINE], OUTLETS) is None


def test_changes_add_up_and_one_of_a_kind_replaces_the_last() -> None:
    first = make_answer("only the Harbour Wire", "x", understood=f"{ASKED} (only Harbour Wire)")
    second = change_last("shorter", [FINE, first], OUTLETS)
    assert second == f"{ASKED} (only Harbour Wire) (in short)"
    third = make_answer("shorter", "x", understood=second)
    assert change_last("only the Coastal Record", [FINE, first, third], OUTLETS) == (
        f"{ASKED} (only The Coastal Record) (in short)"
    )
    assert change_last("tell me more", [FINE, first, third], OUTLETS) == f"{ASKED} (only Harbour Wire) (as an overview)"


def test_what_was_before_a_refusal_is_before_the_last_answer() -> None:
    refused = make_answer("only the Harbour Wire", "x", understood=f"{ASKED} (only Harbour Wire)")
    refused = type(refused)(**{name: getattr(refused, name) for name in refused.__slots__} | {"citations": ()})
    assert (
        change_last("and before that?", [FINE, refused], OUTLETS) == f"{ASKED} (only Harbour Wire) (before 2031-03-14)"
    )


def test_a_question_for_the_sources_is_nothing_to_be_changed() -> None:
    told = make_answer("Who said so?", "1 article.", understood="Who said so (the fine against Brantholm Metals)?")
    assert change_last("as a timeline", [FINE, told], OUTLETS) == f"{ASKED} (as a timeline)"
    query = understand("Who said so?", filters=Filters(), maximum_characters=500, history=[FINE], outlets=OUTLETS)
    assert (query.kind, query.who_says) == ("statement", True)


def test_brackets_narrow_the_filters_and_never_widen_them() -> None:
    given = Filters(first="2031-03-01", outlets=("Harbour Wire", "Isthmus Ledger"))
    query = understand(
        f"{ASKED} (only Harbour Wire) (after 2031-03-10) (before 2031-03-20) (in short)",
        filters=given,
        maximum_characters=500,
        outlets=OUTLETS,
    )
    assert query.text == ASKED
    assert query.filters == Filters(first="2031-03-11", last="2031-03-19", outlets=("Harbour Wire",))
    assert query.changes.short
    with pytest.raises(QuestionError, match="Coastal Record"):
        understand(f"{ASKED} (only The Coastal Record)", filters=given, maximum_characters=500, outlets=OUTLETS)


@pytest.mark.parametrize("text", [f"{ASKED} (only Fortune)", "Who owns the port (of Lodra)?", "(in short)"])
def test_other_brackets_stay(text: str) -> None:
    assert read_changes(text, OUTLETS) == (text, Changes())


def test_a_timeline_of_a_question_of_fact_is_told_by_days() -> None:
    query = understand(f"{ASKED} (as a timeline)", filters=Filters(), maximum_characters=500, outlets=OUTLETS)
    assert query.kind == "timeline"
    assert query.by_days
    assert "Brantholm" in query.topic


@pytest.mark.parametrize(
    "text", ["who said so?", "Says who?", "according to whom?", "What is the source?", "where does that come from?"]
)
def test_who_says_so_is_heard(text: str) -> None:
    assert asks_who_says(text)


@pytest.mark.parametrize("text", ["Who said that the fine was too low?", "What did she say?", "Who wrote the report?"])
def test_who_said_something_is_another_question(text: str) -> None:
    assert not asks_who_says(text)


changes = st.builds(
    Changes,
    outlets=st.lists(st.sampled_from(OUTLETS), unique=True, max_size=3).map(tuple),
    form=st.sampled_from([None, "timeline", "list", "overview"]),
    short=st.booleans(),
    after=st.dates().map(str) | st.none(),
    before=st.dates().map(str) | st.none(),
)


@given(changes)
def test_brackets_are_read_back_as_they_were_written(wanted: Changes) -> None:
    assert read_changes(with_brackets(ASKED, wanted), OUTLETS) == (ASKED, wanted)
