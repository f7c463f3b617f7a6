"""The names of months and weekdays in the languages of the world, and in which order they write a date (CLDR, by Babel).

A language is read when a date in it is asked for: the page's own first, the others only for words that it does not know.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError

LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "ru", "pl", "cs", "sv", "nb", "da", "fi", "hu", "ro", "el", "tr", "id", "uk", "bg",
    "hr", "sr", "sr_Latn", "sk", "sl", "lt", "lv", "et", "ca", "gl", "eu", "is", "sq", "mk", "af", "sw", "vi",
    "ar", "ar_LB", "fa", "he", "hi", "bn", "th", "de_AT",
)  # fmt: skip
"""Whose words are tried where the language of a date is not known, or does not know them."""

_SHORTEST_PREFIX = 3  # letters of a month that is shortened as nobody's norm has it
_Order = Literal["day first", "month first"]


@lru_cache(maxsize=1024)
def month_numbers(word: str, language: str | None) -> frozenset[int]:
    """Return the months, from 1, that a word names in a language, else in any: more than one where languages differ.

    Args:
        word: a name or an abbreviation in any case, without a full stop.
        language: such as "de" or "pt-BR"; None where nobody knows.
    """
    key = _fold(word)
    if language and (found := _months_of(_parse(language)).get(key) or _by_prefix(key, language)):
        return frozenset((found,))
    everywhere = (_months_of(name).get(key) for name in LANGUAGES)
    return frozenset(number for number in everywhere if number)


@lru_cache(maxsize=1024)
def is_weekday(word: str, language: str | None) -> bool:
    """Tell whether a word names a weekday in a language, else in any."""
    key = _fold(word)
    return any(key in _weekdays_of(name) for name in ((_parse(language),) if language else ())) or any(
        key in _weekdays_of(name) for name in LANGUAGES
    )


def order_of(language: str | None) -> _Order | None:
    """Return which number of a date comes first where the year is last; None where nobody can say.

    English without a region is written both ways, and where the year comes first the rest is not settled.
    """
    if not language or language.lower() == "en":
        return None
    name = _parse(language)
    if name is None:
        return None
    pattern = Locale.parse(name).date_formats["short"].pattern
    places = {letter: pattern.find(letter) for letter in "dMy"}
    if min(places.values()) < 0 or places["y"] < max(places["d"], places["M"]):
        return None
    return "day first" if places["d"] < places["M"] else "month first"


@lru_cache(maxsize=256)
def _parse(language: str | None) -> str | None:
    """Return the name of the locale that Babel has for a language, with its region where it has that."""
    parts = re.split(r"[-_]", language or "")
    for name in ("_".join((parts[0].lower(), parts[1].upper())) if len(parts) > 1 else "", parts[0].lower()):
        try:
            if name and Locale.parse(name):
                return name
        except (UnknownLocaleError, ValueError):
            continue
    return None


@lru_cache(maxsize=128)
def _months_of(name: str | None) -> dict[str, int]:
    if name is None:
        return {}
    words: dict[str, int] = {}
    for forms in _forms(name, "months"):
        for number, word in forms.items():
            words.setdefault(_fold(word), int(number))
    return {word: number for word, number in words.items() if word and not word.isdecimal()}


@lru_cache(maxsize=128)
def _weekdays_of(name: str | None) -> frozenset[str]:
    if name is None:
        return frozenset()
    return frozenset(
        part
        for forms in _forms(name, "days")
        for word in forms.values()
        for part in (_fold(word), *re.split(r"[\s-]+", _fold(word)))
    )


def _forms(name: str, kind: Literal["months", "days"]) -> Iterator[dict[int, str]]:
    locale = Locale.parse(name)
    contexts = locale.months if kind == "months" else locale.days
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            yield dict(contexts[context][width])


def _by_prefix(key: str, language: str) -> int | None:
    """Return the one month whose name begins so, for a shortened name."""
    if len(key) < _SHORTEST_PREFIX:
        return None
    found = {number for word, number in _months_of(_parse(language)).items() if word.startswith(key)}
    return found.pop() if len(found) == 1 else None


def _fold(word: str) -> str:
    """Return a word in the one form in which it is looked up: no case, no accents, no full stops."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn" or letter > "\u0900").strip(
        " .\u200f\u200e"
    )
