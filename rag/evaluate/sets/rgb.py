"""RGB (Chen and others, AAAI 2024, arXiv 2309.01431): questions with snippets that answer them and snippets that do not.

Each snippet is an article, under an outlet of its question and kind, so that a case can be limited to what RGB gives it:
``answerable`` cases see their positives and negatives, ``unanswerable`` ones only their negatives, ``whole`` ones the
snippets of all questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index.articles import Filters
from rag.evaluate.cases import Case
from rag.evaluate.matching import normal_words
from rag.evaluate.sets.converted import Adapter, Converted
from rag.evaluate.sets.lines import read_rows

FILE = "rgb_en_fact.jsonl"
# Negatives that answer the question after all, in whole or in part ("in 2015" where a day is asked for), though they do not
# hold the main word of the answer: number of the question, places of its negatives from 0 on. One reader read all 253 that
# are left without such a word.
_ANSWER_AFTER_ALL = {
    0: (3, 5), 2: (0,), 5: (2,), 6: (0,), 12: (2,), 13: (1,), 16: (0,), 19: (0, 1, 8), 21: (1,), 22: (0, 6), 23: (2, 6),
    24: (1, 3), 25: (0,), 26: (0, 2, 5, 6), 31: (0, 1), 33: (1,), 34: (1,), 36: (2,), 38: (2,), 42: (0, 2, 3), 46: (0,),
    48: (0,), 49: (2, 4),
}  # fmt: skip


def convert(folder: Path, count: int) -> Converted:  # noqa: ARG001 (there are only the set's own snippets)
    """Return the snippets as articles and three cases a question.

    A negative that holds the main word of an answer, or was found by hand to answer, is left out.

    Raises:
        EvaluationError: the file is missing or malformed.
    """
    articles: list[dict[str, Any]] = []
    cases: list[Case] = []
    left_out = 0
    for row in read_rows(folder, FILE):
        answers = flatten_answers(row["answer"])
        by_hand = _ANSWER_AFTER_ALL.get(row["id"], ())
        clean = [
            text
            for place, text in enumerate(row["negative"])
            if place not in by_hand and not holds_main_word(text, answers)
        ]
        left_out += len(row["negative"]) - len(clean)
        positives = list(_articles(row["id"], "positive", row["positive"]))
        articles += [*positives, *_articles(row["id"], "negative", clean)]
        cases += _cases(row, answers, [article["id"] for article in positives], unanswerable=bool(clean))
    note = f"{left_out} negatives were left out because they hold the main word of an answer, or answer after all."
    return Converted(articles=tuple(articles), cases=tuple(cases), notes=(note,))


ADAPTER = Adapter(
    paper="Chen and others, AAAI 2024, https://arxiv.org/abs/2309.01431",
    licence="for measuring only (CC BY-NC-SA 4.0)",
    files=(FILE,),
    convert=convert,
)


def flatten_answers(answer: str | Sequence[Any]) -> tuple[str, ...]:
    """Return the acceptable answers, which the set gives as a word or in nested lists, each once."""
    if isinstance(answer, str):
        return (answer,)
    return tuple(dict.fromkeys(text for part in answer for text in flatten_answers(part)))


def holds_main_word(text: str, answers: Sequence[str]) -> bool:
    """Return whether a text holds the longest word of an answer and, where the answer has numbers, the first of them."""
    words = set(normal_words(text))
    for answer in answers:
        parts = normal_words(answer)
        numbers = [part for part in parts if re.fullmatch(r"\d+(?:\.\d+)?", part)]
        others = [part for part in parts if part not in numbers]
        main = {max(others, key=len)} if others else set()
        main |= set(numbers[:1])
        if main and main <= words:
            return True
    return False


def _articles(number: int, kind: str, texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    for place, text in enumerate(texts, start=1):
        yield {"id": f"rgb-{number}-{kind}-{place}", "text": text, "outlet": _outlet(number, kind)}


def _cases(row: dict[str, Any], answers: tuple[str, ...], relevant: Sequence[str], *, unanswerable: bool) -> list[Case]:
    number = row["id"]
    positive, negative = _outlet(number, "positive"), _outlet(number, "negative")
    asked: dict[str, Any] = {
        "question": row["query"],
        "answers": answers,
        "articles": tuple(relevant),
        "answerable": True,
    }
    cases = [
        Case(id=f"rgb-{number}", group="answerable", filters=Filters(outlets=(positive, negative)), **asked),
        Case(id=f"rgb-{number}-whole", group="whole", **asked),
    ]
    if unanswerable:
        cases.append(
            Case(
                id=f"rgb-{number}-negatives",
                group="unanswerable",
                question=row["query"],
                answerable=False,
                filters=Filters(outlets=(negative,)),
            )
        )
    return cases


def _outlet(number: int, kind: str) -> str:
    return f"RGB {number} {kind}"
