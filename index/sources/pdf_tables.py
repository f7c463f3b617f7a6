"""A region of a page that is a table -> a line for each of its rows, with the names of the columns.

Columns of prose stand beside each other as cells do. What tells a table is how short its cells are, and that each row has one in
nearly every column.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from index.sources.pdf_pieces import Piece, is_same_line

_FEWEST_ROWS = 3  # with the one that names the columns
_LONGEST_CELL = 18  # characters, the usual cell of all columns but one; lines of narrow columns have thirty
_MOST_WORDS = (3, 4)  # of the usual cell of all columns but one, and of that one
_MOST_RUNS = 20  # that are looked at in a region
_COMPLETE = 0.6  # of the rows have a cell in each column
_APART = 2.5  # times the usual distance of rows; a wider gap ends a table


def read_table(region: Sequence[Piece]) -> list[Piece] | None:
    """Return a piece for each row of a table, such as "Party: Harbour List; Seats: 12", or None where a region is none.

    Where the first row does not name the columns, the cells alone are parted by semicolons.
    """
    rows = _rows(region)
    columns = _columns(region)
    if len(rows) < _FEWEST_ROWS or len(columns) < 2:
        return None
    grid = [_place(row, columns) for row in rows]
    if any(cells is None for cells in grid) or not _are_rows(rows):
        return None
    table = [cells for cells in grid if cells is not None]
    if sum(all(cells) for cells in table[1:]) < _COMPLETE * (len(table) - 1) or not _are_short(table):
        return None
    if _names_columns(table):
        names, *table = table
        rows = rows[1:]
    else:
        names = [""] * len(columns)
    return [
        Piece(
            min(piece.left for piece in row),
            min(piece.bottom for piece in row),
            max(piece.right for piece in row),
            max(piece.top for piece in row),
            "; ".join(f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=True) if cell),
        )
        for row, cells in zip(rows, table, strict=True)
    ]


def find_table(region: Sequence[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]] | None:
    """Return what stands above a table in a region, what the table is made of, and what stands below it; None without one."""
    rows = _rows(region)
    starts = [place for place, row in enumerate(rows) if len(row) > 1 and (not place or len(rows[place - 1]) == 1)]
    for start in starts[:_MOST_RUNS]:
        end = next((place for place in range(start, len(rows)) if len(rows[place]) == 1), len(rows))
        table = [piece for row in rows[start:end] for piece in row]
        if len(table) < len(region) and read_table(table):
            above, below = ([piece for row in part for piece in row] for part in (rows[:start], rows[end:]))
            return above, table, below
    return None


def _rows(region: Sequence[Piece]) -> list[list[Piece]]:
    rows: list[list[Piece]] = []
    for piece in sorted(region, key=lambda piece: (-piece.top, piece.left)):
        if rows and any(is_same_line(other, piece) for other in rows[-1]):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return rows


def _columns(region: Sequence[Piece]) -> list[tuple[float, float]]:
    """Return left and right edges of the columns: what lies above or below each other."""
    columns: list[tuple[float, float]] = []
    for piece in sorted(region, key=lambda piece: piece.left):
        if columns and piece.left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], piece.right))
        else:
            columns.append((piece.left, piece.right))
    return columns


def _place(row: Sequence[Piece], columns: Sequence[tuple[float, float]]) -> list[str] | None:
    """Return the cell of each column, empty where a row has none; None where two stand in one."""
    cells = [""] * len(columns)
    for piece in row:
        place = next(number for number, (left, right) in enumerate(columns) if left <= piece.left < right)
        if cells[place]:
            return None
        cells[place] = " ".join(piece.text.split())
    return cells


def _are_rows(rows: Sequence[Sequence[Piece]]) -> bool:
    tops = [max(piece.top for piece in row) for row in rows]
    steps = [above - below for above, below in pairwise(tops)]
    return max(steps) <= _APART * median(steps)


def _are_short(table: Sequence[Sequence[str]]) -> bool:
    columns = range(len(table[0]))
    lengths = sorted(median(len(cells[place]) for cells in table) for place in columns)
    words = sorted(median(len(cells[place].split()) for cells in table) for place in columns)
    return lengths[-2] <= _LONGEST_CELL and words[-2] <= _MOST_WORDS[0] and words[-1] <= _MOST_WORDS[1]


def _names_columns(table: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row has words where most of the others have figures, or nothing above what names the others."""
    names, *others = table
    if not names[0] and all(names[1:]) and all(cells[0] for cells in others):
        return True
    return any(
        name
        and not any(letter.isdigit() for letter in name)
        and sum(any(letter.isdigit() for letter in cells[place]) for cells in others) > len(others) / 2
        for place, name in enumerate(names)
    )
