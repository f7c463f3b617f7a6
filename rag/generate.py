"""Quotes to a draft: the model's sentences as they come, unchecked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.answers import Draft, Message
from rag.cite import parse_line, read_lines
from rag.models.chat import ChatModel


def draft_sentences(
    model: ChatModel, messages: Sequence[Message], *, quotes: int, maximum_tokens: int
) -> Iterator[Draft]:
    """Yield the sentences of a draft as the model completes them; none at all means that it refused.

    Raises:
        ModelError: the model could not answer, or stopped in the middle.
    """
    seen: set[str] = set()
    for line in read_lines(model.stream(messages, markers=quotes, maximum_tokens=maximum_tokens)):
        for draft in parse_line(line, quotes=quotes):
            # Small models repeat themselves at the end of what they know.
            if draft.text.casefold() not in seen:
                seen.add(draft.text.casefold())
                yield draft
