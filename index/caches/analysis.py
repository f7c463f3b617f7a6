"""Texts to the terms that the word index holds: lower case, without accents, stemmed by their language (Tantivy's analyzers).

A text is analysed by the language of its article, a question by the languages that the library holds: what one reader calls
"marches" and another "marché" is each found by its own stems. What is written without spaces is held as pairs of signs.
"""

from __future__ import annotations

import functools
from collections.abc import Collection
from typing import TYPE_CHECKING

from index.text.languages import ENGLISH
from index.text.lexical import abbreviations, search_terms
from index.text.unspaced import pair_signs, says_something

if TYPE_CHECKING:
    from tantivy import TextAnalyzer

# What Tantivy has a stemmer and stop words for; texts of other languages keep their words as they are.
_NAMES = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_WITHOUT_STOPWORDS = frozenset(["ar", "el", "ro", "ta", "tr"])
_LONGEST_WORD = 100


def analyse(text: str, language: str | None = ENGLISH) -> list[str]:
    """Return the terms of a text, in order; a language that nobody knows is taken for English."""
    terms: list[str] = _analyser(language or ENGLISH, stopwords=False).analyze(pair_signs(text))
    return terms


def question_terms(question: str, languages: Collection[str]) -> list[str]:
    """Return the terms to look for, each once: those of English first, then those of the other languages of the library."""
    terms = [term for word in search_terms(question) for term in analyse(word)] if ENGLISH in languages else []
    for language in sorted(set(languages) - {ENGLISH}):
        terms += content_terms(question, language)
    return list(dict.fromkeys(terms))


def question_phrases(question: str) -> list[list[str]]:
    """Return the dotted abbreviations of a question ("U.S.") as terms that stand side by side."""
    return [analyse(phrase) for phrase in abbreviations(question)]


def content_terms(text: str, language: str) -> list[str]:
    """Return the stems of the words of a text that carry meaning, in a language other than English, each once."""
    terms = _analyser(language, stopwords=True).analyze(pair_signs(text))
    return list(dict.fromkeys(filter(says_something, terms)))


@functools.cache
def _analyser(language: str, *, stopwords: bool) -> TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    name = _NAMES.get(language)
    builder = (
        TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(_LONGEST_WORD)).filter(Filter.lowercase())
    )
    if stopwords and name and language not in _WITHOUT_STOPWORDS:
        builder = builder.filter(Filter.stopword(name))
    if name is None:
        return builder.filter(Filter.ascii_fold()).build()
    if language == ENGLISH:
        return builder.filter(Filter.ascii_fold()).filter(Filter.stemmer(name)).build()
    # Other stemmers know endings by their accents: "inundação" and "inundações" have one stem only before they are folded.
    return builder.filter(Filter.stemmer(name)).filter(Filter.ascii_fold()).build()
