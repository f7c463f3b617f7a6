"""A question to what the chat shows of it, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.errors import CitewireError
from rag.answer_events import Finished, PassagesFound, QuotesFound, SentenceChecked, Waiting
from rag.desk import Desk
from rag.question.filters import FilterWords
from ui.chat.turns import Turn, answers_of


def ask(
    desk: Desk,
    question: str,
    *,
    before: Sequence[Turn],
    filters: FilterWords,
    quotes_only: bool = False,
    short: bool = False,
) -> Iterator[Turn]:
    """Yield a question with what is known of its answer: at once, and whenever more is known.

    Args:
        before: the conversation so far.
        filters: which articles may answer.
        quotes_only: answer with quotes alone although there is a model.
        short: in as few sentences as will do.
    """
    turn = Turn(number=before[-1].number + 1 if before else 1, question=question, filters=filters)
    yield turn
    try:
        # Said in the question itself, as a reader may: the next one leans on it so.
        asked = f"{question} (in short)" if short else question
        events = desk.stream(asked, history=answers_of(before), quotes_only=quotes_only, passages=True, **filters)
        for event in events:
            if isinstance(event, PassagesFound):
                turn = replace(turn, passages=event.hits)
            elif isinstance(event, QuotesFound):
                turn = replace(turn, quotes=event.quotes, passages=())
            elif isinstance(event, Waiting):
                turn = replace(turn, place=event.place)
            elif isinstance(event, SentenceChecked):
                turn = replace(
                    turn,
                    place=0,
                    sentences=(*turn.sentences, *([event.sentence] if event.sentence else [])),
                    withheld=(*turn.withheld, *([event.withheld] if event.withheld else [])),
                )
            elif isinstance(event, Finished):
                # The answer holds all that was found before it.
                turn = replace(turn, place=0, answer=event.answer, passages=(), quotes=(), sentences=(), withheld=())
            yield turn
    except CitewireError as error:
        yield replace(turn, fault=error)
