"""What a reader says of a sentence, a quote or a whole answer, kept as a case that ``citewire eval answers`` runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from index.errors import CitewireError
from rag.answer_types import Answer, Sentence
from rag.desk import Desk
from rag.evaluate.feedback import FeedbackKind, keep_case, make_case
from ui.chat.keeping import KeptTurn
from ui.present import count, plain


class _Said(msgspec.Struct, frozen=True):
    """What a reader says: of which answer, which sentence by its words, which quotes by their numbers, and words that are missing."""

    turn: KeptTurn
    kind: FeedbackKind
    sentence: str = ""
    numbers: tuple[int, ...] = ()
    words: str = ""


def take_feedback(desk: Desk) -> Callable[[object], str]:
    """Return the function that the browser calls with what a reader says."""

    def say_fault(told: object) -> str:
        """Keep what a reader says, and return what became of that in words."""
        try:
            said = msgspec.convert(told, _Said)
            answer = said.turn.answer
            case = make_case(
                answer,
                said.kind,
                day=datetime.now(UTC).date().isoformat(),
                sentence=_find_sentence(answer, said),
                cited=[each for each in answer.citations or answer.nearest if each.n in said.numbers],
                words=said.words,
            )
            kept = keep_case(case, desk.settings.beside)
        except (CitewireError, msgspec.MsgspecError) as error:
            return str(error)
        return f"Thank you. It is kept for the next evaluation ({count(kept, 'case')})."

    return say_fault


def _find_sentence(answer: Answer, said: _Said) -> Sentence | None:
    """Return the sentence with these words; of a quote, the first one that cites it."""
    by_words = (each for each in answer.sentences if said.sentence and plain(each.text) == plain(said.sentence))
    by_number = (each for each in answer.sentences if not said.sentence and set(each.citations) & set(said.numbers))
    return next(by_words, None) or next(by_number, None)
