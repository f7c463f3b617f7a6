"""PDF -> RawArticle."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from index.articles import RawArticle
from index.errors import SourceError
from index.sources import tesseract
from index.sources.child import still_working
from index.sources.fields import build_article
from index.sources.opening import LONGEST_TITLE, read_furniture, read_opening
from index.sources.part import Source
from index.sources.pdf_layout import join_pieces, order_lines
from index.sources.pdf_paragraphs import list_words, make_paragraphs
from index.sources.pdf_pieces import Line, Piece
from index.sources.pdf_scans import MOST_SCANS, is_picture, recognise_pages
from index.sources.recognition import DOUBT, tell, without_doubtful
from index.sources.tesseract import NONE
from index.text.languages import language_of

MOST_PAGES = 600
MOST_CHARACTERS = 4_000_000
_MOST_ON_A_PAGE = 200_000
_FEWEST_CHARACTERS = 40  # of a document; fewer are a stamp on a picture
_MARGIN = 0.11  # of a page's height, above and below, is where running titles and page numbers stand
_REPEATED = 0.5  # of the pages that a running title stands on, or of every second one
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite|página)?\s*[-–—]?\s*\d{1,4}(?:\s*(?:/|of|von|de)\s*\d{1,4})?\s*[-–—]?", re.IGNORECASE
)
_SAME_HEIGHT = 6.0  # points
_DIGITS = re.compile(r"\d+")
_HEADLINE_SIZE = 1.3  # times the size of the body
_SMALLEST_HEIGHT = 1.5  # points; what is smaller cannot be read
_WHITE = 250
_INVISIBLE_MODE = 3

_ENOUGH_TO_TELL = 10_000  # characters that show a language
_HOW_TO_READ_SCANS = "Run a text recognition over it, or install Tesseract, which reads such pages (on Debian tesseract-ocr); or give the article as a text file."
_AS_TEXT = "Give the article as a text file."


@dataclass(frozen=True, slots=True)
class _Page:
    """A page with its lines; ``is_scan`` says that it has none, but a picture that may show some."""

    height: float
    pieces: list[Piece]
    is_scan: bool = False


def read_pdf(reference: str, source: Source, *, recognition: str = NONE) -> RawArticle:
    """Return the article of a PDF: its columns in reading order, words joined that were broken at line ends.

    What repeats at the top or the bottom of pages is left out, and so is what cannot be seen: tiny or transparent text,
    white text on white paper, text outside of the page. The title is the one of the properties where it stands on the
    first page, else the largest line of that page. Author and date are those of the lines below the title: when the file
    was made is another matter. Pages that are pictures of text are read by text recognition where there is one; the note of the article
    says so, and what was left out.

    Args:
        reference: how it is named in errors.
        source: the file, or its bytes.
        recognition: languages of text recognition, see ``ScanSettings``.

    Raises:
        SourceError: it is no PDF, is protected by a password, has too many pages, or holds pictures of text that cannot be read.
    """
    document = _open(reference, source)
    try:
        if len(document) > MOST_PAGES:
            raise SourceError(
                f"{reference}: it has {len(document)} pages, at most {MOST_PAGES} are read.",
                reference=reference,
                hint="Give its articles as separate files.",
            )
        pages = list(_read_pages(reference, document))
        scans = [number for number, page in enumerate(pages) if page.is_scan]
        readable = scans[:MOST_SCANS] if tesseract.is_there(recognition) and tesseract.installed_languages() else []
        rest = " ".join(piece.text for page in pages for piece in page.pieces)[:_ENOUGH_TO_TELL]
        for number, pieces in recognise_pages(
            reference, document, readable, languages=recognition, rest=rest, working=still_working
        ):
            pages[number] = _Page(pages[number].height, pieces)
        declared = document.get_metadata_dict(skip_empty=True)
    finally:
        document.close()
    if sum(len(piece.text) for page in pages for piece in page.pieces) < _FEWEST_CHARACTERS:
        raise SourceError(
            f"{reference}: it is without text, its {len(pages)} pages are pictures or empty.",
            reference=reference,
            hint="Run a text recognition over it, or give the article as a text file."
            if readable or not scans
            else _HOW_TO_READ_SCANS,
        )
    article = _build(reference, pages, str(declared.get("Title") or ""))
    notes = [_say_unread(len(scans) - len(readable), recognised=bool(readable))] if len(scans) > len(readable) else []
    if not readable:
        return replace(article, note=" ".join(notes))
    found = without_doubtful(article.text, language_of(article.text.replace(DOUBT, ""), None))
    known = {"title": article.title, "outlet": article.outlet, "author": article.author}
    certain = {name: value for name, value in known.items() if value is None or DOUBT not in value}
    notes.insert(0, tell(len(readable), found, known.keys() - certain.keys()))
    if not found.is_legible:
        raise SourceError(
            f"{reference}: it is too unclear to be read: {notes[0]}",
            reference=reference,
            hint="Scan it with 300 dots per inch, or give the article as a text file.",
        )
    return replace(
        article,
        text=found.text,
        title=certain.get("title"),
        outlet=certain.get("outlet"),
        author=certain.get("author"),
        note=" ".join(notes),
    )


def _say_unread(pages: int, *, recognised: bool) -> str:
    """Return for the report how many pages were not read, and what to do."""
    left = (
        "1 of its pages is a picture and was not read"
        if pages == 1
        else f"{pages} of its pages are pictures and were not read"
    )
    return f"{left}, at most {MOST_SCANS} pictures are." if recognised else f"{left}. {_HOW_TO_READ_SCANS}"


def _open(reference: str, source: Source) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            reason, hint = "it is protected by a password", "Save a copy without one."
        else:
            reason, hint = "it is broken or no PDF", f"Download it again. {_AS_TEXT}"
        raise SourceError(f"{reference}: {reason}.", reference=reference, hint=hint) from error


def _read_pages(reference: str, document: pdfium.PdfDocument) -> Iterator[_Page]:
    characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pdfium.PdfiumError as error:
            raise SourceError(
                f"{reference}: its page {number + 1} is broken.", reference=reference, hint=_AS_TEXT
            ) from error
        text = page.get_textpage()
        count = text.count_chars()
        characters += count
        if count > _MOST_ON_A_PAGE or characters > MOST_CHARACTERS:
            raise SourceError(
                f"{reference}: it has more text than is read of a PDF ({MOST_CHARACTERS} characters).",
                reference=reference,
                hint="Give its articles as separate files.",
            )
        pieces = join_pieces(list(_read_pieces(page, text)))
        scanned = sum(len(piece.text) for piece in pieces) < _FEWEST_CHARACTERS and is_picture(page)
        yield _Page(page.get_height(), [_without_marks(piece) for piece in pieces], scanned)
        text.close()
        page.close()


def _without_marks(piece: Piece) -> Piece:
    """Return a piece without the mark of doubtful words, which only text recognition gives."""
    return replace(piece, text=piece.text.replace(DOUBT, "")) if DOUBT in piece.text else piece


def _read_pieces(page: pdfium.PdfPage, text: pdfium.PdfTextPage) -> Iterator[Piece]:
    """Yield the stretches of text that can be seen."""
    left, bottom, right, top = page.get_bbox()
    pictures = [
        item.get_bounds()
        for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING))
    ]
    for number in range(text.count_rects()):
        left_edge, low, right_edge, high = text.get_rect(number)
        words = text.get_text_bounded(left_edge, low, right_edge, high).replace("\r", " ").replace("\n", " ")
        middle = ((left_edge + right_edge) / 2, (low + high) / 2)
        index = text.get_index(*middle, high - low, high - low)
        piece = Piece(left_edge, low, right_edge, high, words.rstrip(), _type_size(text, index))
        on_page = left <= middle[0] <= right and bottom <= middle[1] <= top
        if not words.strip() or piece.height < _SMALLEST_HEIGHT or not on_page:
            continue
        if not _is_unseen(text, index, middle, pictures):
            yield piece


def _type_size(text: pdfium.PdfTextPage, index: int | None) -> float:
    """Return how tall a line of a letter's type is, 0 where that is unknown; the size that its font states leaves out its scale."""
    if index is None:
        return 0.0
    _, low, _, high = text.get_charbox(index, loose=True)
    return float(max(high - low, 0.0))


