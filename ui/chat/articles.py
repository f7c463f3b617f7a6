"""An article as it is read beside the chat: its text with every quoted word of an answer marked (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.articles import Article
from ui.chat.templates import fill
from ui.present import without_controls


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an answer quotes an article: the words ``[start, end)`` carry the number ``n``, and of them ``answer`` answer the question."""

    n: int
    start: int
    end: int
    answer: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of an article: plain where ``n`` is 0, else quoted; ``parts`` are its words, each with whether they are the answer."""

    n: int
    parts: tuple[tuple[str, bool], ...]


def article_to_html(article: Article, marks: Sequence[Mark], *, turn: str) -> str:
    """Return the text of an article with the quoted words marked.

    The quotes are sliced from the stored text: what is shown is what the article says.

    Args:
        turn: what tells the question apart within the conversation, which the ids of the marks begin with.
    """
    return fill("article", segments=cut_segments(article.text, marks), turn=turn)


def cut_segments(text: str, marks: Sequence[Mark]) -> list[Segment]:
    """Return the text in order, cut where quotes begin and end; joined, the pieces are the text again, less control characters.

    Quotes that overlap share one mark, under the number of the first.
    """
    segments: list[Segment] = []
    done = 0
    for mark in sorted(marks, key=lambda each: (each.start, each.n)):
        start = max(done, mark.start)
        if start >= mark.end:
            continue
        if done < start:
            segments.append(Segment(0, ((without_controls(text[done:start]), False),)))
        segments.append(Segment(mark.n, cut_answer(text, start, mark.end, mark.answer)))
        done = mark.end
    if done < len(text):
        segments.append(Segment(0, ((without_controls(text[done:]), False),)))
    return segments


def cut_answer(text: str, start: int, end: int, answer: tuple[int, int] | None) -> tuple[tuple[str, bool], ...]:
    """Return ``text[start:end]`` in pieces, each with whether it is the words of the answer."""
    first, last = answer or (end, end)
    places = [(start, first, False), (first, last, True), (last, end, False)]
    pieces = [(text[max(start, low) : min(end, high)], is_answer) for low, high, is_answer in places]
    return tuple((without_controls(piece), is_answer) for piece, is_answer in pieces if piece)
