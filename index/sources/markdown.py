"""Markdown with or without YAML front matter -> RawArticle, its syntax taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.articles import RawArticle
from index.errors import SourceError
from index.sources.fields import build_article, read_words

_FENCE = re.compile(r"(?:---|\.\.\.)[ \t]*")
_LONGEST_FRONT_MATTER = 65_536  # characters; YAML is slow, and no article has that many facts
# What opens a stretch of HTML that nobody sees, and what closes it.
_UNSEEN = {"!--": "-->", "script": "/script", "style": "/style"}
_LINE_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read_markdown(reference: str, text: str) -> RawArticle:
    """Return the article of a Markdown file.

    The title is the one of the front matter, else the first top heading, which then is no part of the body.
    Blocks are parted by blank lines; links leave their words, images nothing; list marks and emphasis go.

    Raises:
        SourceError: the front matter is not closed or not YAML; the message names the line.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    closing = _find_closing_fence(reference, lines)
    record = _read_front_matter(reference, lines[1:closing]) if closing else {}
    blocks = list(_read_blocks("\n".join(lines[closing + 1 :] if closing else lines)))
    title = read_words(record.get("title") or record.get("headline"))
    heading = next((block for block in blocks if block[0] == "h1"), None)
    if heading and title in (None, heading[1]):
        title = heading[1]
        blocks.remove(heading)
    body = "\n\n".join(words for _, words in blocks)
    return build_article({**record, "title": title}, reference=reference, kind="markdown", text=body)


def _find_closing_fence(reference: str, lines: Sequence[str]) -> int:
    """Return the number of the line that closes the front matter, counted from 0, or 0 without front matter.

    A line of dashes that a blank line follows is a rule across the page.
    """
    if lines[0].rstrip() != "---" or not "".join(lines[1:2]).strip():
        return 0
    for number, line in enumerate(lines[1:], start=1):
        if _FENCE.fullmatch(line):
            return number
    if len(lines) > 1 and re.match(r"\w+:", lines[1]):
        raise SourceError(
            f"{reference}: the front matter that line 1 opens is never closed.",
            reference=reference,
            hint="Put a line '---' after it.",
        )
    return 0


def _read_front_matter(reference: str, lines: Sequence[str]) -> dict[str, object]:
    """Return the facts of the front matter, every plain value as the words that stand there.

    The base loader is asked for, because it makes strings only: a title "2031" or "no" stays a title, an
    impossible date stays words, and no object is ever built.
    """
    source = "\n".join(lines)
    if len(source) > _LONGEST_FRONT_MATTER:
        raise _unreadable_front_matter(reference, f"it has {len(source)} characters, at most 65536 are read")
    try:
        record = yaml.load(source, Loader=yaml.BaseLoader)  # noqa: S506 - builds no objects
    except yaml.MarkedYAMLError as error:
        # The mark counts from 0 and does not know the line with the opening fence.
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise _unreadable_front_matter(reference, f"line {line}: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise _unreadable_front_matter(reference, str(error)) from error
    if record is None:
        return {}
    if not isinstance(record, dict):
        raise _unreadable_front_matter(reference, "line 2: wanted lines such as 'title: Words'")
    return {str(name).lower(): _without_null(value) for name, value in record.items()}


def _without_null(value: object) -> object:
    return None if value in ("null", "~") else value


def _unreadable_front_matter(reference: str, reason: str) -> SourceError:
    return SourceError(
        f"{reference}: the front matter is not YAML: {reason}.",
        reference=reference,
        hint="Quote values that hold ': ' or begin with a sign.",
    )


def _read_blocks(source: str) -> Iterator[tuple[str, str]]:
    """Yield the tag and the plain words of each block that has words; the cells of a table row share one
    block.
    """
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(source)
    tag, cells = "", []
    for token in tokens:
        if token.type == "inline":
            words = "".join(_read_inline(token.children or ())).strip()
        elif token.type in ("fence", "code_block"):
            words = token.content.strip()
        elif token.type == "html_block":
            words = _strip_tags(token.content).strip()
        else:
            words = ""
        if token.nesting == 1:
            tag = token.tag
        if words and tag in ("th", "td"):
            cells.append(words)
        elif words:
            yield tag, words
        if token.type == "tr_close" and cells:
            yield "tr", " | ".join(cells)
            cells = []


def _read_inline(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the words of a block; a line end that only wraps becomes a space."""
    for token in tokens:
        if token.type in ("text", "text_special", "code_inline"):
            yield token.content
        elif token.type == "softbreak":
            yield " "
        elif token.type == "hardbreak" or (token.type == "html_inline" and _LINE_BREAK_TAG.fullmatch(token.content)):
            yield "\n"


def _strip_tags(source: str) -> str:
    """Return the words between HTML tags, without comments, scripts and styles.

    It goes from one "<" to the next, because patterns for comments take quadratic time on hostile input.
    """
    first, *pieces = source.split("<")
    words, closing = [first], ""
    for piece in pieces:
        start = piece[:7].lower()
        if closing:
            if closing not in (piece.lower() if closing == "-->" else start):
                continue
            closing = ""
        else:
            closing = next((end for opening, end in _UNSEEN.items() if start.startswith(opening)), "")
            if closing == "-->" in piece:
                closing = ""
        tag, mark, rest = piece.rpartition("-->") if "-->" in piece else piece.partition(">")
        words.append("" if closing else rest if mark else f"<{tag}")
    return "".join(words)
