"""Filters by article and by language: made by the search itself, in words and in meaning, wherever a question is asked."""

from __future__ import annotations

import pytest

from index.articles import Filters
from index.caches.words import FieldWeights
from index.errors import ArticleNotFound, QuestionError
from rag import Desk
from rag.question.filters import make_filters
from tests.browser.conftest import QUESTION
from ui.chat.asking import ask

pytestmark = pytest.mark.model


def article_of(desk: Desk, question: str) -> str:
    return desk.ask(question).citations[0].article_id


def test_only_the_named_articles_are_searched_however_far_down_they_are(desk: Desk) -> None:
    answers = article_of(desk, QUESTION)
    others = [name for name in desk.library.article_ids() if name != answers]
    assert {hit.article_id for hit in desk.search(QUESTION, articles=[answers])} == {answers}
    assert answers not in {hit.article_id for hit in desk.search(QUESTION, articles=others)}
    for name in others:
        # None of these is among the best: a filter afterwards would leave nothing of it.
        found = desk.search(QUESTION, articles=[name])
        assert {hit.article_id for hit in found} == {name}
    answer = desk.ask(QUESTION, articles=[answers])
    assert {each.article_id for each in answer.citations} == {answers}
    assert (answer.searched.articles, answer.searched.filters.articles) == (1, (answers,))


def test_words_and_meaning_filter_alike(desk: Desk) -> None:
    desk.search(QUESTION)
    for filters in (
        Filters(articles=desk.library.article_ids()[:3]),
        Filters(languages=("en",)),
        Filters(languages=("de",)),
    ):
        left = set(desk.library.passage_ids(filters))
        found = desk.archive.words.passages(QUESTION, limit=1000, weights=FieldWeights(title=1.0), filters=filters)
        assert {number for number, _ in found} <= left
        everything = desk.archive.words.passages(QUESTION, limit=1000, weights=FieldWeights(title=1.0))
        assert {number for number, _ in found} == {number for number, _ in everything} & left
        coverage = desk.library.coverage(filters)
        assert coverage.articles == len({desk.library.passages([n])[n].article.id for n in left})


def test_an_overview_of_one_article_tells_of_no_other(desk: Desk) -> None:
    answers = article_of(desk, QUESTION)
    told = desk.ask("Summarise what is known about the dock strike", articles=[answers])
    assert {each.article_id for each in told.citations} == {answers}


def test_an_article_that_is_not_there_and_a_language_that_is_none_are_said(desk: Desk) -> None:
    with pytest.raises(ArticleNotFound, match="No article 'nowhere'"):
        desk.ask(QUESTION, articles=["nowhere"])
    with pytest.raises(QuestionError, match="no language"):
        desk.search(QUESTION, languages=["English, please"])
    with pytest.raises(QuestionError, match="501 articles"):
        make_filters(articles=[str(number) for number in range(501)])
    assert desk.ask(QUESTION, languages=["de"]).status == "no_evidence"


def test_a_short_answer_is_asked_of_a_follow_up_as_of_any_question(desk: Desk) -> None:
    def last(turns):
        return list(turns)[-1]

    first = last(ask(desk, "How large was the fine against Brantholm Metals?", before=[], filters={}, short=True))
    assert first.question == "How large was the fine against Brantholm Metals?"
    assert first.answer is not None
    assert len(first.answer.sentences) == 1
    second = last(ask(desk, "and who imposed it?", before=[first], filters={"languages": ["en"]}, short=True))
    assert second.answer is not None
    assert "Brantholm Metals" in (second.answer.understood or "")
    assert len(second.answer.sentences) == 1
    assert second.answer.searched.filters.languages == ("en",)
