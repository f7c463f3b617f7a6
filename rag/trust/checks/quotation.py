"""Quotation marks stand only around words that are in the cited text."""

from __future__ import annotations

import re

from rag.language.tokens import plain
from rag.trust.checks.evidence import Evidence, Finding

# A single mark opens after a space and closes before one; that keeps "the ports' owner" and "the '90s" out.
_SINGLE = re.compile(r"(?:(?<=[\s(\"])|^)'(?=[^\W\d])([^'\"]{2,300}(?:'\w[^'\"]{0,300}){0,3})'(?!\w)")
_LEFT_OUT = re.compile(r"\[[^\[\]]{0,80}\]|\.{3,}")
_EDGES = " .,;:!?-'\""
_SHOWN = 60  # characters of altered words that a reason repeats
_MOST_FINDINGS = 10


def find_altered(claim: str, evidence: Evidence) -> list[Finding]:
    """Return a finding for each run of quoted words that the cited text does not have.

    Only the case of the first letter, the outer punctuation and what is marked as left out ("...", "[...]") may differ.
    """
    # A work is named in quotation marks as well, so the title may supply the words; the paragraph leaves a doubt.
    said = [_bare(line) for line in f"{evidence.text}\n{evidence.title or ''}".splitlines()]
    nearby = [_bare(line) for line in evidence.context.splitlines()]
    findings: list[Finding] = []
    for words in dict.fromkeys(quoted_words(claim)):
        pieces = [piece.strip(_EDGES) for piece in _LEFT_OUT.split(words)]
        if _all_stand(pieces, said):
            continue
        shown = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}..."
        if _all_stand(pieces, nearby):
            findings.append(
                Finding(f"the words in quotation marks stand near the quote, not in it: {shown}", "doubtful")
            )
        else:
            findings.append(Finding(f"the words in quotation marks are not in the quote: {shown}", "fatal"))
        if len(findings) == _MOST_FINDINGS:
            break
    return findings


def quoted_words(text: str) -> list[str]:
    """Return what stands between quotation marks. Without its closing mark a quotation runs to the end."""
    parts = plain(text).split('"')
    doubled = [part.strip() for part in parts[1::2]]
    single = [found for part in parts[::2] for found in _SINGLE.findall(part)]
    return [words for words in (*doubled, *single) if words.strip(_EDGES)]


def _all_stand(pieces: list[str], lines: list[str]) -> bool:
    return all(any(_stands_in(piece, line) for line in lines) for piece in pieces if piece)


def _bare(text: str) -> str:
    return " ".join(plain(text).replace('"', " ").split())


def _stands_in(piece: str, line: str) -> bool:
    piece = _bare(piece)
    for words in {piece, piece[:1].swapcase() + piece[1:]}:
        start = line.find(words)
        while start >= 0:
            end = start + len(words)
            if not (line[start - 1 : start].isalnum() or line[end : end + 1].isalnum()):
                return True
            start = line.find(words, start + 1)
    return False
