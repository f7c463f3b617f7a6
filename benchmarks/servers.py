"""Several servers over one PostgreSQL: how many searches a second they answer, and whether what readers see is right while others write.

    python benchmarks/servers.py                      1, 2 and 4 servers, 16 clients, 20 seconds each; then writers and readers for a minute
    python benchmarks/servers.py --minutes 10         the second part for ten minutes
    python benchmarks/servers.py --servers            only the first part
    python benchmarks/servers.py --together           only the second

Articles and vectors are made up, as in ``stores.py``; everything else is real: a PostgreSQL of its own, servers as processes with the HTTP
interface, each with indexes of its own, writers that are killed at the end of the time. A reader opens the library by itself, searches for the
headline of an article that it saw, and examines every hit: its words stand in its article, the article's hash is right, no hit comes
twice. Ends with 1 where one does not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty
from statistics import median
from typing import Any

import httpx
import stores
import uvicorn

from index.archive import Archive
from index.articles import Filters
from index.database_url import DatabaseUrl
from index.errors import CitewireError
from index.prepare import library_stamp
from index.settings import ServerSettings, Settings
from index.store.opening import open_library, shared_database
from index.store.versions import hash_text
from rag import Desk
from rag.find.retrieve import search
from rag.query_types import Query
from ui.doors.keys import Keys
from ui.http import make_api

CLIENTS = 16
WRITERS, READERS = 4, 8
ARTICLES = 400  # before anybody asks
_NOTICED = 15.0  # seconds after which every process has to know of what another committed
_ONE_ARTICLE = 0.5  # of the searches look into one article alone
_SPAWN: SpawnContext = multiprocessing.get_context("spawn")


def main() -> int:
    """Measure, print, and return 1 where something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each number of servers is asked")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long writers and readers work together")
    parser.add_argument("--servers", action="store_true", help="only the servers")
    parser.add_argument("--together", action="store_true", help="only writers and readers together")
    given = parser.parse_args()
    fine = True
    with tempfile.TemporaryDirectory(prefix="citewire-servers-") as folder:
        work = Path(folder)
        with stores.server(None, work) as url:
            settings = Settings(library=url, cache=work / "first", model="none")
            stores.take_in(settings, stores.write_articles(work / "articles.jsonl", ARTICLES))
            if not given.together:
                for count in (1, 2, 4):
                    print(_throughput(url, work, count, given.seconds), flush=True)
            if not given.servers:
                fine = _together(url, work, 60 * given.minutes)
    return 0 if fine else 1


def _serve(url: DatabaseUrl, cache: Path, told: Any) -> None:
    """Run one server until it is ended."""
    settings = Settings(
        library=url,
        cache=cache,
        model="none",
        server=ServerSettings(at_once=4, waiting=CLIENTS, requests_per_minute=10_000_000),
    )
    with Desk(settings=settings, encoder=stores.MadeUpEncoder()) as desk:
        desk.archive.publish()
        _, key = Keys(cache).add("load")
        desk.settings = Settings(library=cache, cache=cache, model="none", server=settings.server)
        config = uvicorn.Config(make_api(desk, token="never-used", host="127.0.0.1"), port=0, log_level="error")
        listener = config.bind_socket()
        told.put((f"http://127.0.0.1:{listener.getsockname()[1]}", key))
        uvicorn.Server(config).run(sockets=[listener])


def _throughput(url: DatabaseUrl, work: Path, count: int, seconds: float) -> str:
    told = _SPAWN.Queue()
    servers = [_SPAWN.Process(target=_serve, args=(url, work / f"{count}-{n}", told)) for n in range(count)]
    _start(servers)
    try:
        addresses = [told.get(timeout=120) for _ in servers]
        _wait_for(addresses)
        asyncio.run(_ask_for(addresses, 3.0))  # what is loaded at the first question is loaded now
        times, statuses = asyncio.run(_ask_for(addresses, seconds))
    finally:
        _end(servers)
    times.sort()
    others = {status: times_seen for status, times_seen in statuses.items() if status != httpx.codes.OK}
    return (
        f"{count} servers, {CLIENTS} clients: {len(times) / seconds:.1f} searches a second, p50 {1000 * median(times):.0f} ms, "
        f"p95 {1000 * times[int(0.95 * (len(times) - 1))]:.0f} ms{f', other answers {others}' if others else ''}"
    )


def _wait_for(addresses: list[tuple[str, str]]) -> None:
    """Wait until every server listens."""
    for address, _ in addresses:
        for _ in range(600):
            try:
                httpx.get(f"{address}/healthz")
                break
            except httpx.ConnectError:
                time.sleep(0.1)


async def _ask_for(addresses: list[tuple[str, str]], seconds: float) -> tuple[list[float], Counter[int]]:
    """Return how long each search took that was answered, and how often each status came."""
    ends = time.monotonic() + seconds
    times: list[float] = []
    statuses: Counter[int] = Counter()

    async def ask(client: httpx.AsyncClient, place: int) -> None:
        draw = random.Random(place)
        while time.monotonic() < ends:
            address, key = addresses[draw.randrange(len(addresses))]
            started = time.monotonic()
            response = await client.post(
                f"{address}/api/v1/search",
                headers={"Authorization": f"Bearer {key}"},
                json={"question": " ".join(draw.choices(stores.WORDS[:120], k=6))},
            )
            statuses[response.status_code] += 1
            if response.status_code == httpx.codes.OK:
                times.append(time.monotonic() - started)

    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=CLIENTS)) as client:
        await asyncio.gather(*(ask(client, place) for place in range(CLIENTS)))
    return times, statuses


