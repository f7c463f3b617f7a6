"""Sentences -> passages: what is embedded and searched, as exact slices that tile the article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.articles import Passage, Span


def split_passages(
    text: str, sentences: Sequence[Span], *, target_characters: int, maximum_characters: int
) -> tuple[Passage, ...]:
    """Return runs of whole sentences that tile ``text``, ended at paragraph ends where that is possible.

    A passage is at most ``maximum_characters`` long (code points, white space included) and grows to at least
    ``target_characters`` where the sentences allow it. A sentence longer than the maximum is cut at white
    space, or within a word where there is none, into passages of its own. Empty text has no passages.

    Raises:
        ValueError: the lengths are not ``1 <= target_characters <= maximum_characters``, or the sentences do
        not
            tile the text.
    """
    if not 1 <= target_characters <= maximum_characters:
        raise ValueError(
            f"target_characters={target_characters!r} and maximum_characters={maximum_characters!r}: "
            "wanted 1 <= target_characters <= maximum_characters"
        )
    _check_tiling(text, sentences)
    ends = list(_find_ends(text, sentences, target_characters, maximum_characters))
    starts = [0, *ends[:-1]] if ends else []
    return tuple(Passage(number, Span(*edges)) for number, edges in enumerate(zip(starts, ends, strict=True)))


def _check_tiling(text: str, sentences: Sequence[Span]) -> None:
    end = 0
    for sentence in sentences:
        if sentence.start != end or sentence.end <= sentence.start:
            raise ValueError(f"sentences do not tile the text: {sentence!r} follows offset {end}")
        end = sentence.end
    if end != len(text):
        raise ValueError(f"sentences do not tile the text: they end at {end}, the text at {len(text)}")


def _find_ends(text: str, sentences: Sequence[Span], target: int, maximum: int) -> Iterator[int]:
    """Yield where each passage ends; it begins where the one before ended."""
    paragraph_ends = _find_paragraph_ends(text, sentences)
    start = 0
    for number, sentence in enumerate(sentences):
        if sentence.end - start > maximum and sentence.start > start:
            yield sentence.start
            start = sentence.start
        if sentence.end - start > maximum:
            yield from _cut_sentence(text, sentence, maximum)
            start = sentence.end
            continue
        next_paragraph_end = paragraph_ends[min(number + 1, len(sentences) - 1)]
        fits_next = next_paragraph_end - start <= maximum
        ends_paragraph = sentence.end == paragraph_ends[number]
        long_enough = sentence.end - start >= (target // 2 if ends_paragraph and not fits_next else target)
        if long_enough and (ends_paragraph or not fits_next):
            yield sentence.end
            start = sentence.end
    if start < len(text):
        yield len(text)


def _find_paragraph_ends(text: str, sentences: Sequence[Span]) -> list[int]:
    """Return, for each sentence, where the paragraph it stands in ends."""
    ends: list[int] = []
    end = len(text)
    for sentence in reversed(sentences):
        words = sentence.slice(text)
        if "\n\n" in words[len(words.rstrip()) :]:
            end = sentence.end
        ends.append(end)
    return ends[::-1]


def _cut_sentence(text: str, sentence: Span, maximum: int) -> Iterator[int]:
    """Yield the ends of the pieces of a sentence that is too long for one passage."""
    start = sentence.start
    while sentence.end - start > maximum:
        start = _last_word_start(text, start, start + maximum)
        yield start
    yield sentence.end


def _last_word_start(text: str, start: int, end: int) -> int:
    """Return the last offset in ``(start, end]`` where a word begins, or ``end`` where none does."""
    for offset in range(end, start, -1):
        if text[offset - 1].isspace() and not text[offset].isspace():
            return offset
    return end


def passage_text(title: str | None, passage: str) -> str:
    """Return what is embedded for a passage: its article's title goes with it, since passages rarely name their topic."""
    return f"{title}. {passage}" if title else passage
