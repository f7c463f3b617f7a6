"""A model behind an address as the author of answers. Nothing is sent anywhere unless one is named in the settings."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from typing import TypeVar

from index.errors import ModelUnavailable
from rag.answer_types import Message, Quote
from rag.models.facts import ModelFacts
from rag.models.prompt import answer_messages, cited_messages, source_of, word_of
from rag.models.remote.account import ADDRESSES, find_headers, without_key
from rag.models.remote.anthropic_wire import AnthropicWire
from rag.models.remote.breaker import FAILURES, Breaker
from rag.models.remote.exchange import Exchange, Reply
from rag.models.remote.fault import Fault
from rag.models.remote.ollama_wire import OllamaWire
from rag.models.remote.openai_wire import OpenAIWire
from rag.models.remote.patience import Patience
from rag.models.remote.wire import Manner, Request, Wire
from rag.query_types import Kind

Result = TypeVar("Result")

TRIES = 3
_PROBE_SECONDS = 1.0
_PROBED_AGAIN_SECONDS = 30.0  # after somebody could not say what it is
_FIRST_WAIT = 0.3  # seconds before the second try; twice as many before the third
_CHARACTERS_A_TOKEN = 12  # more than any tokenizer gives of prose: an endless stream ends there
_MOST_MANNERS = 6


class RemoteModel:
    """A model behind an address. Safe to use from several threads.

    A request that fails before the first word is sent again where that may help, three times in all within the same time; who fails
    five times in a row is left alone for half a minute.

    Args:
        kind: the protocol it speaks: ``openai``, ``ollama`` or ``anthropic``.
        model: its name there.
        url: base address; None for the service's own (OpenAI, Anthropic) or the local default (Ollama).
        timeout: seconds that it may say nothing, tries included.
        draft_timeout: seconds that a whole draft may take.
        context_tokens: the context that is asked for, where that can be.
    """

    def __init__(
        self,
        kind: str,
        model: str,
        *,
        url: str | None,
        timeout: float,
        draft_timeout: float = 300.0,
        context_tokens: int = 8192,
    ) -> None:
        self._kind = kind
        self._model_name = model
        self._url = url
        self._timeout = timeout
        self._draft_timeout = draft_timeout
        self._wire: Wire = _make_wire(kind, model, own=url is None, context_tokens=context_tokens)
        self._exchange: Exchange | None = None
        self._breaker = Breaker()
        self._known: tuple[ModelFacts, Manner] | None = None
        self._ask_what_it_is = 0.0
        self._guard = threading.Lock()
        self.retries = 0
        self.failures = 0

    @property
    def name(self) -> str:
        """Protocol and name, as in the settings."""
        return f"{self._kind}/{self._model_name}"

    def facts(self) -> ModelFacts:
        """Return what it says of itself. It is asked once; where it does not answer within a second, its name alone tells."""
        return self._know()[0]

    def stream(self, messages: Sequence[Message], *, markers: int, maximum_tokens: int) -> Iterator[str]:
        """Yield the pieces of a draft, held to its markers as tightly as the server takes it.

        Raises:
            ModelUnavailable: it did not answer, or broke off; the message says who, why and after how many tries.
        """

        def ask(manner: Manner, patience: Patience) -> Generator[str, None, None]:
            request = self._wire.draft(messages, manner, markers=markers, maximum_tokens=maximum_tokens)
            yield from self._read(request, manner, patience)

        return self._told(ask, maximum_tokens)

    def stream_quotes(
        self, question: str, quotes: Sequence[Quote], *, most: str, kind: Kind, maximum_tokens: int
    ) -> Iterator[str] | None:
        """Yield the pieces of a draft whose citations are the model's own, as markers; None where it has none of its own.

        Raises:
            ModelUnavailable: as for ``stream``.
        """
        wire = self._wire
        if not isinstance(wire, AnthropicWire) or self._know()[1].route != "citations":
            return None
        texts = [(source_of(quote), word_of(quote)) for quote in quotes]
        messages = cited_messages(question, most=most, kind=kind)

        def ask(manner: Manner, patience: Patience) -> Generator[str, None, None]:
            if manner.route != "citations":  # it refused them: it is asked as every model is
                plain = answer_messages(question, quotes, most=most, kind=kind)
                request = wire.draft(plain, manner, markers=len(quotes), maximum_tokens=maximum_tokens)
                yield from self._read(request, manner, patience)
                return
            request = wire.cited(messages, texts, maximum_tokens)
            with self._open(request, patience) as reply:
                for text in wire.cited_texts(reply, reply.lines(patience.until), [words for _, words in texts]):
                    patience.spoke()
                    yield text

        return self._told(ask, maximum_tokens)

    def probability_yes(self, messages: Sequence[Message]) -> float | None:
        """Return P(Yes) / (P(Yes) + P(No)) where the server tells likelihoods, else 1.0 or 0.0 for what it says; None for neither.

        Raises:
            ModelUnavailable: as for ``stream``.
        """

        def ask(manner: Manner, patience: Patience) -> Generator[float | None, None, None]:
            with self._open(self._wire.opinion(messages, manner), patience) as reply:
                yield self._wire.probability(reply.json(patience.until()))

        with closing(self._tried(ask)) as found:
            return next(found)

    def close(self) -> None:
        """Close its connections."""
        with self._guard:
            exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.close()

    def _told(
        self, ask: Callable[[Manner, Patience], Generator[str, None, None]], maximum_tokens: int
    ) -> Iterator[str]:
        """Yield the pieces of a draft, and no more of them than were asked for."""
        left = maximum_tokens * _CHARACTERS_A_TOKEN
        with closing(self._tried(ask)) as pieces:
            for piece in pieces:
                yield piece
                left -= len(piece)
                if left <= 0:
                    return

    def _read(self, request: Request, manner: Manner, patience: Patience) -> Generator[str, None, None]:
        with self._open(request, patience) as reply:
            for text in self._wire.texts(reply, reply.lines(patience.until), manner):
                patience.spoke()
                yield text

    def _tried(self, ask: Callable[[Manner, Patience], Generator[Result, None, None]]) -> Generator[Result, None, None]:
        """Yield what asking gives, asked again where that may help."""
        patience = Patience(silence=self._timeout, whole=self._draft_timeout)
        self._check_rest()
        manner, tries, spoke = self._know()[1], 0, False
        earlier: Fault | None = None
        for _ in range(TRIES + _MOST_MANNERS):
            tries += 1
            try:
                with closing(ask(manner, patience)) as pieces:
                    for piece in pieces:
                        spoke = True
                        yield piece
                self._breaker.succeeded()
                return
            except GeneratorExit:  # who asked has heard enough
                if spoke:
                    self._breaker.succeeded()
                raise
            except Fault as fault:
                other = None if spoke else self._wire.adapt(manner, fault)
                if other is not None:
                    manner = self._remember(other)
                    tries -= 1
                    continue
                if fault.broken:
                    self._breaker.failed(without_key(self._kind, fault.cause))
                wait = _pause(tries) if fault.after is None else fault.after
                if spoke or not fault.again or tries >= TRIES or wait >= patience.left():
                    with self._guard:
                        self.failures += 1
                    # The last try may have had no time left: what was the matter before says more.
                    told = earlier if earlier is not None and fault.silent and not spoke else fault
                    raise self._unavailable(told, tries, spoke=spoke) from fault
                earlier = fault
                with self._guard:
                    self.retries += 1
                time.sleep(wait)
        raise AssertionError("a server refused every way of asking it, and each was tried once")

    def _check_rest(self) -> None:
        left = self._breaker.seconds_left()
        if left:
            raise ModelUnavailable(
                f"The model {self.name!r}{self._place()} is left alone: it failed {FAILURES} times in a row, at last: {self._breaker.last}.",
                hint=f"It is asked again in {left:.0f} s; or use --model none.",
            )

    def _know(self) -> tuple[ModelFacts, Manner]:
        """Return what is known of it; it is asked where it was not, or did not answer lately."""
        with self._guard:
            if self._known is not None and time.monotonic() < self._ask_what_it_is:
                return self._known
            self._ask_what_it_is = time.monotonic() + _PROBED_AGAIN_SECONDS
        request, said = self._wire.probe(), None
        if request is not None:
            seconds = min(_PROBE_SECONDS, self._timeout)
            until = time.monotonic() + seconds
            try:
                with self._connect().ask(request.path, request.body, until=until, silence=seconds) as reply:
                    said = reply.json(until)
            except Fault:
                said = None  # what it is stays open; that it does not work is told when it is to write
        found = self._wire.describe(said)
        with self._guard:
            self._known = found
            if said is not None or request is None:
                self._ask_what_it_is = float("inf")
        return found

    def _remember(self, manner: Manner) -> Manner:
        facts, _ = self._know()
        with self._guard:
            self._known = facts, manner
            self._ask_what_it_is = float("inf")
        return manner

    def _open(self, request: Request, patience: Patience) -> AbstractContextManager[Reply]:
        return self._connect().ask(request.path, request.body, until=patience.until(), silence=patience.silence)

    def _connect(self) -> Exchange:
        with self._guard:
            if self._exchange is None:
                headers = find_headers(self._kind, self.name, url=self._url)
                self._exchange = Exchange(self._url or ADDRESSES[self._kind], headers)
            return self._exchange

    def _unavailable(self, fault: Fault, tries: int, *, spoke: bool) -> ModelUnavailable:
        cause = without_key(self._kind, fault.cause)
        what = "broke off" if spoke else "did not answer"
        tried = f" (tried {tries} times)" if tries > 1 else ""
        return ModelUnavailable(
            f"The model {self.name!r}{self._place()} {what}: {cause}{tried}.",
            hint=f"{fault.hint}; or use --model none.",
        )

    def _place(self) -> str:
        return f" at {self._url}" if self._url else ""


def _pause(tries: int) -> float:
    """Return the seconds before another try: twice as many each time, and never just as many as another client waits."""
    return _FIRST_WAIT * 2.0 ** (tries - 1) * random.uniform(1, 1.3)  # noqa: S311 (no secret)


def _make_wire(kind: str, model: str, *, own: bool, context_tokens: int) -> Wire:
    if kind == "ollama":
        return OllamaWire(model, context_tokens=context_tokens)
    return AnthropicWire(model) if kind == "anthropic" else OpenAIWire(model, own=own)
