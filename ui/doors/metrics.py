"""What is counted at the doors, in Prometheus's own form. No question, no key and no name of an article is ever a label."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


class Metrics:
    """The figures of one server.

    Args:
        busy: returns how many requests are worked on or wait.
        passages: returns how many passages can be found.
        tries: returns how often a remote model was asked again, and how often it failed.
    """

    content_type = CONTENT_TYPE_LATEST

    def __init__(
        self, *, busy: Callable[[], int], passages: Callable[[], int], tries: Callable[[], tuple[int, int]]
    ) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "citewire_requests", "Requests by door and status.", ["door", "status"], registry=self._registry
        )
        self._answers = Counter(
            "citewire_answers", "Answers by door and status.", ["door", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "citewire_answer_seconds",
            "Seconds from a question to its whole answer, waiting included.",
            ["door"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        Gauge("citewire_busy", "Requests that are worked on or wait.", registry=self._registry).set_function(busy)
        for place, (name, what) in enumerate(
            (
                ("citewire_model_retries", "Requests that were sent to a model again."),
                ("citewire_model_failures", "Drafts that a model failed."),
            )
        ):
            gauge = Gauge(name, what, registry=self._registry)
            gauge.set_function(lambda place=place: tries()[place])  # type: ignore[misc]
        Gauge("citewire_passages", "Passages that can be found.", registry=self._registry).set_function(passages)

    def count_request(self, door: str, status: int) -> None:
        """Count a request that was responded to."""
        self._requests.labels(door, str(status)).inc()

    def count_answer(self, door: str, status: str, seconds: float) -> None:
        """Count an answer that is whole."""
        self._answers.labels(door, status).inc()
        self._seconds.labels(door).observe(seconds)

    def expose(self) -> bytes:
        """Return everything as Prometheus reads it."""
        return generate_latest(self._registry)
