"""The index of meaning as a cache: what it is of an empty library, and after a failure in the middle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from index.build import ingest
from index.caches.vectors import VectorIndex
from index.errors import StorageError
from index.prepare import library_stamp
from index.settings import Settings
from index.store.library import Library
from index.store.protocol import AnyLibrary
from tests.conftest import SAMPLES, WordEncoder


class _FullOnce(Library):
    """Has no room for the index of meaning the first time."""

    failed = False

    def vectors_of(self, ids: Sequence[int]) -> tuple[list[int], npt.NDArray[np.float32]]:
        if not self.failed:
            self.failed = True
            raise OSError(28, "No space left on device")
        return super().vectors_of(ids)


@pytest.mark.both_stores
def test_the_index_of_an_empty_library_opens_again(library: AnyLibrary, settings: Settings) -> None:
    encoder = WordEncoder()
    for _ in range(2):
        vectors = VectorIndex(library)
        vectors.sync()
        assert not vectors.rebuilt
        vectors.close()
    ingest([SAMPLES], library=library, encoder=encoder, settings=settings)
    vectors = VectorIndex(library)
    vectors.sync()
    assert not vectors.rebuilt
    for ids, matrix in library.vectors():
        assert vectors.nearest(matrix[0], limit=1)[0][0] == ids[0]
    vectors.close()


def test_an_index_that_failed_in_the_middle_is_not_sealed(settings: Settings, encoder: WordEncoder) -> None:
    with _FullOnce.open(settings.library, stamp=library_stamp(settings, encoder), create=True) as library:
        ingest([SAMPLES], library=library, encoder=encoder, settings=settings)
        vectors = VectorIndex(library)
        with pytest.raises(StorageError, match="is full"):
            vectors.sync()
        vectors.close()
        assert not (settings.library / "vectors.seal.json").exists()
        again = VectorIndex(library)
        again.sync()
        assert again.rebuilt
        again.close()
