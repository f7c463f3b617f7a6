"""Evidence to the few sentences of it that are nearest to a claim (pure): what the product would offer as quotes."""

from __future__ import annotations

import msgspec

from index.text.lexical import stems
from index.text.sentences import split_sentences
from rag.evaluate.pairs import Pair


def narrow(pair: Pair, *, sentences: int) -> Pair:
    """Return the pair with the sentences of its evidence that share most words with the claim, in their order.

    Args:
        sentences: at most so many.
    """
    texts = [span.slice(pair.evidence) for span in split_sentences(pair.evidence)]
    claim = stems(pair.claim)
    shared = [len(claim & stems(text)) for text in texts]
    nearest = sorted(range(len(texts)), key=lambda place: (-shared[place], place))[:sentences]
    return msgspec.structs.replace(pair, evidence="".join(texts[place] for place in sorted(nearest)).strip())
