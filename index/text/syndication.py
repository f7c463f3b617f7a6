"""Near-copies of one text belong to one origin (pure).

Wire stories are carried by many outlets with edits: another headline, another first paragraph, a cut end, a line of the
outlet's own below. Candidates are found by MinHash (Broder, "On the resemblance and containment of documents", 1997; through
datasketch) with banding, which keeps the search linear: with 64 bands of 3 rows a pair whose sets of three-word shingles have
Jaccard similarity 0.5 shares a band with probability 0.9998, one at 0.3 with 0.83, one at 0.05 with 0.008. Then the texts
themselves are compared: a copy resembles the other as a whole, or is contained in it for the most part.
``benchmarks/copies.py`` measures both steps.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

PERMUTATIONS = 192
BANDS = 64
RESEMBLES = 0.5  # Jaccard similarity of whole texts
CONTAINED = 0.75  # share of the shorter text that stands in the longer one
LEAST_SHARE = 0.25  # a text shorter than this share of the other is an excerpt or a brief, not a copy
LEAST_SHINGLES = 40  # of the shorter text: a few sentences are alike by chance
WORTH_COMPARING = (
    0.15  # estimated similarity below which texts are not compared: at the least share and containment it is 0.18
)
SHINGLE_WORDS = 3
_WORD = re.compile(r"\w+")

Signature = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that shares a band with a new one."""

    article_id: str
    origin: str
    signature: Signature


def shingles_of(text: str) -> frozenset[str]:
    """Return the runs of three words of a text, without case and punctuation; the whole of it where it is shorter."""
    words = _WORD.findall(text.casefold())
    return frozenset(" ".join(words[i : i + SHINGLE_WORDS]) for i in range(max(1, len(words) - SHINGLE_WORDS + 1)))


def sign(text: str) -> Signature:
    """Return the MinHash signature of a text, shape ``(PERMUTATIONS,)``."""
    from datasketch import MinHash  # brings scipy with it, which no question needs

    minhash = MinHash(num_perm=PERMUTATIONS, seed=1)
    minhash.update_batch([shingle.encode("utf-8") for shingle in sorted(shingles_of(text))])
    return np.asarray(minhash.hashvalues, dtype=np.uint32)  # datasketch's values have 32 bits


def split_bands(signature: Signature) -> tuple[int, ...]:
    """Return the signature's bands, each a signed 64-bit number: texts that share one are candidates for near-copies."""
    rows = signature.astype("<u4").reshape(BANDS, -1)
    return tuple(
        int.from_bytes(hashlib.blake2b(row.tobytes(), digest_size=8, salt=b"%d" % number).digest(), signed=True)
        for number, row in enumerate(rows)
    )


def worth_comparing(signature: Signature, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates whose estimated similarity does not rule out a copy."""
    return [each for each in candidates if float(np.mean(signature == each.signature)) >= WORTH_COMPARING]


def is_copy(mine: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether two texts, given by their shingles, are near-copies of each other."""
    if mine == other:
        return True
    shared = len(mine & other)
    shorter, longer = sorted((len(mine), len(other)))
    if shorter < LEAST_SHINGLES:
        return False
    if shared >= RESEMBLES * (shorter + longer - shared):
        return True
    return shared >= CONTAINED * shorter and shorter >= LEAST_SHARE * longer
