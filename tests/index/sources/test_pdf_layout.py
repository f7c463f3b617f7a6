"""Columns with captions between them, and tables: what stands in a PDF is read in the order in which people read it."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from index.sources.pdf import read_pdf
from index.sources.pdf_pieces import Piece
from index.sources.pdf_tables import read_table

WEIR = (
    "The council of Lower Tarn voted on Thursday to rebuild the weir that was damaged in March, when a tree was carried against its gate by "
    "high water. The work is to begin in June and to be finished before the winter, the mayor said after the vote. It is to cost 4.1 million "
    "crowns, of which the county pays half. Fishermen had asked for a ladder so that salmon can pass the weir on their way up the river. The "
    "engineer of the county said that a ladder was planned for the northern bank."
)
FERRY = (
    "The ferry to Sant Orel will land at the old mill until the work is done, its owner said on Friday. He expects to carry fewer people in "
    "the summer. Last year the ferry carried 41,300 people, more than in any year since it began to sail. The council pays him 60,000 crowns "
    "for the loss, and the county has promised him a landing of his own as soon as the gate is closed again and the water is low."
)
CAPTION = ("The weir at Lower Tarn", "after the flood of March.", "Photograph: Bo Orel")


class Sheet:
    """A page that is written on, and the words that are left of a text."""

    def __init__(self) -> None:
        self._file = io.BytesIO()
        self.canvas = Canvas(self._file, invariant=1)
        self.canvas.setFont("Times-Bold", 24)
        self.canvas.drawString(60, 730, "Weir at Lower Tarn to be rebuilt")

    def write(
        self, left: float, top: float, lines: Sequence[str], *, size: float = 10, font: str = "Times-Roman"
    ) -> float:
        self.canvas.setFont(font, size)
        for line in lines:
            self.canvas.drawString(left, top, line)
            top -= 1.2 * size
        return top

    def table(self, edges: Sequence[float], top: float, rows: Sequence[Sequence[str]]) -> float:
        for number, row in enumerate(rows):
            self.canvas.setFont("Times-Roman" if number else "Times-Bold", 10)
            for left, cell in zip(edges, row, strict=True):
                self.canvas.drawString(left, top, cell)
            top -= 14
        return top

    def text(self) -> str:
        self.canvas.save()
        return read_pdf("a.pdf", self._file.getvalue()).text


def wrap(text: str, *widths: float) -> list[str]:
    """Return the lines of a text, the last of the widths being that of all further lines."""
    lines = [""]
    for word in text.split():
        width = widths[min(len(lines) - 1, len(widths) - 1)]
        if stringWidth(f"{lines[-1]} {word}", "Times-Roman", 10) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def test_a_caption_in_the_white_between_columns_that_flow_around_it() -> None:
    sheet = Sheet()
    left, right = wrap(WEIR, *[230] * 4, *[170] * 4, 230), wrap(FERRY, *[230] * 4, *[170] * 4, 230)
    sheet.write(60, 690, left)
    edges = [310] * 4 + [370] * 4 + [310] * (len(right) - 8)
    for number, (edge, line) in enumerate(zip(edges, right, strict=True)):
        sheet.write(edge, 690 - 12 * number, [line])
    sheet.write(240, 632, CAPTION, size=8, font="Times-Italic")
    assert sheet.text().split("\n\n") == [WEIR, FERRY, " ".join(CAPTION)]


def test_a_caption_in_the_middle_of_a_sentence_follows_its_paragraph() -> None:
    sheet = Sheet()
    lines = wrap(WEIR, 230)
    assert lines[4].endswith(",") or lines[4][-1].isalpha()  # the picture parts a sentence
    sheet.write(60, 690, lines[:5])
    sheet.canvas.rect(60, 530, 230, 90, fill=1)
    sheet.write(60, 518, ["The weir after the flood of March."], size=8, font="Times-Italic")
    sheet.write(60, 490, lines[5:])
    sheet.write(310, 690, wrap(FERRY, 230))
    assert sheet.text().split("\n\n") == [WEIR, "The weir after the flood of March.", FERRY]


def test_a_caption_under_a_picture_across_both_columns_parts_what_is_above_from_what_is_below() -> None:
    sheet = Sheet()
    lines = wrap(WEIR, 230)
    half = len(lines) // 2
    sheet.write(60, 690, lines[:half])
    sheet.write(310, 690, lines[half:])
    sheet.canvas.rect(60, 480, 480, 120, fill=1)
    caption = "The weir at Lower Tarn, seen from the old mill after the flood of March. Photograph: Bo Orel"
    sheet.write(60, 466, [caption], size=8, font="Times-Italic")
    lines = wrap(FERRY, 230)
    half = len(lines) // 2
    sheet.write(60, 440, lines[:half])
    sheet.write(310, 440, lines[half:])
    assert sheet.text().split("\n\n") == [WEIR, caption, FERRY]


SEATS = (
    ("Party", "Seats", "Change"),
    ("Harbour List", "12", "+2"),
    ("Workers' Union", "6", "-1"),
    ("Greens", "5", "0"),
)


def test_a_table_becomes_a_line_a_row_with_the_names_of_its_columns() -> None:
    sheet = Sheet()
    top = sheet.write(60, 690, wrap(WEIR, 480))
    top = sheet.write(60, top - 10, ["Seats in the council of Lower Tarn"], font="Times-Bold")
    top = sheet.table((60, 200, 320), top, SEATS)
    sheet.write(60, top - 10, wrap(FERRY, 480))
    assert sheet.text().split("\n\n") == [
        WEIR,
        "Seats in the council of Lower Tarn",
        "Party: Harbour List; Seats: 12; Change: +2",
        "Party: Workers' Union; Seats: 6; Change: -1",
        "Party: Greens; Seats: 5; Change: 0",
        FERRY,
    ]


def test_a_table_in_a_column_beside_prose() -> None:
    sheet = Sheet()
    sheet.write(60, 690, wrap(WEIR, 230))
    lines = wrap(FERRY, 230)
    top = sheet.table((310, 420, 490), sheet.write(310, 690, lines[:3]) - 8, SEATS)
    sheet.write(310, top - 8, lines[3:])
    text = sheet.text()
    assert text.startswith(f"{WEIR}\n\n{' '.join(lines[:3])}")
    assert "\n\nParty: Workers' Union; Seats: 6; Change: -1\n\n" in text
    assert text.endswith(f"\n\n{' '.join(lines[3:])}")


def test_narrow_columns_of_prose_are_no_table() -> None:
    sheet = Sheet()
    words = WEIR.split()
    thirds = [
        " ".join(words[start : start + len(words) // 3 + 1]) for start in range(0, len(words), len(words) // 3 + 1)
    ]
    for left, third in zip((60, 230, 400), thirds, strict=True):
        sheet.write(left, 690, wrap(third, 150))
    assert sheet.text() == WEIR


def grid(*rows: Sequence[str]) -> list[Piece]:
    return [
        Piece(100.0 * column, 700.0 - 14 * number, 100.0 * column + 60, 710.0 - 14 * number, cell)
        for number, row in enumerate(rows)
        for column, cell in enumerate(row)
        if cell
    ]


def named(*rows: Sequence[str]) -> list[str] | None:
    table = read_table(grid(*rows))
    return [piece.text for piece in table] if table else None


def test_cells_that_are_empty_and_rows_without_names() -> None:
    assert named(*SEATS[:3], ("Greens", "", "0")) == [
        "Party: Harbour List; Seats: 12; Change: +2",
        "Party: Workers' Union; Seats: 6; Change: -1",
        "Party: Greens; Change: 0",
    ]
    years = (("", "2029", "2030"), ("Adults", "41", "44"), ("Children", "9", "7"))
    assert named(*years) == ["Adults; 2029: 41; 2030: 44", "Children; 2029: 9; 2030: 7"]
    assert named(*years[1:], ("Dogs", "3", "4")) == ["Adults; 41; 44", "Children; 9; 7", "Dogs; 3; 4"]


@pytest.mark.parametrize(
    "rows",
    [
        SEATS[:2],
        (("Party",), ("Harbour List",), ("Greens",)),
        (("It rained on Friday and on", "The ferry did not sail on"), ("Saturday, and the river rose", "Sunday because the landing"), ("by a metre, 2 feet or so.", "was under 3 feet of water.")),
        (("Party", "", ""), ("", "Seats", ""), ("", "", "Change"), ("Greens", "5", "0")),
    ],
)  # fmt: skip
def test_what_is_no_table(rows: Sequence[Sequence[str]]) -> None:
    assert named(*rows) is None
