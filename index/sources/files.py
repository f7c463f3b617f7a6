"""Files and folders -> the articles in them, one reader for each kind of file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from index.articles import RawArticle, Unreadable
from index.errors import SourceError
from index.sources.decode import decode_text
from index.sources.html_reader import MAXIMUM_HTML_BYTES
from index.sources.markdown import read_markdown
from index.sources.tables import read_jsonl
from index.sources.text import read_text

MAXIMUM_BYTES = 32_000_000
MAXIMUM_MARKDOWN_BYTES = 5_000_000


class ReadsHtml(Protocol):
    """What ``read_input`` needs for web pages; ``HtmlReader`` is one."""

    def read(self, reference: str, text: str) -> RawArticle:
        """Return the article of the page whose HTML is ``text``."""


Articles = Iterator[RawArticle | Unreadable]
_Reader = Callable[[str, str, ReadsHtml], Articles]


def _read_html(reference: str, text: str, html: ReadsHtml) -> Articles:
    return iter((html.read(reference, text),))


def _read_markdown(reference: str, text: str, _: ReadsHtml) -> Articles:
    return iter((_require_text(read_markdown(reference, text)),))


def _read_text(reference: str, text: str, _: ReadsHtml) -> Articles:
    return iter((_require_text(read_text(reference, text)),))


def _read_jsonl(reference: str, text: str, _: ReadsHtml) -> Articles:
    return read_jsonl(reference, text)


# suffix -> reader, and the most bytes it is given
_READERS: dict[str, tuple[_Reader, int]] = {
    ".txt": (_read_text, MAXIMUM_BYTES),
    ".md": (_read_markdown, MAXIMUM_MARKDOWN_BYTES),
    ".markdown": (_read_markdown, MAXIMUM_MARKDOWN_BYTES),
    ".html": (_read_html, MAXIMUM_HTML_BYTES),
    ".htm": (_read_html, MAXIMUM_HTML_BYTES),
    ".jsonl": (_read_jsonl, MAXIMUM_BYTES),
    ".ndjson": (_read_jsonl, MAXIMUM_BYTES),
}


def find_inputs(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files to read: those named, and those in the folders named, each once, folders in sorted
    order.

    In folders these are passed over: what is hidden, files named README*, and links that lead out of the
    folder or to another folder. Files of a kind that is not read are yielded, and so are folders that cannot
    be listed, so that ``read_input`` can say why.

    Raises:
        SourceError: at the call: one of the paths does not exist.
    """
    for path in paths:
        if not path.exists():
            raise SourceError(f"{path}: there is no such file or folder.", reference=str(path), hint="Check the path.")
    return _walk_paths(paths)


def read_input(path: Path, html: ReadsHtml) -> Articles:
    """Return the articles of one file; of a file of many also the rows that could not be read.

    Raises:
        SourceError: at the call: the file as a whole could not be read as articles.
    """
    reference = reference_of(path)
    reader, maximum = _choose_reader(path, reference)
    text = decode_text(reference, _read_bytes(path, reference, maximum))
    if not text.strip():
        raise _empty(reference)
    return reader(reference, text, html)


def reference_of(path: Path) -> str:
    """Return how a file is named in reports and in the library: its absolute path, links resolved."""
    # A name that is no UTF-8 holds surrogates, which could be neither printed nor stored.
    return str(path.resolve()).encode("utf-8", "backslashreplace").decode("utf-8")


def _walk_paths(paths: Sequence[Path]) -> Iterator[Path]:
    seen: set[Path] = set()
    for named in paths:
        for path in _walk_folder(named) if named.is_dir() else (named,):
            resolved = path.resolve()
            if resolved not in seen:
                seen.add(resolved)
                yield path


def _walk_folder(folder: Path) -> Iterator[Path]:
    root = folder.resolve()
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if path.is_dir():
            try:
                entries = sorted(path.iterdir(), reverse=True)
            except OSError:
                yield path
                continue
            waiting.extend(entry for entry in entries if _is_wanted(entry, root))
        else:
            yield path


def _is_wanted(path: Path, root: Path) -> bool:
    """Tell whether a folder's entry is to be read; ``root`` is the folder named, links resolved."""
    if path.name.startswith("."):
        return False
    if path.is_symlink() and (path.is_dir() or not path.resolve().is_relative_to(root)):
        return False
    return path.is_dir() or (path.is_file() and not path.name.upper().startswith("README"))


def _choose_reader(path: Path, reference: str) -> tuple[_Reader, int]:
    if not path.is_file():
        kind = "a folder that cannot be listed" if path.is_dir() else "not a file"
        raise SourceError(
            f"{reference}: it is {kind}.", reference=reference, hint="Check the path and its permissions."
        )
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        raise SourceError(
            f"{reference}: files ending in {suffix!r} are not read.",
            reference=reference,
            hint=f"Wanted one of {', '.join(_READERS)}.",
        )
    return _READERS[suffix]


def _read_bytes(path: Path, reference: str, maximum: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(maximum + 1)
    except OSError as error:
        raise SourceError(
            f"{reference}: it could not be read ({error.strerror}).",
            reference=reference,
            hint="Check its permissions.",
        ) from error
    if len(data) > maximum:
        raise SourceError(
            f"{reference}: it has more than {maximum / 1e6:.0f} MB, the most that is read of such a file.",
            reference=reference,
            hint="Give its articles as separate files.",
        )
    return data


def _require_text(article: RawArticle) -> RawArticle:
    if not article.text.strip():
        raise _empty(article.reference)
    return article


def _empty(reference: str) -> SourceError:
    return SourceError(f"{reference}: it holds no article text.", reference=reference, hint="Leave it out.")
