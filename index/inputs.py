"""What an ingest is given -> the articles in it; what did not change since it was taken in is not read again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import msgspec

from index.articles import FileMark, RawArticle, SourceReport, Unchanged, Unreadable
from index.errors import SourceError
from index.sources.files import is_attached, read_input, reference_of
from index.sources.reader import ArticleReader
from index.sources.uploads import Reference, Upload
from index.sources.web.addresses import is_web_reference
from index.sources.web.content import DocumentReader
from index.sources.web.fetch import Fetcher
from index.sources.web.gather import Progress, Skipped, read_web
from index.sources.web.reader import WebReader
from index.sources.web.visits import Visit
from index.store.protocol import RemembersInputs

# Grows whenever a reader finds something else in the same file.
READERS_VERSION = "3"
# A file that was changed so shortly before could be changed again within the same tick of the clock, unseen.
_SETTLED_NANOSECONDS = 2_000_000_000

Found = RawArticle | Unreadable | Unchanged | SourceReport


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestOptions:
    """What to take in and how.

    Attributes:
        since: a day; articles published before it are skipped, undated ones are not.
        outlet: the outlet of articles that name none.
        columns: of tables: the name of a fact (title, outlet, author, published, text ...) to that of its column.
        follow: web addresses are pages or feeds of which all entries are wanted, not the pages themselves.
        prune: remove articles of the folders and files named whose sources have vanished from them.
        dry_run: say what would be done and change nothing.
    """

    since: str | None = None
    outlet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    follow: bool = False
    prune: bool = False
    dry_run: bool = False

    def reader(self) -> str:
        """Return a name of the readers and of what they are told: with another, a file has to be read again."""
        return _reader_told(self.since, self.outlet, sorted(self.columns.items()))

    def web_reader(self) -> str:
        """Return the same for web addresses, where what ``since`` leaves out is never remembered."""
        return _reader_told(self.outlet, sorted(self.columns.items()))


def _reader_told(*told: object) -> str:
    return f"{READERS_VERSION}:{hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:12]}"


class FileInputs:
    """The files of one ingest. After everything was stored, ``settled`` are those to be passed over next time."""

    def __init__(self, *, remembered: RemembersInputs, reader: ArticleReader, options: IngestOptions) -> None:
        self.settled: list[tuple[str, FileMark]] = []
        self._remembered = remembered
        self._reader = reader
        self._options = options
        self._reader_name = f"{options.reader()}:{reader.reads_pictures}"

    def read(self, path: Path) -> Iterator[Found]:
        """Yield the articles of a file, those that cannot be read, or those it gave before if it is unchanged."""
        reference = reference_of(path)
        mark = _mark(path, self._reader_name)
        if mark and mark == self._remembered.file_mark(reference):
            yield from self._remembered.taken_from(reference)
            return
        whole = True
        try:
            for found in read_input(path, self._reader, columns=self._options.columns):
                # What lies beside a list of references may change while the list stays as it is.
                whole = whole and isinstance(found, RawArticle) and not is_attached(path, found)
                yield choose(found, self._options)
        except SourceError as error:
            yield Unreadable(reference=error.reference, reason=str(error))
            return
        # Compared again: a file that is written while it is read must be read once more.
        if mark and whole and mark == _mark(path, self._reader_name):
            self.settled.append((reference, mark))

    def read_upload(self, upload: Upload) -> Iterator[Found]:
        """Yield the articles of a file that was handed over, under its name. It is always opened: its path is new."""
        try:
            for found in read_input(
                upload.path, self._reader, columns=self._options.columns, reference=upload.reference
            ):
                yield choose(found, self._options)
        except SourceError as error:
            yield Unreadable(reference=error.reference, reason=str(error))


OpenFetcher = Callable[[WebReader], AbstractContextManager[Fetcher]]


class WebInputs:
    """The web addresses of one ingest. Once what was yielded before them is stored, ``visits`` are to be remembered."""

    def __init__(
        self,
        *,
        remembered: RemembersInputs,
        reader: ArticleReader,
        options: IngestOptions,
        open_fetcher: OpenFetcher | None = None,
    ) -> None:
        self.visits: list[Visit] = []
        self._remembered = remembered
        self._reader = reader
        self._options = options
        self._open_fetcher: OpenFetcher = open_fetcher or (lambda listings: Fetcher(robots=listings))

    def read(self, addresses: Sequence[str], *, progress: Progress | None = None) -> Iterator[Found]:
        """Yield the articles of web addresses, what could not be fetched or read, and what did not change."""
        options = self._options
        with WebReader() as listings, self._open_fetcher(listings) as fetcher:
            for found in read_web(
                addresses,
                fetcher=fetcher,
                listings=listings,
                reader=DocumentReader(self._reader),
                visits=self,
                since=date.fromisoformat(options.since) if options.since else None,
                follow=options.follow,
                progress=progress,
            ):
                if isinstance(found, Visit):
                    self.visits.append(replace(found, reader=options.web_reader()))
                elif isinstance(found, Skipped):
                    yield from self._skipped(found)
                else:
                    yield choose(found, options)

    def take_visits(self) -> list[Visit]:
        """Return the visits since the last call: all that they brought was yielded."""
        visits, self.visits = self.visits, []
        return visits

    def visit_of(self, url: str) -> Visit | None:
        """Return the last visit to an address, unless it was read by other readers or with other words to them."""
        visit = self._remembered.visit_of(url)
        return visit if visit and visit.reader == self._options.web_reader() else None

    def _skipped(self, found: Skipped) -> Iterator[Found]:
        if found.why == "older":
            yield SourceReport(found.reference, "skipped", reason=f"listed as older than {self._options.since}")
            return
        taken = self._remembered.taken_from(found.reference)
        yield from taken
        if not taken:
            yield SourceReport(found.reference, "unchanged")


def choose(found: RawArticle | Unreadable, options: IngestOptions) -> Found:
    """Return an article with the outlet it is said to have, or as skipped where it is older than what is wanted."""
    if isinstance(found, Unreadable):
        return found
    if options.since and found.published and found.published[:10] < options.since:
        reason = f"published {found.published[:10]}, before {options.since}"
        return SourceReport(found.reference, "skipped", title=found.title, reason=reason)
    return replace(found, outlet=options.outlet) if options.outlet and not found.outlet else found


def sort_references(references: Sequence[Reference]) -> tuple[list[Path], list[Upload], list[str]]:
    """Return the paths, the uploads, and the web addresses among what is to be taken in."""
    addresses = [str(each) for each in references if isinstance(each, str) and is_web_reference(each)]
    uploads = [each for each in references if isinstance(each, Upload)]
    paths = [Path(each) for each in references if not isinstance(each, Upload) and str(each) not in addresses]
    return paths, uploads, addresses


def find_vanished(
    remembered: RemembersInputs, paths: Sequence[Path], reports: Sequence[SourceReport]
) -> list[Unchanged]:
    """Return what was taken in from files and folders before and is not there any more.

    What a file gave that could not be read this time has not vanished.
    """
    seen = {report.reference for report in reports if report.outcome != "failed"}
    failed = {report.reference.split("#")[0] for report in reports if report.outcome == "failed"}
    known = [each for path in paths for each in remembered.sources_under(reference_of(path))]
    return [
        each
        for each in dict.fromkeys(known)
        if each.reference not in seen and each.reference.split("#")[0] not in failed
    ]


def _mark(path: Path, reader: str) -> FileMark | None:
    """Return how a file looks now; None while it is too fresh to tell, or where it cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None  # reading it will say why
    if found.st_ctime_ns > time.time_ns() - _SETTLED_NANOSECONDS:
        return None
    return FileMark(found.st_size, found.st_mtime_ns, found.st_ctime_ns, reader)
