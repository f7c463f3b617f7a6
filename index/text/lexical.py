"""The words of a question and their stems (pure): what ``index.caches.words`` looks for, and what texts have in common."""

from __future__ import annotations

import functools
import re

# Function words of English questions: they match everywhere and only cost time. Negation is kept.
STOPWORDS = frozenset(
    [
        "a",
        "about",
        "after",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "between",
        "both",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "during",
        "each",
        "for",
        "from",
        "further",
        "had",
        "has",
        "have",
        "having",
        "he",
        "her",
        "here",
        "hers",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "itself",
        "just",
        "me",
        "more",
        "most",
        "my",
        "of",
        "off",
        "on",
        "once",
        "only",
        "or",
        "other",
        "our",
        "out",
        "over",
        "own",
        "please",
        "s",
        "same",
        "say",
        "says",
        "she",
        "should",
        "so",
        "some",
        "such",
        "t",
        "tell",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "under",
        "until",
        "up",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)

_WORD = re.compile(r"[^\W_]+")
_ABBREVIATION = re.compile(r"\b(?:[^\W\d_]\.){2,}")


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning, lower case, in order, each once."""
    words = _WORD.findall(text.casefold())
    return list(dict.fromkeys(word for word in words if word not in STOPWORDS))


def abbreviations(text: str) -> list[str]:
    """Return the dotted abbreviations ("U.S.") of a text: looked for as phrases, since single letters match too much."""
    return list(dict.fromkeys(_ABBREVIATION.findall(text)))


def search_terms(text: str) -> list[str]:
    """Return the words to look for, lower case, each once; the letters of dotted abbreviations are left out.

    A question of function words only ("Who was he?") is still searched: by all of its words.
    """
    rest = _ABBREVIATION.sub(" ", text)
    found = content_words(rest)
    if found or abbreviations(text):
        return found
    return list(dict.fromkeys(_WORD.findall(text.casefold())))


@functools.lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the English Snowball stem of a word, as the word index uses it."""
    import snowballstemmer

    stemmed: str = snowballstemmer.stemmer("english").stemWord(word)
    return stemmed


def stems(text: str) -> frozenset[str]:
    """Return the stems of the content words of a text."""
    return frozenset(stem(word) for word in content_words(text))
