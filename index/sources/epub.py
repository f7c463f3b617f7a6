"""EPUB -> its articles: a book or an issue of a paper gives one for each chapter."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from index.articles import RawArticle
from index.errors import SourceError
from index.sources.archives import open_zip, read_entry
from index.sources.decode import decode_text
from index.sources.fields import build_article
from index.sources.html.blocks import Block, read_blocks
from index.sources.html.hidden import drop_unshown
from index.sources.html.page import MOST_TAGS, parse_page
from index.sources.opening import read_opening
from index.sources.part import Source
from index.sources.safe_xml import parse_xml

MOST_UNPACKED = 300_000_000
_MOST_CHAPTER_BYTES = 5_000_000
_CONTAINER = "META-INF/container.xml"
_PROTECTION = ("META-INF/rights.xml", "META-INF/license.lcpl")
_PAGES = ("application/xhtml+xml", "text/html")
_HEADINGS = ("h1", "h2", "h3")
_PROGRAMS = ("calibre",)  # what made the file stands where its publisher belongs
_SHORTEST_PARAGRAPH = 60  # characters; a cover or a table of contents has none of it


@dataclass(frozen=True, slots=True)
class _Package:
    """What the package document says: facts of the whole, and its pages in reading order."""

    facts: dict[str, object]
    pages: list[str]


def read_epub(reference: str, source: Source) -> Iterator[RawArticle]:
    """Yield the article of each chapter, ``reference#chapter``; of a file with one chapter the one of all of it.

    Outlet, author, date and language are those of the whole. Covers and tables of contents are passed over.

    Raises:
        SourceError: it is no EPUB, is protected, a bomb, or holds no text.
    """
    with open_zip(reference, source, most_unpacked=MOST_UNPACKED) as archive:
        names = set(archive.namelist())
        if any(name in names for name in _PROTECTION):
            raise SourceError(
                f"{reference}: it is protected against copying.",
                reference=reference,
                hint="Give a copy without protection.",
            )
        package = _read_package(reference, archive)
        chapters = [(name, _read_chapter(reference, archive, name)) for name in package.pages if name in names]
    chapters = [(name, blocks) for name, blocks in chapters if any(len(b.words) >= _SHORTEST_PARAGRAPH for b in blocks)]
    if not chapters:
        raise SourceError(f"{reference}: it holds no article text.", reference=reference, hint="Leave it out.")
    for name, blocks in chapters:
        place = reference if len(chapters) == 1 else f"{reference}#{name}"
        yield _build_chapter(place, blocks, package.facts, alone=len(chapters) == 1)


def _read_package(reference: str, archive: zipfile.ZipFile) -> _Package:
    container = _read_xml(reference, archive, _CONTAINER)
    path = next((str(file.get("full-path")) for file in container.iter("{*}rootfile")), "")
    root = _read_xml(reference, archive, path)
    folder = posixpath.dirname(path)
    items = {item.get("id"): item for item in root.iter("{*}item")}
    pages = []
    for entry in root.iter("{*}itemref"):
        item = items.get(entry.get("idref"))
        if item is None or item.get("media-type") not in _PAGES or "nav" in (item.get("properties") or "").split():
            continue
        pages.append(posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or ""))))
    return _Package(_read_metadata(root), list(dict.fromkeys(pages)))


def _read_xml(reference: str, archive: zipfile.ZipFile, name: str) -> etree._Element:
    try:
        entry = archive.getinfo(name)
    except KeyError as error:
        raise SourceError(
            f"{reference}: it is no EPUB, {name or 'its package document'} is missing.",
            reference=reference,
            hint="Download it again.",
        ) from error
    return parse_xml(reference, read_entry(reference, archive, entry, _MOST_CHAPTER_BYTES))


def _read_metadata(root: etree._Element) -> dict[str, object]:
    said: dict[str, list[str]] = {}
    for element in root.iter("{http://purl.org/dc/elements/1.1/}*"):
        words = " ".join("".join(element.itertext()).split())
        events = [value for name, value in element.attrib.items() if etree.QName(name).localname == "event"]
        if words and not words.lower().startswith(_PROGRAMS) and (not events or "publication" in events):
            said.setdefault(etree.QName(element).localname, []).append(words)
    return {
        "title": next(iter(said.get("title", ())), None),
        "outlet": next(iter(said.get("publisher", ())), None),
        "author": said.get("creator"),
        "published": next(iter(said.get("date", ())), None),
        "language": next(iter(said.get("language", ())), None),
        "url": next((words for words in said.get("source", []) + said.get("identifier", [])), None),
    }


def _read_chapter(reference: str, archive: zipfile.ZipFile, name: str) -> list[Block]:
    text = decode_text(reference, read_entry(reference, archive, archive.getinfo(name), _MOST_CHAPTER_BYTES))
    if text.count("<") > MOST_TAGS:
        raise SourceError(
            f"{reference}: its chapter {name} has more than {MOST_TAGS} tags.",
            reference=reference,
            hint="Leave it out.",
        )
    tree = parse_page(text)
    if tree is None:
        return []
    drop_unshown(tree)
    return read_blocks(tree)


def _build_chapter(place: str, blocks: list[Block], whole: dict[str, object], *, alone: bool) -> RawArticle:
    heading = next((number for number, block in enumerate(blocks[:3]) if block.tag in _HEADINGS), None)
    title = None if heading is None else " ".join(blocks[heading].words.split())
    rest = blocks if heading is None else blocks[heading + 1 :]
    opening = read_opening([block.words for block in rest], titled=True)
    # The title of the whole is the one of a chapter only where there is no other.
    facts = whole | {"title": title or (whole["title"] if alone else None)} | opening.facts
    return build_article(facts, reference=place, kind="epub", text="\n\n".join(opening.body))
