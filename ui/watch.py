"""What a server tells those who watch it: spans to a collector, and a line of JSON for each request and answer. Never a text unless asked.

Both are off by default (``observe`` in the settings).
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import time
from collections.abc import Iterator
from typing import Any, TextIO

from index.settings import Settings

_LOGGER = logging.getLogger("citewire")


class JsonLines(logging.Formatter):
    """A record as one JSON object a line: time, level, logger, what happened, and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        facts = getattr(record, "facts", None)
        if isinstance(facts, dict):
            told |= {name: value for name, value in facts.items() if value is not None}
        if record.exc_info and record.exc_info[0]:
            told["exception"] = record.exc_info[0].__name__
        return json.dumps(told, ensure_ascii=True, default=str)


def log(event: str, **facts: object) -> None:
    """Say that something happened. Facts are ids, names of doors, statuses and times: no question, no quote, no key."""
    _LOGGER.info(event, extra={"facts": facts})


@contextlib.contextmanager
def watched(settings: Settings, *, stream: TextIO | None = None) -> Iterator[None]:
    """Watch while the body runs, as the settings say.

    Args:
        settings: of the server.
        stream: where lines go; the standard error by default.
    """
    with _logged(settings, stream or sys.stderr), _traced(settings):
        yield


@contextlib.contextmanager
def _logged(settings: Settings, stream: TextIO) -> Iterator[None]:
    if settings.observe.logs == "none":
        yield
        return
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    names = ("citewire", "uvicorn", "uvicorn.error")
    before = {name: (logging.getLogger(name).handlers, logging.getLogger(name).propagate) for name in names}
    level = _LOGGER.level
    for name in names:
        logging.getLogger(name).handlers, logging.getLogger(name).propagate = [handler], False
    _LOGGER.setLevel(logging.INFO)
    try:
        yield
    finally:
        for name, (handlers, propagate) in before.items():
            logging.getLogger(name).handlers, logging.getLogger(name).propagate = handlers, propagate
        _LOGGER.setLevel(level)


@contextlib.contextmanager
def _traced(settings: Settings) -> Iterator[None]:
    if settings.observe.traces is None:
        yield
        return
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    address = settings.observe.traces
    provider = TracerProvider(resource=Resource.create({"service.name": "citewire"}))
    exporter = OTLPSpanExporter(endpoint=address, insecure=not address.startswith("https://"))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    try:
        yield
    finally:
        provider.shutdown()
