"""A model's draft to sentences with markers. Nothing the model wrote is trusted: markers are bound-checked here.

Two forms are understood: the one asked for, a line that begins with its markers (``[1][3] The sale ...``), and the one
remote models fall back on, markers at the end of a sentence (``The sale ... [1, 3].``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.errors import ModelUnavailable
from index.text.sentences import split_sentences
from rag.answer_types import Draft
from rag.models.grammar import REFUSAL

_MARKER = re.compile(r"\[(\d{1,4}(?:\s*[,;]\s*\d{1,4}){0,20})\]")
_FOREIGN_MARKER = re.compile(r"【\d{1,4}[^】\n]{0,40}】|\[\^?\d{1,4}\]")
# What no reader can see and no JSON can hold: control characters but the line break, and halves of characters.
_UNSHOWN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_BULLET = re.compile(r"^\s{0,8}(?:[-*•]|\d{1,3}[.)])\s+")


def draft_sentences(pieces: Iterable[str], *, quotes: int) -> Iterator[Draft]:
    """Yield the sentences of a draft as the model completes them; none at all means that it refused.

    Args:
        pieces: of the draft, as they come.
        quotes: how many quotes there are.

    Raises:
        ModelError: the model could not answer, or stopped in the middle.
    """
    seen: set[str] = set()
    refused = whole = False
    for line in read_lines(_shown(piece) for piece in pieces):
        refused = refused or is_refusal(line)
        whole = whole or bool(line.strip())
        for draft in parse_line(line, quotes=quotes):
            # Small models repeat themselves at the end of what they know.
            if draft.text.casefold() not in seen:
                seen.add(draft.text.casefold())
                yield draft
    if not seen and not refused:
        # It is no refusal: whoever broke off in the first sentence, or wrote none, has not said that the quotes do not answer.
        said = "nothing that is a sentence" if whole else "no whole sentence"
        raise ModelUnavailable(
            f"The model wrote {said}.", hint="Ask again, or give it more room: CITEWIRE_ANSWER_MAXIMUM_TOKENS."
        )


def read_lines(pieces: Iterable[str]) -> Iterator[str]:
    """Yield whole lines as the pieces of a stream complete them."""
    rest = ""
    for piece in pieces:
        rest += piece
        *lines, rest = rest.split("\n")
        yield from lines
    # A draft that was cut off ends in half a sentence: nobody should read that.
    if is_refusal(rest) or re.search(r"[.!?][\"'”’)\]]{0,3}(?:\s*\[[\d,;\s]{1,60}\])*\s*$", rest):
        yield rest


def parse_line(line: str, *, quotes: int) -> list[Draft]:
    """Return the sentences of one line, each with the quotes it points at.

    Args:
        line: one line of a draft.
        quotes: how many quotes there are: markers outside 1..quotes are refused and kept as such.
    """
    line = _BULLET.sub("", line.strip())
    if not line or line.strip(" .*").upper() == REFUSAL:
        return []
    leading = re.match(r"(?:" + _MARKER.pattern + r"[\s,]*)+", line)
    if leading:
        numbers = _numbers(leading.group())
        rest = line[leading.end() :]
        return [draft for draft in _parse_trailing(rest, quotes=quotes, inherited=numbers) if draft.text]
    return [draft for draft in _parse_trailing(line, quotes=quotes, inherited=()) if draft.text]


def is_refusal(text: str) -> bool:
    """Return whether a whole draft says nothing but that the quotes do not answer."""
    return text.strip(" \n.*`\"'").upper() == REFUSAL


def _shown(piece: str) -> str:
    return _UNSHOWN.sub(" ", piece)


def _parse_trailing(text: str, *, quotes: int, inherited: tuple[int, ...]) -> list[Draft]:
    # "... the sale [1]." and "... the sale. [1] Next" both belong to the sentence before the marker.
    text = re.sub(r"([.!?][\"'”’]?)\s*((?:\[[\d,;\s]{1,60}\]\s{0,4})+)", r" \2\1 ", text)
    drafts: list[Draft] = []
    for span in split_sentences(text.strip()):
        sentence = span.slice(text.strip())
        numbers = tuple(dict.fromkeys([*inherited, *_numbers(sentence)]))
        clean = _FOREIGN_MARKER.sub("", _MARKER.sub("", sentence))
        clean = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(clean.split()))
        if any(character.isalnum() for character in clean):
            valid = tuple(number for number in numbers if 1 <= number <= quotes)
            refused = tuple(number for number in numbers if not 1 <= number <= quotes)
            drafts.append(Draft(text=clean, markers=valid, refused_markers=refused))
    return drafts


def _numbers(text: str) -> tuple[int, ...]:
    found = [int(number) for group in _MARKER.findall(text) for number in re.findall(r"\d+", group)]
    return tuple(dict.fromkeys(found))
