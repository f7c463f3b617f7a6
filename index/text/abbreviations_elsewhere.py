"""Which full stops of texts that are not English end no sentence, though the segmenter proposes it (pure).

Only what ``sentencex`` 1.0.32 is known to break wrongly in French, German, Italian, Portuguese and Spanish news.
"""

from __future__ import annotations

import re

_LOOK_BACK = 40  # code points


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a name or a number follows, as it is written.
_BEFORE_NAMES = {
    "de": _words("Dr Prof Hr Fr St Nr Abs Art Bd Dipl Ing"),
    "es": _words("Sr Sra Sres Srta Dr Dra D Dª Dña Gral Mons Lic núm pág art"),
    "fr": _words("M MM Mme Mmes Mlle Mlles Me Dr Pr Mgr St Ste art av"),
    "it": _words("sig sigg dott prof avv ing geom arch on sen mons gen col cap art Sig Dott Prof Avv Ing On Sen Mons"),
    "pt": _words("Sr Sra Srs Dr Dra Drs Prof Eng Arq D Gen Cor art"),
}
_LAST_WORD = re.compile(r"([^\W\d_]+)\.\s*$")
_INITIAL = re.compile(r"(?:^|[\s(\[«„“\"'’-])[^\W\d_a-z]\.\s*$")
# "Der 2. Weltkrieg", "am 3. Mai": a small number after an article or a preposition is an ordinal.
_ORDINAL = re.compile(
    r"\b(?:der|die|das|dem|den|des|am|im|vom|zum|beim|zur|bis|ab|seit|und|sein|ihr|ihren)\s+\d{1,2}\.\s*$",
    re.IGNORECASE,
)


def is_no_end(flat: str, last: int, start: int, language: str) -> bool:
    """Tell whether no sentence ends at ``start``, though one was proposed there.

    Args:
        flat: text in which white space is plain spaces.
        last: where the sentence before begins.
        start: where the next would begin.
        language: ISO 639-1.
    """
    before = flat[max(last, start - _LOOK_BACK) : start]
    if flat[start : start + 1].islower() and before.rstrip().endswith("."):
        return True
    word = _LAST_WORD.search(before)
    if word and word.group(1) in _BEFORE_NAMES.get(language, frozenset()):
        return True
    if language in _BEFORE_NAMES and _INITIAL.search(before):
        return True
    return language == "de" and _ORDINAL.search(before) is not None
