"""Quotation marks stand only around words that are in the cited text, and speech keeps its speaker."""

from __future__ import annotations

import re

from rag.checks.evidence import Evidence, Finding
from rag.checks.names import find_names
from rag.checks.words import fold, plain

_QUOTED = re.compile(r'"([^"]{2,500})"')
_SPEECH = (
    r"(?:said|says|told|warned|announced|added|argued|claimed|according to|insisted|promised|denied|asked|called|wrote)"
)
_SPEAKER_FIRST = re.compile(rf"^(?P<who>[^,;\"]{{2,80}}?),?\s+{_SPEECH}\b")
_SPEAKER_LAST = re.compile(
    rf"(?:,|\")\s*(?:{_SPEECH}\s+(?P<after>[A-Z][^,;.\"]{{1,80}})|(?P<before>[A-Z][^,;.\"]{{1,80}}?)\s+{_SPEECH})\b"
)


def check_speech(claim: str, evidence: Evidence) -> list[Finding]:
    """Return a finding for quotation marks around other words than the text's, and for a speaker it does not name."""
    text, around = _comparable(evidence.text), _comparable(f"{evidence.text}\n{evidence.surroundings}")
    findings = [
        Finding(f"the words in quotation marks are not in the quote: {words[:60]}", "fatal")
        for words in _QUOTED.findall(plain(claim))
        if _comparable(words).strip(" .,;:!?") not in text
    ]
    match = _SPEAKER_FIRST.search(plain(claim)) or _SPEAKER_LAST.search(plain(claim))
    if match:
        who = next(value for value in match.groupdict().values() if value)
        for name in find_names(f"- {who}"):
            if fold(name.split()[-1]) not in around:
                findings.append(Finding(f"the quote does not give {name} as the speaker", "fatal"))
    return findings


def _comparable(text: str) -> str:
    return fold(plain(text)).replace("'", "").replace('"', "")
