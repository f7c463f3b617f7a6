"""Which groups of near-copies an article belongs to: the few that may be, by their hashes, are compared word by word."""

from __future__ import annotations

from collections.abc import Sequence

from index.prepare import Prepared
from index.store.protocol import AnyLibrary
from index.store.versions import article_id
from index.text.syndication import Signature, is_copy, shingles_of, worth_comparing


def find_origins(item: Prepared, signature: Signature, bands: Sequence[int], library: AnyLibrary) -> tuple[str, ...]:
    """Return the groups that an article belongs to; it may be what joins two of them."""
    candidates = worth_comparing(signature, library.find_candidates(bands))
    key = item.known.article_id if item.known else article_id(item.raw)
    others = [each for each in candidates if each.article_id != key]
    if not others:
        return ()
    mine = shingles_of(item.raw.text)
    copies = (each.origin for each in others if is_copy(mine, shingles_of(library.article(each.article_id).text)))
    return tuple(dict.fromkeys(copies))