def _is_unseen(
    text: pdfium.PdfTextPage,
    index: int | None,
    middle: tuple[float, float],
    pictures: Sequence[tuple[float, float, float, float]],
) -> bool:
    """Tell whether text is transparent or not painted, or white with nothing behind it.

    Text that is not painted lies over the picture of a scanned page, where it is what text recognition has read.
    """
    if index is None:
        return False
    behind = any(box[0] - 1 <= middle[0] <= box[2] + 1 and box[1] - 1 <= middle[1] <= box[3] + 1 for box in pictures)
    colours = [ctypes.c_uint() for _ in range(4)]
    if raw.FPDFText_GetFillColor(text.raw, index, *colours):
        red, green, blue, alpha = (colour.value for colour in colours)
        if alpha == 0 or (min(red, green, blue) >= _WHITE and not behind):
            return True
    item = raw.FPDFText_GetTextObject(text.raw, index)
    return bool(item) and raw.FPDFTextObj_GetTextRenderMode(item) == _INVISIBLE_MODE and not behind


def _drop_running_titles(pages: Sequence[_Page]) -> list[_Page]:
    """Return the pages without what repeats in their margins, page numbers included."""
    seen = Counter(key for page in pages for key in {_key(piece) for piece in page.pieces if _in_margin(page, piece)})
    # Left and right pages often have titles of their own.
    often = max(2.0, _REPEATED * len(pages) / 2) if len(pages) > 3 else max(2.0, _REPEATED * len(pages))
    return [
        _Page(
            page.height,
            [
                piece
                for piece in page.pieces
                if not _in_margin(page, piece)
                or not (seen[_key(piece)] >= often or _PAGE_NUMBER.fullmatch(piece.text.strip()))
            ],
        )
        for page in pages
    ]


