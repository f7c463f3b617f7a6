"""PDFs whose pages are pictures of text, as scanners write them."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence

import pypdfium2 as pdfium
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas


def make_text_pdf(pages: Sequence[Sequence[str]], *, size: float = 11.0) -> bytes:
    """Return a PDF with those lines; one that begins with "#" is set larger, an empty one is a gap."""
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    for lines in pages:
        height = 720.0
        for line in lines:
            letters = size * (2 if line.startswith("#") else 1)
            canvas.setFont("Times-Roman", letters)
            canvas.drawString(70, height, line.lstrip("#"))
            height -= letters * 1.4 if line else 8
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def scan(data: bytes, *, dots_per_inch: float = 200.0, blur: float = 0.0, dirt: float = 0.0) -> bytes:
    """Return a PDF with the pages of another as pictures; ``dirt`` is the share of pixels that are of any shade."""
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    document = pdfium.PdfDocument(data)
    for page in document:
        picture = page.render(scale=dots_per_inch / 72, grayscale=True).to_pil()
        picture = _soil(picture.filter(ImageFilter.GaussianBlur(blur)) if blur else picture, dirt)
        canvas.setPageSize((page.get_width(), page.get_height()))
        canvas.drawImage(ImageReader(picture), 0, 0, page.get_width(), page.get_height())
        canvas.showPage()
    document.close()
    canvas.save()
    return file.getvalue()


def join(*files: bytes) -> bytes:
    """Return one PDF with the pages of all."""
    joined = pdfium.PdfDocument.new()
    for data in files:
        part = pdfium.PdfDocument(data)
        joined.import_pages(part)
        part.close()
    file = io.BytesIO()
    joined.save(file)
    joined.close()
    return file.getvalue()


def _soil(picture: Image.Image, dirt: float) -> Image.Image:
    chance = random.Random(1)
    for _ in range(int(picture.width * picture.height * dirt)):
        picture.putpixel((chance.randrange(picture.width), chance.randrange(picture.height)), chance.randrange(256))
    return picture
