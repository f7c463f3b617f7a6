"""Which language a text is in (pure): what its source says, where that can be; else what the text shows.

Found with py3langid (github.com/adbar/py3langid, after Lui and Baldwin, "langid.py", ACL 2012), which comes with its model. Languages
are ISO 639-1 codes; None is a language that nobody knows.
"""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Collection
from pathlib import Path

from index.disk import storage_error

ENGLISH = "en"
_CODE = re.compile(r"^([a-z]{2})(?:[-_][A-Za-z0-9]+)*$", re.IGNORECASE)
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}
_LETTERS = re.compile(r"[^\W\d_]")
_FEWEST_LETTERS = 20  # of a sentence; fewer show no language
_FEWEST_LETTERS_OF_TEXT = 60  # of fewer one in ten texts of names and headlines would get a wrong one
_LOOKED_AT = 4000  # characters: more of them change nothing
_LETTERS_TO_CONTRADICT = 200  # so many letters are needed before a text is believed against what its source says
_CERTAIN = 14.0  # nats of the classifier between two languages, from which a sentence is certainly in the first


def normalise_language(declared: str | None) -> str | None:
    """Return the code of a declared language: ``en-GB`` as ``en``, Norwegian in one; None for what is no code."""
    found = _CODE.match((declared or "").strip())
    if found is None:
        return None
    code = found[1].lower()
    return _SAME.get(code, code)


def detect_language(text: str) -> str | None:
    """Return the language that a text shows, or None where it is too short to show one."""
    head = text[:_LOOKED_AT]
    if len(_LETTERS.findall(head)) < _FEWEST_LETTERS_OF_TEXT:
        return None
    code = str(_rank(head)[0][0])
    return _SAME.get(code, code)


def language_of(text: str, declared: str | None) -> str | None:
    """Return the language of an article: the declared one, unless both halves of a long text show another.

    Many sites declare English for whatever their system was delivered with.
    """
    stated = normalise_language(declared)
    if stated is None:
        return detect_language(text)
    if len(_LETTERS.findall(text[:_LOOKED_AT])) < _LETTERS_TO_CONTRADICT:
        return stated
    half = min(len(text), _LOOKED_AT) // 2
    shown = {detect_language(text[:half]), detect_language(text[half : 2 * half])}
    return shown.pop() or stated if len(shown) == 1 else stated


def is_certainly_not(language: str, text: str) -> bool:
    """Return whether a sentence shows clearly that it is in another language. Names of other languages in it do not."""
    if len(_LETTERS.findall(text)) < _FEWEST_LETTERS:
        return False
    # In lower case: a name in capitals would count for the language it comes from.
    scores = dict(_rank(text.casefold()))
    mine = max((score for code, score in scores.items() if _SAME.get(code, code) == language), default=float("-inf"))
    return max(scores.values()) - mine > _CERTAIN


def likeliest(text: str, among: Collection[str]) -> str:
    """Return the one of these languages that a short text is most probably in; at least one has to be given."""
    order = [_SAME.get(code, code) for code, _ in _rank(text.casefold())]
    return min(sorted(among), key=lambda code: order.index(code) if code in order else len(order))


@functools.lru_cache(maxsize=4096)
def _rank(text: str) -> list[tuple[str, float]]:
    import py3langid

    try:
        ranked: list[tuple[str, float]] = py3langid.rank(text)
    except OSError as error:  # at the first text it unpacks its model beside other temporary files
        folder = Path(tempfile.gettempdir())
        raise storage_error(f"The folder for temporary files {str(folder)!r}", folder, error) from error
    # It knows a few languages by three letters; no code here has so many, and no news comes in them.
    return [(code, score) for code, score in ranked if len(code) == 2]
