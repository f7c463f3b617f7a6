"""From a question to a checked answer, with the real embedding model and the real index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from index.errors import LibraryMissing, QuestionError
from index.settings import Settings, load_settings
from rag import Desk, ask
from rag.answer_events import Finished, PassagesFound, QuotesFound, SentenceChecked
from rag.schema import make_schema, read_schema
from tests.flow.asking_for_tests import QUESTION, SAMPLE_QUESTIONS, check

pytestmark = pytest.mark.model


def test_schema_is_the_one_of_the_type() -> None:
    assert read_schema() == make_schema(), "run: python -m rag.schema"


def test_quotes_alone_answer_with_exact_words(desk: Desk) -> None:
    answer = desk.ask(QUESTION)
    check(answer, desk)
    assert answer.status == "answered"
    assert "34 vessels" in answer.citations[0].quote
    assert answer.model == "none"
    assert answer.newest == max(citation.published[:10] for citation in answer.citations if citation.published)


@pytest.mark.parametrize("row", SAMPLE_QUESTIONS, ids=lambda r: r["question"][:40])
def test_every_sample_question_keeps_the_contract(desk: Desk, row: dict) -> None:
    check(desk.ask(row["question"]), desk)


def test_sample_questions_find_their_answers(desk: Desk) -> None:
    """Floors on the shipped questions: the share of answers held by the quotes, and of refusals among the unanswerable."""
    found, refused = [], []
    for row in SAMPLE_QUESTIONS:
        answer = desk.ask(row["question"])
        if row["answerable"]:
            quotes = " ".join(citation.quote for citation in (*answer.citations, *answer.nearest)).casefold()
            found.append(any(text.casefold() in quotes for text in row["answers"]))
        else:
            refused.append(answer.status == "no_evidence")
    assert sum(found) >= 23, f"{sum(found)} of {len(found)}"
    assert len(found) == 25
    assert sum(refused) >= 3, f"{sum(refused)} of {len(refused)}"
    assert len(refused) == 6


def test_refusal_says_what_was_searched(desk: Desk) -> None:
    answer = desk.ask("Who won the chess championship in Reykjavik?")
    check(answer, desk)
    assert answer.status == "no_evidence"
    assert answer.nearest
    assert answer.searched.articles == 41
    assert answer.searched.undated > 0


def test_filters_are_kept(desk: Desk) -> None:
    answer = desk.ask("How many people died in the ferry?", first="2031-02-20", last="2031-02-28")
    check(answer, desk)
    dates = [citation.published[:10] for citation in (*answer.citations, *answer.nearest) if citation.published]
    assert dates
    assert all("2031-02-20" <= date <= "2031-02-28" for date in dates)
    assert desk.ask(QUESTION, outlets=["Nobody's Gazette"]).searched.articles == 0


def test_quotes_come_first_then_sentences_then_the_answer(desk: Desk) -> None:
    kinds = [type(event) for event in desk.stream(QUESTION)]
    assert kinds[0] is QuotesFound
    assert kinds[-1] is Finished
    assert set(kinds[1:-1]) == {SentenceChecked}


def test_the_passages_that_are_read_come_before_all_else_where_they_are_asked_for(desk: Desk) -> None:
    events = list(desk.stream(QUESTION, passages=True))
    assert [type(event) for event in events[:2]] == [PassagesFound, QuotesFound]
    passages, quotes = events[0].hits, events[1].quotes
    assert passages == desk.search(QUESTION)[: len(passages)]
    for hit in passages:
        assert desk.article(hit.article_id).text[hit.start : hit.end] == hit.text
    assert any(hit.start <= quotes[0].start and quotes[0].end <= hit.end for hit in passages)


@pytest.mark.parametrize("question", ["Summarise the ferry accident.", "Who owns the company that runs the ferry?"])
def test_the_passages_are_told_once_for_every_kind(desk: Desk, question: str) -> None:
    kinds = [type(event) for event in desk.stream(question, passages=True)]
    assert kinds.count(PassagesFound) == 1
    assert kinds[0] is PassagesFound


def test_a_part_that_nothing_answers_is_named(desk: Desk) -> None:
    answer = desk.ask("How long is the Maravel Canal, and who won the chess championship in Reykjavik?")
    check(answer, desk)
    assert answer.status == "partial"
    assert answer.unanswered == ("who won the chess championship in Reykjavik",)
    assert any("61 kilometres" in citation.quote for citation in answer.citations)
    both = desk.ask("Who designed the Maravel Canal, and how long is it?")
    check(both, desk)
    assert both.status == "answered"
    assert {"Brask" in item.quote for item in both.citations} == {True, False} or "61" in both.text


def test_a_follow_up_is_understood_and_quotes_keep_their_numbers(desk: Desk) -> None:
    first = desk.ask("How large was the fine against Brantholm Metals?")
    second = desk.ask("and who imposed it?", history=[first])
    check(second, desk)
    assert second.understood is not None
    assert "Brantholm" in second.understood
    assert any("Brantholm" in f"{item.quote} {item.title}" for item in (*second.citations, *second.nearest))
    places = {(item.article_id, item.start): item.n for item in first.citations}
    for item in second.citations:
        assert places.get((item.article_id, item.start), item.n) == item.n
        assert (item.article_id, item.start) in places or item.n > max(places.values())
    assert desk.ask("and who imposed it?").understood is None  # nothing of another conversation leaks in


def test_another_year_is_suggested(desk: Desk) -> None:
    answer = desk.ask("How many containers did Puerto Alba handle in 2025?")
    check(answer, desk)
    assert answer.status == "no_evidence"
    assert answer.suggestion is not None
    assert "2025" not in answer.suggestion
    suggested = desk.ask(answer.suggestion)
    assert suggested.status == "answered"
    assert re.search(r"\d", " ".join(citation.quote for citation in suggested.citations))


def test_bad_questions_are_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="at most 2,000"):
        desk.ask("word " * 10_000)
    with pytest.raises(QuestionError, match="holds no words"):
        desk.ask(" ?! ")
    with pytest.raises(QuestionError, match="first day 'soon' is no date"):
        desk.ask(QUESTION, first="soon")
    with pytest.raises(LibraryMissing, match="There is no library"):
        ask(QUESTION, library=tmp_path / "none", model="none")
    with (
        Desk(library=tmp_path / "empty", model="none", create=True) as empty,
        pytest.raises(LibraryMissing, match="no article"),
    ):
        empty.ask(QUESTION)


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            [
                "ferry",
                "toll",
                "port",
                "sale",
                "bank",
                "rate",
                "who",
                "when",
                "how",
                "many",
                "Okafor",
                "34",
                "vessels",
                "river",
                "fined",
                "police",
                "march",
            ]
        ),
        min_size=1,
        max_size=9,
    )
)
def test_any_question_keeps_the_contract(desk: Desk, words: list[str]) -> None:
    check(desk.ask(" ".join(words)), desk)


def test_settings_precedence(tmp_path: Path) -> None:
    (tmp_path / "citewire.toml").write_text('model = "smollm2-135m"\n[search]\nhits = 4\n', encoding="utf-8")
    read = load_settings({"model": "none"}, environment={"CITEWIRE_SEARCH_HITS": "7"}, folder=tmp_path)
    assert (read.model, read.search.hits) == ("none", 7)
    assert read.fingerprint() != Settings().fingerprint()
