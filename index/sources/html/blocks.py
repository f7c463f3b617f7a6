"""HTML without boilerplate (chapters, newsletters) -> its paragraphs, all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html

_BLOCK_TAGS = frozenset(
    "address article aside blockquote body caption center dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header"
    " hr li main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_LINE_BREAK = "\n"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or other block: the innermost block element it stands in, and its words."""

    tag: str
    words: str


def read_blocks(tree: html.HtmlElement) -> list[Block]:
    """Return the blocks of a page in order; two line breaks in a row part blocks as well."""
    body = tree.find(".//body")
    return list(_split_blocks(body if body is not None else tree))


def _split_blocks(body: html.HtmlElement) -> Iterator[Block]:
    tags: list[str] = []
    pieces: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        is_block = tag in _BLOCK_TAGS
        if is_block:
            yield from _join(tags, pieces)
            pieces = []
        if event == "start":
            if is_block:
                tags.append(tag)
            pieces.append(_LINE_BREAK if tag == "br" else _spaced(element.text))
        else:
            if is_block:
                tags.pop()
            if element is not body:
                pieces.append(_spaced(element.tail))
    yield from _join(tags, pieces)


def _spaced(text: str | None) -> str:
    """Return text whose line ends are spaces, so that those of <br> are told apart."""
    return (text or "").replace("\r", " ").replace("\n", " ")


def _join(tags: list[str], pieces: list[str]) -> Iterator[Block]:
    lines = [" ".join(line.split()) for line in "".join(pieces).split(_LINE_BREAK)]
    for words in "\n".join(lines).split("\n\n"):
        if words.strip():
            yield Block(tags[-1] if tags else "body", words.strip())
