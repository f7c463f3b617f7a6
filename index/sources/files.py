"""Files and folders -> the articles in them, one reader for each kind of file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from index.articles import A_DATABASE, A_LIBRARY, RawArticle, Unreadable
from index.errors import SourceError, UsageError
from index.sources.fields import FACTS
from index.sources.kinds import ATTACHMENTS, HEAD_BYTES, MAXIMUM_BYTES, SUFFIXES, FileKind, guess_kind, recognise_kind

Articles = Iterator[RawArticle | Unreadable]
LIBRARY_FILE = "library.sqlite3"
"""What makes a folder a library of Citewire."""
_DATABASE_HEAD = b"SQLite format 3\x00"  # https://www.sqlite.org/fileformat.html#magic_header_string
PassedOver = Callable[[Path, str], object]
"""Told what is not read, and why."""


class ReadsArticles(Protocol):
    """What reading a file needs; ``ArticleReader`` is one."""

    def read(
        self,
        reference: str,
        source: Path | bytes,
        kind: FileKind,
        *,
        columns: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> Articles:
        """Return the articles of a file of that kind, which may name others in ``folder``."""


def find_inputs(paths: Sequence[Path], *, passed_over: PassedOver = lambda *_: None) -> Iterator[Path]:
    """Yield the files to read: those named, and those in the folders named, each once, folders in sorted
    order.

    In folders these are passed over: what is hidden, files named README*, the folder ``page_files`` that a browser
    saves beside ``page.html``, the attachments beside an exported list of references, and links that lead out of the folder or to another folder. So are libraries of Citewire, wherever
    in them a path leads, and databases, such as their backups; ``passed_over`` is told of both. Files of a kind that is not read
    are yielded, and so are folders that cannot be listed, so that ``read_input`` can say why.

    Raises:
        SourceError: at the call: one of the paths does not exist.
    """
    for path in paths:
        if not path.exists():
            raise SourceError(f"{path}: there is no such file or folder.", reference=str(path), hint="Check the path.")
    return _walk_paths(paths, passed_over)


def read_input(
    path: Path, reader: ReadsArticles, *, columns: Mapping[str, str] | None = None, reference: str | None = None
) -> Articles:
    """Return the articles of one file; of a file of many also what could not be read of it.

    Args:
        path: the file.
        reader: opens and parses it.
        columns: for CSV and JSON, see ``parse_columns``.
        reference: how it is named in reports and in the library, where that is not its path. Such a file was handed over: what
            lies beside it does not belong to it, and a list of references cannot reach it.

    Raises:
        SourceError: at the call: the file as a whole could not be read as articles.
    """
    folder = path.parent if reference is None else None
    reference = reference or reference_of(path)
    head, size = _look_at(path, reference)
    kind = recognise_kind(head, guess_kind(path.name))
    if kind is None:
        raise SourceError(
            f"{reference}: files ending in {path.suffix.lower()!r} are not read.",
            reference=reference,
            hint=f"Wanted one of {', '.join(SUFFIXES)}.",
        )
    _require_size(reference, size, kind)
    return reader.read(reference, path, kind, columns=columns, folder=folder)


def read_download(reference: str, data: bytes, kind: FileKind | None, reader: ReadsArticles) -> Articles:
    """Return the articles of what was downloaded.

    Args:
        reference: the address.
        data: what came, without content encoding.
        kind: what ``guess_kind`` says of the content type or else of the address; None where it does not know.
        reader: opens and parses it.

    Raises:
        SourceError: at the call: it could not be read as articles.
    """
    known = recognise_kind(data[:HEAD_BYTES], kind)
    if known is None:
        raise SourceError(
            f"{reference}: what came is of a kind that is not read.",
            reference=reference,
            hint="Give the address of a page or a document.",
        )
    _require_size(reference, len(data), known)
    return reader.read(reference, data, known)


def is_attached(path: Path, article: RawArticle) -> bool:
    """Tell whether an article that a file gave was read from another file, which this one names."""
    kind = guess_kind(path.name)
    return kind == "references" or (kind == "json" and article.kind != "jsonl")


def parse_columns(words: str) -> dict[str, str]:
    """Return which column or key holds which fact, from words such as ``title=Headline,text=Body``.

    Raises:
        UsageError: a part is no ``fact=column``, or there is no such fact.
    """
    columns: dict[str, str] = {}
    for pair in words.split(","):
        fact, mark, column = (part.strip() for part in pair.partition("="))
        if not mark or not column or fact not in FACTS:
            raise UsageError(
                f"{pair.strip()!r} names no column, wanted a fact and its column such as 'title=Headline'.",
                hint=f"The facts are {', '.join(FACTS)}.",
            )
        columns[fact] = column
    return columns


def reference_of(path: Path) -> str:
    """Return how a file is named in reports and in the library: its absolute path, links resolved."""
    # A name that is no UTF-8 holds surrogates, which could be neither printed nor stored.
    return str(path.resolve()).encode("utf-8", "backslashreplace").decode("utf-8")


def _walk_paths(paths: Sequence[Path], passed_over: PassedOver) -> Iterator[Path]:
    seen: set[Path] = set()

    def is_new(path: Path) -> bool:
        resolved = path.resolve()
        known = resolved in seen
        seen.add(resolved)
        return not known

    def tell(path: Path, reason: str) -> None:
        if is_new(path):
            passed_over(path, reason)

    for named in paths:
        library = library_around(named)
        if library is not None:
            tell(library, A_LIBRARY)
        elif named.is_dir():
            yield from filter(is_new, _walk_folder(named, tell))
        elif is_new(named):
            yield named


def _walk_folder(folder: Path, passed_over: PassedOver) -> Iterator[Path]:
    root = folder.resolve()
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if is_library(path):
            passed_over(path, A_LIBRARY)
        elif path.is_dir():
            try:
                entries = sorted(path.iterdir(), reverse=True)
            except OSError:
                yield path
                continue
            waiting.extend(entry for entry in entries if _is_wanted(entry, root))
        elif _is_database(path):
            passed_over(path, A_DATABASE)
        else:
            yield path


def _is_wanted(path: Path, root: Path) -> bool:
    """Tell whether a folder's entry is to be read; ``root`` is the folder named, links resolved."""
    if path.name.startswith("."):
        return False
    if path.is_symlink() and (path.is_dir() or not path.resolve().is_relative_to(root)):
        return False
    if path.is_dir():
        return not _belongs_to_page(path) and not _belongs_to_list(path)
    return path.is_file() and not path.name.upper().startswith("README")


