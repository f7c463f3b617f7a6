"""Files of every kind -> articles, parsed in a child process: the parent never opens what it is given."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from index.articles import Kind, RawArticle, Unreadable
from index.errors import SourceError
from index.sources.child import ChildWorker
from index.sources.kinds import FileKind
from index.sources.tesseract import AUTO, NONE, is_there

PARSE_SECONDS = 8.0
PARSE_MEMORY_BYTES = 230_000_000

Articles = Iterator[RawArticle | Unreadable]

_FACTS = ("title", "outlet", "author", "published", "updated", "url", "language", "section")


class ArticleReader:
    """Reads articles with one child process, which starts at the first file and ends with the context.

    Files reach the child by their path, downloaded bytes by a temporary file, so that what is large or hostile takes
    no memory here.
    """

    def __init__(
        self, *, seconds: float = PARSE_SECONDS, memory_bytes: int = PARSE_MEMORY_BYTES, recognition: str = AUTO
    ) -> None:
        """Make a reader.

        Args:
            seconds: until the next article of a file, or the next word that pictures are being read.
            memory_bytes: more than the child has at its start.
            recognition: languages of text recognition, see ``ScanSettings``.
        """
        self._recognition = recognition
        self._worker = ChildWorker(("-m", "index.sources.document"), seconds=seconds, memory_bytes=memory_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def reads_pictures(self) -> str:
        """Return a name of how pictures of text are read: with another, a file may have to be read again."""
        return self._recognition if is_there(self._recognition) else NONE

    def read(
        self,
        reference: str,
        source: Path | bytes,
        kind: FileKind,
        *,
        columns: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> Articles:
        """Return the articles of one file; of a file of many also what could not be read of it.

        Args:
            reference: how the file is named in the articles and in errors; one of many is ``reference#id``.
            source: the file, or its bytes.
            kind: what it is.
            columns: fact -> the column of a CSV file or the key of a JSON object that holds it, where the usual
                names do not fit.
            folder: where files may be read that this one names, as a list of references does; None for nowhere.

        Raises:
            SourceError: at the call: nothing of it could be read, within the limits or at all.
        """
        answers = self._ask(reference, source, kind, columns or {}, folder)
        first = next(answers, None)
        if first is None:
            raise SourceError(f"{reference}: it holds no article text.", reference=reference, hint="Leave it out.")
        return chain((_read_answer(first),), _read_rest(reference, answers))

    def close(self) -> None:
        """End the child process; reading another file starts another."""
        self._worker.close()

    def _ask(
        self, reference: str, source: Path | bytes, kind: FileKind, columns: Mapping[str, str], folder: Path | None
    ) -> Iterator[dict[str, object]]:
        with contextlib.ExitStack() as until_read:
            path = source if isinstance(source, Path) else until_read.enter_context(_kept_bytes(reference, source))
            yield from self._worker.stream(
                {
                    "reference": reference,
                    "path": str(path),
                    "kind": kind,
                    "columns": json.dumps(dict(columns)),
                    "recognition": self._recognition,
                    "folder": str(folder.resolve()) if folder else "",
                },
                reference=reference,
            )


@contextlib.contextmanager
def _kept_bytes(reference: str, data: bytes) -> Iterator[Path]:
    """Keep bytes in a file of this user's own while they are read."""
    with tempfile.NamedTemporaryFile(prefix="citewire-") as file:
        try:
            file.write(data)
            file.flush()
        except OSError as error:
            raise SourceError(
                f"{reference}: it could not be kept while it is read ({error.strerror}).",
                reference=reference,
                hint="Make room in the folder for temporary files.",
            ) from error
        yield Path(file.name)


def _read_rest(reference: str, answers: Iterator[dict[str, object]]) -> Articles:
    """Yield what follows the first article; where the child fails in the middle, say so and end."""
    try:
        for answer in answers:
            yield _read_answer(answer)
    except SourceError as error:
        yield Unreadable(reference, f"{error} What follows in it was not read.")


def _read_answer(answer: dict[str, object]) -> RawArticle | Unreadable:
    if "reason" in answer:
        return Unreadable(str(answer["reference"]), str(answer["reason"]))
    facts = {name: value if isinstance(value := answer.get(name), str) else None for name in _FACTS}
    kind = cast(Kind, answer["kind"])
    note = str(answer.get("note", ""))
    return RawArticle(reference=str(answer["reference"]), kind=kind, text=str(answer["text"]), note=note, **facts)
