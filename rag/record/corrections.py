"""A quote and the earlier versions of its article to what stood there before (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from index.articles import Article
from index.text.lexical import stems
from index.text.sentences import split_sentences, trimmed
from rag.answer_types import Correction

_SAME_PLACE = 0.5  # Jaccard similarity of stems from which a sentence is an earlier wording of another
_SAME_WORDS = 0.999


def find_correction(quote: str, earlier: Sequence[Article]) -> Correction | None:
    """Return how the newest earlier version worded the quoted sentence, or None when none worded it otherwise.

    Args:
        quote: exact words of the current version.
        earlier: the versions before, the oldest first.
    """
    for article in reversed(earlier):
        if quote in article.text:
            return None
        words = closest_sentence(quote, article.text)
        if words is not None and " ".join(words.split()) != " ".join(quote.split()):
            return Correction(version=article.version, words=words, day=_day(article))
    return None


def find_earlier_headline(headline: str, earlier: Sequence[Article]) -> Correction | None:
    """Return the headline that the newest earlier version of an article bore, or None when it was this one or there was none."""
    if not earlier or earlier[-1].title in (None, headline):
        return None
    return Correction(version=earlier[-1].version, words=earlier[-1].title or "", day=_day(earlier[-1]))


def closest_sentence(quote: str, text: str) -> str | None:
    """Return the sentence of a text that says most nearly what the quote says, or None when none comes close.

    A quote of several sentences is compared with runs of as many.
    """
    spans = [trimmed(text, span) for span in split_sentences(text)]
    size = max(1, len(split_sentences(quote)))
    wanted = stems(quote)
    best, likeness = None, _SAME_PLACE
    for first in range(len(spans) - size + 1):
        words = text[spans[first].start : spans[first + size - 1].end]
        theirs = stems(words)
        alike = len(wanted & theirs) / max(1, len(wanted | theirs))
        if alike >= likeness:
            best, likeness = words, alike
            if alike >= _SAME_WORDS:
                break
    return best


def _day(article: Article) -> str | None:
    moment = article.updated or article.published
    return moment[:10] if moment else None
