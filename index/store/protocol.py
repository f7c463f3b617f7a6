"""What the rest of the program asks of a library, wherever it is kept: in a folder of one process, or in a database of many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from index.articles import Article, Coverage, Entry, FileMark, Filters, PassageRecord, RawArticle, Unchanged
from index.sources.web.visits import Visit
from index.store.change_log import PassageChanges
from index.store.listing import EntryPage, Order
from index.store.versions import Known, NewVersion, Place, Pruned, Words
from index.text.origins import Member
from index.text.syndication import Candidate

Result = TypeVar("Result")
_ALL = Filters()


class RemembersInputs(Protocol):
    """What was taken in already; see ``index.store.remembered``."""

    def file_mark(self, reference: str) -> FileMark | None:
        """Return how a file looked when everything in it was taken in, or None."""
        ...

    def remember_files(self, marks: Sequence[tuple[str, FileMark]]) -> None:
        """Note files of which everything was taken in."""
        ...

    def taken_from(self, reference: str) -> list[Unchanged]:
        """Return the articles that a file or address gave last time: itself, or its rows."""
        ...

    def sources_under(self, reference: str) -> list[Unchanged]:
        """Return what was taken from a folder and all that lies in it, or from a file."""
        ...

    def visit_of(self, url: str) -> Visit | None:
        """Return the last visit to an address, or None."""
        ...

    def remember_visits(self, visits: Sequence[Visit]) -> None:
        """Keep visits in the place of earlier ones to the same addresses, all of them or none."""
        ...


class KeepsConversations(Protocol):
    """Conversations of programs that any server of a library goes on with; see ``index.store.conversations``."""

    @property
    def most_bytes(self) -> int:
        """How large one may be."""
        ...

    def keep(self, key: str, name: str, text_sha256: str, answers: bytes) -> None:
        """Keep the answers of a conversation under the key they were given to, the name of the last and the hash of its text."""
        ...

    def find(self, key: str, name: str) -> bytes | None:
        """Return the answers of a conversation up to the one of that name, or None."""
        ...

    def find_text(self, key: str, text_sha256: str) -> bytes | None:
        """Return the answers up to the last one that was sent as a text, or None."""
        ...


class ReadsLibrary(Protocol):
    """The reading half; each method is explained in ``index.store.reading``."""

    @property
    def generation(self) -> int:
        """A counter that grows with every change."""
        ...

    def changed_passages(self, since: int, until: int) -> PassageChanges | None:
        """Return which passages came and went between two values of the counter; None where nobody wrote that down."""
        ...

    def article(self, article: str, *, version: int | None = None, sha256: str | None = None) -> Article:
        """Return an article: its current version, a numbered one, or the newest with that hash."""
        ...

    def versions(self, article: str) -> tuple[Article, ...]:
        """Return every version of an article, the oldest first."""
        ...

    def article_ids(self) -> tuple[str, ...]:
        """Return the ids of all articles, in a stable order."""
        ...

    def outlets(self) -> tuple[str, ...]:
        """Return the outlets that have an article."""
        ...

    def languages(self) -> tuple[str, ...]:
        """Return the languages that its articles are written in."""
        ...

    def coverage(self, filters: Filters) -> Coverage:
        """Return what the filters leave to be searched."""
        ...

    def outlet_counts(self, filters: Filters) -> tuple[tuple[str, int], ...]:
        """Return how many articles each outlet has within the filters, the most first."""
        ...

    def articles_by_day(self, filters: Filters, *, newest: bool, limit: int, dated: bool = True) -> tuple[str, ...]:
        """Return the ids of articles within the filters by day."""
        ...

    def articles_by_author(self, name: str, filters: Filters, *, limit: int) -> tuple[str, ...]:
        """Return the ids of articles within the filters whose byline holds a name, the newest first."""
        ...

    def changed_articles(self, filters: Filters, *, limit: int) -> tuple[str, ...]:
        """Return the ids of articles within the filters that have an earlier version, the last changed first."""
        ...

    def passage_ids(self, filters: Filters = _ALL) -> list[int]:
        """Return the ids of the passages that the filters leave, ascending."""
        ...

    def count_passages(self) -> int:
        """Return how many passages can be found."""
        ...

    def count_passages_within(self, filters: Filters) -> int:
        """Return how many passages the filters leave."""
        ...

    def passages(self, ids: Sequence[int]) -> dict[int, PassageRecord]:
        """Return passages with their articles and sentences."""
        ...

    def places(self, ids: Sequence[int]) -> dict[int, Place]:
        """Return where passages belong, without their texts."""
        ...

    def leads(self, articles: Sequence[str]) -> dict[str, PassageRecord]:
        """Return the first passage of each article by the article's id."""
        ...

    def words(self, ids: Sequence[int]) -> Iterator[Words]:
        """Yield the texts of passages, article by article, by ascending id."""
        ...

    def vectors(self) -> Iterator[tuple[list[int], npt.NDArray[np.float32]]]:
        """Yield passage ids and vectors of all passages, in batches."""
        ...

    def vectors_of(self, ids: Sequence[int]) -> tuple[list[int], npt.NDArray[np.float32]]:
        """Return passage ids and vectors of given passages."""
        ...

    def keep_within(self, ids: Sequence[int], filters: Filters) -> set[int]:
        """Return those passages that the filters leave."""
        ...

    def missing_vectors(self, keys: Iterable[str]) -> set[str]:
        """Return those keys for which the library has no vector."""
        ...

    def find_known(self, raw: RawArticle) -> Known | None:
        """Return the article that an input is a copy or a later version of."""
        ...

    def find_candidates(self, bands: Sequence[int]) -> list[Candidate]:
        """Return the articles that share a band: those that may be near-copies."""
        ...

    def origin_members(self, origin: str) -> tuple[Member, ...]:
        """Return the current versions of a group of near-copies, in the order of their dates."""
        ...

    def known_articles(self, articles: Sequence[str]) -> set[str]:
        """Return those of the ids that are in the library."""
        ...

    def entries(self, filters: Filters = _ALL) -> Iterator[Entry]:
        """Yield the list of articles that the filters leave, the newest first."""
        ...

    def page_of_entries(
        self, *, find: str = "", order: Order = "newest", offset: int = 0, limit: int = 50
    ) -> EntryPage:
        """Return some of the list of articles; see ``index.store.listing.read_page``."""
        ...

    def check(self) -> list[str]:
        """Return what is wrong with the stored data, in words; empty when it is sound."""
        ...


