"""Initials that are as tall as several lines: neither a title nor a line of their own."""

from __future__ import annotations

import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from index.sources.pdf import read_pdf

WIDTH, HEIGHT = A4
LINES = [
    "da Quill keeps the lock at", "Lower Tarn. She opens it nine", "times a day and has done so for",
    "thirty years. “I like the noise,”", "Ms. Quill said on Friday. The", "county wants a machine to do it.",
]  # fmt: skip
SECOND = ["Its engineer, Bo Renn, said that", "the lock would stay open all", "summer while the work goes on."]


def make_page(*, initial: str, columns: int, height: float) -> bytes:
    """Return a page with a headline, a byline and columns whose first paragraph begins with an initial of that height in points."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setFont("Helvetica-Bold", 20)
    canvas.drawString(60, HEIGHT - 120, "The last keeper of the lock")
    canvas.setFont("Times-Roman", 10)
    canvas.drawString(60, HEIGHT - 140, "By Cato Lind")
    top, wide = HEIGHT - 180, 28.0
    canvas.setFont("Times-Roman", height)
    canvas.drawString(60, top - 12, initial)
    canvas.setFont("Times-Roman", 10)
    for number, line in enumerate(LINES):
        canvas.drawString(60 + (wide if number <= 1 else 0), top - 12 * number, line)
    left, first = (60, top - 12 * len(LINES)) if columns == 1 else (300, top)
    for number, line in enumerate(SECOND):
        canvas.drawString(left, first - 12 * number, line)
    canvas.save()
    return buffer.getvalue()


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("height", [28, 34])
def test_an_initial_begins_its_paragraph_and_is_no_title(columns: int, height: float) -> None:
    article = read_pdf("lock.pdf", make_page(initial="A", columns=columns, height=height))
    assert article.title == "The last keeper of the lock"
    assert article.author == "Cato Lind"
    assert article.text.startswith("Ada Quill keeps the lock at Lower Tarn. She opens it nine times a day")
    assert "“I like the noise,” Ms. Quill said on Friday." in article.text
    assert article.text.endswith("the lock would stay open all summer while the work goes on.")


def test_a_large_letter_beside_one_line_is_left_alone() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setFont("Helvetica-Bold", 20)
    canvas.drawString(60, HEIGHT - 120, "B minor in the old hall")
    canvas.setFont("Times-Roman", 10)
    for number, line in enumerate(LINES):
        canvas.drawString(60, HEIGHT - 180 - 12 * number, line)
    canvas.save()
    assert read_pdf("hall.pdf", buffer.getvalue()).title == "B minor in the old hall"
