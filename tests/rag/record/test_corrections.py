"""What an earlier version said in place of a quote, where it said something else."""

from __future__ import annotations

from dataclasses import replace

from index.articles import Article
from rag.record.corrections import closest_sentence, find_correction

NOW = "The strike held up 34 vessels at the two ends of the canal on Wednesday."
BEFORE = "The strike held up 22 vessels at the two ends of the canal on Wednesday."
FIRST = Article(
    id="strike",
    version=1,
    text=f"{BEFORE} Trucks waited in long lines.",
    sha256="0" * 64,
    origin="strike",
    reference="strike.md",
    kind="markdown",
    fetched="2031-03-14T09:00:00Z",
    published="2031-03-13",
)


def test_a_changed_sentence_is_a_correction() -> None:
    found = find_correction(NOW, [FIRST])
    assert found is not None
    assert (found.version, found.words, found.day) == (1, BEFORE, "2031-03-13")


def test_a_sentence_that_stood_there_already_is_none() -> None:
    assert find_correction("Trucks waited in long lines.", [FIRST]) is None


def test_a_new_sentence_is_none() -> None:
    assert find_correction("Pilots and lock crews belong to another union.", [FIRST]) is None


def test_the_newest_earlier_version_decides() -> None:
    second = replace(FIRST, version=2, text=f"{NOW} Trucks waited.", updated="2031-03-14")
    assert find_correction(NOW, [FIRST, second]) is None
    third = replace(FIRST, version=3, text=BEFORE.replace("22", "30"), updated="2031-03-15")
    found = find_correction(NOW, [FIRST, second, third])
    assert found is not None
    assert (found.version, found.day) == (3, "2031-03-15")
    assert "30 vessels" in found.words


def test_a_quote_of_two_sentences_is_compared_with_two() -> None:
    assert closest_sentence(f"{NOW} Trucks waited in lines.", FIRST.text) == FIRST.text
