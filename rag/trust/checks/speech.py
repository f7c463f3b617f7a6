"""Quotation marks stand only around words that are in the cited text, and speech keeps its speaker."""

from __future__ import annotations

from rag.trust.checks.attribution import find_dropped_speaker, find_misattributed
from rag.trust.checks.evidence import Evidence, Finding
from rag.trust.checks.quotation import find_altered


def check_speech(claim: str, evidence: Evidence) -> list[Finding]:
    """Return a finding for quotation marks around other words than the text's, and for a speaker it does not give.

    Altered words and another speaker are fatal; words whose speaker is not to be seen are doubtful; a speaker who was left out
    is noted.
    """
    return [
        *find_altered(claim, evidence),
        *find_misattributed(claim, evidence),
        *find_dropped_speaker(claim, evidence),
    ]
