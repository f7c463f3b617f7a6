"""A follow-up question to one that stands alone (pure): "and who owns it?" after a question about a port.

Whether a question leans on what was said before is decided by its words. What it leans on is written behind it in brackets,
so that the search finds it and the reader sees what was understood. No model words it anew: that would take a small one
several seconds before the search can begin, and could ask something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.text.calendar import ANY_MONTH, ANY_WEEKDAY
from index.text.lexical import content_words, stems
from rag.answer_types import Answer
from rag.language.names import find_runs
from rag.language.pointing import POINTS_AT_SOMEBODY
from rag.language.tokens import tokens
from rag.query_types import TOLD_BY_DAYS
from rag.question.changes import last_asked, read_changes
from rag.question.kind import read_kind

_POINTS_BACK = re.compile(
    r"\b(?:he|she|they|him|her|them|his|hers|its|their|theirs|it|there|then|that|those)\b", re.IGNORECASE
)
# "Is it true that", "how long does it take to": here "it" stands for what follows.
_EMPTY_IT = re.compile(
    r"\bit\s+(?:is\s+|was\s+)?(?:true|possible|likely|known|clear|legal|take[sn]?\b|cost\s+to|rain\w*|snow\w*)",
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(r"\bthat\s+(?:the|a|an|he|she|it|they|[A-Z]\w+)\b")
_OPENS_WITH = re.compile(
    r"^(?:(?:by|at|on|in|for|to|from|with|under|since)\s+)?"
    r"(?:and|but|so|or|also|what about|how about|what of|why not|why|when|where|whom|who|how much|how many|how|what|which)\b[\s,]*",
    re.IGNORECASE,
)
_CONTINUES = re.compile(r"^(?:and|but|so|also|what about|how about|what of)\b[\s,]*", re.IGNORECASE)
_OPENING = re.compile(
    r"^(?:and\s+)?(?:(?:in|on|at|by|to|for|from|with|of)\s+)?(?:who|whom|whose|what|when|where|which|why|how(?:\s+\w+)?)\b"
    r"(?:\s+(?:did|does|do|is|are|was|were|will|would|has|have|had|can|could|should))?\s*",
    re.IGNORECASE,
)
# A follow-up that names another time ("and in February?") does not mean the one before.
_TIME = re.compile(
    rf"\b(?:in|on|by|since|until|before|after)?\s*(?:the\s+)?(?:{ANY_MONTH}"
    rf"|(?:19|20)\d\d|{ANY_WEEKDAY}|(?:last|this|next)\s+(?:week|month|year))\b"
    r"(?:\s+\d{1,2})?(?:,?\s+(?:19|20)\d\d)?",
    re.IGNORECASE,
)
_MOST_TOPIC_WORDS = 12
_MOST_NAMES = 2


def leans_on_history(question: str) -> bool:
    """Return whether a question cannot be understood without what was asked before it."""
    text = question.strip()
    if _CONTINUES.match(text):
        return True
    rest = _CONJUNCTION.sub(" ", _EMPTY_IT.sub(" ", text))
    pointer = _POINTS_BACK.search(rest)
    if pointer and not _named_before(rest[: pointer.start()]):
        return True
    return len(content_words(_OPENS_WITH.sub("", text))) < 2 and not _names(text)


def resolve(question: str, history: Sequence[Answer], outlets: Sequence[str] = ()) -> str:
    """Return the question with what it leans on in brackets; unchanged when it stands alone or nothing was said.

    Args:
        question: as the person typed it.
        history: the earlier answers of the conversation, the oldest first.
        outlets: those of the library, by which the brackets of an earlier change are known.
    """
    if not history or not leans_on_history(question):
        return question
    last = last_asked(history)
    before, _ = read_changes(last.understood or last.question, outlets)
    mine = stems(question)
    about = _TIME.sub(" ", before) if _TIME.search(question) else before
    topic = [word for word in _topic_words(about) if stems(word) - mine or not stems(word)][:_MOST_TOPIC_WORDS]
    if POINTS_AT_SOMEBODY.search(question) and last.sentences:
        named = [name for name in _names(last.sentences[0].text) if not stems(name) <= mine | stems(" ".join(topic))]
        topic = [*named[:_MOST_NAMES], *(["–"] if named and topic else []), *topic]
    asked = _CONTINUES.sub("", question.strip()).rstrip(" ?") or question.strip(" ?")
    if not asked or not stems(" ".join(topic)):
        return question
    return f"{asked[0].upper()}{asked[1:]} ({' '.join(topic)})?"


def _topic_words(question: str) -> list[str]:
    """Return the words of a question that say what it is about, in their order, function words kept inside."""
    kind, topic = read_kind(question)
    text = re.sub(r"\s+", " ", (topic if kind in TOLD_BY_DAYS else question).strip(" ?"))
    text = re.sub(r"[()]", "", text)
    opened = _OPENING.sub("", text)
    return opened.split()


def _names(text: str) -> list[str]:
    return [name.text for name in find_runs(tokens(text))]


def _named_before(text: str) -> bool:
    """Whether a name or a thing ("the ferry") stands before a pronoun, which then points at it."""
    return bool(_names(text)) or bool(re.search(r"\b(?:the|a|an|this|these)\s+[^\W\d_]{3,}", text, re.IGNORECASE))