def _write(url: DatabaseUrl, work: Path, number: int, told: Any) -> None:
    """Take in made-up articles, 20 at a time, until ended; every fifth time what is there already."""
    settings = Settings(library=url, cache=work / f"writer-{number}", model="none")
    (work / f"writer-{number}").mkdir()
    for turn in range(10**6):
        first = 10**6 * (1 + number) + 20 * (turn - turn // 5 if turn % 5 else max(0, turn - 1))
        try:
            stores.take_in(settings, stores.write_articles(work / f"writer-{number}" / "new.jsonl", 20, first=first))
        except CitewireError as error:
            told.put(("error", f"writer: {error}"))
        told.put(("written", 20))


def _read(url: DatabaseUrl, work: Path, number: int, told: Any) -> None:
    """Search and examine every hit, until ended."""
    encoder = stores.MadeUpEncoder()
    settings = Settings(library=url, cache=work / f"reader-{number}", model="none")
    draw = random.Random(number)
    with open_library(settings, stamp=library_stamp(settings, encoder)) as library:
        archive = Archive(library)
        known, seen, noticed = library.article_ids(), library.article_ids(), time.monotonic()
        while True:
            try:
                if time.monotonic() - noticed > _NOTICED:  # what was committed so long ago has to be found
                    known, seen, noticed = seen, library.article_ids(), time.monotonic()
                wanted = library.article(draw.choice(known))
                question = wanted.title or ""
                filters = Filters(articles=(wanted.id,)) if draw.random() < _ONE_ARTICLE else Filters()
                query = Query(question, question, filters=filters, today="2031-01-01")
                started = time.monotonic()
                archive.ready()
                found = search(query, encoder.encode([question])[0], archive=archive, settings=settings.search)
                told.put(("searched", time.monotonic() - started))
                for fault in _examine(found, wanted.id if filters.articles else None, library):
                    told.put(("wrong", fault))
            except CitewireError as error:
                told.put(("error", f"reader: {error}"))


def _examine(found: Any, wanted: str | None, library: Any) -> list[str]:
    """Return what is wrong with the hits of a search.

    Args:
        wanted: the article that was searched alone, by its headline.
    """
    faults = []
    numbers = [hit.passage_id for hit in found.hits]
    if len(set(numbers)) != len(numbers):
        faults.append("a passage stands there twice")
    if wanted and {hit.article_id for hit in found.hits} != {wanted}:
        faults.append(f"{wanted} is not found by its own headline, or not alone")
    for hit in found.hits:
        article = library.article(hit.article_id)
        if hash_text(article.text) != article.sha256:
            faults.append(f"the hash of {hit.article_id} is not its text's")
        if article.text[hit.start : hit.end] != hit.text:
            faults.append(f"{hit.article_id} {hit.start}-{hit.end} does not say what the hit says")
    return faults


def _together(url: DatabaseUrl, work: Path, seconds: float) -> bool:
    told = _SPAWN.Queue()
    workers = [_SPAWN.Process(target=_write, args=(url, work, n, told)) for n in range(WRITERS)]
    workers += [_SPAWN.Process(target=_read, args=(url, work, n, told)) for n in range(READERS)]
    seen: Counter[str] = Counter()
    said: Counter[str] = Counter()
    times: list[float] = []
    _start(workers)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            what, value = told.get(timeout=1)
        except Empty:
            continue
        seen[what] += value if what == "written" else 1
        if what == "searched":
            times.append(value)
        elif what in ("wrong", "error"):
            said[value] += 1
    gone = [process.name for process in workers if not process.is_alive()]
    _end(workers)
    database = shared_database(url)
    deadlocks = int(database.one("SELECT sum(deadlocks) FROM pg_stat_database")[0])
    articles = int(database.one("SELECT count(*) FROM articles")[0])
    doubled = int(database.one("SELECT count(*) - count(DISTINCT sha256) FROM versions")[0])
    database.close()
    times.sort()
    print(
        f"{WRITERS} writers, {READERS} readers, {seconds:g} s: {seen['written']} articles written, {articles} there, {doubled} twice; "
        f"{len(times)} searches, p50 {1000 * median(times):.0f} ms, p95 {1000 * times[int(0.95 * (len(times) - 1))]:.0f} ms; "
        f"{seen['wrong']} wrong, {seen['error']} errors, {deadlocks} deadlocks, {len(gone)} processes ended by themselves"
    )
    print(json.dumps(said.most_common(5), indent=1) if said else "nothing was wrong")
    return not (seen["wrong"] or seen["error"] or gone or doubled)


def _start(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.start()


def _end(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.kill()
    for process in processes:
        process.join()


if __name__ == "__main__":
    sys.exit(main())
