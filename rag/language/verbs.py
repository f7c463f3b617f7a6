"""One stem for all forms of a verb, the irregular ones included, which a stemmer leaves apart."""

from __future__ import annotations

from index.text.lexical import stem
from rag.language.tokens import Token

_FORMS = """rise rose risen|fall fell fallen|grow grew grown|sell sold|buy bought|win won|lose lost|pay paid|take took taken
    |give gave given|make made|go went gone|come came|hold held|meet met|sink sank sunk|leave left|lead led|send sent
    |tell told|keep kept|build built|begin began begun|break broke broken|choose chose chosen|find found|shoot shot
    |strike struck|speak spoke spoken|write wrote written|know knew known|see saw seen|seek sought|spend spent|stand stood
    |think thought|say said|shrink shrank shrunk|slide slid|fight fought|bring brought|catch caught|steal stole stolen
    |drive drove driven|fly flew flown|swim swam swum|withdraw withdrew withdrawn|overtake overtook|beat beaten|sue sued
    |succeed succeeded|fire fired|hire hired"""
_BASE = {form: row.split()[0] for row in _FORMS.split("|") for form in row.split()}


def base_stem(token: Token) -> str:
    """Return the stem of a word's base form: "rose" and "rising" both give that of "rise"."""
    return stem(_BASE.get(token.folded, token.folded))


def base_stems(part: tuple[Token, ...]) -> frozenset[str]:
    """Return the base stems of the tokens that carry meaning."""
    return frozenset(base_stem(token) for token in part if token.is_content)
