"""Scanned PDFs, read by the Tesseract of the system where there is one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from index.care import _examine_recognition
from index.errors import SourceError
from index.settings import ScanSettings, Settings
from index.sources import pdf_scans, tesseract
from index.sources.document import Document, read_document
from index.sources.part import beside_in_folder
from index.sources.pdf import read_pdf
from index.sources.reader import ArticleReader
from tests.index.scans import join, make_text_pdf, scan

LINES = [
    "#Bridge at Lower Tarn opens", "", "By Ada Quill", "", "2 May 2031", "",
    "The new bridge at Lower Tarn was opened on Friday after two years of",
    "work, the council said. It cost 41.7 million crowns, 6.3 million more than was",
    "planned. Mayor Ilse Brandt cut the ribbon at noon before 1,280 guests.", "",
    "Lorries of more than 7.5 tonnes may not cross it until 15 June 2031. The com-",
    "pany that built it, Orel Works, pays 20,000 crowns for each day of delay.",
]  # fmt: skip
TEXT = (
    "The new bridge at Lower Tarn was opened on Friday after two years of work, the council said. It cost 41.7 million crowns, 6.3 million "
    "more than was planned. Mayor Ilse Brandt cut the ribbon at noon before 1,280 guests.\n\nLorries of more than 7.5 tonnes may not cross it "
    "until 15 June 2031. The company that built it, Orel Works, pays 20,000 crowns for each day of delay."
)
GERMAN = [
    "#Brücke über die Tarn eröffnet", "",
    "Die neue Brücke über die Tarn ist am Freitag nach zweijähriger Bauzeit eröffnet",
    "worden, teilte die Stadt mit. Sie kostete 41,7 Millionen Kronen. Für Fußgänger",
    "bleibt die alte Brücke geöffnet, bis die Geländer geprüft worden sind.",
]  # fmt: skip
SECOND = ["Page two says that the old bridge stays open for people on foot until the", "railings have been checked by the engineers of the county, as planned."]  # fmt: skip

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None or "eng" not in tesseract.installed_languages(),
    reason="Tesseract with English is not installed (on Debian tesseract-ocr)",
)


@needs_tesseract
def test_a_scan_is_read_in_the_child_within_its_limits() -> None:
    with ArticleReader() as reader:
        (found,) = reader.read("scan.pdf", scan(make_text_pdf([LINES])), "pdf")
    assert (found.title, found.author, found.published) == ("Bridge at Lower Tarn opens", "Ada Quill", "2031-05-02")  # type: ignore[union-attr]
    assert found.text == TEXT  # type: ignore[union-attr]
    assert found.note == "the text of 1 page was recognised in its picture."  # type: ignore[union-attr]


@needs_tesseract
def test_what_is_read_from_a_poor_scan_is_what_stands_there() -> None:
    """Whatever is kept of a page that is hard to read must be true: no sentence with a figure that is not in it."""
    for blur, dots in ((0.8, 130.0), (1.0, 150.0), (0.6, 110.0)):
        page = scan(make_text_pdf([LINES]), dots_per_inch=dots, blur=blur)
        found = read_pdf("poor.pdf", page, recognition="eng")
        figures = re.findall(r"\d[\d.,]*\d|\d", found.text)
        assert figures
        assert set(figures) <= set(re.findall(r"\d[\d.,]*\d|\d", TEXT))
        assert len(found.text) == len(TEXT) or "left out, because a word in each is not sure" in found.note


@needs_tesseract
def test_what_cannot_be_read_is_refused_and_not_guessed() -> None:
    with pytest.raises(SourceError, match=r"too unclear to be read: .* left out, because a word in each is not sure"):
        read_pdf("dirty.pdf", scan(make_text_pdf([LINES]), dots_per_inch=110, blur=0.7, dirt=0.02), recognition="auto")


@needs_tesseract
def test_a_page_that_is_a_picture_among_others_is_read_in_its_place() -> None:
    whole = join(make_text_pdf([LINES]), scan(make_text_pdf([SECOND])))
    found = read_pdf("mixed.pdf", whole, recognition="auto")
    assert found.text.endswith(" ".join(SECOND))
    assert "41.7 million" in found.text
    assert found.note == "the text of 1 page was recognised in its picture."


@needs_tesseract
def test_a_scan_that_a_list_names_keeps_its_note(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(scan(make_text_pdf([LINES])))
    entry = "TY  - NEWS\nTI  - Bridge\nL1  - a.pdf\nL1  - b.pdf\nER  -\n"
    document = Document("l.ris", entry.encode(), "references", beside=beside_in_folder(tmp_path))
    (found,) = read_document(document)
    assert found.text == TEXT  # type: ignore[union-attr]
    assert found.note.startswith(
        "the text of 1 page was recognised in its picture. its attachment 'b.pdf' is not there."
    )  # type: ignore[union-attr]


@needs_tesseract
@pytest.mark.skipif("deu" not in tesseract.installed_languages(), reason="Tesseract's German is not installed")
def test_the_language_is_found() -> None:
    found = read_pdf("scan.pdf", scan(make_text_pdf([GERMAN])), recognition="auto")
    assert found.title == "Brücke über die Tarn eröffnet"
    assert "Für Fußgänger bleibt die alte Brücke geöffnet, bis die Geländer geprüft worden sind." in found.text


def test_without_tesseract_a_scan_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(
        SourceError,
        match=r"without text, its 1 pages are pictures or empty\. Run a text recognition over it, or install",
    ):
        read_pdf("scan.pdf", scan(make_text_pdf([LINES]), dots_per_inch=72), recognition="auto")
    found = read_pdf(
        "mixed.pdf", join(make_text_pdf([LINES]), scan(make_text_pdf([SECOND]), dots_per_inch=72)), recognition="auto"
    )
    assert found.text == TEXT
    assert found.note.startswith(
        "1 of its pages is a picture and was not read. Run a text recognition over it, or install"
    )
    finding = _examine_recognition(Settings())
    assert (finding.fine, finding.detail) == (
        True,
        "Tesseract is not installed: pages that are pictures are reported and not read",
    )


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program of our own in the place of Tesseract; what it does stands in ``does``."""
    program = tmp_path / "tesseract"
    program.write_text(
        f'#!/bin/sh\ncase "$1" in --list-langs) echo "List:"; echo eng; echo osd; echo script/Latin; exit;; esac\n. {tmp_path}/does\n',
        encoding="ascii",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    tesseract.installed_languages.cache_clear()
    return tmp_path / "does"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    tesseract.installed_languages.cache_clear()


def test_a_program_that_fails_or_hangs_is_that_files_failure(stub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "_BEAT_SECONDS", 0.1)
    monkeypatch.setattr(tesseract, "_PICTURE_SECONDS", 0.4)
    page = scan(make_text_pdf([LINES]), dots_per_inch=72)
    stub.write_text("cat > /dev/null; exit 3\n", encoding="ascii")
    with pytest.raises(SourceError, match="its text recognition ended with status 3"):
        read_pdf("scan.pdf", page, recognition="auto")
    stub.write_text("exec sleep 30\n", encoding="ascii")
    with pytest.raises(SourceError, match=r"its text recognition took longer than 0\.4 s"):
        read_pdf("scan.pdf", page, recognition="auto")
    stub.write_text("cat > /dev/null\n", encoding="ascii")
    with pytest.raises(SourceError, match="it is without text"):
        read_pdf("scan.pdf", page, recognition="auto")


def test_only_so_many_pages_of_so_many_pixels_are_looked_at(
    stub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sources.pdf.MOST_SCANS", 2)
    monkeypatch.setattr(pdf_scans, "_MOST_PIXELS", 40_000)
    stub.write_text(f"head -c 20 | sed -n 2p >> {tmp_path}/sizes; cat > /dev/null\n", encoding="ascii")
    pages = [scan(make_text_pdf([LINES]), dots_per_inch=72)] * 3
    found = read_pdf("many.pdf", join(make_text_pdf([LINES]), *pages), recognition="auto")
    sizes = [line.split() for line in (tmp_path / "sizes").read_text(encoding="ascii").splitlines()]
    assert len(sizes) == 2
    assert all(0.9 * 40_000 < int(width) * int(height) <= 1.02 * 40_000 for width, height in sizes)
    assert found.note.endswith("1 of its pages is a picture and was not read, at most 2 pictures are.")


def test_a_language_that_is_not_installed_is_named(stub: Path) -> None:
    page = scan(make_text_pdf([LINES]), dots_per_inch=72)
    with pytest.raises(
        SourceError, match=r"scans\.languages names 'fra', wanted languages of Tesseract that are installed: eng"
    ):
        read_pdf("scan.pdf", page, recognition="fra+eng")
    finding = _examine_recognition(Settings(scans=ScanSettings(languages="fra")))
    assert not finding.fine
    assert "installed: eng" in finding.detail
    with pytest.raises(SourceError, match="without text"):
        read_pdf("scan.pdf", page, recognition="none")
