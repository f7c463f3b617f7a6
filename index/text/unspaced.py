"""Words of languages that are written without spaces between them -> overlapping pairs of signs, which stand for words in a search (pure).

Chinese, Japanese, Thai, Lao, Khmer and Burmese. Pairs find what a dictionary would find and what none holds, names above all; search engines
have done so since Nie, Gao, Zhang and Zhou (2000), "On the use of words and n-grams for Chinese information retrieval", and Lucene's
CJKBigramFilter does.
"""

from __future__ import annotations

import re
from itertools import pairwise

# Han, kana and the signs that lengthen and repeat them; then the scripts of South-East Asia.
_SIGNS = "\u3005\u3007\u3040-\u309f\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_SCRIPTS = "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"
_RUN = re.compile(f"[{_SIGNS}]+|[{_SCRIPTS}]+")


# Signs that ask or bind and name nothing: pairs with them stand everywhere. Of Japanese, all that is written in hiragana alone.
_BINDING = re.compile(r"[的了是吗呢么谁哪几啥和与或在被把就也都很有]|多少|^[\u3040-\u309f]+$")


def says_something(term: str) -> bool:
    """Return whether a pair names anything; what is no pair of such signs does."""
    return not (is_unspaced(term) and _BINDING.search(term))


def pair_signs(text: str) -> str:
    """Return a text with each run of such signs as its pairs, parted by spaces; a single sign stays, and so does all else."""
    return _RUN.sub(_pairs, text)


def is_unspaced(text: str) -> bool:
    """Return whether a text holds such signs."""
    return _RUN.search(text) is not None


def _pairs(run: re.Match[str]) -> str:
    signs = run.group()
    return f" {signs if len(signs) == 1 else ' '.join(one + other for one, other in pairwise(signs))} "
