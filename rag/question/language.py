"""In which of the library's languages a question is asked (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from index.text.languages import ENGLISH, detect_language, likeliest


def question_language(question: str, languages: Sequence[str]) -> str:
    """Return the likeliest of the languages that articles are written in, or that the question clearly shows itself.

    Args:
        languages: those of the library; where English is the only one, every question counts as English.
    """
    if not set(languages) - {ENGLISH}:
        return ENGLISH
    return likeliest(question, {*languages, ENGLISH, *filter(None, [detect_language(question)])})
