"""The kind of answer that a question wants is told by how it opens, and by nothing else."""

from __future__ import annotations

import json
import re
import time
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.query_types import Kind
from rag.question.collection import _ALL, _OF_TOPIC
from rag.question.kind import _FORMS, _SURE, asks_for_one, read_kind, topic_of
from tests.conftest import SAMPLES
from tests.rag.questions_for_tests import understood


@pytest.mark.parametrize(
    ("question", "kind", "topic"),
    [
        ("Summarise the ferry disaster.", "overview", "ferry disaster"),
        ("Could you please summarize the story of the port sale?", "overview", "the port sale"),
        ("I'd like a brief overview of the inquiry", "overview", "the inquiry"),
        ("What happened with the tap water in Brill?", "overview", "the tap water in Brill"),
        ("TELL ME ABOUT HALDEN OIL", "overview", "HALDEN OIL"),
        ("What is the strike all about?", "overview", "the strike"),
        ("What was the dispute of the miners about?", "overview", "the dispute of the miners"),
        ("A short briefing on the strike: what it was about and how it ended.", "overview", "the strike"),
        ("Sum up what went wrong at the mill and what it cost.", "overview", "the mill"),
        ("From the first bid to the vote: what were the stages of the sale?", "timeline", "the sale"),
        ("What's the latest on the dock strike?", "latest", "the dock strike"),
        ("Latest news about the ports law", "latest", "the ports law"),
        ("Is there anything new on the cup final?", "latest", "the cup final"),
        ("Give me a timeline of the sinking.", "timeline", "the sinking"),
        ("Timeline: port sale", "timeline", "port sale"),
        ("How has inflation changed?", "timeline", "inflation"),
        ("How did the case unfold over time?", "timeline", "the case"),
    ],
)
def test_a_form_tells_the_kind_and_leaves_the_topic(question: str, kind: str, topic: str) -> None:
    assert read_kind(question) == (kind, topic)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Was the bridge reopened?", "yes_no"),
        ("Didn't the mayor resign?", "yes_no"),
        ("Why was the bridge closed?", "reason"),
        ("What caused the fire in Brill?", "reason"),
        ("Who is Anna Holm?", "identity"),
        ("What is Halden Oil?", "identity"),
        ("who was anna holm", "identity"),
        ("What did Anna Holm say about the bridge?", "statement"),
        ("How did the council react to the verdict?", "statement"),
        ("List the towns that were flooded", "list"),
        ("What are the conditions of the loan?", "list"),
        ("What conditions must the buyers meet?", "list"),
        ("What boats and ships took part in the search?", "list"),
        ("What does the law contain?", "list"),
        ("Which business was sold?", "fact"),
        ("What was the toll?", "fact"),
        ("Which company runs the ports?", "fact"),
        ("Compare the two offers for the mill", "comparison"),
        ("Holm versus Brill on taxes", "comparison"),
        ("How do the police and the union differ on the numbers?", "comparison"),
        ("Who leads the council at the moment?", "latest"),
        ("How many articles are there?", "collection"),
        ("Which outlets are in the library?", "collection"),
        ("Which articles were corrected?", "collection"),
        ("What did the Brill Post publish?", "collection"),
        ("bridge toll", "keywords"),
        ("How did the rate of inflation move between May and July?", "timeline"),
        ("How has the price of bread risen?", "timeline"),
        ("How did the boat go down in the storm?", "fact"),
        ("I'm new to this: give me a short summary of the audit", "overview"),
        ("Give me the names of the winners", "list"),
        ("What went into the first loaf?", "list"),
        ("Where does the marin stand at last report?", "fact"),
    ],
)
def test_a_form_tells_the_kind(question: str, kind: str) -> None:
    assert read_kind(question)[0] == kind


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Where do the talks about the bridge stand now?", "talks about the bridge"),
        ("Trace the events of the flood in Brill step by step", "flood in Brill"),
        ("Where did the price offered for the mill stand over the months?", "price offered for the mill"),
        ("What happened?", "What happened?"),
    ],
)
def test_the_topic_is_what_does_not_only_ask(question: str, topic: str) -> None:
    assert topic_of(question) == topic


@pytest.mark.parametrize(
    "question",
    [
        "By what vote did the Tribunal rule?",
        "What is the latest date for bids?",
        "How did the judge change the rules?",
        "What happened on March 12?",
        "What changed in the second offer?",
        "Who told the board about the leak?",
        "How did the Assembly vote?",
        "Summarise.",
        "What is the latest?",
        "",
    ],
)
def test_what_no_form_fits_is_a_question_of_fact(question: str) -> None:
    assert read_kind(question)[0] == "fact"


def test_the_shipped_questions_of_fact_are_none_of_events() -> None:
    lines = (SAMPLES.parent / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [row["question"] for row in map(json.loads, lines) if understood(row["question"]).by_days] == []


def test_most_of_the_shipped_questions_by_kind_are_known_by_their_form() -> None:
    rows = [json.loads(line) for line in (SAMPLES.parent / "questions_by_kind.jsonl").read_text("utf-8").splitlines()]
    wrong = [row["question"] for row in rows if read_kind(row["question"])[0] not in (row["kind"], "fact")]
    assert len(rows) > 250
    assert len(wrong) <= 0.03 * len(rows), wrong


def test_kind_and_topic_stand_on_the_query() -> None:
    query = understood("What is the latest on the strike reported by the Harbour Wire in May 2031?", "Harbour Wire")
    assert (query.kind, query.parts, query.outlets) == ("latest", (), ("Harbour Wire",))
    assert query.period is not None
    assert understood("Who won?").topic == ""


@given(st.text(max_size=120))
def test_any_text_has_a_kind(text: str) -> None:
    kind, topic = read_kind(text)
    assert kind in get_args(Kind)
    assert kind == "fact" or topic.strip()


@pytest.mark.parametrize("form", [*(form for _, form in _FORMS), *(form for _, form in _SURE), _ALL, _OF_TOPIC])
@pytest.mark.parametrize(
    "piece",
    [
        "what is ",
        "the latest ",
        "a summary of ",
        "news ",
        " ",
        "tell me about the ",
        "What did A ",
        "how do the ",
        "which of the ",
    ],
)
def test_no_form_is_slow(form: re.Pattern[str], piece: str) -> None:
    started = time.process_time()
    form.search(piece * (2000 // len(piece)))
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("question", "one"), [("Which song did she sing?", True), ("Which songs did she sing?", False)]
)
def test_one_of_a_kind_is_no_list(question: str, *, one: bool) -> None:
    assert asks_for_one(question) is one
