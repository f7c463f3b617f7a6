"""Who wrote an article: people, each once, never an address, a number or the outlet itself where a person is named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from lxml import html

_BYLINE = re.compile(
    r"^(?:by|von|vom|por|par|di|door|av|af|van|de|text|texte|words by|written by|reported by|autor(?:in)?|author)\b:?\s+",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:[,;|/·•\n]|\s(?:and|und|y|e|et|en|og|och|ja|i|a|ve|&|with|mit)\s)\s*")
_IN_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\].]?\s*$")
_ADDRESS = re.compile(r"@|https?:|www\.|\w\.(?:com|org|net|de|fr|lt|eu|info|tv|co)\b|^/", re.IGNORECASE)
_IS_ADDRESS = re.compile(r"(?:https?:|www\.|//)\S*$|\S+@\S+$", re.IGNORECASE)
_NO_NAME = re.compile(
    r"^(?:none|null|unknown|admin|administrator|editor|editors?|editorial|staff|redaktion|redaccion|redacción|redazione|rédaction|news|nachrichten|webmaster|undefined|author|autor|user)$"
    r"|\d{3,}|\b(?:professor|profesorius|reporter|correspondent|editor at|university|universiteto|developer)\b",
    re.IGNORECASE,
)
_PARTICLES = frozenset("de da do dos del della di du der den van von zu bin al el la le y e ten ter af av".split())
_LONGEST = 60  # characters of a name
_MOST_WORDS = 6
_SHOWN = (
    "//*[@rel='author'] | //*[@itemprop='author']//*[@itemprop='name'] | //*[@itemprop='author'][not(.//*[@itemprop='name'])]"
    " | //*[contains(concat(' ', normalize-space(@class), ' '), ' author ') or contains(@class, 'author-name') or contains(@class, 'author__name')"
    " or contains(@class, 'byline') or contains(@class, 'AuthorName')]"
)
_LONGEST_BYLINE = 120
_MOST_PEOPLE = 20


def find_authors(stated: Iterable[object], page: html.HtmlElement, outlets: Sequence[str | None]) -> str | None:
    """Return the names of those who wrote an article, parted by commas, or None where nobody is named.

    Args:
        stated: what JSON-LD and meta tags state, the likelier first.
        page: the page, whose byline is read where those name no person.
        outlets: names of the outlet: one that is the only author is kept only where no person is shown.
    """
    houses = {_fold(outlet) for outlet in outlets if outlet}
    house: str | None = None
    for value in stated:
        names = [name for words in _strings(value) for name in split_names(words)]
        people = [name for name in names if not _is_house(name, houses)]
        if people:
            return _join(people)
        house = house or (names[0] if names else None)
    for element in page.xpath(_SHOWN):
        words = " ".join(element.text_content().split())
        if not words or len(words) > _LONGEST_BYLINE:
            continue
        people = [name for name in split_names(words) if not _is_house(name, houses) and _reads_as_person(name)]
        if people:
            return _join(people)
    return house


def split_names(words: str) -> list[str]:
    """Return the names in a byline: without "By", what stands in brackets, addresses, numbers and descriptions."""
    if _IS_ADDRESS.match(words.strip()):
        return []
    byline = _BYLINE.sub("", " ".join(words.split()))
    parts = (_IN_BRACKETS.sub("", part).strip(" .:-–—*") for part in _BETWEEN.split(byline))
    return [
        part
        for part in parts
        if part and len(part) <= _LONGEST and not _ADDRESS.search(part) and not _NO_NAME.search(part)
    ]


def _join(names: list[str]) -> str:
    return ", ".join(list(dict.fromkeys(names))[:_MOST_PEOPLE])


def _strings(value: object) -> list[str]:
    """Return the names in what JSON-LD allows for an author: a string, an object with a name, lists of these."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return _strings(value.get("name"))
    if isinstance(value, list | tuple):
        return [name for item in value for name in _strings(item)]
    return []


def _is_house(name: str, houses: set[str]) -> bool:
    key = _fold(name)
    return any(key in house or house in key for house in houses if house) or not key


def _reads_as_person(name: str) -> bool:
    """Tell whether words found on a page, rather than stated, can be a name: few, and each with a capital."""
    words = name.split()
    capital = all(not word[0].isalpha() or not word[0].islower() or word in _PARTICLES for word in words)
    return 2 <= len(words) <= _MOST_WORDS and capital and not any(letter.isdigit() for letter in name)


def _fold(words: str) -> str:
    letters = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in letters if letter.isalnum())
