"""Files with one article a line (JSON lines) -> their articles, and what could not be read of them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from index.articles import RawArticle, Unreadable
from index.sources.fields import build_article

_TEXT_NAMES = ("text", "body", "content")


def read_jsonl(reference: str, text: str) -> Iterator[RawArticle | Unreadable]:
    """Yield one article, or the reason why there is none, for each line that is not blank.

    An article's reference is ``reference#id``, or ``reference#line`` where the line has no id. Lines count
    from 1.
    """
    # Not splitlines(): it also splits at U+2028, which JSON allows within a string.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _read_line(reference, number, line)


def _read_line(reference: str, number: int, line: str) -> RawArticle | Unreadable:
    place = f"{reference}#{number}"
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Unreadable(place, f"line {number} is not JSON: {error}")
    if not isinstance(record, dict):
        return Unreadable(place, f"line {number} is a JSON {_name_type(record)}, wanted an object with a text")
    body = next((record[name] for name in _TEXT_NAMES if record.get(name)), None)
    if body is None:
        return Unreadable(place, f"line {number} has no text, wanted one of the keys {', '.join(_TEXT_NAMES)}")
    if not isinstance(body, str):
        return Unreadable(place, f"line {number} has a JSON {_name_type(body)} as its text, wanted a string")
    if not body.strip():
        return Unreadable(place, f"line {number} has a text of white space only")
    identifier = record.get("id")
    if isinstance(identifier, str | int) and str(identifier).strip():
        place = f"{reference}#{str(identifier).strip()}"
    return build_article(record, reference=place, kind="jsonl", text=body)


def _name_type(value: object) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")
