"""Raw text -> the canonical text that offsets refer to.

What cannot be seen is taken out, because a reader checks a quote by looking at it: zero-width and
bidirectional controls, soft hyphens, Unicode tag characters and ideographic variation selectors can carry
words that nobody sees. Joiners stay where they shape what is seen: inside emoji, and between letters of
scripts that need them.
"""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028]")
_PARAGRAPH_SEPARATOR = "\u2029"
_SURROGATES = re.compile("[\ud800-\udfff]")

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # C0 and C1 controls; tab and line feed are handled below
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # soft hyphen, fillers
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width and bidirectional controls
    "\ufe00-\ufe0d\ufff0-\ufffb\ufffe\uffff"  # variation selectors, annotations, noncharacters
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # musical controls, tags, more variation selectors
    "]+"
)
_JOINERS = re.compile("[\u200c\u200d\ufe0e\ufe0f]+")
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]+")
_SPACE_AT_LINE_END = re.compile(" ?\n ?")
_MANY_LINE_ENDS = re.compile("\n{3,}")

# Arabic and the scripts after it; Latin, Greek, Cyrillic and Hebrew need no joiner.
_FIRST_JOINING_SCRIPT = 0x0600
_FIRST_EMOJI = 0x1F000
_KEYCAP = "\u20e3"


def canonical_text(text: str) -> str:
    r"""Return ``text`` in the one form that is stored, hashed and sliced. Doing it twice changes nothing.

    Unicode NFC; line ends are ``\n`` and at most two follow each other; runs of any spaces are one plain
    space, none stands at either end of a line; invisible characters are gone; halves of surrogate pairs,
    which no file can hold, become U+FFFD.
    """
    text = _LINE_ENDS.sub("\n", text).replace(_PARAGRAPH_SEPARATOR, "\n\n")
    text = _SURROGATES.sub("\ufffd", text)
    # Invisible characters go before NFC: one between a letter and its accent would keep them from composing.
    text = _INVISIBLE.sub("", text)
    text = _JOINERS.sub(_keep_joiners, text)
    text = unicodedata.normalize("NFC", text)
    text = _SPACES.sub(" ", text)
    text = _SPACE_AT_LINE_END.sub("\n", text)
    return _MANY_LINE_ENDS.sub("\n\n", text).strip(" \n")


def canonical_line(text: str | None) -> str | None:
    """Return a title, an outlet or a name as one canonical line, or None where nothing is left of it."""
    return " ".join(canonical_text(text or "").split()) or None


def _keep_joiners(match: re.Match[str]) -> str:
    """Return the run of joiners and variation selectors where it shapes its neighbours, else nothing."""
    run, text = match.group(), match.string
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    if run in ("\ufe0e", "\ufe0f"):
        return run if _is_symbol(before) or after == _KEYCAP else ""
    if run in ("\u200d", "\ufe0f\u200d") and _is_symbol(before) and _is_symbol(after):
        return run
    if run in ("\u200c", "\u200d"):
        return run if _is_joining_letter(before) and _is_joining_letter(after) else ""
    return ""


def _is_symbol(character: str) -> bool:
    """Tell whether ``character`` is an emoji, one of its skin tones, or a sign that has an emoji form."""
    if not character:
        return False
    category = unicodedata.category(character)
    return category == "So" or (category == "Sk" and ord(character) >= _FIRST_EMOJI) or character in "↔⁉‼〰"


def _is_joining_letter(character: str) -> bool:
    if not character or ord(character) < _FIRST_JOINING_SCRIPT:
        return False
    return unicodedata.category(character) in ("Lo", "Mn", "Mc")
