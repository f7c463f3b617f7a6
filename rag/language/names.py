"""Text -> the capitalised names in it, word by word."""

from __future__ import annotations

from dataclasses import dataclass

from index.text.lexical import STOPWORDS
from rag.language.days import find_days
from rag.language.tokens import Token

Words = tuple[str, ...]

TITLES = frozenset(
    """mr mrs ms dr president minister mayor judge general gen lt col capt captain commander sgt sen senator rep prof
    professor sir the prime governor gov chancellor ambassador king queen prince chief lord lady director chairman mp mps mep meps ceo ceos""".split()
)
_PARTICLES = frozenset("de da do di du del della van von der den bin ibn al el la le dos das y".split())
_AFTER_THESE_A_SENTENCE_BEGINS = frozenset('.!?:;"(*#¿¡')
_MOST_WORDS = 12  # a longer run of capitals is shouting, and is read in pieces
# Words that often begin a sentence and name nobody.
_COMMON = frozenset(
    """police officials parliament congress government inflation unemployment traffic growth trade oil gas water food
    according however meanwhile earlier later moreover although though yesterday today tomorrow nobody someone everyone
    people two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen twenty thirty forty
    fifty sixty seventy eighty ninety one hundred thousand many several another nothing yet still instead since despite
    unlike without within among around like even never perhaps neither either because unless until yes thanks given
    besides half nearly almost meantime management staff work rain fire data business industry""".split()
)
_COMMON_ENDINGS = ("tion", "ment", "ness", "ity", "ing", "ly", "ance", "ence", "ism", "ship")
# What only somebody does: a lone capitalised word before one of these is taken for a name.
_AGENT_VERBS = frozenset(
    """said says told warned added argued insisted replied wrote spoke objected met resigned agreed refused denied accused
    asked visited signed announced voted rejected approved declined admitted sued bought opposes supports
    apologised apologized""".split()
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in a text.

    Attributes:
        text: as written, without titles and possessive.
        words: its words folded; initials are single letters.
        first: place of its first token in the token stream, ``last`` the place after its last one.
        begins: whether it begins a sentence, so that its first capital proves nothing.
    """

    text: str
    words: Words
    first: int
    last: int
    begins: bool = False


def find_runs(stream: tuple[Token, ...]) -> list[Name]:
    """Return the names in a token stream, titles left out; a name with a title inside is two names."""
    dated = {place for day in find_days(stream) for place in range(day.first, day.last)}
    names: list[Name] = []
    place = 0
    while place < len(stream):
        if place in dated or not _is_capital_word(stream[place]):
            place += 1
            continue
        last = _run_end(stream, place, dated)
        names += _split_titles(stream, place, last)
        place = last
    return names


def _run_end(stream: tuple[Token, ...], place: int, dated: set[int]) -> int:
    last, words = place + 1, 1
    while last < len(stream) and words < _MOST_WORDS:
        step = last
        dotted = stream[step].text == "." and _takes_dot(stream[step - 1])
        hyphened = stream[step].text == "-" and stream[step].start == stream[step - 1].end
        if dotted or hyphened:
            step += 1
        while step < len(stream) and stream[step].text in _PARTICLES and step == last:
            step += 1
        if step >= len(stream) or step in dated or not _is_capital_word(stream[step]):
            break
        last, words = step + 1, words + 1
    return last


def _takes_dot(token: Token) -> bool:
    return len(token.text) == 1 or (token.folded in TITLES and len(token.text) <= 4)


def _split_titles(stream: tuple[Token, ...], first: int, last: int) -> list[Name]:
    names: list[Name] = []
    start = first
    for place in range(first, last + 1):
        if place < last and stream[place].folded not in TITLES:
            continue
        if name := _name(stream, start, place):
            names.append(name)
        start = place + 1
    return names


def _name(stream: tuple[Token, ...], first: int, last: int) -> Name | None:
    begins = first == 0 or stream[first - 1].text in _AFTER_THESE_A_SENTENCE_BEGINS
    while first < last and (not stream[first].is_word or _is_no_name(stream, first, last, begins)):
        first += 1
    while last > first and not stream[last - 1].is_word:
        last -= 1
    kept = [token for token in stream[first:last] if token.is_word]
    if not kept or not any(token.is_capital for token in kept):
        return None
    words = tuple(word for token in kept for word in _name_words(token, alone=len(kept) == 1))
    text = " ".join(token.text.removesuffix("'s").removesuffix("'") for token in kept)
    return Name(text, words, first, last, begins)


def _name_words(token: Token, *, alone: bool) -> list[str]:
    if "." in token.folded and not alone:
        return [letter for letter in token.folded.split(".") if letter]  # J.R. Okafor
    return [token.folded.replace(".", "")]


def _is_no_name(stream: tuple[Token, ...], place: int, last: int, begins: bool) -> bool:
    """Return whether a capital is there only because a sentence begins, or the word is a function word."""
    token = stream[place]
    if token.folded in STOPWORDS and not _is_acronym(token):
        return True
    if not begins or _is_acronym(token) or token.text.endswith("'s"):
        return False
    if token.folded in _COMMON or token.folded.endswith("ly"):
        return True
    if last > place + 1:
        return False
    after = stream[place + 1].folded if place + 1 < len(stream) else ""
    plural = token.folded.endswith("s") and not token.folded.endswith("ss")
    common = plural or token.folded.endswith(_COMMON_ENDINGS)
    return after not in _AGENT_VERBS or common


def _is_acronym(token: Token) -> bool:
    return "." in token.text or (len(token.text) > 1 and token.text.isupper())


def _is_capital_word(token: Token) -> bool:
    return token.is_word and token.is_capital and token.text != "I"
