"""Near-copies of one text belong to one origin (pure).

Wire stories are carried by many outlets with small edits. Two texts count as near-copies when the estimated Jaccard
similarity of their sets of three-word shingles is at least ``SIMILAR``. The estimate is MinHash (Broder 1997, through
datasketch); the banding keeps the search linear: with 32 bands of 4 rows a pair at similarity 0.6 shares a band with
probability 0.99, one at 0.2 with probability 0.05.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from datasketch import MinHash

PERMUTATIONS = 128
BANDS = 32
SIMILAR = 0.6
SHINGLE_WORDS = 3
_WORD = re.compile(r"\w+")


def sign(text: str) -> npt.NDArray[np.uint64]:
    """Return the MinHash signature of a text, shape ``(PERMUTATIONS,)``."""
    words = _WORD.findall(text.casefold())
    shingles = {" ".join(words[i : i + SHINGLE_WORDS]) for i in range(max(1, len(words) - SHINGLE_WORDS + 1))}
    minhash = MinHash(num_perm=PERMUTATIONS, seed=1)
    minhash.update_batch([shingle.encode("utf-8") for shingle in sorted(shingles)])
    return np.asarray(minhash.hashvalues, dtype=np.uint64)


def split_bands(signature: npt.NDArray[np.uint64]) -> tuple[str, ...]:
    """Return the signature's bands: texts that share one are candidates for near-copies."""
    rows = signature.reshape(BANDS, -1)
    return tuple(f"{number}:{row.astype('<u8').tobytes().hex()}" for number, row in enumerate(rows))


def find_origin(
    signature: npt.NDArray[np.uint64], candidates: Iterable[tuple[str, str, npt.NDArray[np.uint64]]]
) -> str | None:
    """Return the origin of the most similar candidate that is similar enough, or None.

    Args:
        signature: of the new text.
        candidates: ``(article id, origin, signature)`` of articles that share a band.
    """
    scored = [(float(np.mean(signature == other)), origin) for _, origin, other in candidates]
    best = max(scored, default=(0.0, None), key=lambda pair: pair[0])
    return best[1] if best[0] >= SIMILAR else None
