"""Any model of LlamaIndex at a desk: an ``LLM`` that writes, a ``BaseEmbedding`` that turns texts into vectors.

LlamaIndex itself is imported only where one of its models is used: that takes seconds.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from index.errors import ModelDamaged, ModelUnavailable, UsageError
from index.models.embed import TEXT_FORMAT, Encoder
from rag.answer_types import Message
from rag.models.chat import ChatModel
from rag.models.facts import ModelFacts, size_in_name

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.base.llms.types import ChatMessage
    from llama_index.core.llms import LLM

# What may shape the vectors of an embedding of LlamaIndex, as its integrations name it. Keys and addresses are not among them.
_SHAPING = ("dimensions", "text_instruction", "query_instruction", "pooling", "normalize", "task", "revision")
_CHARACTERS_A_TOKEN = 8  # more than any tokenizer gives of prose
_LONGEST_MESSAGE = 300


def as_chat_model(given: ChatModel | LLM) -> ChatModel:
    """Return a model that writes for a desk: an ``LLM`` of LlamaIndex is wrapped, a ``ChatModel`` is one already.

    Raises:
        UsageError: it is neither.
    """
    if hasattr(given, "probability_yes"):
        return cast("ChatModel", given)
    if hasattr(given, "stream_chat") and hasattr(given, "metadata"):
        return LlamaIndexChatModel(given)
    raise UsageError(
        f"A {type(given).__name__!r} cannot write answers.",
        hint="Give an LLM of LlamaIndex, or an object with the methods of rag.models.chat.ChatModel.",
    )


def as_encoder(given: Encoder | BaseEmbedding) -> Encoder:
    """Return an encoder for a desk: a ``BaseEmbedding`` of LlamaIndex is wrapped, an ``Encoder`` is one already.

    Raises:
        UsageError: it is neither.
    """
    if hasattr(given, "encode") and hasattr(given, "identity"):
        return cast("Encoder", given)
    if hasattr(given, "get_text_embedding_batch"):
        return LlamaIndexEncoder(given)
    raise UsageError(
        f"A {type(given).__name__!r} cannot turn texts into vectors.",
        hint="Give a BaseEmbedding of LlamaIndex, or an object with the methods of index.models.embed.Encoder.",
    )


class LlamaIndexChatModel:
    """An ``LLM`` of LlamaIndex as the author of answers. What it is set to (temperature, retries, timeout) is its owner's.

    It is not held to the grammar of markers: they are parsed and checked as those of every remote model.
    """

    def __init__(self, llm: LLM) -> None:
        self._llm = llm

    def facts(self) -> ModelFacts:
        """Return what LlamaIndex says of it: its context, and the size that its name tells."""
        metadata = self._llm.metadata
        size = size_in_name(str(metadata.model_name)) or "small"
        return ModelFacts(
            size, "parse", context_tokens=metadata.context_window or None, served_by=self._llm.class_name()
        )

    @property
    def name(self) -> str:
        """The class of the model and its name there."""
        return f"{self._llm.class_name()}/{self._llm.metadata.model_name}"

    def stream(self, messages: Sequence[Message], *, markers: int, maximum_tokens: int) -> Iterator[str]:  # noqa: ARG002
        """Yield the pieces of a draft as they come.

        How a limit of tokens is asked for differs from model to model; what is much longer than it is not read to its end.
        """
        left = maximum_tokens * _CHARACTERS_A_TOKEN
        with contextlib.closing(self._pieces(messages)) as pieces:
            for piece in pieces:
                yield piece
                left -= len(piece)
                if left <= 0:
                    return

    def probability_yes(self, messages: Sequence[Message]) -> float | None:
        """Return 1.0 for Yes, 0.0 for No, None for anything else: not every model gives probabilities."""
        said = ""
        with contextlib.closing(self._pieces(messages)) as pieces:
            for piece in pieces:
                said = (said + piece).lstrip()
                if len(said) > len("yes"):
                    break
        word = said.casefold()
        return 1.0 if word.startswith("yes") else 0.0 if word.startswith("no") else None

    def close(self) -> None:
        """Do nothing: the model belongs to who made it."""

    def _pieces(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        try:
            read = 0
            for reply in self._llm.stream_chat(_to_chat(messages)):
                whole = reply.message.content or ""
                # Models that answer in one piece give the whole and no difference to what was before.
                piece = whole[read:] if reply.delta is None else reply.delta
                read = max(read + len(piece), len(whole))
                if piece:
                    yield piece
        except Exception as error:
            # Whose library it is, and what that raises, is not known here.
            said = " ".join((str(error) or type(error).__name__).split())[:_LONGEST_MESSAGE]
            raise ModelUnavailable(
                f"The model {self.name!r} did not answer: {said}.",
                hint="Check that it runs, its address and its key; or ask with quotes alone.",
            ) from error


class LlamaIndexEncoder:
    """A ``BaseEmbedding`` of LlamaIndex as the encoder of a library.

    Questions are embedded as texts are, so that both lie in one space; an instruction that a model wants before queries alone is
    not given.
    """

    def __init__(self, embedding: BaseEmbedding) -> None:
        self._embedding = embedding

    @property
    def identity(self) -> dict[str, str]:
        """All that its vectors are known to depend on: a library built with it is refused to any other."""
        named = {
            "embedding_model": f"llama-index:{self._embedding.class_name()}/{self._embedding.model_name}",
            "embedding_normalised": "unit",
            "embedding_text": TEXT_FORMAT,
        }
        shaping = {name: getattr(self._embedding, name, None) for name in _SHAPING}
        return named | {f"embedding_{name}": str(value) for name, value in shaping.items() if value is not None}

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return unit vectors, shape ``(len(texts), dimension)``.

        Raises:
            ModelUnavailable: the model did not answer.
            ModelDamaged: what it gave are no vectors of one length that point anywhere.
        """
        name = self._embedding.model_name
        try:
            found = self._embedding.get_text_embedding_batch(list(texts))
        except Exception as error:
            said = " ".join((str(error) or type(error).__name__).split())[:_LONGEST_MESSAGE]
            raise ModelUnavailable(
                f"The embedding model {name!r} did not answer: {said}.",
                hint="Check that it runs, its address and its key.",
            ) from error
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        if len(found) != len(texts) or len({len(vector) for vector in found}) != 1:
            raise ModelDamaged(
                f"The embedding model {name!r} gave {len(found)} vectors of several lengths for {len(texts)} texts.",
                hint="One vector of the same length for each text is wanted.",
            )
        matrix = np.asarray(found, dtype=np.float32)
        lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise ModelDamaged(
                f"The embedding model {name!r} gave a vector that is zero or not finite.", hint="Check the model."
            )
        return cast("npt.NDArray[np.float32]", (matrix / lengths).astype(np.float32))


def _to_chat(messages: Sequence[Message]) -> list[ChatMessage]:
    from llama_index.core.base.llms.types import ChatMessage

    return [ChatMessage(role=message.role, content=message.content) for message in messages]
