"""Pieces of text that lie on a page, and the lines that they are in its columns."""

from __future__ import annotations

from dataclasses import dataclass

LIKE_SIZE = 1.1
"""Times as large as another, at most, is type of the same size."""
_TALL = frozenset("bdfhijklt()[]/|!?&\"'“”‘’äöüßáéíóúñ")
_WITH_TAILS = frozenset("gjpqyç()[]/|,;Q")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and where it lies, in points from the lower left corner of its page.

    Attributes:
        size: how tall a line of its type is, tails included; 0 where only the letters are known that stand there.
    """

    left: float
    bottom: float
    right: float
    top: float
    text: str
    size: float = 0.0

    @property
    def height(self) -> float:
        """Return how tall its letters are."""
        return self.top - self.bottom

    @property
    def type_size(self) -> float:
        """Return the size that its letters are set in: "crowns." is half as tall as a word with capitals and tails."""
        if self.size:
            return self.size
        above = any(letter in _TALL or letter.isupper() or letter.isdigit() for letter in self.text)
        below = any(letter in _WITH_TAILS for letter in self.text)
        return self.height / (0.93 if above and below else 0.72 if above or below else 0.52)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a column.

    Attributes:
        column: left and right edge of the column it stands in.
        alone: whether it is a paragraph of its own, as the row of a table is.
    """

    piece: Piece
    column: tuple[float, float]
    alone: bool = False


def is_same_line(first: Piece, second: Piece) -> bool:
    """Tell whether two pieces stand beside each other: half of the lower one overlaps."""
    overlap = min(first.top, second.top) - max(first.bottom, second.bottom)
    return overlap > 0.5 * min(first.height, second.height)
