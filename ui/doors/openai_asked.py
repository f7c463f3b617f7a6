"""What a client of OpenAI's interfaces sends -> the question as every door asks it, with the conversation it stands in."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer_types import Answer
from ui.doors.conversations import Conversations
from ui.doors.keys import Key
from ui.doors.openai_forms import CitewireOptions, MessageForm, read_model, read_question, sent_answer
from ui.doors.reception import Asked


def read_asked(
    model: str,
    messages: Sequence[MessageForm],
    options: CitewireOptions | None,
    *,
    key: Key,
    conversations: Conversations,
    before: Sequence[Answer] = (),
) -> Asked:
    """Return what is asked: the last of the messages, those before it as its conversation.

    Args:
        model: the model that is named.
        options: what stands under ``citewire`` in the request.
        before: the answers of the conversation that stand before its messages.

    Raises:
        UsageError: the last message is no question, or another is no answer that was given here.
        ModelNotFound: there is no such model.
    """
    given = options or CitewireOptions()  # type: ignore[call-arg]
    quotes_only = read_model(model)
    return Asked(
        question=read_question(messages),
        today=given.today,
        history=(*before, *_read_history(messages[:-1], key, conversations)),
        quotes_only=quotes_only or given.quotes_only,
        filters=given.filters,
    )


def _read_history(messages: Sequence[MessageForm], key: Key, conversations: Conversations) -> tuple[Answer, ...]:
    """Return the answers of a conversation: those that were sent back whole, and those that are known by their text."""
    history: list[Answer] = []
    for message in messages:
        sent = sent_answer(message)
        if sent is not None:
            history.append(sent)
        elif message.role == "assistant":
            history += conversations.read_back(key, [message.words()])
    return tuple(history)
