"""What an index holds, compared with what the library holds: by the log of changes, or passage by passage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.store.change_log import Ids
from index.store.protocol import AnyLibrary


@dataclass(frozen=True, slots=True)
class Difference:
    """What has to be done to an index; all ids ascending.

    Attributes:
        wanted: all passages that it has to hold afterwards.
        gone: those that it holds and the library does not.
        new: those that the library holds and it does not.
    """

    wanted: Ids
    gone: Ids
    new: Ids


def find_difference(library: AnyLibrary, ids: Ids, *, since: int | None, until: int) -> Difference:
    """Return how an index differs from the library. What an id stands for never changes, so ids are enough.

    Args:
        library: what is indexed.
        ids: the passages that the index holds, ascending.
        since: the change of the library that it holds them of, or None where nobody knows: then all ids are compared.
        until: the change that it shall be brought to.
    """
    changes = None if since is None else library.changed_passages(since, until)
    if changes is None:
        wanted = np.array(library.passage_ids(), dtype=np.int64)
        gone = np.setdiff1d(ids, wanted, assume_unique=True)
        return Difference(wanted, gone, np.setdiff1d(wanted, ids, assume_unique=True))
    gone = changes.removed[_held(ids, changes.removed)]
    new = changes.added[~_held(ids, changes.added)]
    if not len(gone) and not len(new):
        return Difference(ids, gone, new)
    wanted = np.concatenate([np.delete(ids, np.searchsorted(ids, gone)), new])
    wanted.sort(kind="stable")
    return Difference(wanted, gone, new)


def _held(ids: Ids, asked: Ids) -> npt.NDArray[np.bool_]:
    """Return which of the asked ids are among ids that ascend."""
    if not len(ids):
        return np.zeros(len(asked), dtype=np.bool_)
    places = np.minimum(np.searchsorted(ids, asked), len(ids) - 1)
    return np.asarray(ids[places] == asked)
