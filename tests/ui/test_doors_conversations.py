"""What a server remembers of its answers, alone and with others of the same library."""

from __future__ import annotations

import logging
import zlib
from dataclasses import replace

import msgspec
import pytest

from index.errors import LibraryUnreachable
from rag.answer_types import Answer
from tests.rag.answers_for_tests import make_answer
from ui.doors.conversations import Conversations
from ui.doors.keys import Key

KEY = Key("0a0a0a0a", "reader", "2031-01-01", "")


class Shared:
    """What several servers keep, as the database does it."""

    def __init__(self, most_bytes: int = 10**6) -> None:
        self.most_bytes = most_bytes
        self.kept: dict[tuple[str, str], bytes] = {}
        self.texts: dict[tuple[str, str], bytes] = {}
        self.away = False

    def keep(self, key: str, name: str, text_sha256: str, answers: bytes) -> None:
        if self.away:
            raise LibraryUnreachable("away")
        self.kept[key, name] = self.texts[key, text_sha256] = answers

    def find(self, key: str, name: str) -> bytes | None:
        return self.kept.get((key, name))

    def find_text(self, key: str, text_sha256: str) -> bytes | None:
        return self.texts.get((key, text_sha256))


def named(name: str) -> Answer:
    return replace(make_answer("How large was the fine?", "It was 4 million."), id=name)


def test_another_server_goes_on() -> None:
    shared = Shared()
    one, other = Conversations(shared), Conversations(shared)
    one.keep(KEY, "r1", "It was 4 million.", (), named("a"))
    one.keep(KEY, "r2", "The regulator.", (named("a"),), named("b"))
    assert other.find(KEY, "r2") == (named("a"), named("b"))
    assert other.read_back(KEY, ["It was 4 million. ", "never said", "The regulator."]) == (named("a"), named("b"))
    assert other.find(replace(KEY, id="0b0b0b0b"), "r2") is None
    assert other.find(KEY, "r3") is None


def test_alone_it_remembers_in_memory() -> None:
    one, other = Conversations(), Conversations()
    one.keep(KEY, "r1", "It was 4 million.", (), named("a"))
    assert one.find(KEY, "r1") == (named("a"),)
    assert other.find(KEY, "r1") is None
    assert other.read_back(KEY, ["It was 4 million."]) == ()


def test_the_earliest_answers_are_left_out_where_all_are_too_large() -> None:
    answers = [named(f"{number:064x}" * 40) for number in range(1, 30)]
    size = len(zlib.compress(msgspec.msgpack.encode(answers)))
    shared = Shared(most_bytes=size - 1)
    Conversations(shared).keep(KEY, "r1", "text", answers[:-1], answers[-1])
    found = Conversations(shared).find(KEY, "r1")
    assert found
    assert 0 < len(found) < len(answers)
    assert list(found) == answers[-len(found) :]
    none = Shared(most_bytes=10)
    Conversations(none).keep(KEY, "r1", "text", (), answers[0])
    assert none.kept == {}


def test_what_the_database_does_not_take_is_remembered_here_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    shared = Shared()
    shared.away = True
    one = Conversations(shared)
    with caplog.at_level(logging.INFO, logger="citewire"):
        one.keep(KEY, "r1", "It was 4 million.", (), named("a"))
    assert [record.getMessage() for record in caplog.records] == ["conversation_not_shared"]
    assert one.find(KEY, "r1") == (named("a"),)


@pytest.mark.parametrize(
    "kept", [b"", b"no zlib", zlib.compress(b"no msgpack \xc1"), zlib.compress(msgspec.msgpack.encode([{"id": 1}]))]
)
def test_what_another_version_of_the_program_kept_is_not_known(kept: bytes) -> None:
    shared = Shared()
    shared.kept[KEY.id, "r1"] = kept
    assert Conversations(shared).find(KEY, "r1") is None
