"""Questions while articles are taken in: every reader is answered, from what was published, and rightly."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from index.settings import Settings
from rag import Desk
from rag.query_types import Part
from tests.conftest import SAMPLES, WordEncoder

QUESTION = "How many vessels were held up by the one-day dock strike of March 12?"
NEW = 120


class NoJudge:
    """Says the same of everything: these tests ask for passages, not for answers."""

    def answers(self, asked: Part, candidates: object) -> list[float]:
        return [0.5 for _ in candidates]  # type: ignore[attr-defined]

    def support(self, claim: str, quotes: object) -> float | None:
        return None

    def read(self, pairs: object) -> None:
        return None


def write_articles(path: Path) -> Path:
    rows = [
        {
            "id": f"new-{number}",
            "title": f"Lighthouse {number} gets a keeper",
            "outlet": "Cape Post",
            "published": "2031-05-02",
            "text": f"The lighthouse number {number} at cape Lodra{number} has had a new keeper since Tuesday. It rained.",
        }
        for number in range(NEW)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_readers_are_answered_rightly_during_an_ingest(tmp_path: Path) -> None:
    settings = Settings(library=tmp_path / "library", model="none")
    with Desk(settings=settings, encoder=WordEncoder(), judge=NoJudge(), create=True) as desk:
        desk.ingest([SAMPLES])
        wanted = [(hit.article_id, hit.text) for hit in desk.search(QUESTION, limit=1)]
        before = desk.coverage().articles
        done = threading.Event()
        faults: list[BaseException] = []
        asked = [0] * 4

        def read(place: int) -> None:
            try:
                while not done.is_set():
                    found = [(hit.article_id, hit.text) for hit in desk.search(QUESTION, limit=1)]
                    assert found == wanted
                    assert desk.coverage().articles in (before, before + NEW)  # nothing half published
                    for hit in desk.search("Who keeps the lighthouse at cape Lodra7?", limit=5):
                        assert desk.article(hit.article_id).text[hit.start : hit.end] == hit.text
                    asked[place] += 1
            except BaseException as error:  # noqa: BLE001 (told below)
                faults.append(error)

        readers = [threading.Thread(target=read, args=(place,)) for place in range(4)]
        for reader in readers:
            reader.start()
        report = desk.ingest([write_articles(tmp_path / "new.jsonl")])
        done.set()
        for reader in readers:
            reader.join(30)
        assert faults == []
        assert report.count("added") == NEW
        assert all(asked)
        assert desk.search("Who keeps the lighthouse at cape Lodra7?", limit=1)[0].text.count("Lodra7 ") == 1
        assert desk.coverage().articles == before + NEW


def test_what_was_stored_before_a_failure_is_found(tmp_path: Path) -> None:
    settings = Settings(library=tmp_path / "library", model="none")
    stored: list[str] = []

    def fail_late(step: str) -> None:
        stored.append(step)
        if stored.count("after store") == 3:
            raise RuntimeError(step)

    with Desk(settings=settings, encoder=WordEncoder(), judge=NoJudge(), create=True) as desk:
        desk.ingest([SAMPLES])
        before = desk.coverage().articles
        try:
            desk.ingest([write_articles(tmp_path / "new.jsonl")], checkpoint=fail_late)
        except RuntimeError as error:
            assert str(error) == "after store"  # noqa: PT017
        hits = desk.search("Which lighthouse got a keeper at cape Lodra0?", limit=3)
        assert "Lodra0 " in hits[0].text
        assert desk.coverage().articles == before + 3
