"""What text recognition says of a page, without the program that says it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from index.sources.recognition import DOUBT, read_tsv, tell, without_doubtful

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


def table(words: Sequence[tuple[int, int, str, float]]) -> str:
    """Return Tesseract's table of words: the line of each, its left edge in pixels, what was read, how sure it is."""
    rows = [f"5\t1\t1\t1\t{line}\t1\t{left}\t{line * 100}\t50\t40\t{sure}\t{text}" for line, left, text, sure in words]
    return "\n".join([HEAD, "1\t1\t0\t0\t0\t0\t0\t0\t2480\t3508\t-1\t", *rows]) + "\n"


def test_words_become_lines_in_points_from_the_lower_edge() -> None:
    first, second = read_tsv(
        table([(1, 100, "The", 96.1), (1, 200, "weir", 95), (2, 100, "opened.", 91)]), scale=2.0, height=800.0
    )
    assert (first.text, second.text) == ("The weir", "opened.")
    assert (first.left, first.right, first.top, first.bottom) == (50.0, 125.0, 750.0, 730.0)
    assert second.top == 700.0


@pytest.mark.parametrize(
    ("word", "confidence", "doubtful"),
    [
        ("weir", 61, False), ("weir", 59, True),
        ("Quill", 79, True), ("Quill", 81, False),
        ("4.1", 79, True), ("4.1", 81, False),
        ("—", 10, False), ("|", 0, False),
        ("weir", float("nan"), True), ("weir", -1, True),
    ],
)  # fmt: skip
def test_figures_and_names_must_be_surer_than_words(word: str, confidence: float, doubtful: bool) -> None:
    (piece,) = read_tsv(table([(1, 100, word, confidence)]), scale=1.0, height=800.0)
    assert piece.text == (DOUBT + word if doubtful else word)


@pytest.mark.parametrize(
    "broken", ["", HEAD, "no table\n1\t2", HEAD + "\n5\t1\t1\t1\t1\t1\tx\t1\t1\t1\t90\tword", HEAD + "\n5\t1\t1"]
)
def test_a_broken_table_gives_nothing(broken: str) -> None:
    assert read_tsv(broken, scale=1.0, height=800.0) == []


def test_what_it_reads_cannot_fake_or_hide_a_mark() -> None:
    (piece,) = read_tsv(table([(1, 100, f"{DOUBT}we\u2028ir", 95), (1, 200, '"quoted', 95)]), scale=1.0, height=800.0)
    assert piece.text == 'weir "quoted'


def test_a_sentence_with_a_doubtful_word_is_left_out_whole_and_its_neighbours_stand_apart() -> None:
    text = f"The weir opened. It cost {DOUBT}4.1 million. That is much.\n\nThe ferry sails."
    found = without_doubtful(text, "en")
    assert found.text == "The weir opened.\n\nThat is much.\n\nThe ferry sails."
    assert found.left_out == ("It cost 4.1 million.",)
    assert found.kept == 3
    assert tell(1, found, ["title"]) == (
        "the text of 1 page was recognised in its picture; 1 of 4 sentences left out, because a word in each is not sure: "
        '"It cost 4.1 million."; its title is unknown, because a word of it is not sure.'
    )


def test_nothing_is_lost_where_nothing_is_doubtful() -> None:
    text = "The weir opened.\n\nIt cost 4.1 million. That is much."
    found = without_doubtful(text, "en")
    assert (found.text, found.left_out, found.is_legible) == (text, (), True)


def test_what_stands_between_guesses_is_not_legible() -> None:
    text = f"The {DOUBT}weir opened. It {DOUBT}cost much. This sentence was read well enough to stand alone."
    assert not without_doubtful(text, "en").is_legible
