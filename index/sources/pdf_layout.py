"""Pieces of text that lie on a page -> its lines in reading order.

Columns are told by the white between them: where a strip of white runs from top to bottom of a region, what is left of it
is read first. Where none does because a headline or a table lies across, the region is cut below or above that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from index.sources.pdf_pieces import LIKE_SIZE, Line, Piece, is_same_line
from index.sources.pdf_tables import find_table, read_table

_NARROWEST_GUTTER = 7.0  # points
_NARROWEST_COLUMN = 0.12  # of the region's width; what is narrower is a list's numbers
_WORD_GAP = 1.5  # times the height; a wider one parts two columns
_WIDEST_ISLAND = (
    0.5  # of the region's width; what is wider lies across columns and parts what is above from what is below
)
_ABOVE_ISLAND = 4  # lines
_CUTS_WITH_ISLANDS = 6  # below a headline and what belongs to it
_MOST_PIECES_WITH_ISLANDS = 1000
_MOST_CUTS = 60  # cuts that are tried for a region
_DEEPEST = 40
_DROP_CAP = re.compile(r"[\"'“„«]?[^\W\d_a-z]")
_DROP_CAP_HEIGHT = 1.5  # times the usual height of a piece


@dataclass(frozen=True, slots=True)
class _Region:
    """Pieces that are read from top to bottom; ``alone`` says that each is a paragraph."""

    pieces: list[Piece]
    alone: bool = False


def join_pieces(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces that follow each other on one line as one, from top to bottom."""
    rows: list[list[Piece]] = []
    for piece in sorted(_place_drop_caps(pieces), key=lambda piece: (-piece.top, piece.left)):
        row = next((row for row in reversed(rows[-6:]) if is_same_line(row[0], piece)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    return [joined for row in rows for joined in _join_row(sorted(row, key=lambda piece: piece.left))]


def order_lines(pieces: Sequence[Piece]) -> list[Line]:
    """Return the lines of a page in reading order; none of an empty page."""
    if not pieces:
        return []
    return [line for region in _cut(list(pieces), 0) for line in _read_region(region)]


def _place_drop_caps(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with each initial that is as tall as several lines put before the first of those lines."""
    if not pieces:
        return []
    usual = median(piece.height for piece in pieces)
    placed = list(pieces)
    for initial in pieces:
        letters = initial.text.strip()
        if not (_DROP_CAP.fullmatch(letters) and initial.height >= _DROP_CAP_HEIGHT * usual):
            continue
        beside = [piece for piece in placed if _stands_beside(initial, piece)]
        if len(beside) <= 1:
            continue
        first = max(beside, key=lambda piece: (round(piece.top), -piece.left))
        placed = [piece for piece in placed if piece is not initial and piece not in beside]
        placed += [
            replace(piece, left=initial.left, text=letters + piece.text.lstrip() if piece is first else piece.text)
            for piece in beside
        ]
    return placed


def _stands_beside(initial: Piece, piece: Piece) -> bool:
    """Tell whether a piece is a line that begins right of an initial and no lower than its foot."""
    gap = piece.left - initial.right
    overlap = min(initial.top, piece.top) - max(initial.bottom, piece.bottom)
    return (
        piece is not initial
        and -1.0 <= gap <= initial.height
        and piece.height < 0.7 * initial.height
        and overlap > 0.3 * piece.height
    )


def _join_row(row: Sequence[Piece]) -> Iterator[Piece]:
    current = row[0]
    for piece in row[1:]:
        gap = piece.left - current.right
        height = max(current.height, piece.height)
        if gap > _WORD_GAP * height:
            yield current
            current = piece
            continue
        space = " " if gap > 0.12 * height and not current.text.endswith(" ") else ""
        current = Piece(
            current.left,
            min(current.bottom, piece.bottom),
            max(current.right, piece.right),
            max(current.top, piece.top),
            current.text + space + piece.text,
            max(current.size, piece.size),
        )
    yield current


def _cut(region: list[Piece], depth: int) -> Iterator[_Region]:
    """Yield the columns of a region in reading order."""
    if len(region) < 4 or depth > _DEEPEST:
        yield _Region(region)
        return
    if table := read_table(region):
        yield _Region(table, alone=True)
    elif sides := _cut_beside(region):
        for side in sides:
            yield from _cut(side, depth + 1)
    elif parts := find_table(region):
        for part in filter(None, parts):
            yield from _cut(part, depth + 1)
    elif islands := _find_islands(region):
        yield from _cut([piece for piece in region if piece not in islands], depth + 1)
        yield _Region(islands)
    elif halves := _cut_across(region):
        for part in halves:
            yield from _cut(part, depth + 1)
    else:
        yield _Region(region)


def _find_islands(region: Sequence[Piece]) -> list[Piece]:
    """Return the lines in smaller letters that lie in the white between columns, as the caption of a picture there does; none where
    there is no white without them, or no text above.
    """
    if len(region) > _MOST_PIECES_WITH_ISLANDS:
        return []
    usual = median(piece.type_size for piece in region)
    width = max(piece.right for piece in region) - min(piece.left for piece in region)
    small = [
        piece
        for piece in region
        if piece.type_size * LIKE_SIZE < usual and piece.right - piece.left < _WIDEST_ISLAND * width
    ]
    rest = [piece for piece in region if piece not in small]
    sides = _cut_beside(rest) if small and len(small) < len(rest) else None
    if sides is None:
        return []
    gutter = (max(piece.right for piece in sides[0]), min(piece.left for piece in sides[1]))
    islands = [piece for piece in small if piece.left < gutter[1] and piece.right > gutter[0]]
    for piece in sorted(small, key=lambda piece: -piece.top):
        if piece not in islands and any(_is_below(island, piece) or _is_below(piece, island) for island in islands):
            islands.append(piece)
    if not islands:
        return []
    top = max(piece.top for piece in islands)
    # What stands at the top is no caption but a byline or a day.
    return islands if sum(piece.bottom > top for piece in rest) >= _ABOVE_ISLAND else []


def _is_below(upper: Piece, lower: Piece) -> bool:
    """Tell whether a piece is the next line below another."""
    gap = upper.bottom - lower.top
    return -0.5 * lower.height < gap < lower.height and upper.left < lower.right and lower.left < upper.right


def _cut_beside(region: Sequence[Piece]) -> tuple[list[Piece], list[Piece]] | None:
    """Return what is left and right of the widest strip of white from top to bottom, or None without one."""
    ordered = sorted(region, key=lambda piece: piece.left)
    width = max(piece.right for piece in region) - ordered[0].left
    narrowest = max(_NARROWEST_GUTTER, 0.6 * median(piece.height for piece in region))
    edge, best, place = ordered[0].right, narrowest, 0
    for number, piece in enumerate(ordered[1:], start=1):
        if piece.left - edge >= best:
            best, place = piece.left - edge, number
        edge = max(edge, piece.right)
    if not place:
        return None
    left, right = ordered[:place], ordered[place:]
    for side in (left, right):
        if max(p.right for p in side) - min(p.left for p in side) < _NARROWEST_COLUMN * width:
            return None
    # Two short words beside each other are no columns.
    return (left, right) if min(len(left), len(right)) >= 2 else None


def _cut_across(region: Sequence[Piece]) -> list[list[Piece]] | None:
    """Return the parts above and below what lies across columns, or None where there are no columns."""
    ordered = sorted(region, key=lambda piece: -piece.top)
    places = [
        number
        for number in range(1, len(ordered))
        if min(piece.bottom for piece in ordered[:number][-8:]) >= ordered[number].top - 1.0
    ]
    for number, place in enumerate(places[:_MOST_CUTS]):
        if _cut_beside(ordered[place:]) or (number < _CUTS_WITH_ISLANDS and _find_islands(ordered[place:])):
            return [ordered[:place], ordered[place:]]
    for place in places[::-1][:_MOST_CUTS]:
        if _cut_beside(ordered[:place]):
            return [ordered[:place], ordered[place:]]
    for first in places[:12]:
        for last in places[::-1][:12]:
            if first < last and _cut_beside(ordered[first:last]):
                return [ordered[:first], ordered[first:]]
    return None


def _read_region(region: _Region) -> Iterator[Line]:
    column = (min(piece.left for piece in region.pieces), max(piece.right for piece in region.pieces))
    for piece in sorted(region.pieces, key=lambda piece: (-piece.top, piece.left)):
        yield Line(piece, column, region.alone)
