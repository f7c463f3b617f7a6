"""Whether a known answer stands in a text (pure): words are compared, after numbers, dates and names are written one way.

``$412 million`` and ``412m dollars``, ``five`` and ``5``, ``23 March 2031`` and ``2031-03-23``, ``U.S.`` and ``US``,
``25 per cent`` and ``25%`` are the same words. Nothing is fuzzy: ``34`` does not stand in ``340``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from index.text.calendar import MONTHS
from rag.language.number_words import SCALES, SMALL, SUFFIXES, TENS
from rag.language.tokens import fold, plain

_SHORT_MONTHS = {month[:3]: month for month in MONTHS} | {"sept": "september"}
_MONTH = "|".join([*MONTHS, *(rf"{short}\b\.?" for short in sorted(_SHORT_MONTHS, key=len, reverse=True))])
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?:t[\d:.]+(?:z|[+-]\d\d:\d\d)?)?\b")
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})(?![a-z])")
_MONTH_FIRST = re.compile(rf"\b({_MONTH}),? (\d{{1,2}}|\d{{4}})(?:st|nd|rd|th)?(?![\w])")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.\s?){2,}(?=\W|[^\W\d_]{2}|$)|\b(?:[^\W\d_]\.){1,}[^\W\d_]\b")
_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")
_AMOUNT = re.compile(
    r"(?P<sign>(?:us)?[$€£])?\s?(?<![\w.])(?P<digits>\d+(?:\.\d+)?)"
    rf"(?:[\s-]?(?P<scale>{'|'.join(SCALES)})s?\b|(?P<suffix>{'|'.join(sorted(SUFFIXES, key=len, reverse=True))})\b)?"
)
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|[$€£%]")
_SAME = {
    "dollar": "$",
    "dollars": "$",
    "euro": "€",
    "euros": "€",
    "pound": "£",
    "pounds": "£",
    "percent": "%",
    "percentage": "%",
}
_IDLE = frozenset(["a", "an", "the", "mr", "mrs", "ms", "dr"])


def normal_words(text: str) -> tuple[str, ...]:
    """Return the words of a text with numbers, dates and names written one way."""
    words = fold(plain(text)).replace("per cent", "percent")
    words = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", words)
    words = _ISO_DAY.sub(_write_day, words)
    words = _DAY_FIRST.sub(lambda found: f"{_whole_month(found[2])} {int(found[1])}", words)
    words = _MONTH_FIRST.sub(lambda found: f"{_whole_month(found[1])} {int(found[2])}", words)
    words = _INITIALS.sub(lambda found: re.sub(r"[\s.]", "", found.group()) + " ", words)
    words = re.sub(r"'s\b|(?<=s)'", "", words)
    words = _AMOUNT.sub(_write_amount, _ORDINAL.sub(r"\1", words))
    tokens = [_SAME.get(token, token) for token in _TOKEN.findall(words)]
    return tuple(_join_number_words([token for token in tokens if token not in _IDLE]))


def stands_in(answer: str, text: str) -> bool:
    """Return whether an answer's words stand in a text, one after the other."""
    return bool(_places(normal_words(answer), normal_words(text)))


def answers_stand_in(answers: Sequence[str], texts: Sequence[str], *, match: Literal["any", "all"]) -> bool:
    """Return whether any of the answers stands in one of the texts, or with ``all`` each of them in some text."""
    pages = [normal_words(text) for text in texts]
    found = [any(_places(normal_words(answer), page) for page in pages) for answer in answers]
    return all(found) if match == "all" else any(found)


def right_choices(choices: Sequence[str], answers: Sequence[str]) -> tuple[str, ...]:
    """Return the choices that are one of the answers."""
    wanted = {normal_words(answer) for answer in answers}
    return tuple(choice for choice in choices if normal_words(choice) in wanted)


def chooses_right(choices: Sequence[str], right: Sequence[str], text: str) -> bool:
    """Return whether a right choice stands in a text and no wrong one does.

    A choice that is part of a longer one does not stand where the longer one does.
    """
    page = normal_words(text)
    found = [
        (choice, start, start + length)
        for choice in choices
        for words in (normal_words(choice),)
        for start in _places(words, page)
        for length in (len(words),)
    ]
    named = {
        choice
        for choice, start, end in found
        if not any(low <= start and end <= high and high - low > end - start for _, low, high in found)
    }
    return bool(named) and named <= set(right)


def _places(words: Sequence[str], page: Sequence[str]) -> list[int]:
    size = len(words)
    if not size:
        return []
    return [place for place in range(len(page) - size + 1) if tuple(page[place : place + size]) == tuple(words)]


def _write_day(found: re.Match[str]) -> str:
    month = int(found[2])
    return f"{MONTHS[month - 1]} {int(found[3])} {found[1]}" if 1 <= month <= 12 else found.group()


def _whole_month(written: str) -> str:
    return _SHORT_MONTHS.get(written.rstrip("."), written)


def _write_amount(found: re.Match[str]) -> str:
    scale = SCALES.get(found["scale"] or "", 1) * SUFFIXES.get(found["suffix"] or "", 1)
    sign = f" {found['sign'][-1]}" if found["sign"] else ""
    return f" {_write_number(Decimal(found['digits']) * scale)}{sign} "


def _write_number(value: Decimal) -> str:
    return str(int(value)) if value == value.to_integral_value() else str(value.normalize())


def _join_number_words(tokens: Sequence[str]) -> list[str]:
    """Return the tokens with every run of number words as digits: ``two hundred five thousand`` is ``205000``."""
    joined: list[str] = []
    total, current = 0, 0
    before = ""  # the kind of the number word before, or nothing outside of a number
    for token in [*tokens, ""]:
        kind = _kind(token)
        if before and not _continues(before, kind):
            joined.append(str(total + current))
            total, current, before = 0, 0, ""
        if kind == "small" or kind == "tens":
            current += SMALL[token] if kind == "small" else TENS[token]
        elif kind == "hundred" and before:
            current *= 100
        elif kind == "scale" and before:
            total, current = total + current * SCALES[token], 0
        else:
            joined.append(token)
            continue
        before = kind
    return joined[:-1]


def _kind(word: str) -> str:
    if word in SMALL:
        return "small"
    if word in TENS:
        return "tens"
    return "hundred" if word == "hundred" else "scale" if word in SCALES else ""


def _continues(before: str, kind: str) -> bool:
    return kind in {
        "small": ("hundred", "scale"),
        "tens": ("small", "hundred", "scale"),
        "hundred": ("small", "tens", "scale"),
        "scale": ("small", "tens"),
    }.get(before, ())
