"""What is new of watched questions, to text, JSON and feeds (pure)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal
from xml.etree import ElementTree

from index.articles import Filters
from rag.watched import Item, ItemSource, Watched
from ui.present.escape import plain, safe_url
from ui.present.words import count, wrap

FeedForm = Literal["atom", "json"]
ITEM_WORDS = {"sentence": "New", "value": "Changed", "correction": "Corrected"}
_ATOM = "http://www.w3.org/2005/Atom"
_TITLE = "Citewire: watched questions"
_FEED_ID = "urn:citewire:watched"
_LONGEST_TITLE = 120


def watched_to_text(questions: Sequence[Watched], *, width: int = 100) -> str:
    """Return the watched questions for a terminal, each with its number and filters."""
    lines: list[str] = []
    for each in questions:
        filters = filters_line(each.filters)
        lines += wrap(
            f"{each.number:3}. {plain(each.question)}{f' ({filters})' if filters else ''}", width, indent="     "
        )
    return "\n".join(lines) or "No question is watched. Add one with `citewire watch add QUESTION`."


def news_to_text(items: Sequence[Item], *, asked: int, width: int = 100) -> str:
    """Return what is new for a terminal, question by question.

    Args:
        asked: how many questions were.
    """
    lines: list[str] = []
    for number in dict.fromkeys(item.watched for item in items):
        mine = [item for item in items if item.watched == number]
        lines += wrap(f"{number}. {plain(mine[0].question)}", width, indent="   ")
        for item in mine:
            lines += wrap(f"   {ITEM_WORDS[item.kind]}: {plain(item.text)}", width, indent="     ")
            for source in item.sources:
                lines += wrap(f"     {source_facts(source)} ({source.article_id})", width, indent="       ")
        lines.append("")
    what = f"{count(len(items), 'piece')} of news" if items else "Nothing new"
    return "\n".join([*lines, f"{what} of {count(asked, 'watched question')}."])


def filters_line(filters: Filters) -> str:
    """Return which articles may answer, or an empty text where all may."""
    parts = [f"from {filters.first}"] if filters.first else []
    parts += [f"until {filters.last}"] if filters.last else []
    parts += [f"as of {filters.as_of}"] if filters.as_of else []
    parts += [f"outlets {', '.join(map(plain, filters.outlets))}"] if filters.outlets else []
    parts += [f"languages {', '.join(map(plain, filters.languages))}"] if filters.languages else []
    parts += [f"only {count(len(filters.articles), 'article')}"] if filters.articles else []
    return ", ".join(parts)


def source_facts(source: ItemSource) -> str:
    """Return outlet, day and title of a source in one line."""
    day = source.published[:10] if source.published else "undated"
    return f"{plain(source.outlet) or 'unnamed outlet'}, {day}: {plain(source.title) or 'untitled'}"


def news_to_feed(items: Sequence[Item], *, form: FeedForm, updated: str) -> bytes:
    """Return news as a feed that any feed reader takes: Atom (RFC 4287) or JSON Feed 1.1.

    Args:
        items: the newest first.
        updated: the moment, an instant.
    """
    return _to_json_feed(items) if form == "json" else _to_atom(items, updated)


def _to_json_feed(items: Sequence[Item]) -> bytes:
    entries = []
    for item in items:
        entry: dict[str, object] = {
            "id": f"urn:citewire:{item.id}",
            "title": _title(item),
            "content_text": _content(item),
            "date_published": item.found,
            "tags": [ITEM_WORDS[item.kind]],
        }
        entry |= {"external_url": url} if (url := _link(item)) else {}
        entries.append(entry)
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": _TITLE, "items": entries}
    return json.dumps(feed, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _to_atom(items: Sequence[Item], updated: str) -> bytes:
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed")
    for name, text in (("id", _FEED_ID), ("title", _TITLE), ("updated", items[0].found if items else updated)):
        ElementTree.SubElement(feed, f"{{{_ATOM}}}{name}").text = text
    author = ElementTree.SubElement(feed, f"{{{_ATOM}}}author")
    ElementTree.SubElement(author, f"{{{_ATOM}}}name").text = "Citewire"
    for item in items:
        entry = ElementTree.SubElement(feed, f"{{{_ATOM}}}entry")
        facts = (("id", f"urn:citewire:{item.id}"), ("title", _title(item)), ("updated", item.found))
        for name, text in facts:
            ElementTree.SubElement(entry, f"{{{_ATOM}}}{name}").text = _xml(text)
        ElementTree.SubElement(entry, f"{{{_ATOM}}}category", term=ITEM_WORDS[item.kind])
        if url := _link(item):
            ElementTree.SubElement(entry, f"{{{_ATOM}}}link", rel="related", href=_xml(url))
        content = ElementTree.SubElement(entry, f"{{{_ATOM}}}content", type="text")
        content.text = _xml(_content(item))
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _title(item: Item) -> str:
    text = f"{ITEM_WORDS[item.kind]}: {plain(item.question)}"
    return text if len(text) <= _LONGEST_TITLE else f"{text[: _LONGEST_TITLE - 1]}…"


def _content(item: Item) -> str:
    quotes = [f"“{plain(source.quote)}” {source_facts(source)}" for source in item.sources]
    return "\n".join([plain(item.text), *quotes])


def _link(item: Item) -> str | None:
    return next((url for source in item.sources if (url := safe_url(source.url))), None)


def _xml(text: str) -> str:
    # Half a character and these two have no place in XML; other controls are gone already.
    return "".join(c for c in text if not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
