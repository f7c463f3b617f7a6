"""Plain text -> RawArticle."""

from __future__ import annotations

import re

from index.articles import RawArticle

LONGEST_TITLE = 200

_CLOSES_A_SENTENCE = re.compile(r"""[.!?…。！？:,;—–-]["'”’»)\]]*$""")
# "LONDON, Jan. 5 (Reuters)", "PANAMA CITY (AP)": where and when an agency filed, not what happened.
_DATELINE = re.compile(r"[A-Z][A-Z .'-]+(?:, [A-Z][a-z]+\.? \d{1,2})?(?: \([A-Za-z]{2,12}\)|(?<=\d))")


def read_text(reference: str, text: str) -> RawArticle:
    """Return the article of a text file.

    The first line is the title where a blank line follows it, a body follows that, and it reads as a
    headline: at most 200 characters, no closing punctuation, no dateline such as "PANAMA CITY:". Else there
    is no title.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    title, body = lines[0].strip(), "\n".join(lines[2:]).strip()
    followed_by_blank = len(lines) > 2 and not lines[1].strip()
    if followed_by_blank and body and _is_headline(title):
        return RawArticle(reference=reference, kind="text", text=body, title=title)
    return RawArticle(reference=reference, kind="text", text="\n".join(lines))


def _is_headline(line: str) -> bool:
    if len(line) > LONGEST_TITLE or _CLOSES_A_SENTENCE.search(line):
        return False
    return _DATELINE.fullmatch(line) is None
