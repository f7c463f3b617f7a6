"""The text of an answer while it is being made, and where in a text its markers stand (pure)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.answer_events import Event, Finished, SentenceChecked
from rag.answer_types import SAID, Answer, AnswerVerdict, Sentence
from rag.compose import markers_of, tell_sentence

Show = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Marker:
    """A pointer of a text at a citation: ``text[start:end]`` is ``[n]``."""

    n: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a streamed text.

    Attributes:
        sentence: the checked sentence that it tells, or None: a refusal, or the verdict of a question of yes or no.
        markers: where its markers stand in the text so far.
    """

    text: str
    sentence: Sentence | None = None
    markers: tuple[Marker, ...] = ()


class StreamedText:
    """The text of an answer as it grows. It holds the sentences of the whole answer, each once.

    They stand in the order in which they passed their checks. The verdict to a question of yes or no stands before the first of them,
    as in ``Answer.text``.

    Args:
        show: makes the words of a sentence fit to be shown; markers are never passed through it.
    """

    def __init__(self, show: Show = str) -> None:
        self.text = ""
        self._show = show
        self._told: set[str] = set()
        self._decided = False

    def grow(self, event: Event) -> list[Piece]:
        """Return the pieces that an event adds."""
        if isinstance(event, SentenceChecked):
            return [*self._decide(event.verdict), self._tell(event.sentence)] if event.sentence else []
        if not isinstance(event, Finished):
            return []
        answer = event.answer
        if not answer.sentences:
            return [self._say(self._show(answer.text))]
        missing = [sentence for sentence in answer.sentences if tell_sentence(sentence) not in self._told]
        return [*self._decide(answer.verdict), *(self._tell(sentence) for sentence in missing)]

    def _decide(self, verdict: AnswerVerdict | None) -> list[Piece]:
        if verdict is None or self._decided:
            return []
        self._decided = True
        return [self._say(SAID[verdict])]

    def _tell(self, sentence: Sentence) -> Piece:
        self._told.add(tell_sentence(sentence))
        return self._say(_shown(sentence, self._show), sentence)

    def _say(self, text: str, sentence: Sentence | None = None) -> Piece:
        added = f" {text}" if self.text else text
        self.text += added
        return Piece(added, sentence, _markers_before(len(self.text), sentence) if sentence else ())


def tell_answer(answer: Answer, show: Show = str) -> tuple[str, tuple[Marker, ...]]:
    """Return the text of an answer and where its markers stand in it: its own only, for an article may hold ``[1]`` too.

    Without ``show`` it is ``Answer.text``.
    """
    if not answer.sentences:
        return show(answer.text), ()
    text = SAID[answer.verdict] if answer.verdict else ""
    markers: list[Marker] = []
    for sentence in answer.sentences:
        text += f"{' ' if text else ''}{_shown(sentence, show)}"
        markers += _markers_before(len(text), sentence)
    return text, tuple(markers)


def _shown(sentence: Sentence, show: Show) -> str:
    behind = f" {markers_of(sentence)}"
    return show(tell_sentence(sentence).removesuffix(behind)) + behind


def _markers_before(end: int, sentence: Sentence) -> tuple[Marker, ...]:
    start = end - len(markers_of(sentence))
    found = []
    for number in sentence.citations:
        stop = start + len(f"[{number}]")
        found.append(Marker(number, start, stop))
        start = stop
    return tuple(found)
