"""Overviews, the latest and timelines over the sample articles: told by days, each sentence an article's own."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rag import Desk
from rag.evaluate.answering import measure_kind
from rag.evaluate.cases import read_cases, select_cases
from rag.record.series import find_series
from tests.conftest import SAMPLES
from tests.flow.asking_for_tests import ScriptedModel, check, with_model

pytestmark = pytest.mark.model


def test_a_timeline_is_told_in_the_order_of_its_days(desk: Desk) -> None:
    answer = desk.ask("Give me a timeline of the sinking of the Stella Marisa.")
    check(answer, desk)
    assert answer.kind == "timeline"
    days = [sentence.day for sentence in answer.sentences]
    assert len(days) > 5
    assert all(one is not None and other is not None and one <= other for one, other in pairwise(days))
    assert [sentence.newest for sentence in answer.sentences] == [False] * (len(days) - 1) + [True]
    assert "14 people died" in answer.sentences[0].text
    assert answer.sentences[0].day == "2031-02-16"  # an article without a date of its own: the one its words state


def test_a_quantity_that_changes_is_told_value_by_value(desk: Desk) -> None:
    answer = desk.ask("How did the death toll of the Stella Marisa change?")
    check(answer, desk)
    told = [
        citation for sentence in answer.sentences for citation in answer.citations if citation.n in sentence.citations
    ]
    values = [
        citation.quote[citation.answer.start - citation.start : citation.answer.end - citation.start]
        for citation in told
        if citation.answer
    ]
    assert values == ["14", "22", "31", "36", "38", "39"]
    (series,) = find_series(answer)
    assert [(value.day, value.number) for value in series.values] == [
        ("2031-02-16", 14), ("2031-02-18", 22), ("2031-02-20", 31), ("2031-02-24", 36), ("2031-03-10", 38), ("2031-06-03", 39),
    ]  # fmt: skip
    assert series.counted == "people"


def test_by_how_much_a_value_changed_is_not_the_value(desk: Desk) -> None:
    answer = desk.ask("How did the offers for the ports change over time?")
    check(answer, desk)
    (series,) = find_series(answer)
    assert [value.number for value in series.values] == [3.6, 3.1, 3.35]
    assert series.counted == "billion dollars"


def test_a_rate_that_was_left_as_it_was_is_told(desk: Desk) -> None:
    answer = desk.ask("How has the interest rate of the Central Bank of Valmora developed?")
    check(answer, desk)
    assert "left its main interest rate at 8.25 percent" in answer.text
    assert "cut its main interest rate by half a percentage point to 7.75 percent" in answer.text


def test_the_latest_begins_with_what_is_newest(desk: Desk) -> None:
    answer = desk.ask("What is the latest on the canal ports?")
    check(answer, desk)
    assert answer.kind == "latest"
    assert answer.sentences[0].newest
    assert "approved the sale" in answer.sentences[0].text
    assert answer.sentences[0].day == max(sentence.day or "" for sentence in answer.sentences)


def test_an_overview_names_each_origin_once(desk: Desk) -> None:
    answer = desk.ask("Catch me up on the sale of the canal ports")
    check(answer, desk)
    origins = [citation.origin for citation in answer.citations]
    assert len(origins) == len(set(origins))
    assert 3 <= len(answer.sentences) <= 8


@pytest.mark.parametrize(
    "question",
    [
        "Summarise the war in Lodra.",
        "Tell me about the school of Lodra.",
        "What is the latest on Minister Tarek Olin?",
        "Give me a timeline of the bank robbery in Skarn.",
    ],
)
def test_what_no_article_is_about_is_refused_with_what_is_nearest(desk: Desk, question: str) -> None:
    answer = desk.ask(question)
    check(answer, desk)
    assert answer.status == "no_evidence"
    assert answer.nearest


def test_a_model_writes_none_of_it(desk: Desk) -> None:
    """The articles' own words in their order are better than what a small model makes of them, and checked by being theirs."""
    model = ScriptedModel()
    answer = with_model(desk, model, "Summarise the ferry disaster.")
    assert answer.status == "answered"
    assert answer.model == "none"
    assert model.asked == []


