"""What every face asks: a desk in this process, or one that another process opened and answers for.

``rag.desk.Desk`` and ``ui.client.OwnerClient`` are such desks: a command says what it wants once, whoever does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, Unpack

from index.articles import Article, BuildReport, Coverage
from index.build import Progress
from index.inputs import IngestOptions
from index.sources.uploads import Reference
from rag.answer_events import Event
from rag.answer_types import Answer, Hit
from rag.draft_types import CheckedDraft
from rag.question.filters import FilterWords


class AnyDesk(Protocol):
    """A library, ready for questions; what each method means, and what it raises, is said at ``Desk``."""

    @property
    def model_name(self) -> str:
        """The name of the model that writes the sentences, or ``none``."""
        ...

    def ask(
        self,
        question: str,
        *,
        today: str | None = None,
        history: Sequence[Answer] = (),
        quotes_only: bool = False,
        **filters: Unpack[FilterWords],
    ) -> Answer:
        """Answer a question."""
        ...

    def stream(
        self,
        question: str,
        *,
        today: str | None = None,
        history: Sequence[Answer] = (),
        quotes_only: bool = False,
        **filters: Unpack[FilterWords],
    ) -> Iterator[Event]:
        """Answer a question step by step."""
        ...

    def search(
        self, question: str, *, today: str | None = None, limit: int | None = None, **filters: Unpack[FilterWords]
    ) -> tuple[Hit, ...]:
        """Return the passages that matter for a question, the best first."""
        ...

    def check(self, text: str, **filters: Unpack[FilterWords]) -> CheckedDraft:
        """Return what the articles say of each sentence of a text."""
        ...

    def article(self, article_id: str, *, version: int | None = None, sha256: str | None = None) -> Article:
        """Return a stored article."""
        ...

    def coverage(self) -> Coverage:
        """Return what the whole library covers."""
        ...

    def outlets(self) -> tuple[str, ...]:
        """Return the outlets that have an article, in alphabetical order."""
        ...

    def ingest(
        self,
        references: Sequence[Reference],
        *,
        options: IngestOptions = ...,
        progress: Progress | None = None,
    ) -> BuildReport:
        """Bring articles into the library."""
        ...

    def remove(self, articles: Sequence[str]) -> int:
        """Remove articles, and return how many there were."""
        ...
