"""Tables of data -> a paragraph for each row, which says of each value what it is: "Party: Harbour List; Seats: 12"."""

from __future__ import annotations

from lxml import etree, html

_FEWEST_ROWS, _FEWEST_COLUMNS = 2, 2  # with the header; anything less is layout
_MOST_COLUMNS = 20
_LONGEST_CELL = 200  # characters; longer ones are text that is laid out in a table


def spell_out_tables(tree: html.HtmlElement) -> None:
    """Put paragraphs in the place of the tables whose first row names their columns, their captions before them."""
    for table in list(tree.iter("table")):
        rows = _read_rows(table)
        if table.getparent() is None or not rows:
            continue
        for figure in table.iterancestors("figure"):
            figure.tag = "div"  # it holds no picture but what is to be read
        place = html.Element("div")
        for words in rows:
            etree.SubElement(place, "p").text = words
        place.tail = table.tail
        table.getparent().replace(table, place)


def _read_rows(table: html.HtmlElement) -> list[str]:
    """Return what the caption and each row say, nothing where it is no table of data."""
    rows = [row.xpath("./th | ./td") for row in table.iter("tr")]
    rows = [cells for cells in rows if cells]
    if len(rows) < _FEWEST_ROWS or table.find(".//table") is not None or not _is_header(rows[0]):
        return []
    names = [_words(cell) for cell in rows[0]]
    if not _FEWEST_COLUMNS <= len(names) <= _MOST_COLUMNS or any(len(cells) > len(names) for cells in rows):
        return []
    values = [[_words(cell) for cell in cells] for cells in rows[1:]]
    values = [row for row in values if row != names]  # long tables name their columns more than once
    if any(len(value) > _LONGEST_CELL for row in values for value in row):
        return []
    caption = table.find("./caption")
    said = [_words(caption)] if caption is not None else []
    return [words for words in (*said, *(_spell_out(names, row) for row in values)) if words]


def _is_header(cells: list[html.HtmlElement]) -> bool:
    spanned = any(cell.get("colspan", "1") != "1" for cell in cells)
    return not spanned and sum(cell.tag == "th" for cell in cells) >= len(cells) - 1 and any(map(_words, cells))


def _spell_out(names: list[str], values: list[str]) -> str:
    pairs = zip(names, values, strict=False)
    return "; ".join(f"{name}: {value}" if name else value for name, value in pairs if value)


def _words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())
