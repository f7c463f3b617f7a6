"""Made-up requests at the doors of a server over the sample articles: none may be answered by a 5xx or by an undocumented status.

Run: ``.venv/bin/python benchmarks/fuzz_doors.py`` (10,000 requests; an hour or so on two cores), ``--cases 500`` for a short run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import httpx
import uvicorn

from index.settings import ServerSettings
from rag import Desk
from ui.commands.demo import samples_folder
from ui.doors.keys import Keys
from ui.http import make_api

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
DOORS = {"/api/v1": 8, "/v1": 4}
"""Each door and how many operations it has."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="requests altogether, about")
    cases = parser.parse_args().cases
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        with Desk(library=library, model="none", create=True) as desk:
            desk.ingest([samples_folder() / "articles"])
            desk.settings = replace(desk.settings, server=ServerSettings(requests_per_minute=10_000_000, waiting=1000))
            _, key = Keys(library).add("fuzz")
            api = make_api(desk, token="never-used", host="127.0.0.1")
            server = uvicorn.Server(uvicorn.Config(api, port=0, log_level="warning", access_log=False))
            threading.Thread(target=server.run, daemon=True).start()
            while not server.started:
                time.sleep(0.05)
            address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
            each = max(1, cases // sum(DOORS.values()))
            codes = []
            for door in DOORS:
                codes.append(_fuzz(f"{address}{door}/openapi.json", key, each))
                _tell(address, key)
            server.should_exit = True
    return max(codes)


def _tell(address: str, key: str) -> None:
    """Print how many requests came, by door and status, as the server counted them."""
    figures = httpx.get(f"{address}/metrics", headers={"Authorization": f"Bearer {key}"}, timeout=60).text
    print("\n".join(line for line in figures.splitlines() if line.startswith("citewire_requests_total")), flush=True)


def _fuzz(described: str, key: str, examples: int) -> int:
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", described,
        "--header", f"Authorization: Bearer {key}",
        "--checks", CHECKS, "--max-examples", str(examples), "--phases", "coverage,fuzzing",
        "--request-timeout", "120", "--no-color",
    ]  # fmt: skip
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
