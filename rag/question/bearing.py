"""The bearer before the value (pure): words can answer only where their article speaks of those that the question names.

Asked for the pupils of one school, the pupils of another are no answer, however well the sentence fits otherwise. Names are compared
word by word: folded, places with their peoples, well-known bodies with their other names, with typing errors forgiven.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from rag.answer_types import Candidate
from rag.language.names import TITLES
from rag.language.places import aliases, is_same_place
from rag.language.tokens import fold, tokens
from rag.query_types import Bearer

_FORGIVEN_FROM = 5  # letters of a word from which one wrong letter is forgiven
_FORGIVEN_TWICE_FROM = 9
_GENITIVE_FROM = 3
_NOT_BORNE = 0.15  # what a candidate counts, for each name that its article does not speak of
_FAR = 0.85  # the same for a name that stands elsewhere in the article
_LEAD = 400  # characters in which news says of whom it is


def weigh_bearing(bearers: Sequence[Bearer], candidate: Candidate) -> float:
    """Return what a candidate counts, 0 to 1: all where its passage, its headline or the first lines of its article speak of every name."""
    weight = 1.0
    if not bearers:
        return weight
    near = _words(f"{candidate.title}\n{candidate.article.text[:_LEAD]}\n{candidate.around}")
    whole = _words(candidate.article.text)
    for name in bearers:
        if not _stands(name, near | whole):
            weight *= _NOT_BORNE
        elif not _stands(name, near) and not any(_is_there(word, near) for word in _telling(name)):
            weight *= _FAR
    return weight


def is_opened_with(bearers: Sequence[Bearer], title: str, text: str) -> bool:
    """Return whether headline and first lines of an article speak of every name: an article that mentions one further down is not about it."""
    opening = _words(f"{title}\n{text[:_LEAD]}")
    return all(_stands(name, opening) or _is_there(_telling(name)[-1], opening) for name in bearers)


def speaks_of(bearers: Sequence[Bearer], text: str) -> bool:
    """Return whether a text speaks of every name."""
    there = _words(text)
    return all(_stands(name, there) for name in bearers)


def absent_names(bearers: Sequence[Bearer], count: Callable[[str], int]) -> tuple[str, ...]:
    """Return the names of which a word stands in no article.

    Args:
        count: returns in how many passages a word stands.
    """
    return tuple(name.text for name in bearers if any(count(word) == 0 for word in _telling(name)))


def _stands(name: Bearer, there: frozenset[str]) -> bool:
    """Return whether every telling word of a name is there, or another name of it."""
    folded = " ".join(name.words)
    if any(all(word in there for word in alias.split()) for alias in aliases(folded)):
        return True
    return all(_is_there(word, there) for word in _telling(name))


def _telling(name: Bearer) -> list[str]:
    """Return the words of a name without initials and titles; all of them where nothing else is left."""
    words = [word for word in name.words if len(word) > 1 and word not in TITLES]
    return words or list(name.words)


@lru_cache(maxsize=20_000)
def _is_there(word: str, there: frozenset[str]) -> bool:
    # "GSKs", "Boeings": the plural or the genitive of a name without its apostrophe.
    if word in there or (len(word) > _GENITIVE_FROM and word.endswith("s") and word[:-1] in there):
        return True
    errors = (len(word) >= _FORGIVEN_FROM) + (len(word) >= _FORGIVEN_TWICE_FROM)
    for other in there:
        if is_same_place(word, other):
            return True
        near = errors and other[:1] == word[:1] and abs(len(other) - len(word)) <= errors
        if near and DamerauLevenshtein.distance(word, other, score_cutoff=errors) <= errors:
            return True
    return False


@lru_cache(maxsize=512)
def _words(text: str) -> frozenset[str]:
    return frozenset(fold(part).replace(".", "").removesuffix("'s").removesuffix("’s") for part in _split(text))


def _split(text: str) -> list[str]:
    return [token.text for token in tokens(text) if token.is_word or token.is_number]
