"""A migration that ends its own process at a step."""

from __future__ import annotations

from pathlib import Path

from index.database_url import DatabaseUrl
from index.migrate import migrate
from tests.faults.killed import KillAt


def migrate_and_die(source: Path | DatabaseUrl, target: Path | DatabaseUrl, step: str, place: int) -> None:
    """Bring a library over, a few articles at once."""
    import index.migrate

    index.migrate._ARTICLES_AT_ONCE = 8
    migrate(source, target, checkpoint=KillAt(step, place))
