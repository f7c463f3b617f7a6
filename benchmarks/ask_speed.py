"""How long a question takes: cold command, command through a server, and in process, on the sample articles.

    python benchmarks/ask_speed.py

The baseline in the same run is the start of Python with sentence-transformers alone, which a cold question had to import before
its embedding model ran as an ONNX graph.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rag.answer_events import QuotesFound
from rag.desk import Desk

COMMAND = str(Path(sys.executable).with_name("citewire"))
QUESTION = "How many vessels were held up by the one-day dock strike of March 12?"
ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        library = str(Path(folder) / "library")
        asked = [COMMAND, "ask", QUESTION, "--model", "none", "--library", library]
        subprocess.run(
            [COMMAND, "ingest", str(ROOT / "samples" / "articles"), "--library", library],
            check=True,
            capture_output=True,
        )
        print(f"{'what':44} {'runs':>4} {'median s':>9} {'worst s':>8}")
        show("baseline: import sentence_transformers", run([sys.executable, "-c", "import sentence_transformers"]), 3)
        show("citewire --help", run([COMMAND, "--help"]), 10)
        show("citewire ask, cold, quotes alone", run(asked), 3)
        server = subprocess.Popen(
            [COMMAND, "serve", "--model", "none", "--port", "0", "--library", library],
            stdout=subprocess.PIPE,
            text=True,
        )
        if server.stdout is None or "open at" not in server.stdout.readline():
            sys.exit("the server did not start")
        show("citewire ask, through a server", run(asked), 10)
        server.terminate()
        server.wait()
        with Desk(library=library, model="none") as desk:
            desk.ask(QUESTION)
            show("first quotes, in process, new question", lambda: first_quotes(desk), 20)


def run(command: list[str]) -> Callable[[], None]:
    return lambda: subprocess.run(command, check=True, capture_output=True) and None


def first_quotes(desk: Desk, count: list[int] = [0]) -> None:  # noqa: B006 (a counter: no question is asked twice)
    count[0] += 1
    next(event for event in desk.stream(f"{QUESTION} {count[0]}") if isinstance(event, QuotesFound))


def show(what: str, work: Callable[[], None], runs: int) -> None:
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    print(f"{what:44} {runs:4} {statistics.median(times):9.3f} {max(times):8.3f}")


if __name__ == "__main__":
    main()