def is_library(folder: Path) -> bool:
    """Tell whether a folder is a library of Citewire: its articles are there already, and its files are no articles."""
    try:
        return (folder / LIBRARY_FILE).is_file()
    except OSError:  # it may not be looked into; who lists it says so
        return False


def library_around(path: Path) -> Path | None:
    """Return the library that a path is or lies in, or None."""
    whole = path.resolve()
    return next((folder for folder in (whole, *whole.parents) if is_library(folder)), None)


def _is_database(path: Path) -> bool:
    """Tell whether a file is no kind of text that is read, but a database."""
    if guess_kind(path.name) is not None:
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_DATABASE_HEAD)) == _DATABASE_HEAD
    except OSError:  # who reads it says so
        return False


def _belongs_to_page(folder: Path) -> bool:
    """Tell whether a folder holds the pictures and scripts of a saved page beside it."""
    name = folder.name.removesuffix("_files")
    return name != folder.name and any(folder.with_name(name + suffix).is_file() for suffix in (".html", ".htm"))


def _belongs_to_list(folder: Path) -> bool:
    """Tell whether a folder holds the files that a list of references beside it names: they are read with its entries."""
    if folder.name != ATTACHMENTS:
        return False
    try:
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
        numbered = all(entry.is_dir() and entry.name.isdecimal() for entry in entries)
        return numbered and any(guess_kind(entry.name) == "references" for entry in folder.parent.iterdir())
    except OSError:  # who lists it says so
        return False


def _look_at(path: Path, reference: str) -> tuple[bytes, int]:
    """Return how a file begins and how many bytes it has."""
    if not path.is_file():
        kind = "a folder that cannot be listed" if path.is_dir() else "not a file"
        raise SourceError(
            f"{reference}: it is {kind}.", reference=reference, hint="Check the path and its permissions."
        )
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES), path.stat().st_size
    except OSError as error:
        raise SourceError(
            f"{reference}: it could not be read ({error.strerror}).",
            reference=reference,
            hint="Check its permissions.",
        ) from error


def _require_size(reference: str, size: int, kind: FileKind) -> None:
    if size > MAXIMUM_BYTES[kind]:
        raise SourceError(
            f"{reference}: it has more than {MAXIMUM_BYTES[kind] / 1e6:.0f} MB, the most that is read of such a file.",
            reference=reference,
            hint="Give its articles as separate files.",
        )
    if not size:
        raise SourceError(f"{reference}: it holds no article text.", reference=reference, hint="Leave it out.")
