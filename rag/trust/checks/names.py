"""Every name of a claim must stand in the cited words, or in what surrounds them when they point at it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

from rag.language.names import Words, find_runs
from rag.language.places import aliases, is_same_place
from rag.language.pointing import POINTS_AT_THE_KNOWN
from rag.language.tokens import Token, tokens
from rag.trust.checks.evidence import Evidence, Finding

# What may stand in a quote in place of a name that the paragraph or the title gives.
_POINTS_BACK = POINTS_AT_THE_KNOWN
_JOINTS = frozenset("of for and the on".split())
_MOST_FINDINGS = 10  # more reasons than these help nobody, and bound the work on a text made of names

_Standing = Literal["stands", "shorter", "other", "absent"]


@dataclass(frozen=True, slots=True)
class _Source:
    """The names and words of a text, ready to be looked up.

    Attributes:
        searchable: its folded words, one space between, a space at both ends.
        runs: its names, word by word, by their last word.
        acronyms: its words in capitals, without dots.
        stream: its tokens.
    """

    searchable: str
    words: frozenset[str]
    runs: frozenset[Words]
    by_word: dict[str, list[Words]]
    acronyms: frozenset[str]
    stream: tuple[Token, ...]


def check_names(claim: str, evidence: Evidence) -> list[Finding]:
    """Return a finding for each name of the claim that the cited words do not give.

    A name found nowhere is fatal, and so is one whose surname has another first name there. One that only the
    paragraph, title or byline gives is fine when the quote points back ("she", "the company"), else doubtful.
    """
    names = dict.fromkeys((name.text, name.words) for name in find_runs(tokens(claim)))
    if not names:
        return []
    quoted = _read(evidence.text)
    everything = _read(f"{evidence.text}\n{evidence.surroundings}")
    points_back = bool(_POINTS_BACK.search(evidence.text))
    findings: list[Finding] = []
    for text, words in names:
        if _look_up(words, text, quoted) == "stands":
            continue
        standing = _look_up(words, text, everything)
        if standing == "stands" and not points_back:
            findings.append(Finding(f"{text} stands near the quote, not in it", "doubtful"))
        elif standing == "shorter":
            findings.append(Finding(f"the quote gives only part of the name {text}", "doubtful"))
        elif standing in ("other", "absent"):
            findings.append(Finding(f"the quote does not name {text}", "fatal"))
        if len(findings) == _MOST_FINDINGS:
            break
    return findings


@functools.lru_cache(maxsize=64)
def _read(text: str) -> _Source:
    stream = tuple(token for line in text.splitlines() for token in tokens(line))
    words = [token.folded.replace(".", "") for token in stream if token.is_word or token.is_number]
    runs = frozenset(name.words for line in text.splitlines() for name in find_runs(tokens(line)))
    by_word: dict[str, list[Words]] = {}
    for run in runs:
        for word in set(run):
            by_word.setdefault(word, []).append(run)
    acronyms = {token.folded.replace(".", "") for token in stream if _is_acronym(token)}
    return _Source(f" {' '.join(words)} ", frozenset(words), runs, by_word, frozenset(acronyms), stream)


def _is_acronym(token: Token) -> bool:
    return token.is_word and len(token.text) > 1 and token.text.replace(".", "").isupper()


def _look_up(words: Words, text: str, source: _Source) -> _Standing:
    """Return how a name stands in a text: as it is, in part, with another first name, or not at all."""
    joined = " ".join(words)
    if len(words) == 1 and len(words[0]) > 1 and text.replace(".", "").isupper() and len(words[0]) <= 5:
        return "stands" if _stands_acronym(words[0], source) else "absent"
    if f" {joined} " in source.searchable or any(f" {alias} " in source.searchable for alias in aliases(joined)):
        return "stands"
    if len(words) == 1:
        return "stands" if any(is_same_place(words[0], word) for word in source.words) else "absent"
    if (
        any(alias in source.acronyms for alias in aliases(joined))
        or "".join(word[:1] for word in words) in source.acronyms
    ):
        return "stands"
    if _is_within(words, source) or _is_joined(words, source):
        return "stands"
    return _part(words, source)


def _stands_acronym(acronym: str, source: _Source) -> bool:
    """Return whether an acronym stands there, by an alias, or as the initials of a name ("Central Bank of Valmora")."""
    if acronym in source.acronyms or any(f" {alias} " in source.searchable for alias in aliases(acronym)):
        return True
    if any(is_same_place(acronym, word) for word in source.words - {acronym}):
        return True
    initials = [token for token in source.stream if token.is_word and (token.is_capital or token.folded not in _JOINTS)]
    letters = "".join(token.text[0] if token.is_capital else " " for token in initials).casefold()
    return len(acronym) > 1 and acronym in letters


def _is_within(words: Words, source: _Source) -> bool:
    """Return whether the words stand in this order within one name, an initial standing for a first name."""
    runs = source.by_word.get(words[-1], [])
    return any(_is_subsequence(words, run) for run in runs)


def _is_subsequence(words: Words, run: Words) -> bool:
    rest = iter(run)
    return all(any(_is_alike(word, other) for other in rest) for word in words)


def _is_alike(word: str, other: str) -> bool:
    return word == other or (1 in (len(word), len(other)) and word[:1] == other[:1])


def _is_joined(words: Words, source: _Source) -> bool:
    """Return whether the words are two names one after the other, each of which is a whole name there.

    "Ines Portela" is not, where "Ines Valdarrama" and "Carlos Portela" stand.
    """
    for cut in range(1, len(words)):
        pieces = (words[:cut], words[cut:])
        if all(_is_whole(piece, source) for piece in pieces):
            return True
    return False


def _is_whole(words: Words, source: _Source) -> bool:
    if words in source.runs or (len(words) > 1 and _is_within(words, source)):
        return True
    # A common noun with a capital ("Economy Ministry") or a people ("Valmoran Governor") is no part of a person's name.
    in_names = words[0] in source.by_word
    return len(words) == 1 and not in_names and any(is_same_place(words[0], word) for word in source.words)


def _part(words: Words, source: _Source) -> _Standing:
    surname = [run for run in source.by_word.get(words[-1], []) if run[-1] == words[-1]]
    if any(len(run) > 1 and not _is_alike(run[0], words[0]) for run in surname):
        return "other"
    if surname or any(words[:cut] in source.runs for cut in range(len(words) - 1, 0, -1)):
        return "shorter"
    return "absent"