def test_the_day_stands_before_the_sentence(desk: Desk) -> None:
    from ui.present import answer_to_markdown, answer_to_text

    answer = desk.ask("What is the latest on the canal ports?")
    assert "2031-06-12 (newest): " in answer_to_text(answer)
    assert "(newest)" in answer_to_markdown(answer).replace("\\", "")


def test_yes_or_no_is_said_first_and_rests_on_cited_words(desk: Desk) -> None:
    yes = desk.ask("Has Gideon Stroe resigned?")
    no = desk.ask("Did Brantholm Metals appeal against its fine?")
    for answer, said in ((yes, "Yes."), (no, "No.")):
        check(answer, desk)
        assert answer.kind == "yes_no"
        assert answer.text.startswith(f"{said} ")
    assert "resigned" in yes.sentences[0].text
    assert "would not appeal" in no.sentences[0].text


def test_whether_papers_agree_is_told_from_what_they_disagree_on(desk: Desk) -> None:
    answer = desk.ask("Do the newspapers agree on how many people marched in Santa Ruela?")
    check(answer, desk)
    assert answer.verdict == "differ"
    assert "12,000" in answer.text
    assert "18,000" in answer.text


def test_the_sides_of_a_comparison_are_labelled(desk: Desk) -> None:
    answer = desk.ask("Compare the accounts of Gideon Stroe and Lena Hask")
    check(answer, desk)
    assert [sentence.label for sentence in answer.sentences] == ["Gideon Stroe", "Lena Hask"]
    assert "safe again" in answer.sentences[0].text
    assert "too early" in answer.sentences[1].text


def test_what_is_counted_says_so_and_cites_articles(desk: Desk) -> None:
    answer = desk.ask("How many articles are there?")
    check(answer, desk)
    assert answer.kind == "collection"
    assert f"{desk.coverage().articles} articles" in answer.sentences[0].text
    assert [sentence.computed for sentence in answer.sentences] == [True] + [False] * (len(answer.sentences) - 1)
    assert all(outlet in answer.sentences[0].text for outlet in desk.outlets())


def test_the_articles_of_a_topic_are_counted_with_their_outlets_and_origins(desk: Desk) -> None:
    answer = desk.ask("Which outlets reported on the dock strike?")
    check(answer, desk)
    assert (answer.kind, answer.status) == ("collection", "answered")
    assert answer.sentences[0].computed
    assert answer.sentences[0].text.startswith("2 articles of 2 outlets, from 2 origins, of 2031-03-13 to 2031-05-27")
    assert {citation.outlet for citation in answer.citations} == {"Harbour Wire", "The Coastal Record"}
    written = desk.ask("Who wrote about the dock strike?").sentences[0].text
    assert "Written by: Celso Marrant (1), Lidia Fonteyn (1)." in written


def test_an_article_may_mention_without_being_about(desk: Desk) -> None:
    mention, about = (
        desk.ask(f"How many articles {tell} Kestrel Bay?").sentences[0].text for tell in ("mention", "are there about")
    )
    assert int(mention.split()[0]) > int(about.split()[0])
    found = {hit.article_id for hit in desk.search("Kestrel Bay", limit=100)}
    holding = [each for each in map(desk.article, found) if "Kestrel Bay" in f"{each.title} {each.text}"]
    assert f"from {len({each.origin for each in holding})} origins" in mention  # the search shows one of each origin


@pytest.mark.parametrize(
    "question", ["How many articles mention Edda Morrow?", "Which papers covered the measles outbreak?"]
)
def test_of_a_topic_that_no_article_is_about_nothing_is_counted(desk: Desk, question: str) -> None:
    answer = desk.ask(question)
    check(answer, desk)
    assert (answer.status, answer.sentences) == ("no_evidence", ())
    assert answer.absent == (("Edda Morrow",) if "Edda" in question else ())


def test_the_topics_are_those_that_articles_name_most(desk: Desk) -> None:
    answer = desk.ask("What topics are covered here?")
    check(answer, desk)
    assert all(topic in answer.sentences[0].text for topic in desk.topics())


