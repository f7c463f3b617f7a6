"""A child that does as it is told, for the tests of the worker that starts it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping

from index.errors import SourceError
from index.sources.child import Handler, serve_requests, still_working


def count(last: int) -> Iterator[Mapping[str, object]]:
    """Count, and fail at 3."""
    for number in range(last):
        if number == 3:
            raise SourceError("page.html: three is too many.", reference="page.html", hint="Take two.")
        yield {"number": number, "pid": os.getpid()}


def obey(request: dict[str, str]) -> Mapping[str, object] | Iterator[Mapping[str, object]]:
    """Do what the request says."""
    match request["do"]:
        case "echo":
            print("noise on standard output")
            return {"echo": request["words"], "pid": os.getpid()}
        case "count":
            return count(int(request["words"]))
        case "environment":
            return {"names": sorted(os.environ), "modules": sorted(sys.modules)}
        case "refuse":
            raise SourceError("page.html: it is empty.", reference="page.html", hint="Fill it.")
        case "break":
            raise ZeroDivisionError
        case "sleep":
            time.sleep(60)
        case "work":
            for _ in range(int(request["words"])):
                time.sleep(0.3)
                still_working()
            return {"echo": "done", "pid": os.getpid()}
        case "exit":
            os._exit(3)
        case "abort":
            os.abort()
        case "eat":
            return {"size": len(b"x" * 3_000_000_000)}
    return {}


def load() -> Handler:
    """Return the handler, or fail as a missing library would."""
    if "missing" in sys.argv:
        raise ImportError("No module named 'parser'")
    return obey


if __name__ == "__main__":
    serve_requests(load)
