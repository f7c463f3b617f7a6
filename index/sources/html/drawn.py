"""Articles that a script draws: their text stands as HTML in the data of a script, and nowhere else on the page.

Pages of content systems that render in the browser hold it so: a string of JSON, sometimes within a string of a script.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_PARAGRAPH = re.compile(r"<p\b", re.IGNORECASE)
_MAY_HOLD = re.compile(r"</p>|\\u003c/p|<\\/p>", re.IGNORECASE)
_FEWEST_PARAGRAPHS = 3
_DEEPEST = 3  # strings within strings
_LONGEST = 2_000_000  # characters of a script


def find_drawn(scripts: Iterable[str]) -> str | None:
    """Return the HTML of the article in the data of a page's scripts: the longest string of paragraphs, or None."""
    found = [text for script in scripts if len(script) <= _LONGEST for text in _strings(script, 0)]
    longest = max(found, key=len, default="")
    return longest if len(_PARAGRAPH.findall(longest)) >= _FEWEST_PARAGRAPHS else None


def _strings(text: str, depth: int) -> list[str]:
    """Return the strings of a script that hold paragraphs and are no data themselves."""
    if _MAY_HOLD.search(text) is None:
        return []
    found = []
    for literal in _STRING.findall(text):
        if _MAY_HOLD.search(literal) is None:
            continue
        try:
            value = json.loads(literal, strict=False)
        except ValueError:
            continue
        # The attributes of HTML stand in quotation marks too, and hold no paragraphs.
        inner = _strings(value, depth + 1) if depth < _DEEPEST else []
        found += inner or [value]
    return found
