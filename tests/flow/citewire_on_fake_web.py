"""The command ``citewire`` in a process of its own, on the invented web that another process serves.

``FAKE_WEB`` says in JSON where that web is served, to which addresses its hosts resolve, and which ports may be asked for. What else
is changed: vectors come from the quick encoder of the tests, ``--follow`` may look more often than once a minute, and what failed
is tried again sooner. It ends with a line on standard error that says which addresses were connected to.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from index.settings import Settings
from index.sources.web.fetch import Fetcher
from index.sources.web.politeness import Politeness
from rag.desk import Desk
from tests.conftest import WordEncoder
from tests.index.fake_web import FakeWeb
from ui import cli
from ui.commands import ingest, shared

COMMAND = (sys.executable, "-m", "tests.flow.citewire_on_fake_web")
CONNECTED = "connected to "


def environment(web: FakeWeb, *, ports: tuple[int, ...] = ()) -> dict[str, str]:
    """Return the environment of the command for a web that is served by this process."""
    plan = {"port": web.port, "addresses": web.addresses, "ports": [80, 443, *ports]}
    root = str(Path(__file__).parent.parent.parent)
    return {**os.environ, "FAKE_WEB": json.dumps(plan), "PYTHONPATH": root, "PYTHONUNBUFFERED": "1"}


def main() -> None:
    plan = json.loads(os.environ["FAKE_WEB"])
    web = FakeWeb()
    web.port, web.addresses = plan["port"], plan["addresses"]

    def open_desk(settings: Settings, *, create: bool = False) -> Desk:
        return Desk(
            settings=settings,
            create=create,
            encoder=WordEncoder(),
            open_fetcher=lambda robots: Fetcher(
                robots=robots,
                politeness=Politeness(delay=0.0),
                ports=frozenset(plan["ports"]),
                resolver=web.resolve,
                connector=web.connect,
            ),
        )

    shared.open_desk = open_desk
    ingest._LEAST_MINUTES = 0.0
    ingest._LOOK_MILLISECONDS = 300
    try:
        cli.main()
    finally:
        sys.stderr.write(f"{CONNECTED}{json.dumps(sorted({ip for ip, _ in web.connected}))}\n")


if __name__ == "__main__":
    main()
