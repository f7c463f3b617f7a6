"""Questions with the exact words that answer them: SQuAD 2.0 and QAMR, from their own files."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from examples import Example
from pairs import Pair


def add_squad_spans(pairs: Sequence[Pair], folder: Path) -> list[Example]:
    """Return the pairs of SQuAD with the place of the answer in each passage that holds it.

    Args:
        folder: holds ``squad_dev.json``, SQuAD 2.0's ``dev-v2.0.json`` or a part of it.
    """
    asked: dict[str, list[tuple[str, str, int]]] = {}
    with (folder / "squad_dev.json").open(encoding="utf-8") as file:
        for article in json.load(file)["data"]:
            for paragraph in article["paragraphs"]:
                for row in paragraph["qas"]:
                    answers = [(each["text"], each["answer_start"]) for each in row["answers"]]
                    asked[row["question"].strip()] = [(paragraph["context"], text, start) for text, start in answers]
    made = []
    for pair in pairs:
        span = _place(pair.second, asked.get(pair.first, [])) if pair.label else None
        made.append(Example(pair.first, pair.second, pair.source, answered=bool(pair.label), span=span))
    return made


def read_qamr(path: Path, *, seed: int) -> list[Example]:
    """Return the questions of QAMR's readable file, each with its sentence and, half as often, with another that has no answer."""
    blocks = [block for block in path.read_text(encoding="utf-8").split("\n#") if block.strip()]
    chance = random.Random(seed)
    made: list[Example] = []
    sentences: list[str] = []
    for block in blocks:
        lines = block.split("\n")
        sentence = lines[1].strip()
        for line in lines[2:]:
            cells = [cell.strip() for cell in re.split(r"\t|\s{2,}", line.strip())]
            if len(cells) < 2 or not cells[0].endswith("?"):
                continue
            places = [(sentence.find(cell), cell) for cell in cells[1:] if cell in sentence]
            if not places:
                continue
            start, words = min(places, key=lambda place: len(place[1]))
            made.append(Example(cells[0], sentence, "qamr", answered=True, span=(start, start + len(words))))
            if sentences and chance.random() < 0.4:
                made.append(Example(cells[0], _nearest(sentence, sentences[-40:]), "qamr", answered=False))
        sentences.append(sentence)
    return made


def _nearest(sentence: str, others: Sequence[str]) -> str:
    words = set(sentence.lower().split())
    return max(others, key=lambda other: len(words & set(other.lower().split())))


def _place(passage: str, answers: Sequence[tuple[str, str, int]]) -> tuple[int, int] | None:
    """Return where the shortest answer stands in a passage that is cut out of its context."""
    for start, words in sorted(_places(passage, answers), key=lambda place: len(place[1])):
        return start, start + len(words)
    return None


def _places(passage: str, answers: Sequence[tuple[str, str, int]]) -> Iterator[tuple[int, str]]:
    for context, words, start in answers:
        offset = context.find(passage)
        if offset >= 0 and 0 <= start - offset <= len(passage) - len(words):
            yield start - offset, words
