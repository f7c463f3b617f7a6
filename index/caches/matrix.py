"""The vectors of passages for exact comparison: a file that only grows, and what of it counts at one moment.

Publishing a batch costs what the batch costs: its rows are written behind those that are there. Rows of passages that are gone
stay behind unused until they are many; then the file is written anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

_MATRIX, _IDS = "matrix.f16", "ids.npz"
_UNUSED_SHARE = 0.3  # of the rows: from here on the file is written anew
_AT_ONCE = 50_000  # rows

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The vectors at one moment; never changed, so that any number of readers may use it while the next one is made.

    Attributes:
        ids: of the passages, ascending, shape ``(n,)``.
        rows: the row of each in ``vectors``, shape ``(n,)``.
        vectors: half precision, shape ``(rows in the file, dimension)``; some may belong to no passage any more.
    """

    ids: Ids
    rows: Ids
    vectors: npt.NDArray[np.float16]

    @classmethod
    def empty(cls) -> Matrix:
        """Return the vectors of no passage."""
        none = np.empty(0, dtype=np.int64)
        return cls(none, none, np.empty((0, 0), dtype=np.float16))

    def holds(self, ids: Ids) -> npt.NDArray[np.bool_]:
        """Return for each id whether its passage is here."""
        if not len(self.ids):
            return np.zeros(len(ids), dtype=np.bool_)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.asarray(self.ids[places] == ids)

    def compare(self, vector: npt.NDArray[np.float32], ids: Ids) -> tuple[Ids, npt.NDArray[np.float32]]:
        """Return those of the ids that are here, ascending, and the cosine similarity of each with a unit vector."""
        wanted = np.sort(ids)
        there = wanted[self.holds(wanted)]
        if not len(there):
            return there, np.empty(0, dtype=np.float32)
        rows = self.rows[np.searchsorted(self.ids, there)]
        return there, self.vectors[rows].astype(np.float32) @ vector


class MatrixFile:
    """The file in a folder. One writer at a time; what it returns may be read by anybody."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _MATRIX
        self._ids_path = folder / _IDS

    def load(self) -> Matrix:
        """Return what was kept at the last orderly close."""
        with np.load(self._ids_path) as kept:
            ids, rows, dimension = kept["ids"], kept["rows"], int(kept["dimension"])
        return Matrix(ids, rows, self._map(self._path.stat().st_size if len(ids) else 0, dimension))

    def keep(self, matrix: Matrix) -> None:
        """Write down what counts, for the next opening."""
        np.savez(self._ids_path, ids=matrix.ids, rows=matrix.rows, dimension=matrix.vectors.shape[1])

    def change(self, matrix: Matrix, *, wanted: Ids, added: Sequence[tuple[Ids, npt.NDArray[np.float16]]]) -> Matrix:
        """Return the vectors of the wanted passages: those that are here, and added ones, which are written.

        Args:
            matrix: what counted until now.
            wanted: ids of all passages that count from now on, ascending.
            added: ids and vectors of those that are not here yet.
        """
        stays = np.isin(matrix.ids, wanted, assume_unique=True)
        ids, rows = [matrix.ids[stays]], [matrix.rows[stays]]
        written = len(matrix.vectors)
        dimension = next((part.shape[1] for _, part in added), matrix.vectors.shape[1])
        with self._path.open("ab" if written else "wb") as file:
            for numbers, vectors in added:
                file.write(np.ascontiguousarray(vectors, dtype="<f2").tobytes())
                ids.append(numbers)
                rows.append(np.arange(written, written + len(numbers), dtype=np.int64))
                written += len(numbers)
        all_ids, all_rows = np.concatenate(ids), np.concatenate(rows)
        order = np.argsort(all_ids, kind="stable")
        changed = Matrix(all_ids[order], all_rows[order], self._map(written * dimension * 2, dimension))
        return self._rewrite(changed) if written - len(all_ids) > _UNUSED_SHARE * written else changed

    def _rewrite(self, matrix: Matrix) -> Matrix:
        """Write the file without the rows that nobody needs. Who still reads the old one keeps it open."""
        new = self._path.with_name(f"new-{_MATRIX}")
        with new.open("wb") as file:
            for start in range(0, len(matrix.rows), _AT_ONCE):
                file.write(matrix.vectors[matrix.rows[start : start + _AT_ONCE]].tobytes())
        new.replace(self._path)
        dimension = matrix.vectors.shape[1]
        count = len(matrix.ids)
        return Matrix(matrix.ids, np.arange(count, dtype=np.int64), self._map(count * dimension * 2, dimension))

    def _map(self, size: int, dimension: int) -> npt.NDArray[np.float16]:
        if not size or not dimension:
            return np.empty((0, dimension), dtype=np.float16)
        return np.memmap(self._path, dtype="<f2", mode="r", shape=(size // (2 * dimension), dimension))
