"""Stories as PDF, DOCX, EPUB, e-mail and web archives, as programs of those kinds write them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

import docx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, FrameBreak, NextPageTemplate, PageTemplate, Paragraph
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.index.stories import Story

MARGIN = 50


def make_pdf(
    story: Story, *, columns: int = 2, paper: str = "The Sentinel", day: str = "June 5, 2031", times: int = 1
) -> bytes:
    """Return a page of a paper: running title and page number, headline, byline, justified columns, words broken at line ends."""
    body = ParagraphStyle(
        "body",
        fontName="Times-Roman",
        fontSize=9.5,
        leading=11.5,
        alignment=4,
        firstLineIndent=10,
        embeddedHyphenation=1,
    )
    subhead = ParagraphStyle("subhead", fontName="Helvetica-Bold", fontSize=11, leading=14, spaceBefore=6, spaceAfter=3)
    head = ParagraphStyle("head", fontName="Helvetica-Bold", fontSize=22, leading=25)
    width, height = A4
    gutter = 16
    column = (width - 2 * MARGIN - (columns - 1) * gutter) / columns

    def frames(top: float) -> list[Frame]:
        return [Frame(MARGIN + n * (column + gutter), MARGIN, column, top - MARGIN) for n in range(columns)]

    def furnish(canvas: Canvas, template: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(MARGIN, height - 30, paper.upper())
        canvas.drawRightString(width - MARGIN, height - 30, day)
        canvas.drawCentredString(width / 2, 25, f"Page {template.page}")

    buffer = io.BytesIO()
    template = BaseDocTemplate(buffer, pagesize=A4, title="Microsoft Word - draft_final2.docx", invariant=1)
    first = [Frame(MARGIN, height - 160, width - 2 * MARGIN, 110), *frames(height - 165)]
    template.addPageTemplates(
        [PageTemplate("first", first, onPage=furnish), PageTemplate("later", frames(height - 50), onPage=furnish)]
    )
    flow = [
        Paragraph(escape(story.title), head),
        Paragraph(f"By {escape(story.author)}", body),
        NextPageTemplate("later"),
        FrameBreak(),
    ]
    for _ in range(times):
        for block in story.blocks:
            words = escape(block.removeprefix("## ").removeprefix("- ").removeprefix("> "))
            flow.append(Paragraph(words, subhead if block.startswith("## ") else body))
    template.build(flow)
    return buffer.getvalue()


def make_scan(pages: int = 2) -> bytes:
    """Return a PDF whose pages are pictures."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    for _ in range(pages):
        canvas.setFillGray(0.9)
        canvas.rect(20, 20, 500, 700, fill=1)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def make_docx(
    story: Story, *, author: str = "", styled: bool = True, date_line: str | None = None, hidden: str = ""
) -> bytes:
    """Return a Word file, with what a reader does not see where ``hidden`` is given."""
    document = docx.Document()
    document.core_properties.author = author
    document.core_properties.title = ""
    if styled:
        document.add_heading(story.title, level=0)
    else:
        document.add_paragraph(story.title)
    document.add_paragraph(f"By {story.author}")
    if date_line:
        document.add_paragraph(date_line)
    for block in story.blocks:
        words = block.removeprefix("## ").removeprefix("- ").removeprefix("> ")
        if block.startswith("## "):
            document.add_heading(words, level=2)
        else:
            document.add_paragraph(words, style="List Bullet" if block.startswith("- ") else None)
    if hidden:
        document.add_paragraph("").add_run(hidden).font.hidden = True
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def make_epub(stories: list[Story], outlet: str, day: str | None, *, cover: bool = True) -> bytes:
    """Return an issue of a paper as an EPUB, with a cover and a table of contents."""
    chapters = {f"chapter{number}.xhtml": _chapter(story) for number, story in enumerate(stories, start=1)}
    if cover:
        chapters = {
            "cover.xhtml": f"<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>{escape(outlet)}</h1></body></html>"
        } | chapters
    items = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    date = f"<dc:date>{day}</dc:date>" if day else ""
    package = (
        '<?xml version="1.0" encoding="utf-8"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:uuid:1</dc:identifier>'
        f"<dc:title>{escape(outlet)}, daily issue</dc:title><dc:publisher>{escape(outlet)}</dc:publisher><dc:language>{stories[0].language}</dc:language>{date}"
        '<meta property="dcterms:modified">2031-06-07T00:00:00Z</meta></metadata>'
        f'<manifest><item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>{items}</manifest>'
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    container = (
        '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    contents = "".join(f"<li><a href='{name}'>{name}</a></li>" for name in chapters)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("OEBPS/content.opf", package)
        archive.writestr(
            "OEBPS/nav.xhtml",
            f"<html xmlns='http://www.w3.org/1999/xhtml'><body><nav><ol>{contents}</ol></nav></body></html>",
        )
        for name, chapter in chapters.items():
            archive.writestr(f"OEBPS/{name}", chapter)
    return buffer.getvalue()


def _chapter(story: Story) -> str:
    paragraphs = []
    for block in story.blocks:
        words = escape(block.removeprefix("## ").removeprefix("- ").removeprefix("> "))
        paragraphs.append(f"<h2>{words}</h2>" if block.startswith("## ") else f"<p>{words}</p>")
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head>'
        f"<title>{escape(story.title)}</title></head><body><h1>{escape(story.title)}</h1><p class='by'>By {escape(story.author)}</p>{''.join(paragraphs)}</body></html>"
    )


def make_mail(
    story: Story, *, sender: str, newsletter: bool = False, form: str = "plain", charset: str = "utf-8"
) -> bytes:
    """Return a message: ``form`` is "plain", "html" or "both"."""
    message = EmailMessage()
    message["From"] = f"{sender} <desk@mail.example>"
    message["To"] = "reader@mail.example"
    message["Subject"] = story.title if newsletter else f"Fwd: {story.title}"
    message["Date"] = format_datetime(datetime(2031, 6, 5, 14, 30, tzinfo=UTC))
    if newsletter:
        message["List-Id"] = f"{sender} <news.mail.example>"
        message["List-Unsubscribe"] = "<https://mail.example/leave>"
    text = story.text
    if newsletter:
        text = f"View this email in your browser: https://mail.example/v\n\n{text}\n\nYou are receiving this because you signed up.\nUnsubscribe: https://mail.example/leave\n\n4 Mill Lane, Ellerby"
    else:
        text += "\n\n-- \nDesk of the paper, fourth floor"
    if form in ("plain", "both"):
        message.set_content(text if form == "plain" else "Your mail program cannot show this message.", charset=charset)
    if form in ("html", "both"):
        rows = "".join(f"<tr><td style='padding:8px'>{escape(words)}</td></tr>" for words in story.paragraphs)
        page = (
            "<html><body><div style='display:none;max-height:0'>A preview that nobody sees in the message.</div>"
            f"<table width='600'><tr><td><a href='https://mail.example/v'>View in browser</a></td></tr>{rows}"
            "<tr><td>You are receiving this email because you signed up.<br>Unsubscribe</td></tr><tr><td>4 Mill Lane, Ellerby</td></tr></table></body></html>"
        )
        if form == "both":
            message.add_alternative(page, subtype="html")
        else:
            message.set_content(page, subtype="html", charset=charset)
    return message.as_bytes()


def make_mhtml(page: str, url: str) -> bytes:
    """Return a page as Chromium saves it."""
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = url
    message["Subject"] = "A page"
    message["Date"] = "Sat, 7 Jun 2031 09:00:00 +0000"
    message.set_content(page, subtype="html")
    message.add_related(b"body { color: black }", maintype="text", subtype="css")
    return message.as_bytes()


def make_warc(pages: dict[str, str], *, packed: bool = True) -> bytes:
    """Return a web archive of pages by address, with a picture and a page that was not found beside them."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=packed)
    for address, page in pages.items():
        _write_response(writer, address, page.encode(), "200 OK", "text/html; charset=utf-8")
    _write_response(writer, "https://a.example/p.png", b"\x89PNG", "200 OK", "image/png")
    _write_response(writer, "https://a.example/gone", b"<p>Not found</p>", "404 Not Found", "text/html")
    return buffer.getvalue()


def _write_response(writer: WARCWriter, address: str, body: bytes, status: str, content_type: str) -> None:
    headers = StatusAndHeaders(status, [("Content-Type", content_type)], protocol="HTTP/1.1")
    record = writer.create_warc_record(address, "response", payload=io.BytesIO(body), http_headers=headers)
    writer.write_record(record)
    record.raw_stream.close()
