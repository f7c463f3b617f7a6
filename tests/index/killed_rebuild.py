"""An embedding anew that ends its own process at a step."""

from __future__ import annotations

from index.rebuild import embed_anew
from index.settings import Settings
from tests.conftest import WordEncoder
from tests.faults.killed import KillAt


def embed_and_die(settings: Settings, encoder: WordEncoder, step: str, place: int) -> None:
    """Embed a library anew, a few articles at once."""
    import index.rebuild_shared

    index.rebuild_shared._ARTICLES_AT_ONCE = 8
    embed_anew(settings, encoder, checkpoint=KillAt(step, place))
