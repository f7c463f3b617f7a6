"""PDF: what the tight boxes around letters must not be taken for."""

from __future__ import annotations

import io

from reportlab.pdfgen.canvas import Canvas

from index.sources.pdf import read_pdf
from index.sources.pdf_paragraphs import make_paragraphs
from index.sources.pdf_pieces import Line, Piece


def test_a_last_line_without_tall_letters_belongs_to_its_paragraph() -> None:
    column = (70.0, 480.0)
    lines = [
        Line(Piece(70, 757, 478, 768, "The ferry to Sant Orel sails again from Monday, its owner said. A crossing costs 12"), column),
        Line(Piece(70, 745, 110, 751, "crowns."), column),
    ]  # fmt: skip
    assert list(make_paragraphs(lines, frozenset())) == [
        "The ferry to Sant Orel sails again from Monday, its owner said. A crossing costs 12 crowns."
    ]


def test_a_headline_in_the_size_of_the_text_is_not_lost() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    canvas.drawString(70, 700, "Ferry sails again")
    for number, words in enumerate(
        ("The ferry to Sant Orel sails again from Monday at noon.", "It had lain in the yard since the winter.")
    ):
        canvas.drawString(70, 660 - 14 * number, words)
    canvas.save()
    found = read_pdf("a.pdf", file.getvalue())
    assert found.title == "Ferry sails again"
    assert found.text.startswith("The ferry to Sant Orel")


def test_an_empty_page_takes_no_other_with_it() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    canvas.showPage()
    canvas.drawString(70, 660, "The ferry to Sant Orel sails again from Monday at noon.")
    canvas.save()
    assert read_pdf("a.pdf", file.getvalue()).text == "The ferry to Sant Orel sails again from Monday at noon."
