"""Pages of a PDF that are pictures of text -> the text on them, where the system has Tesseract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import sqrt

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from index.errors import SettingsError, SourceError
from index.sources import tesseract
from index.sources.pdf_pieces import Piece
from index.sources.recognition import DOUBT, read_tsv
from index.text.languages import language_of

MOST_SCANS = 40
"""Pages of one document whose text is recognised: some seconds each."""

_DOTS_PER_POINT = 300 / 72
_MOST_PIXELS = 9_000_000  # an A4 page at 300 dots per inch
_FEWEST_PIXELS = 100 * 100
_COVERED = 0.3  # of the page's area
_LETTERS_TO_TELL = 300  # of recognised text, that show its language


def is_picture(page: pdfium.PdfPage) -> bool:
    """Tell whether pictures cover a large part of a page, as a scan does."""
    left, bottom, right, top = page.get_bbox()
    area = max((right - left) * (top - bottom), 1.0)
    covered = 0.0
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,)):
        low_x, low_y, high_x, high_y = item.get_bounds()
        width, height = min(right, high_x) - max(left, low_x), min(top, high_y) - max(bottom, low_y)
        covered += max(width, 0.0) * max(height, 0.0)  # some scanners write a page in strips
    return bool(covered >= _COVERED * area)


def recognise_pages(
    reference: str,
    document: pdfium.PdfDocument,
    numbers: Sequence[int],
    *,
    languages: str,
    rest: str,
    working: Callable[[], None],
) -> Iterator[tuple[int, list[Piece]]]:
    """Yield the lines of each page, words that are not sure marked.

    Args:
        reference: the document, for errors.
        document: open.
        numbers: its pages to look at, from 0.
        languages: what the settings say.
        rest: the text of its other pages.
        working: called every few seconds.

    Raises:
        SourceError: Tesseract took too long for a page or failed, or the settings name a language that it does not have.
    """
    if not numbers:
        return
    known = rest
    try:
        chosen = tesseract.choose_languages(languages, known)
    except SettingsError as error:
        raise SourceError(f"{reference}: {error.message}", reference=reference, hint=error.hint) from error
    for number in numbers:
        page = document[number]
        working()
        picture, scale = _render(page)
        table = tesseract.recognise(reference, picture, chosen, working=working)
        pieces = read_tsv(table, scale=scale, height=page.get_height())
        page.close()
        yield number, pieces
        known += " ".join(piece.text for piece in pieces).replace(DOUBT, "")
        if "+" in chosen and languages == tesseract.AUTO and len(known) > _LETTERS_TO_TELL and language_of(known, None):
            chosen = tesseract.choose_languages(languages, known)


def _render(page: pdfium.PdfPage) -> tuple[bytes, float]:
    """Return the picture of a page in shades of grey (PGM), and how many pixels a point has in it."""
    width, height = page.get_width(), page.get_height()
    scale = min(_DOTS_PER_POINT, sqrt(_MOST_PIXELS / max(width * height, 1.0)))
    scale = max(scale, sqrt(_FEWEST_PIXELS / max(width * height, 1.0)))
    bitmap = page.render(scale=scale, grayscale=True)
    rows = memoryview(bitmap.buffer).cast("B")
    pixels = b"".join(
        rows[number * bitmap.stride : number * bitmap.stride + bitmap.width] for number in range(bitmap.height)
    )
    head = f"P5\n{bitmap.width} {bitmap.height}\n255\n".encode("ascii")
    bitmap.close()
    return head + pixels, scale
