"""The head that a mail program writes above a message it forwards -> who wrote it when, and what follows (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.utils import parseaddr, parsedate_to_datetime

from index.text.dates import parse_moment

_NAMES = {
    "from": "from von de da van expéditeur remitente afzender från fra".split(),
    "date": "date sent gesendet datum envoyé fecha enviado data inviato verzonden dato sendt skickat".split(),
    "subject": "subject betreff objet asunto oggetto assunto onderwerp ämne emne".split(),
    "to": "to an à para a aan til till cc kopie copie reply-to antwort an".split(),
}
_HEADER = re.compile(r"[*_]{0,2}(?P<name>[A-Za-zÀ-ÿ-]{1,12})\s?:[*_]{0,2}\s*(?P<value>\S.*)")
# The addresses that letters of a newsroom come from; a person's own is none of them.
_OF_A_DESK = re.compile(
    r"^(?:news\w*|brief\w*|info|hello|mail\w*|editor\w*|redaktion|redaction|no-?reply|do-?not-?reply|daily|weekly|digest|update\w*|alert\w*|press\w*|contact)"
    r"(?:[.+_-].*)?@",
    re.IGNORECASE,
)
_AT = re.compile(r"\s+at\s+(?=\d{1,2}:\d{2})")
_WITHIN = 12  # blocks from the top


def read_forwarded(blocks: Sequence[str]) -> tuple[dict[str, object], list[str]] | None:
    """Return what the head of a forwarded message says, and the blocks below it; None where nothing is forwarded.

    What stands above it is the forwarder's own and no part of the article.
    """
    for place, block in enumerate(blocks[:_WITHIN]):
        lines = block.split("\n")
        found: dict[str, str] = {}
        last = -1
        for number, line in enumerate(lines):
            header = _HEADER.fullmatch(line.strip())
            name = header and next((key for key, words in _NAMES.items() if header["name"].lower() in words), None)
            if header and name:
                found.setdefault(name, header["value"].strip(" *_"))
                last = number
        if "from" in found and ("date" in found or "subject" in found) and len(found) > 2:
            rest = "\n".join(lines[last + 1 :]).strip()
            return _facts(found), [*([rest] if rest else []), *blocks[place + 1 :]]
    return None


def _facts(found: dict[str, str]) -> dict[str, object]:
    name, address = parseaddr(found["from"].replace("[mailto:", "<").replace("]", ">"))
    who = "outlet" if _OF_A_DESK.match(address) else "author"
    return {"title": found.get("subject"), "published": _moment(found.get("date", "")), who: name or None}


def _moment(words: str) -> str | None:
    """Return when it was sent; the zone that a forwarder's program leaves out stays unknown."""
    try:
        return parsedate_to_datetime(words).isoformat()
    except (ValueError, TypeError):
        return parse_moment(_AT.sub(" ", words)) or parse_moment(_AT.split(words)[0])
