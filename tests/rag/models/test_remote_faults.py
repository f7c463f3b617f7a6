"""A remote model on its bad days: each is said clearly, in time, and asked again only where that may help."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator

import pytest

from index.errors import ModelUnavailable
from rag.answer_types import Message
from rag.models.remote.breaker import FAILURES, REST_SECONDS, Breaker
from rag.models.remote.model import RemoteModel
from rag.write.draft import draft_sentences
from tests.flow.model_faults import DAYS, PARTIAL, Faulty, closed_port, play_faults

ASK = [Message("system", "Answer."), Message("user", "How many?")]
TIMEOUT = 2.0


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    with play_faults() as running:
        yield running


def model_at(url: str) -> RemoteModel:
    return RemoteModel("openai", "m", url=url, timeout=TIMEOUT, draft_timeout=3.0)


@pytest.mark.parametrize("day", DAYS)
def test_every_fault_is_told_in_time(faulty: Faulty, day: str) -> None:
    model = model_at(faulty.url(day))
    started, said = time.monotonic(), []
    with pytest.raises(ModelUnavailable) as caught:  # noqa: PT012 (what comes before it is looked at)
        for sentence in draft_sentences(model.stream(ASK, markers=2, maximum_tokens=100), quotes=2):
            said.append(sentence.text)
    spent = time.monotonic() - started
    model.close()
    assert re.search(DAYS[day][1], str(caught.value)), str(caught.value)
    # Who trickles on may do so for as long as a whole draft may take.
    assert spent <= (3.0 if day in ("drip", "endless", *PARTIAL) else TIMEOUT) + 2.0
    assert bool(said) == (day in PARTIAL)
    if caught.value.message != "The model wrote no whole sentence.":
        assert f"'openai/m' at {faulty.url(day)}" in caught.value.message
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 700


def test_nobody_listens() -> None:
    url = closed_port()
    with pytest.raises(
        ModelUnavailable, match=rf"'openai/m' at {url} did not answer: it refused the connection.*tried [23] times"
    ):
        list(model_at(url).stream(ASK, markers=1, maximum_tokens=10))


def test_busy_model_is_asked_again_as_it_wishes(faulty: Faulty) -> None:
    model = model_at(faulty.url("twice_busy"))
    assert "Thirty-four" in "".join(model.stream(ASK, markers=2, maximum_tokens=100))
    assert faulty.asked["twice_busy"] == 3
    assert (model.retries, model.failures) == (2, 0)
    model.close()


@pytest.mark.parametrize(("day", "tries"), [("status_401", 1), ("too_long", 1), ("status_429", 1), ("status_500", 3)])
def test_tries_are_counted_at_the_server(day: str, tries: int) -> None:
    with play_faults() as faulty:
        model = RemoteModel("ollama", "m", url=faulty.url(day), timeout=3)
        with pytest.raises(ModelUnavailable):
            model.probability_yes(ASK)
        # One more asks what it is.
        assert faulty.asked[day] == tries + 1
        model.close()


def test_what_no_reader_can_see_is_left_out(faulty: Faulty) -> None:
    model = model_at(faulty.url("nul"))
    (draft,) = draft_sentences(model.stream(ASK, markers=2, maximum_tokens=100), quotes=2)
    assert draft.text == "Thirty -four vessels were held up."
    model.close()


def test_who_fails_again_and_again_is_left_alone(faulty: Faulty) -> None:
    model = model_at(faulty.url("status_500"))
    for _ in range(2):
        with pytest.raises(ModelUnavailable, match="HTTP 500"):
            model.probability_yes(ASK)
    before, started = faulty.asked["status_500"], time.monotonic()
    with pytest.raises(
        ModelUnavailable, match=r"left alone: it failed 5 times in a row, at last: it failed \(HTTP 500"
    ):
        model.probability_yes(ASK)
    assert time.monotonic() - started < 0.1
    assert faulty.asked["status_500"] == before
    model.close()


def test_a_word_in_between_is_a_new_beginning(faulty: Faulty) -> None:
    model = model_at(faulty.url("status_500"))
    with pytest.raises(ModelUnavailable, match="HTTP 500"):
        model.probability_yes(ASK)  # fails three times
    model._url, model._exchange = faulty.url("cut_stream"), None
    assert model.probability_yes(ASK) == 1.0  # on that day a word comes whole
    assert model._breaker._failed == 0
    model.close()


def test_breaker_lets_one_through_after_a_rest() -> None:
    now = [0.0]
    breaker = Breaker(clock=lambda: now[0])
    for _ in range(FAILURES):
        assert breaker.seconds_left() == 0
        breaker.failed("broken")
    assert breaker.seconds_left() == REST_SECONDS
    now[0] = REST_SECONDS
    assert [breaker.seconds_left() for _ in range(3)] == [0, REST_SECONDS, REST_SECONDS]
    breaker.failed("still broken")
    assert breaker.seconds_left() == REST_SECONDS
    now[0] = 2 * REST_SECONDS
    assert breaker.seconds_left() == 0
    breaker.succeeded()
    assert [breaker.seconds_left() for _ in range(3)] == [0, 0, 0]


def test_keys_stand_in_no_message(monkeypatch: pytest.MonkeyPatch, faulty: Faulty) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "bad key")  # which this server repeats
    with pytest.raises(ModelUnavailable) as caught:
        model_at(faulty.url("status_401")).probability_yes(ASK)
    assert "bad key" not in str(caught.value)
    assert "HTTP 401: …" in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://[bad", "ftp://127.0.0.1/v1", "http://127.0.0.1:99999/v1", "nothing", "http://nowhere.invalid/v1"]
)
def test_addresses_that_are_none_are_said(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ModelUnavailable, match=r"did not answer: it cannot be (asked|reached)"):
        model_at(url).probability_yes(ASK)
