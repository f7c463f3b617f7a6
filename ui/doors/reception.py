"""What every door does with a question: it takes a place, asks the desk, counts the answer, and gives the place back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from index.settings import ServerSettings
from rag.answer_events import Event, Finished
from rag.answer_types import Answer, Hit
from rag.desk import Desk
from rag.question.filters import FilterWords
from ui.doors.gate import Gate
from ui.doors.keys import Keys
from ui.doors.metrics import Metrics
from ui.watch import log

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, however it came; see ``Desk.ask``."""

    question: str
    today: str | None = None
    history: Sequence[Answer] = ()
    quotes_only: bool = False
    filters: FilterWords = field(default_factory=lambda: FilterWords())


class Reception:
    """One desk behind all doors of a server.

    Attributes:
        desk: the open desk.
        gate: who may pass.
        metrics: what is counted.
    """

    def __init__(self, desk: Desk, *, keys: Keys, settings: ServerSettings) -> None:
        self.desk = desk
        self.settings = settings
        self.gate = Gate(keys, settings)
        self.metrics = Metrics(
            busy=lambda: self.gate.capacity.taken, passages=desk.count_passages, tries=desk.model_tries
        )

    async def answer(self, asked: Asked, *, door: str) -> Answer:
        """Return the whole answer.

        Raises:
            TooMany: no place is left.
            CitewireError: see ``Desk.ask``.
        """
        answering = await self.open(asked, door=door)
        try:
            async for event in answering.events():
                if isinstance(event, Finished):
                    return event.answer
        finally:
            await answering.close()
        raise AssertionError("the last event is always Finished")

    async def open(self, asked: Asked, *, door: str) -> Answering:
        """Begin an answer, and return it once its quotes are there: what cannot be asked is known by then. Close it.

        Raises:
            TooMany: no place is left.
            CitewireError: see ``Desk.stream``.
        """
        started = time.monotonic()
        place = await self.gate.capacity.take()
        events = self.desk.astream(
            asked.question,
            today=asked.today,
            history=asked.history,
            quotes_only=asked.quotes_only,
            **asked.filters,
        )

        def whole(answer: Answer) -> None:
            seconds = time.monotonic() - started
            self.metrics.count_answer(door, answer.status, seconds)
            log(
                "answer",
                door=door,
                answer=answer.id,
                status=answer.status,
                model=answer.model,
                model_failed=answer.model_error is not None,
                seconds=round(seconds, 3),
            )

        try:
            return Answering(await anext(events), events, leave=place.leave, whole=whole)
        except BaseException:
            await events.aclose()
            place.leave()
            raise

    async def search(
        self, question: str, *, today: str | None, limit: int | None, filters: FilterWords
    ) -> tuple[Hit, ...]:
        """Return the passages that matter for a question.

        Raises:
            TooMany: no place is left.
            CitewireError: see ``Desk.search``.
        """
        return await self.work(lambda: self.desk.search(question, today=today, limit=limit, **filters))

    async def work(self, work: Callable[[], Result]) -> Result:
        """Do something that takes a place, in a thread.

        Raises:
            TooMany: no place is left.
        """
        with await self.gate.capacity.take():
            return await asyncio.to_thread(work)


class Answering:
    """An answer that is being made; it holds a place until it is closed."""

    def __init__(
        self,
        first: Event,
        rest: AsyncGenerator[Event, None],
        *,
        leave: Callable[[], None],
        whole: Callable[[Answer], None],
    ) -> None:
        self._first = first
        self._rest = rest
        self._leave = leave
        self._whole = whole

    async def events(self) -> AsyncGenerator[Event, None]:
        """Yield the events of the answer, once."""
        yield self._first
        async for event in self._rest:
            if isinstance(event, Finished):
                self._whole(event.answer)
            yield event

    async def close(self) -> None:
        """End it, finished or not, and give the place to the next."""
        try:
            await self._rest.aclose()
        finally:
            self._leave()
