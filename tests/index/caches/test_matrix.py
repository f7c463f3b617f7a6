"""The vectors for exact comparison: whatever is added and removed, what counts is what was given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.caches.matrix import Matrix, MatrixFile

IDS = st.sets(st.integers(1, 60), max_size=20)


def vector_of(number: int) -> np.ndarray:
    vector = np.array([number, 1.0, -number], dtype=np.float32)
    return vector / np.linalg.norm(vector)


def make(ids: list[int]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the vectors of ids in two batches, as a large change comes."""
    halves = [part for part in (ids[: len(ids) // 2], ids[len(ids) // 2 :]) if part]
    return [(np.array(part), np.stack([vector_of(number) for number in part]).astype(np.float16)) for part in halves]


@given(st.lists(IDS, min_size=1, max_size=6))
def test_what_counts_is_what_was_wanted_last(tmp_path_factory: pytest.TempPathFactory, steps: list[set[int]]) -> None:
    folder = tmp_path_factory.mktemp("matrix")
    file = MatrixFile(folder)
    matrix = Matrix.empty()
    asked = np.array([1.0, 0.0, 0.0], dtype=np.float32)
    for wanted in steps:
        before = matrix
        had = before.compare(asked, np.arange(0, 70))
        new = sorted(wanted - set(matrix.ids.tolist()))
        matrix = file.change(matrix, wanted=np.array(sorted(wanted), dtype=np.int64), added=make(new))
        assert matrix.ids.tolist() == sorted(wanted)
        ids, similar = matrix.compare(asked, np.arange(69, -1, -1))
        assert ids.tolist() == sorted(wanted)
        assert similar == pytest.approx([vector_of(number)[0] for number in sorted(wanted)], abs=2e-3)
        # Who reads what was published before sees it unchanged.
        again = before.compare(asked, np.arange(0, 70))
        assert again[0].tolist() == had[0].tolist()
        assert again[1].tolist() == had[1].tolist()
    file.keep(matrix)
    kept = MatrixFile(folder).load() if len(matrix.ids) else matrix
    assert kept.ids.tolist() == matrix.ids.tolist()
    assert kept.compare(asked, matrix.ids)[1].tolist() == matrix.compare(asked, matrix.ids)[1].tolist()


def test_rows_that_nobody_needs_do_not_stay_for_ever(tmp_path: Path) -> None:
    file = MatrixFile(tmp_path)
    matrix = file.change(Matrix.empty(), wanted=np.arange(1, 41), added=make(list(range(1, 41))))
    size = (tmp_path / "matrix.f16").stat().st_size
    few = file.change(matrix, wanted=np.arange(1, 36), added=[])
    assert (tmp_path / "matrix.f16").stat().st_size == size
    assert len(file.change(few, wanted=np.arange(1, 11), added=[]).vectors) == 10
    assert (tmp_path / "matrix.f16").stat().st_size == size // 4


def test_an_id_that_is_not_there_is_not_found() -> None:
    assert Matrix.empty().holds(np.array([1, 2])).tolist() == [False, False]
    assert Matrix.empty().compare(np.ones(3, dtype=np.float32), np.array([1]))[0].tolist() == []
