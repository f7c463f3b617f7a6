"""Passages tile the article, hold whole sentences and stay within their length."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.articles import Passage, Span
from index.text.passages import split_passages
from index.text.sentences import split_sentences


def passages_of(text: str, target: int = 600, maximum: int = 900) -> tuple[Passage, ...]:
    return split_passages(text, split_sentences(text), target_characters=target, maximum_characters=maximum)


def words_of(text: str, target: int, maximum: int) -> list[str]:
    return [passage.span.slice(text) for passage in passages_of(text, target, maximum)]


def test_empty_text_has_no_passages() -> None:
    assert passages_of("") == ()


def test_one_word_is_one_passage() -> None:
    assert passages_of("dam") == (Passage(0, Span(0, 3)),)


def test_a_passage_ends_with_its_paragraph_where_the_next_does_not_fit() -> None:
    text = "One is a. Two is b.\n\nThree is long. Four is long too."
    assert words_of(text, 30, 40) == ["One is a. Two is b.\n\n", "Three is long. Four is long too."]


def test_a_passage_goes_on_to_the_end_of_its_paragraph_where_that_fits() -> None:
    text = "One is a. Two is b. Three.\n\nFour is next."
    assert words_of(text, 15, 30) == ["One is a. Two is b. Three.\n\n", "Four is next."]


def test_a_long_sentence_is_cut_at_white_space_and_stands_alone() -> None:
    text = "Short one. Long " + "word " * 8 + "end. Last one."
    assert words_of(text, 15, 20) == [
        "Short one. ",
        "Long word word word ",
        "word word word word ",
        "word end. ",
        "Last one.",
    ]


def test_a_sentence_without_white_space_is_cut_anyway() -> None:
    assert words_of("x" * 25, 10, 10) == ["x" * 10, "x" * 10, "x" * 5]


PARAGRAPHS = st.lists(
    st.sampled_from(
        [
            "The dam broke. ",
            "Nobody died, said Mr. Lim. ",
            "\n\n",
            "😀 held. ",
            "x" * 30,
            "word " * 12,
            "\r\n",
        ]
    ),
    max_size=40,
).map("".join)


@given(st.one_of(st.text(), PARAGRAPHS), st.integers(1, 60), st.integers(0, 60))
@example("The dam broke. Nobody died.\n\n" * 40, 60, 30)
def test_passages_tile_and_hold_whole_sentences(text: str, target: int, more: int) -> None:
    maximum = target + more
    passages = passages_of(text, target, maximum)
    assert "".join(passage.span.slice(text) for passage in passages) == text
    assert [passage.number for passage in passages] == list(range(len(passages)))
    assert all(0 < passage.span.end - passage.span.start <= maximum for passage in passages)
    edges = {passage.span.start for passage in passages}
    for sentence in split_sentences(text):
        if sentence.end - sentence.start <= maximum:
            assert not any(sentence.start < edge < sentence.end for edge in edges)


@pytest.mark.parametrize(("target", "maximum"), [(0, 10), (10, 9), (-1, -1)])
def test_lengths_that_make_no_sense_are_refused(target: int, maximum: int) -> None:
    with pytest.raises(ValueError, match="wanted 1 <= target_characters"):
        passages_of("dam", target, maximum)


@pytest.mark.parametrize("sentences", [[], [Span(0, 2)], [Span(1, 3)], [Span(0, 1), Span(2, 3)], [Span(0, 4)]])
def test_sentences_that_do_not_tile_are_refused(sentences: list[Span]) -> None:
    with pytest.raises(ValueError, match="do not tile"):
        split_passages("dam", sentences, target_characters=5, maximum_characters=5)