def test_a_question_about_the_collection_leans_on_nothing_that_was_asked(desk: Desk) -> None:
    before = desk.ask("Compare the accounts of Gideon Stroe and Lena Hask")
    answer = desk.ask("How many articles are there?", history=[before])
    assert (answer.understood, answer.kind, answer.status) == (None, "collection", "answered")
    check(answer, desk)
    taken = {citation.n for citation in before.citations}
    assert not taken & {citation.n for citation in answer.citations}  # a number stands for one quote in a conversation


def test_the_newest_article_and_those_of_one_outlet(desk: Desk) -> None:
    newest = desk.ask("What is the newest article?")
    assert [sentence.day for sentence in newest.sentences] == [desk.coverage().last]
    listed = desk.ask("What did the Canal Observer publish?")
    assert {citation.outlet for citation in listed.citations} == {"Canal Observer"}


def test_corrected_articles_are_named(desk: Desk) -> None:
    answer = desk.ask("Which articles were corrected?")
    check(answer, desk)
    assert "34 vessels" in answer.text
    assert answer.citations[0].correction is not None


def test_what_somebody_said_is_that_speakers(desk: Desk) -> None:
    answer = desk.ask("What did Rui Cassamor say about the eighteen months?")
    check(answer, desk)
    assert answer.kind == "statement"
    assert "notice period" in answer.sentences[0].text


def test_a_name_that_stands_nowhere_is_said_to(desk: Desk) -> None:
    answer = desk.ask("What did Emil Sandqvist say about the sale?")
    check(answer, desk)
    assert answer.status == "no_evidence"
    assert answer.absent == ("Emil Sandqvist",)
    assert "None of them names Emil Sandqvist." in answer.text


def test_what_is_only_described_is_found_first(desk: Desk) -> None:
    answer = desk.ask("Where is the company based that agreed to sell the canal ports?")
    check(answer, desk)
    assert answer.understood == "Where is Lam Tai Holdings based?"
    assert "Kwan Sha" in answer.text


def test_most_of_our_questions_of_every_kind_are_answered_and_the_others_refused(desk: Desk) -> None:
    """Floors below what is measured: a fall of a whole kind is noticed, one of a question is not."""
    cases = select_cases(read_cases(SAMPLES.parent / "questions_by_kind.jsonl"), half="tune")
    answered = [case for case in cases if case.answerable]
    right = [measure_kind(case, desk.ask(case.question)).get("right", 1.0) for case in answered]
    refused = [not desk.ask(case.question).sentences for case in cases if not case.answerable]
    assert sum(right) / len(right) >= 0.7
    assert sum(refused) / len(refused) >= 0.93


def test_a_conversation_turns_the_last_answer_over(desk: Desk) -> None:
    asked = desk.ask("Summarise the ferry disaster.")
    line = desk.ask("as a timeline", history=[asked])
    assert line.kind == "timeline"
    assert line.understood == "Summarise the ferry disaster. (as a timeline)"
    assert [sentence.day for sentence in line.sentences] == sorted(sentence.day or "" for sentence in line.sentences)
    short = desk.ask("shorter", history=[asked, line])
    assert 0 < len(short.sentences) < len(line.sentences)
    only = desk.ask("only the Harbour Wire", history=[asked, line, short])
    assert {citation.outlet for citation in only.citations} == {"Harbour Wire"}
    later = desk.ask("what happened after that?", history=[asked, line, short, only])
    assert all((citation.published or "9") > (only.newest or "") for citation in later.citations)


def test_who_said_so_tells_the_sources_of_the_last_answer(desk: Desk) -> None:
    asked = desk.ask("How much does Kestrel Bay offer for the canal ports?")
    told = desk.ask("Who said so?", history=[asked])
    counted, *quoted = told.sentences
    assert counted.computed
    assert "Harbour Wire" in counted.text
    assert {citation.quote for citation in told.citations} == {citation.quote for citation in asked.citations}
    assert {sentence.text for sentence in quoted} == {citation.quote for citation in asked.citations}
