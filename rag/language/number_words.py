"""Number words of English and what they are worth."""

from __future__ import annotations

from fractions import Fraction

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL_ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8}

SMALL = {word: value for value, word in enumerate(_SMALL)}
TENS = {word: 10 * value for value, word in enumerate(_TENS, 2)}
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
DOZEN = {"dozen": 12}
ORDINALS = {word: value for value, word in enumerate(_SMALL_ORDINALS)}
ORDINALS |= {f"{word[:-1]}ieth": value for word, value in TENS.items()} | {"hundredth": 100}
# Letters that follow the digits directly; "m" and "k" mean it only there.
SUFFIXES = {
    "k": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "mln": 10**6,
    "bn": 10**9,
    "b": 10**9,
    "tn": 10**12,
    "trn": 10**12,
}
PARTS = {word: Fraction(1, whole) for word, whole in _PARTS.items()}
PARTS |= {"ninth": Fraction(1, 9), "tenth": Fraction(1, 10)}
PARTS |= {"halves": Fraction(1, 2)} | {f"{word}s": part for word, part in PARTS.items() if word != "half"}
TIMES = {
    "twice": 2,
    "double": 2,
    "doubled": 2,
    "twofold": 2,
    "triple": 3,
    "tripled": 3,
    "thrice": 3,
    "threefold": 3,
}
TIMES |= {
    "doubles": 2,
    "doubling": 2,
    "triples": 3,
    "tripling": 3,
    "quadruple": 4,
    "quadrupled": 4,
    "fourfold": 4,
}
# Plurals that give only an order of magnitude.
VAGUE = {
    "dozens": 12,
    "hundreds": 100,
    "thousands": 10**3,
    "millions": 10**6,
    "billions": 10**9,
    "trillions": 10**12,
}
