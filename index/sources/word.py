"""DOCX -> its article, or its articles where a press database delivered it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from index.articles import RawArticle
from index.errors import SourceError
from index.sources.archives import open_zip, read_entry
from index.sources.delivery import delivered_articles
from index.sources.fields import build_article
from index.sources.opening import read_opening
from index.sources.part import Source
from index.sources.safe_xml import MAXIMUM_XML_BYTES, refuse_declarations

MOST_UNPACKED = 200_000_000
_TITLE_STYLES = ("title", "heading 1")
_TITLE_WITHIN = 4  # paragraphs
# What word processors put in where nobody said anything.
_NO_AUTHORS = frozenset(
    ("python-docx", "microsoft office user", "windows user", "user", "unknown", "author", "admin", "administrator")
)
_TINY_HALF_POINTS = 4


def read_docx(reference: str, source: Source) -> list[RawArticle]:
    """Return the article of a Word document, or those of a delivery of a press database.

    Its title is the paragraph styled as one, else the one of its properties, else a first line that reads as a headline.
    Its author is the byline's or the one of its properties. Its dates are those that its text states: when the file was
    made or saved is another matter. Hidden text, deleted text and comments are no part of it; tables give a line for
    each row.

    Raises:
        SourceError: it is no DOCX, is protected by a password, or a bomb.
    """
    document = _open(reference, source)
    paragraphs = list(_read_paragraphs(document))
    if delivered := delivered_articles(reference, [words for _, words in paragraphs], "docx"):
        return delivered
    title = next((words for style, words in paragraphs[:_TITLE_WITHIN] if style in _TITLE_STYLES), None)
    lines = [words for _, words in paragraphs if words != title]
    properties = document.core_properties
    title = title or properties.title.strip() or None
    if lines and title and lines[0].casefold() == title.casefold():
        del lines[0]
    opening = read_opening(_with_blanks(lines), titled=title is not None)
    author = properties.author.strip()
    declared = {
        "title": title,
        "author": None if author.lower() in _NO_AUTHORS else author,
        "language": properties.language,
    }
    body = "\n\n".join(line for line in opening.body if line)
    return [build_article(declared | opening.facts, reference=reference, kind="docx", text=body)]


def _open(reference: str, source: Source) -> Document:
    with open_zip(reference, source, most_unpacked=MOST_UNPACKED) as archive:
        for entry in archive.infolist():
            if entry.filename.endswith((".xml", ".rels")):
                refuse_declarations(reference, read_entry(reference, archive, entry, MAXIMUM_XML_BYTES))
    try:
        return docx.Document(str(source) if isinstance(source, Path) else io.BytesIO(source))
    except (PackageNotFoundError, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise SourceError(
            f"{reference}: it is no Word document that can be read ({type(error).__name__}).",
            reference=reference,
            hint="Save it as DOCX or as text.",
        ) from error


def _read_paragraphs(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the style in lower case and the words of each paragraph that has words, and of each row of a table."""
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                cells = dict.fromkeys(
                    " ".join(" ".join(_words(p) for p in cell.paragraphs).split()) for cell in row.cells
                )
                if any(cells):
                    yield "", " | ".join(cell for cell in cells if cell)
        elif words := _words(item):
            style = item.style
            yield (style.name or "").lower() if style is not None else "", words


def _words(paragraph: Paragraph) -> str:
    """Return what a reader sees of a paragraph, insertions and links included."""
    return "".join(_visible(paragraph._p)).strip()


def _visible(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in (qn("w:tab"), qn("w:cr")):
            yield " "
        elif child.tag == qn("w:br"):
            yield "\n"
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        elif not _is_unseen(child):
            yield from _visible(child)


def _is_unseen(element: Any) -> bool:
    """Tell whether an element is deleted or hidden text, or the copy that old programs are given."""
    if element.tag in (qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr")) or str(element.tag).endswith(
        "}Fallback"
    ):
        return True
    if element.tag != qn("w:r"):
        return False
    properties = element.find(qn("w:rPr"))
    if properties is None:
        return False
    hidden = properties.find(qn("w:vanish"))
    if hidden is not None and hidden.get(qn("w:val")) not in ("0", "false", "off"):
        return True
    size = properties.find(qn("w:sz"))
    value = size.get(qn("w:val")) if size is not None else None
    return bool(value and value.isdecimal() and int(value) <= _TINY_HALF_POINTS)


def _with_blanks(lines: list[str]) -> list[str]:
    """Return the paragraphs as lines of a text, blank ones between them."""
    return [line for paragraph in lines for line in (paragraph, "")]
