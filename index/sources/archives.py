"""Archives (ZIP, gzip, WARC) -> the files in them, one at a time, never on the disk.

What an archive says of its sizes is checked before anything is unpacked, and what comes out is counted again.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from index.articles import Unreadable
from index.errors import SourceError
from index.sources.kinds import ATTACHMENTS, MAXIMUM_BYTES, REFERENCING, SUFFIXES, FileKind, guess_kind
from index.sources.part import Beside, Part, Source, missing, name_within, open_source, size_of

MOST_ENTRIES = 20_000
MOST_UNPACKED = 1_000_000_000
MOST_IN_MEMORY = 64_000_000
"""The most bytes that one file of an archive may have."""

_MOST_TIMES_LARGER = 150  # text shrinks to a tenth, very dull tables to a fiftieth
_SMALL = 2_000_000  # bytes that may shrink as they like
_ENCRYPTED = 0x1
_PAGE_SUFFIXES = (".html", ".htm")

_TOO_LARGE = "Unpack it and give what it holds."


def require_size(reference: str, source: Source, maximum: int) -> None:
    """Refuse a file of more than ``maximum`` bytes.

    Raises:
        SourceError: it has more.
    """
    if (size := size_of(source)) > maximum:
        raise SourceError(
            f"{reference}: it has {size / 1e6:.0f} MB, at most {maximum / 1e6:.0f} MB are read of such a file.",
            reference=reference,
            hint="Give its articles as separate files.",
        )


def open_zip(reference: str, source: Source, *, most_unpacked: int = MOST_UNPACKED) -> zipfile.ZipFile:
    """Open a ZIP whose declared sizes are sane.

    Raises:
        SourceError: it is no ZIP, has too many entries, or would become too large or suspiciously much larger.
    """
    try:
        archive = zipfile.ZipFile(open_source(source))
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise SourceError(
            f"{reference}: it is broken or no ZIP ({error}).", reference=reference, hint="Pack or download it again."
        ) from error
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = size_of(source)
    if len(entries) > MOST_ENTRIES:
        raise _refuse(reference, f"it holds {len(entries)} files, at most {MOST_ENTRIES} are read")
    if unpacked > most_unpacked:
        raise _refuse(
            reference, f"it would unpack to {unpacked / 1e6:.0f} MB, at most {most_unpacked / 1e6:.0f} MB are read"
        )
    if unpacked > _SMALL and unpacked > packed * _MOST_TIMES_LARGER:
        raise _refuse(reference, f"it would unpack to {unpacked // packed} times its size, as only a bomb does")
    return archive


def read_entry(reference: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, maximum: int) -> bytes:
    """Return the bytes of one file in a ZIP.

    Raises:
        SourceError: it has more than ``maximum`` bytes, is encrypted, or is damaged.
    """
    if entry.flag_bits & _ENCRYPTED:
        raise SourceError(
            f"{reference}: it is protected by a password.", reference=reference, hint="Unpack it with the password."
        )
    if entry.file_size > maximum:
        raise _refuse(
            reference, f"it has {entry.file_size / 1e6:.0f} MB, at most {maximum / 1e6:.0f} MB are read of it"
        )
    try:
        with archive.open(entry) as file:
            data = file.read(maximum + 1)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error) as error:
        raise SourceError(
            f"{reference}: it is damaged in its archive ({error}).",
            reference=reference,
            hint="Pack or download the archive again.",
        ) from error
    if len(data) > maximum:
        raise _refuse(reference, f"it has more than {maximum / 1e6:.0f} MB")
    return data


def read_zip(reference: str, source: Source) -> Iterator[Part | Unreadable]:
    """Yield the files of a ZIP, as a folder's are found: without what is hidden, READMEs and parts of saved pages.

    Raises:
        SourceError: it is no ZIP or a bomb, or holds no file.
    """
    with open_zip(reference, source) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        names = {entry.filename for entry in entries}
        wanted = [entry for entry in entries if _is_wanted(entry.filename, names)]
        if not wanted:
            raise SourceError(f"{reference}: it holds no file to read.", reference=reference, hint="Leave it out.")
        for entry in wanted:
            yield _read_zipped(reference, archive, entry)


def read_gzip(reference: str, source: Source) -> Iterator[Part | Unreadable]:
    """Yield the file that was compressed with gzip.

    Raises:
        SourceError: it is damaged or becomes too large.
    """
    name = PurePosixPath(reference).name.removesuffix(".gz")
    maximum = min(MOST_IN_MEMORY, MAXIMUM_BYTES[guess_kind(name) or "text"])
    try:
        with open_source(source) as packed, gzip.open(packed) as file:
            data = file.read(maximum + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(
            f"{reference}: it is damaged ({error}).", reference=reference, hint="Download or compress it again."
        ) from error
    if len(data) > maximum:
        raise _refuse(reference, f"it would unpack to more than {maximum / 1e6:.0f} MB")
    yield Part(reference, name, data)


def read_warc(reference: str, source: Source) -> Iterator[Part | Unreadable]:
    """Yield the pages and documents of a web archive; what its pages load beside them is passed over.

    Raises:
        SourceError: it is no WARC, breaks off, or holds no page.
    """
    found = False
    with open_source(source) as file:
        try:
            for record in ArchiveIterator(file):
                part = _read_record(reference, record)
                if part is not None:
                    found = True
                    yield part
        except (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error) as error:
            reason = f"it is broken or no WARC ({' '.join(str(error).split())[:200]})"
            if not found:
                raise SourceError(f"{reference}: {reason}.", reference=reference, hint="Download it again.") from error
            yield Unreadable(reference, f"{reference}: {reason}. What follows in it was not read.")
    if not found:
        raise SourceError(
            f"{reference}: it holds no page that was answered.", reference=reference, hint="Leave it out."
        )


def _read_record(reference: str, record: ArcWarcRecord) -> Part | Unreadable | None:
    """Return the page of a record, or None where it is no page or document."""
    if record.rec_type not in ("response", "resource"):
        return None
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    headers = record.http_headers or record.rec_headers
    status = record.http_headers.get_statuscode() if record.http_headers else "200"
    kind = guess_kind(headers.get_header("Content-Type") or "")
    if status != "200" or kind not in ("html", "pdf", "text", "docx", "epub", "markdown"):
        return None
    place = f"{reference}#{address}"
    maximum = min(MOST_IN_MEMORY, MAXIMUM_BYTES[kind])
    data = record.content_stream().read(maximum + 1)
    if len(data) > maximum:
        return Unreadable(place, f"{place}: it has more than {maximum / 1e6:.0f} MB.")
    return Part(place, PurePosixPath(address).name, data, kind, address)


def _read_zipped(reference: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Part | Unreadable:
    place = f"{reference}#{entry.filename}"
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        return Unreadable(place, f"{place}: its name leads out of the archive. Pack it again.")
    kind = guess_kind(path.name)
    if kind is None:
        wanted = ", ".join(SUFFIXES)
        return Unreadable(
            place, f"{place}: files ending in {path.suffix.lower()!r} are not read. Wanted one of {wanted}."
        )
    beside = _beside_in(archive, path.parent) if kind in REFERENCING else None
    try:
        return Part(place, path.name, read_entry(place, archive, entry, _most_of(kind)), beside=beside)
    except SourceError as error:
        return Unreadable(place, str(error))


def _beside_in(archive: zipfile.ZipFile, folder: PurePosixPath) -> Beside:
    """Return what finds files in a folder of an archive and below it."""

    def find(name: str, reference: str) -> Source:
        path = folder / name_within(name, reference)
        try:
            entry = archive.getinfo(str(path))
        except KeyError as error:
            raise missing(name, reference) from error
        return read_entry(reference, archive, entry, MOST_IN_MEMORY)

    return find


def _most_of(kind: FileKind) -> int:
    return min(MOST_IN_MEMORY, MAXIMUM_BYTES[kind])


def _is_wanted(name: str, names: set[str]) -> bool:
    parts = name.replace("\\", "/").split("/")
    if any(part.startswith(".") and part not in (".", "..") for part in parts) or "__MACOSX" in parts:
        return False
    if parts[-1].upper().startswith("README"):
        return False
    for depth, part in enumerate(parts[:-1], start=1):
        above = "/".join(parts[:depth])
        if part == ATTACHMENTS and parts[depth].isdecimal() and depth + 1 < len(parts) and _has_list(above, names):
            return False
        page = above.removesuffix("_files")
        if part.endswith("_files") and any(page + suffix in names for suffix in _PAGE_SUFFIXES):
            return False
    return True


def _has_list(folder: str, names: set[str]) -> bool:
    """Tell whether a list of references lies beside a folder: what is in the folder is read with its entries."""
    home = PurePosixPath(folder).parent
    return any(guess_kind(name) == "references" and PurePosixPath(name).parent == home for name in names)


def _refuse(reference: str, reason: str) -> SourceError:
    return SourceError(f"{reference}: {reason}.", reference=reference, hint=_TOO_LARGE)
