"""Files with one JSON object a line: read whole, with errors that name the line, or kept up while a run goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from index.errors import EvaluationError

Row = TypeVar("Row", bound=msgspec.Struct)


def read_rows(path: Path, kind: type[Row], *, what: str) -> Iterator[tuple[int, Row]]:
    """Yield each line that is not blank, with its number from 1.

    Args:
        kind: what a line is.
        what: what one is called in messages, such as ``case``.

    Raises:
        EvaluationError: the file cannot be read, or a line is something else.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EvaluationError(f"The {what}s {str(path)!r} cannot be read: {error.strerror}.") from error
    yield from decode_rows(content, str(path), kind, what=what)


def decode_rows(content: bytes, name: str, kind: type[Row], *, what: str) -> Iterator[tuple[int, Row]]:
    """Yield each line that is not blank, with its number from 1.

    Args:
        name: of the file, for messages.
        kind: what a line is.
        what: what one is called in messages.

    Raises:
        EvaluationError: a line is something else.
    """
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            try:
                yield number, msgspec.json.decode(line, type=kind)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise EvaluationError(
                    f"Line {number} of {name!r} is no {what}: {error}.",
                    hint="The format is in docs/evaluation.md.",
                ) from error


def encode_rows(rows: Iterable[msgspec.Struct]) -> bytes:
    """Return one JSON object a line."""
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def write_rows(rows: Iterable[msgspec.Struct], path: Path) -> None:
    """Write one JSON object a line."""
    path.write_bytes(encode_rows(rows))


class KeptRows(Generic[Row]):
    """Rows that a run adds one by one, so that one which was killed can be taken up again.

    Args:
        path: the file; nothing is kept when None.
        kind: what a line is.
        what: what one is called in messages.
        files: what the file is called in messages.
        option: the option that names the file.
    """

    def __init__(self, path: Path | None, kind: type[Row], *, what: str, files: str, option: str) -> None:
        self._path = path
        self._kind = kind
        self._what = what
        self._files = files
        self._option = option

    def read(self) -> Iterator[Row]:
        """Yield what is there; a last line that was being written when the run was killed is cut off.

        Raises:
            EvaluationError: the file cannot be read, or a line but the last is something else.
        """
        if self._path is None or not self._path.exists():
            return
        try:
            content = self._path.read_bytes()
        except OSError as error:
            raise EvaluationError(f"The {self._files} {str(self._path)!r} cannot be read: {error.strerror}.") from error
        *lines, rest = content.split(b"\n")
        for number, line in enumerate(lines, start=1):
            try:
                yield msgspec.json.decode(line, type=self._kind)
            except msgspec.DecodeError as error:
                raise EvaluationError(
                    f"Line {number} of {str(self._path)!r} is no {self._what}: {error}.",
                    hint=f"Remove that line, or name another file with {self._option}.",
                ) from error
        if rest:
            with self._path.open("r+b") as file:
                file.truncate(len(content) - len(rest))

    def add(self, row: Row) -> None:
        """Keep a row, in the file before anything else is done.

        Raises:
            EvaluationError: the file cannot be written.
        """
        if self._path is None:
            return
        try:
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(row) + b"\n")
        except OSError as error:
            raise EvaluationError(
                f"The {self._files} {str(self._path)!r} cannot be written: {error.strerror}.",
                hint=f"Name another file with {self._option}.",
            ) from error
