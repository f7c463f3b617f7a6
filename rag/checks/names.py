"""Every name of a claim must stand in the cited words, or in what surrounds them when they point at it."""

from __future__ import annotations

import re

from index.lexical import STOPWORDS
from rag.checks.days import find_days
from rag.checks.evidence import Evidence, Finding
from rag.checks.words import Token, fold, tokens

_ALIASES = {
    "us": ("united states", "american", "washington"),
    "uk": ("united kingdom", "british", "britain"),
    "un": ("united nations",),
    "eu": ("european union",),
}
_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "president",
        "minister",
        "mayor",
        "judge",
        "general",
        "gen",
        "lt",
        "col",
        "capt",
        "sgt",
        "sen",
        "rep",
        "prof",
        "sir",
        "the",
    ]
)
# What may stand in a quote in place of a name that the paragraph or the title gives.
_POINTS_BACK = re.compile(r"\b(?:he|she|it|they|his|her|its|their|him|them|the)\b", re.IGNORECASE)


def check_names(claim: str, evidence: Evidence) -> list[Finding]:
    """Return a finding for each name of the claim that the cited words do not give.

    A name found nowhere is fatal. One that only the paragraph, title or byline gives is fine when the quote points
    back ("she", "the company"), else doubtful.
    """
    quoted = _searchable(evidence.text)
    around = _searchable(evidence.surroundings)
    points_back = bool(_POINTS_BACK.search(evidence.text))
    findings: list[Finding] = []
    for name in find_names(claim):
        if _stands_in(name, quoted):
            continue
        if not _stands_in(name, around):
            findings.append(Finding(f"the quote does not name {name}", "fatal"))
        elif not points_back:
            findings.append(Finding(f"{name} stands near the quote, not in it", "doubtful"))
    return findings


def find_names(text: str) -> list[str]:
    """Return the capitalised names of a text, each once. A word that only begins a sentence counts as a name when it is
    followed by another capitalised word or is an abbreviation.
    """
    stream = tokens(text)
    dated = {place for day in find_days(stream) for place in range(day.first, day.last)}
    names: list[str] = []
    run: list[Token] = []
    for place, token in enumerate(stream):
        if place not in dated and _is_capital_word(token):
            run.append(token)
            continue
        if (
            run
            and token.text in {".", "-", "'"}
            and place + 1 < len(stream)
            and _is_capital_word(stream[place + 1])
            and (len(run[-1].text) == 1 or token.text != "." or run[-1].folded in _TITLES)
        ):
            continue  # inside "J. Okafor", "Gen. Dray", "Al-Amin"
        _close(run, names, stream)
        run = []
    _close(run, names, stream)
    return list(dict.fromkeys(names))


def _close(run: list[Token], names: list[str], stream: tuple[Token, ...]) -> None:
    kept = [token for token in run if token.folded not in _TITLES]
    first_of_sentence = bool(run) and (run[0] is stream[0] or _follows_end(run[0], stream))
    if first_of_sentence and len(run) == 1 and not _looks_like_name(run[0]):
        return
    while kept and kept[0].folded in STOPWORDS:
        kept = kept[1:]
    if kept:
        names.append(" ".join(token.text.removesuffix("'s") for token in kept))


def _follows_end(token: Token, stream: tuple[Token, ...]) -> bool:
    before = [other for other in stream if other.end <= token.start]
    return bool(before) and before[-1].text in {".", "!", "?", '"', ":"}


def _looks_like_name(token: Token) -> bool:
    return "." in token.text or (len(token.text) > 1 and token.text.isupper()) or token.text.endswith("'s")


def _is_capital_word(token: Token) -> bool:
    return token.is_word and token.is_capital and token.text != "I"


def _searchable(text: str) -> str:
    words = " ".join(token.folded.replace(".", "") for token in tokens(text))
    return f" {words} "


def _stands_in(name: str, text: str) -> bool:
    """Whether the last word of a name stands there, with no other first name; or an alias of it does."""
    words = [fold(word).replace(".", "") for word in name.split()]
    joined = " ".join(words)
    if f" {joined} " in text or (joined in _ALIASES and any(f" {alias} " in text for alias in _ALIASES[joined])):
        return True
    if any(joined in names and f" {short} " in text for short, names in _ALIASES.items()):
        return True
    if len(words) > 1 and f" {words[-1]} " in text and (len(words[0]) == 1 or f" {words[0]} " in text):
        return True
    return all(f" {word} " in text or f" {word}s " in text or f" {word.removesuffix('s')} " in text for word in words)