class AnyLibrary(ReadsLibrary, Protocol):
    """A library: ``index.store.library.Library`` in a folder, ``index.store.shared.SharedLibrary`` in a database.

    Attributes:
        checkpoint: told the name of each step of what is written, for tests that end the process there.
    """

    checkpoint: Callable[[str], None]

    @property
    def name(self) -> str:
        """For messages: its folder, or its address without a password."""
        ...

    @property
    def shared(self) -> bool:
        """Whether other processes may write to it at the same time."""
        ...

    @property
    def folder(self) -> Path:
        """The folder of the indexes that this process searches."""
        ...

    @property
    def stamp(self) -> dict[str, str]:
        """All that its vectors depend on."""
        ...

    @property
    def remembered(self) -> RemembersInputs:
        """Which files and web addresses were taken in, for the next time."""
        ...

    @property
    def conversations(self) -> KeepsConversations | None:
        """Where its servers keep conversations of programs, or None where each keeps its own."""
        ...

    def announce(self, *, address: str, token: str) -> None:
        """Tell other commands where this process answers for them, where they need it."""
        ...

    @property
    def mark(self) -> str:
        """Name the state that it is in now, for ``has_been``."""
        ...

    def has_been(self, mark: str, /) -> bool:
        """Return whether it was once in a state: what is indexed of that can be brought up to date."""
        ...

    def require_stamp(self) -> None:
        """Refuse to go on where its vectors depend on something else than when it was opened.

        Raises:
            LibraryMismatch: another process has embedded it anew.
        """
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Have what this thread reads come from one moment."""
        ...

    def in_turn(
        self, identities: Iterable[tuple[str, str]], bands: Sequence[int], work: Callable[[], Result], /
    ) -> Result:
        """Return what work gives, while nobody else stores the same article or what may be a near-copy of it."""
        ...

    def claim_groups(self) -> bool:
        """Have nobody else change groups of near-copies for now; return whether somebody could have before."""
        ...

    def note(self, name: str) -> str | None:
        """Return a short text that is kept with the library under a name, or None."""
        ...

    def change_note(self, name: str, change: Callable[[str | None], str]) -> None:
        """Put what a function makes of such a text in its place, while nobody else does."""
        ...

    def store(self, new: NewVersion) -> int:
        """Store a version with all that belongs to it and return how many passages it added."""
        ...

    def link_sources(self, found: Sequence[tuple[RawArticle, Known]]) -> tuple[RawArticle, ...]:
        """Remember more places where articles were read from; return what was found of those that are there no more."""
        ...

    def prune(self, vanished: Sequence[Unchanged]) -> Pruned:
        """Forget sources that have vanished and remove the articles that have no other, in one transaction."""
        ...

    def remove(self, articles: Sequence[str]) -> int:
        """Remove articles with all their versions and return how many there were."""
        ...

    def forget_unused_vectors(self) -> int:
        """Drop the vectors that no passage uses any more and return how many there were."""
        ...

    def close(self) -> None:
        """Close it."""
        ...

    def __enter__(self) -> AnyLibrary: ...

    def __exit__(self, *_: object) -> None: ...
