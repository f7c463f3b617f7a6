"""The desk over the sample articles that the flow tests of asking share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Desk


@pytest.fixture(scope="module")
def desk(sample_library: Path) -> Iterator[Desk]:
    with Desk(library=sample_library, model="none") as opened:
        yield opened
