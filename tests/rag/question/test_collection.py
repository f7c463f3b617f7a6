"""Questions about the collection itself, and about those of its articles that tell of a topic."""

from __future__ import annotations

import pytest

from rag.question.collection import asks_about_collection, author_asked, speaks_only_of_collection, topic_of_collection


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("How many articles mention Halden Oil?", "Halden Oil"),
        ("Which outlets reported on the quarry fire?", "the quarry fire"),
        ("who wrote about the quarry fire", "the quarry fire"),
        ("List all articles about the strike of the tram drivers.", "the strike of the tram drivers"),
        ("Do you have any stories on Halden Oil?", "Halden Oil"),
        ("What papers have covered the ruling", "the ruling"),
        ("How many of the articles do you have about the ruling?", "the ruling"),
        ("Which sources carry stories on the quarry fire?", "the quarry fire"),
        ("How many articles are there?", ""),
        ("Which newspapers are covered here?", ""),
        ("What topics are in here?", ""),
        ("List all articles", ""),
    ],
)
def test_a_question_about_articles_says_of_which_topic(question: str, topic: str) -> None:
    assert asks_about_collection(question)
    assert topic_of_collection(question) == topic


@pytest.mark.parametrize(
    "question",
    [
        "Which paper revealed the leak?",
        "Where is Anna Brill now, going by the most recent reports?",
        "Who wrote about 500 pages on the dam?",
        "Who reported the fire to the police?",
        "Which towns reported on time?",
        "How many people were mentioned in the will?",
        "What did the report about the dam say?",
    ],
)
def test_what_only_sounds_like_it_is_none(question: str) -> None:
    assert not asks_about_collection(question)
    assert topic_of_collection(question) == ""


def test_what_speaks_of_anything_else_is_not_about_the_collection_alone() -> None:
    assert speaks_only_of_collection("articles oldest")
    assert not speaks_only_of_collection("paper revealed leak")


@pytest.mark.parametrize(
    ("question", "author"),
    [
        ("Which articles has Anna Brill written?", "Anna Brill"),
        ("What has Anna Brill written?", "Anna Brill"),
        ("How many stories were written by Peter van Holt?", "Peter van Holt"),
        ("articles by Anna Brill", "Anna Brill"),
        ("List all articles by the Brill Post", "Brill Post"),
        ("What did Anna Brill write about the dam?", ""),
        ("Which articles were written by hand?", ""),
        ("Which bridge did Anna Brill write off?", ""),
    ],
)
def test_a_question_about_articles_says_by_whom(question: str, author: str) -> None:
    assert author_asked(question) == author
    assert asks_about_collection(question) or not author
