"""Text -> tokens, sentences and clauses, as the checks read them."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.text.lexical import STOPWORDS, stem, stems
from index.text.sentences import split_sentences

_QUOTES_AND_DASHES = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "\u00ad": None,
    }
)
_VULGAR_FRACTION = re.compile("[\u00bc-\u00be\u2150-\u215e]")
_SPACED_THOUSANDS = re.compile("(?<=\\d)[\u00a0\u2009\u202f](?=\\d{3}(?!\\d))")
# Initials and "p.m." first, then identifiers ("G7"), numbers, words, signs. The quantifiers are possessive: every
# character is looked at a fixed number of times, whatever the text.
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}+|[^\W\d_]++\d\w*+|\d++(?:,\d{3}(?!\d))*+(?:\.\d++)?+|[^\W\d_]++(?:'[^\W\d_]++)*+|[^\w\s]|_"
)
_SENTENCE_ENDINGS = frozenset(".!?")
_CLAUSE_ENDINGS = frozenset(";:")
_JOINTS = frozenset(["and", "but", "while", "whereas", "although", "though"])


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign of a plain text, with its place there.

    Attributes:
        folded: the text in lower case, without accents and without the possessive.
    """

    text: str
    start: int
    end: int
    folded: str

    @property
    def stem(self) -> str:
        """Return the stem of the folded word."""
        return stem(self.folded)

    @property
    def is_number(self) -> bool:
        """Return whether it is written in digits."""
        return self.text[0].isdigit()

    @property
    def is_word(self) -> bool:
        """Return whether it begins with a letter."""
        return self.text[0].isalpha()

    @property
    def is_capital(self) -> bool:
        """Return whether it begins with a capital letter."""
        return self.text[0].isupper()

    @property
    def is_content(self) -> bool:
        """Return whether it carries meaning: a number, or a word that is no function word."""
        return self.is_number or (self.is_word and self.folded not in STOPWORDS and self.folded != "")


def plain(text: str) -> str:
    """Return the text with one kind of quotation mark, apostrophe, dash and space."""
    text = _SPACED_THOUSANDS.sub(",", text)
    text = _VULGAR_FRACTION.sub(lambda found: " " + found.group(), text)
    return " ".join(unicodedata.normalize("NFKC", text.translate(_QUOTES_AND_DASHES)).split())


@functools.lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Return the text in lower case and without accents."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@functools.lru_cache(maxsize=20_000)
def _fold_word(word: str) -> str:
    return fold(word).removesuffix("'s").removesuffix("'")


@functools.lru_cache(maxsize=512)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of ``plain(text)``; their places refer to the plain text."""
    return tuple(
        Token(found.group(), found.start(), found.end(), _fold_word(found.group()))
        for found in _TOKEN.finditer(plain(text))
    )


@functools.lru_cache(maxsize=512)
def sentences(text: str) -> tuple[tuple[Token, ...], ...]:
    """Return the tokens of each sentence, without the sign that ends it. Lines are kept apart, so that two quotes never share one."""
    return tuple(part for line in text.splitlines() for part in _sentences_of(line))


def clauses(text: str) -> Sequence[tuple[Token, ...]]:
    """Return the tokens of each clause: sentences, cut again at "and", "but", "while" and the like."""
    return [part for sentence in sentences(text) for part in _cut(sentence)]


def content_stems(part: tuple[Token, ...]) -> frozenset[str]:
    """Return the stems of the tokens that carry meaning."""
    return frozenset(token.stem for token in part if token.is_content)


def closest(part: tuple[Token, ...], candidates: Sequence[tuple[Token, ...]]) -> tuple[tuple[Token, ...], float] | None:
    """Return the candidate that shares most content stems with the part, and the share of the part's stems it holds.

    None when nothing is shared. The first of equals wins.
    """
    wanted = content_stems(part)
    best: tuple[tuple[Token, ...], float] | None = None
    for candidate in candidates:
        shared = len(wanted & content_stems(candidate)) / max(len(wanted), 1)
        if shared > 0 and (best is None or shared > best[1]):
            best = candidate, shared
    return best


def _sentences_of(line: str) -> Iterator[tuple[Token, ...]]:
    stream = tokens(line)
    for span in split_sentences(plain(line)):
        part = [token for token in stream if span.start <= token.start < span.end]
        while part and part[-1].text in _SENTENCE_ENDINGS:
            part.pop()
        if part:
            yield tuple(part)


def _cut(sentence: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    first = 0
    for place, token in enumerate(sentence):
        if token.folded in _JOINTS or (token.text in _CLAUSE_ENDINGS and not _is_time(sentence, place)):
            if first < place:
                yield sentence[first:place]
            first = place + 1
    if first < len(sentence):
        yield sentence[first:]


def _is_time(stream: tuple[Token, ...], place: int) -> bool:
    """Whether the sign at a place stands within a time: 4:15."""
    return stream[place].text == ":" and place + 1 < len(stream) and stream[place + 1].start == stream[place].end


def share_of_words(claim: str, evidence: str) -> float:
    """Return the share of the claim's content words that stand in the evidence, 0 to 1; 0 when it has none."""
    mine = stems(claim)
    return len(mine & stems(evidence)) / len(mine) if mine else 0.0
