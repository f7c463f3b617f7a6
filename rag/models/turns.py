"""Whose turn it is to have a model write: first come, first served, and nobody waits without end or without being told."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator

from index.errors import ModelUnavailable

_LOOK_SECONDS = 0.5  # how often who waits is asked whether it still wants to


class Turns:
    """The queue before a model.

    Args:
        at_once: how many drafts the model writes at the same time.
        seconds: the longest wait.
    """

    def __init__(self, *, at_once: int, seconds: float) -> None:
        self._at_once = at_once
        self._seconds = seconds
        self._waiting: deque[Turn] = deque()
        self._changed = threading.Condition()

    def join(self) -> Turn:
        """Return a place at the end of the queue; leave it when done, whatever happens."""
        turn = Turn(self)
        with self._changed:
            self._waiting.append(turn)
        return turn

    def place_of(self, turn: Turn) -> int:
        """Return how many have to finish first; 0 when it is this one's turn."""
        return max(0, self._waiting.index(turn) - self._at_once + 1)

    def wait(self, turn: Turn) -> Iterator[int]:
        """Yield the place each time it changes, and 0 when it is this one's turn; see ``Turn.places``."""
        ends = time.monotonic() + self._seconds
        said = 0
        while True:
            with self._changed:
                place = self.place_of(turn)
                if place and place == said:
                    self._changed.wait(min(_LOOK_SECONDS, max(0.0, ends - time.monotonic())))
                    place = self.place_of(turn)
            if not place:
                if said:
                    yield 0
                return
            if time.monotonic() >= ends:
                raise ModelUnavailable(
                    f"The model was busy for {self._seconds:g} seconds; {place} were to be served before.",
                    hint="Ask again later, use --model none, or raise CITEWIRE_ANSWER_MAXIMUM_WAIT.",
                )
            if place != said:
                said = place
                yield place

    def leave(self, turn: Turn) -> None:
        """Give the place to the next; leaving twice is leaving once."""
        with self._changed:
            if turn in self._waiting:
                self._waiting.remove(turn)
                self._changed.notify_all()


class Turn:
    """One place in the queue. Use it as a context manager: leaving gives the place to the next."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def places(self) -> Iterator[int]:
        """Yield how many have to finish first, each time that changes; end when it is this one's turn. Who does not wait is told nothing.

        Raises:
            ModelUnavailable: the longest wait is over.
        """
        return self._turns.wait(self)

    def __enter__(self) -> Turn:
        return self

    def __exit__(self, *_: object) -> None:
        self._turns.leave(self)
