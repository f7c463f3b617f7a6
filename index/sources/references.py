"""A list of files and web addresses, one a line, as it comes on standard input."""

from __future__ import annotations

import re

from index.errors import SourceError

_FETCHED = re.compile(r"https?://", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f�]")
_LONGEST_LINE = 4096  # of a path as of an address


def read_references(text: str, *, name: str = "standard input") -> list[str]:
    """Return the references that ``text`` lists, each once, in its order.

    There is one on each line; blank lines and lines that begin with "#" are passed over. Addresses of schemes that are not
    fetched are returned too: each of them is refused by itself, and takes no other with it.

    Raises:
        SourceError: a line is neither a path nor an address; the message names the line, counted from 1.
    """
    references: dict[str, None] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        reference = line.strip()
        if not reference or reference.startswith("#"):
            continue
        if reason := _why_nonsense(reference):
            raise SourceError(
                f"{name}: line {number} {reason}: {reference[:80]!a}.",
                reference=name,
                hint="Give one path or one http or https address a line; a line that begins with '#' is passed over.",
            )
        references[reference] = None
    return list(references)


def _why_nonsense(reference: str) -> str | None:
    if len(reference) > _LONGEST_LINE:
        return f"has {len(reference)} characters, at most {_LONGEST_LINE} are read"
    if _CONTROLS.search(reference):
        return "holds characters that stand in no path and no address"
    if _FETCHED.match(reference) and re.search(r"\s", reference):
        return "holds an address and something else"
    return None
