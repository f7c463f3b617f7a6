"""Rows of a set's file, plain or xz-packed, with an error that names the file when it is not there."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import EvaluationError


def read_rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield each line's object of ``folder/name``, which may be packed with xz.

    Raises:
        EvaluationError: the file is not there, or a line is not a JSON object.
    """
    path = folder / name
    if not path.is_file():
        raise EvaluationError(
            f"The folder {str(folder)!r} has no file {name!r}.", hint="Name the folder that holds the set with --data."
        )
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
            except ValueError as error:
                raise EvaluationError(f"Line {number} of {str(path)!r} is not JSON: {error}.") from error
            if not isinstance(row, dict):
                raise EvaluationError(f"Line {number} of {str(path)!r} is not a JSON object.")
            yield row