def _in_margin(page: _Page, piece: Piece) -> bool:
    return piece.bottom > (1 - _MARGIN) * page.height or piece.top < _MARGIN * page.height


def _key(piece: Piece) -> str:
    """Return what a running title has in common with itself on other pages: its words and its height on the page."""
    return f"{_DIGITS.sub('#', ''.join(piece.text.lower().split()))}@{piece.bottom / _SAME_HEIGHT:.0f}"


def _build(reference: str, pages: Sequence[_Page], declared_title: str) -> RawArticle:
    kept = _drop_running_titles(pages)
    lines = [line for page in kept for line in order_lines(page.pieces)]
    title_lines = _find_title(kept[0], lines, declared_title)
    above = _above_title(pages[0], title_lines)
    title = " ".join(_words(line.piece) for line in title_lines)
    facts: dict[str, object] = {"title": title} if title else {}
    body = [line for line in lines if line not in title_lines and line.piece not in above]
    facts |= _peel_furniture(body)
    # A paper prints the day of the issue at the top of its page.
    for piece in above:
        facts = read_furniture(_words(piece)) | facts
    opening = read_opening(_lines_of(make_paragraphs(body, list_words(lines))), titled=bool(title_lines))
    text = "\n\n".join(line for line in opening.body if line)
    return build_article(opening.facts | facts, reference=reference, kind="pdf", text=text)


def _above_title(first: _Page, title: Sequence[Line]) -> list[Piece]:
    """Return what stands in the margin above the title: the name of the paper, the day of the issue."""
    if not title:
        return [piece for piece in first.pieces if _in_margin(first, piece) and read_furniture(_words(piece))]
    lowest = title[0].piece.top
    return [piece for piece in first.pieces if piece.bottom >= lowest and _in_margin(first, piece)]


def _peel_furniture(body: list[Line]) -> dict[str, object]:
    """Take bylines and dates off the top of the body and return what they say."""
    facts: dict[str, object] = {}
    while body and (said := read_furniture(_words(body[0].piece))):
        facts = said | facts
        del body[0]
    return facts


def _words(piece: Piece) -> str:
    return " ".join(piece.text.split())


def _find_title(first: _Page, lines: Sequence[Line], declared: str) -> list[Line]:
    """Return the lines of the title: those that the properties name, else the largest ones of the first page."""
    on_first = [line for line in lines if line.piece in first.pieces]
    wanted = "".join(declared.lower().split())
    for start in range(len(on_first)):
        joined = ""
        for end in range(start, min(start + 4, len(on_first))):
            joined += "".join(on_first[end].piece.text.lower().split())
            if wanted and joined == wanted:
                return on_first[start : end + 1]
    if not on_first:
        return []
    usual = median(line.piece.height for line in lines)
    largest = max(line.piece.height for line in on_first)
    if largest < _HEADLINE_SIZE * usual:
        return []
    # Letters that go below the line make one of two lines of a headline taller than the other.
    found: list[Line] = []
    for line in on_first:
        if found and read_furniture(_words(line.piece)):
            break
        if line.piece.height > 0.72 * largest and line.piece.height > 1.15 * usual:
            found.append(line)
        elif found:
            break
    return found if sum(len(line.piece.text) for line in found) <= LONGEST_TITLE else []


def _lines_of(paragraphs: Iterable[str]) -> list[str]:
    return [line for paragraph in paragraphs for line in (paragraph, "")]
