"""Pages that show only the beginning of an article to those who do not pay."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import html

_ASKS = re.compile(
    r"\b(?:subscribe|sign up|register|log ?in|sign in|become a (?:member|subscriber)|create an account)\b[^.!?]{0,40}\bto "
    r"(?:continue|keep|read|unlock|finish|get full access)|\bto (?:continue|keep) reading\b|\balready a subscriber\b"
    r"|\bunlock this (?:article|story)\b|\bthis (?:article|story|content) is (?:only |available )*(?:for|to|reserved for) "
    r"(?:our )?(?:paying )?(?:subscribers|members)|\bsuscr[ií]bete para (?:seguir|continuar|leer)"
    r"|\bpour lire la suite\b|\breserv[ée]e? aux abonn[ée]s|\babonn[ée]s? pour (?:lire|continuer)|\bjetzt weiterlesen\b",
    re.IGNORECASE,
)
_SIMPLE_SELECTOR = re.compile(r"([.#])([\w-]+)")

_FEWEST_WORDS_ASKED = 250  # a page that asks for money and has fewer words than this is a beginning
_FEWEST_WORDS_LOCKED = 100
_WHOLE = 0.6  # of the words that the page says the article has


def asks_for_money(tree: html.HtmlElement) -> bool:
    """Tell whether a page asks its reader to subscribe, register or log in for the rest; called before pruning."""
    return _ASKS.search(" ".join(tree.text_content().split())) is not None


def is_locked(tree: html.HtmlElement, record: Mapping[str, object]) -> bool:
    """Tell whether a page declares that its article is not free, and the part that is not free is not on it."""
    declared = str(record.get("isAccessibleForFree")).lower() in ("false", "no", "0")
    tier = tree.xpath("string((//meta[@property='article:content_tier' or @name='article:content_tier']/@content)[1])")
    if not declared and tier.lower() != "locked":
        return False
    parts = record.get("hasPart")
    part = parts[0] if isinstance(parts, list) and parts else parts
    selector = part.get("cssSelector") if isinstance(part, dict) else None
    match = _SIMPLE_SELECTOR.fullmatch(selector.strip()) if isinstance(selector, str) else None
    if match is None:
        return True
    attribute = "class" if match[1] == "." else "id"
    found = tree.xpath(f"//body//*[contains(concat(' ', @{attribute}, ' '), $name)]", name=f" {match[2]} ")
    return sum(len(element.text_content().split()) for element in found) < _FEWEST_WORDS_LOCKED


def is_stub(words: int, *, asks: bool, locked: bool, declared_words: object) -> bool:
    """Tell whether an article of so many words is only the beginning of one."""
    if not asks and not locked:
        return False
    if isinstance(declared_words, int | str) and str(declared_words).isdecimal() and int(declared_words) > 0:
        return words < _WHOLE * int(declared_words)
    return words < (_FEWEST_WORDS_ASKED if asks else _FEWEST_WORDS_LOCKED)
