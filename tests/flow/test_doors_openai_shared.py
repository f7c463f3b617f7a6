"""Two servers over one PostgreSQL: whichever of them gets the next question goes on with the conversation."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai
import pytest
from fastapi.testclient import TestClient

from index.database_url import DatabaseUrl
from index.migrate import migrate
from index.settings import Settings
from rag import Desk
from tests.conftest import ROOT
from tests.postgres_for_tests import PostgresServer
from ui.doors.keys import Keys
from ui.http import make_api

FIRST = "How large was the fine against Brantholm Metals?"
NEXT = "and who imposed it?"


@dataclass(frozen=True)
class Shared:
    """A library in a database, with keys of two programs and the text of the answer that both questions give."""

    url: DatabaseUrl
    key: str
    other_key: str
    cache: Path


@pytest.fixture(scope="module")
def shared(sample_library: Path, postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Shared:
    url = postgres.make_database()
    migrate(sample_library, url)
    postgres.run_script((ROOT / "deploy" / "roles.sql").read_text(encoding="utf-8"), url)
    cache = tmp_path_factory.mktemp("cache")
    with Desk(settings=Settings(library=url, cache=cache, model="none")) as desk:
        keys = Keys(desk.library)
        return Shared(url, keys.add("one")[1], keys.add("other")[1], cache)


@contextmanager
def server(shared: Shared, *, key: str | None = None, role: str = "citewire_reader") -> Iterator[openai.OpenAI]:
    """Give a client of a new server, which has the reader's role as docs/deploy.md wants it."""
    url = DatabaseUrl(shared.url.secret.replace("postgres@", f"{role}@", 1))
    with (
        Desk(settings=Settings(library=url, cache=shared.cache, model="none")) as desk,
        TestClient(make_api(desk, token="secret", host="127.0.0.1"), base_url="http://127.0.0.1") as http,
        openai.OpenAI(
            base_url="http://127.0.0.1/v1",
            api_key=key or shared.key,
            max_retries=0,
            http_client=http,  # type: ignore[arg-type]
        ) as client,
    ):
        yield client


def chat(client: openai.OpenAI, *said: str, stream: bool = False) -> str:
    """Return what is said to the last of some messages, the assistant's between."""
    roles = ["user", "assistant"] * len(said)
    messages: Any = [{"role": role, "content": text} for role, text in zip(roles, said, strict=False)]
    given: Any = client.chat.completions.create(model="citewire", messages=messages, stream=stream)
    if stream:
        return "".join(chunk.choices[0].delta.content or "" for chunk in given)
    return str(given.choices[0].message.content)


def respond(client: openai.OpenAI, question: str, **arguments: Any) -> Any:
    """Return the response to a question."""
    return client.responses.create(model="citewire", input=question, **arguments)


def test_a_follow_up_may_go_to_the_other_server(shared: Shared) -> None:
    with server(shared) as one, server(shared) as other:
        first = respond(one, FIRST)
        alone = respond(other, NEXT)
        wanted = respond(one, NEXT, previous_response_id=first.id)
        assert wanted.output_text != alone.output_text
        second = respond(other, NEXT, previous_response_id=first.id)
        assert second.output_text == wanted.output_text
        assert second.model_extra["citewire"]["understood"]
        streamed = list(respond(other, FIRST, stream=True))
        completed = streamed[-1].response
        third = respond(one, NEXT, previous_response_id=completed.id)
        assert third.output_text == wanted.output_text


def test_texts_sent_back_are_known_to_the_other_server(shared: Shared) -> None:
    with server(shared) as one, server(shared) as other:
        alone = chat(other, NEXT)
        for stream in (False, True):
            said = chat(one, FIRST, stream=stream)
            wanted = chat(one, FIRST, said, NEXT)
            assert wanted != alone
            assert chat(other, FIRST, said, NEXT) == wanted


def test_a_conversation_outlives_its_server(shared: Shared) -> None:
    with server(shared) as one:
        first = respond(one, FIRST)
        wanted = respond(one, NEXT, previous_response_id=first.id)
    with server(shared) as later:
        again = respond(later, NEXT, previous_response_id=first.id)
    assert again.output_text == wanted.output_text


def test_another_key_does_not_get_it(shared: Shared) -> None:
    with server(shared) as one, server(shared, key=shared.other_key) as other:
        first = respond(one, FIRST)
        with pytest.raises(openai.BadRequestError, match="is not known"):
            respond(other, NEXT, previous_response_id=first.id)


def test_where_the_role_may_not_write_them_a_server_remembers_its_own(
    shared: Shared, postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    postgres.run("DROP ROLE IF EXISTS citewire_looker")
    postgres.run("CREATE ROLE citewire_looker LOGIN")
    postgres.run_script("GRANT SELECT ON ALL TABLES IN SCHEMA public TO citewire_looker", shared.url)
    try:
        caplog.set_level(logging.INFO, logger="citewire")
        with server(shared, role="citewire_looker") as one, server(shared) as other:
            first = respond(one, FIRST)
            second = respond(one, NEXT, previous_response_id=first.id)
            assert second.model_extra["citewire"]["understood"]
            with pytest.raises(openai.BadRequestError, match="is not known"):
                respond(other, NEXT, previous_response_id=first.id)
        said = [record.getMessage() for record in caplog.records if "conversation" in record.getMessage()]
        assert said == ["conversations_in_memory"]
    finally:
        postgres.run_script("DROP OWNED BY citewire_looker; DROP ROLE citewire_looker", shared.url)
