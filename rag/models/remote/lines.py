"""Lines as they come over the wire -> what stands in them (pure): server-sent events, a JSON object a line, a line of a draft."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rag.models.remote.fault import Fault, shorten

_MARKERS = re.compile(r"(?:\[\d{1,4}\])+\s*")
_MOST_DATA_LINES = 1000


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """A server-sent event."""

    name: str
    data: str


def read_events(lines: Iterable[str]) -> Iterator[ServerEvent]:
    """Yield the events in the lines of a stream; comments, which keep it open, are none."""
    name, data = "", list[str]()
    for line in lines:
        if not line:
            if data:
                yield ServerEvent(name or "message", "\n".join(data))
            name, data = "", []
        elif not line.startswith(":"):
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "data" and len(data) < _MOST_DATA_LINES:
                data.append(value)
            elif field == "event":
                name = value
    # An event that no empty line ends is not complete. Servers that end with one all the same are known.
    if data:
        yield ServerEvent(name or "message", "\n".join(data))


def read_object(text: str) -> dict[str, Any]:
    """Return the JSON object that a line of a stream is.

    Raises:
        Fault: it is none.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Fault(f"what it sent is no JSON: {shorten(text)[:80]!r}") from error
    if not isinstance(found, dict):
        raise Fault(f"what it sent is no JSON object: {shorten(text)[:80]!r}")
    return found


def read_marked(line: str) -> tuple[list[int], str]:
    """Return the numbers at the beginning of a line of a draft, and what follows."""
    found = _MARKERS.match(line)
    head = found.group() if found else ""
    return [int(number) for number in re.findall(r"\d+", head)], line[len(head) :]
