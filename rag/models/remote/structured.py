"""The route of a JSON schema (pure): what a model is asked to write, and the sentences in what it writes, while it does.

They become the lines that every model writes, ``[1][3] The sale ...``, so that one parser reads them all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rag.answer_types import Message
from rag.models.grammar import REFUSAL
from rag.models.remote.fault import Fault
from rag.models.remote.lines import read_marked

_ASKED = (
    '\n\nWrite JSON: {"sentences": [{"quotes": [numbers of quotes], "text": "one sentence without numbers in brackets"}]}. '
    "If the quotes do not answer the question, write an empty list of sentences."
)
_DECODER = json.JSONDecoder()


def answer_schema(markers: int) -> dict[str, Any]:
    """Return the JSON schema of a draft over so many quotes: a marker can be no other number."""
    numbers = {"type": "array", "items": {"type": "integer", "enum": list(range(1, markers + 1))}}
    sentence = {
        "type": "object",
        "properties": {"quotes": numbers, "text": {"type": "string"}},
        "required": ["quotes", "text"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"sentences": {"type": "array", "items": sentence}},
        "required": ["sentences"],
        "additionalProperties": False,
    }


def ask_structured(messages: Sequence[Message]) -> list[Message]:
    """Return a conversation that asks for JSON: its system turn says so, and the examples in it are JSON as well."""
    asked = []
    for message in messages:
        if message.role == "system":
            asked.append(replace(message, content=message.content + _ASKED))
        elif message.role == "assistant":
            asked.append(replace(message, content=_as_json(message.content)))
        else:
            asked.append(message)
    return asked


def read_structured(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the sentences of a draft in JSON as lines with markers, each as it is complete; the refusal where there is none.

    What does not begin as JSON is passed on as it comes: some servers take a schema and do not mind it.

    Raises:
        Fault: it began as JSON and is none.
    """
    text, at, found = "", 0, 0
    plain = False
    for piece in pieces:
        if plain:
            yield piece
            continue
        text += piece
        head = text.lstrip().removeprefix("```json").removeprefix("```").lstrip()
        if head and not head.startswith(("{", "`")):
            plain = True
            yield text
            continue
        while (sentence := _next_sentence(text, at)) is not None:
            line, at = sentence
            found += 1
            yield line
    if not plain and not found:
        yield _read_whole(text)


def _next_sentence(text: str, at: int) -> tuple[str, int] | None:
    """Return the next sentence that is complete, as a line, and where it ends."""
    begins = text.find("[", text.find('"sentences"')) if '"sentences"' in text else -1
    if begins < 0:
        return None
    place = text.find("{", max(at, begins))
    if place < 0:
        return None
    try:
        item, ends = _DECODER.raw_decode(text, place)
    except (ValueError, RecursionError):
        return None  # it is not complete yet
    return _as_line(item), ends


def _read_whole(text: str) -> str:
    """Return the refusal that a whole draft without sentences is."""
    place = text.find("{")
    try:
        tree, _ = _DECODER.raw_decode(text, max(place, 0))
    except (ValueError, RecursionError) as error:
        raise Fault("the JSON that it wrote is cut off or malformed") from error
    if not isinstance(tree, Mapping) or not isinstance(tree.get("sentences"), list):
        raise Fault("the JSON that it wrote holds no list of sentences, which it was asked for")
    return REFUSAL


def _as_line(item: object) -> str:
    if not isinstance(item, Mapping) or not isinstance(item.get("text"), str):
        raise Fault("the JSON that it wrote holds a sentence without a text, which it was asked for")
    numbers = item.get("quotes")
    markers = (
        "".join(f"[{number}]" for number in numbers if isinstance(number, int)) if isinstance(numbers, list) else ""
    )
    return f"{markers} {' '.join(item['text'].split())}\n".lstrip(" ")


def _as_json(draft: str) -> str:
    sentences = [] if draft.strip() == REFUSAL else [read_marked(line) for line in draft.splitlines() if line.strip()]
    return json.dumps(
        {"sentences": [{"quotes": numbers, "text": text} for numbers, text in sentences]}, ensure_ascii=False
    )
