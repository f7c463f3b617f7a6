"""Questions that a collection can answer: examples for who opens it, and what may be asked on after an answer.

They are made of the names in headlines and first sentences, a kind of question each, and every one is asked, quotes alone, before it is
offered: nothing is proposed that would be refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.articles import PassageRecord
from rag.answer_types import Answer
from rag.language.names import TITLES, find_runs
from rag.language.tokens import Token, plain, tokens
from rag.query_types import Kind

READ = 400  # of the newest articles
_TRIED = 6  # names for each kind of question
_SPEAKS = frozenset("said says told warned added argued insisted replied announced".split())
_LONGEST_ACRONYM = 5
_ENOUGH = 2  # articles of different origin that make a name a topic

Ask = Callable[[str], Answer]


@dataclass(frozen=True, slots=True)
class Example:
    """A question that was answered.

    Attributes:
        kind: what kind of answer it wants.
    """

    kind: Kind
    question: str


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of a collection, the most frequent first: what is reported on, who is described, who speaks."""

    topics: tuple[str, ...]
    people: tuple[str, ...]
    speakers: tuple[str, ...]


def find_examples(
    leads: Iterable[PassageRecord], outlets: Sequence[str], ask: Ask, *, count: int
) -> tuple[Example, ...]:
    """Return so many example questions, of as many kinds as there can be.

    Args:
        leads: first passages of articles.
        outlets: those of the collection, which are no topics.
        ask: answers a question.
    """
    names = _read_names(leads, outlets)
    asked: list[tuple[Kind, list[str]]] = [
        ("overview", [f"Summarise what is known about {name}" for name in names.topics]),
        ("identity", [f"Who is {name}?" for name in names.people]),
        ("timeline", [f"Give me a timeline of {name}" for name in _turned(names.topics, 1)]),
        ("statement", [f"What did {name} say?" for name in names.speakers]),
        ("latest", [f"What is the latest on {name}?" for name in _turned(names.topics, 2)]),
        ("collection", ["Which outlets are in the collection?"]),
        ("overview", [f"Tell me about {name}" for name in _turned(names.topics, 3)]),
    ]
    return _choose(asked, ask, count)


def find_topics(leads: Iterable[PassageRecord], outlets: Sequence[str], *, count: int) -> tuple[str, ...]:
    """Return what most is reported on: so many names of first passages and headlines that are nobody's."""
    return _read_names(leads, outlets).topics[:count]


def find_follow_ups(answer: Answer, ask: Ask, *, count: int) -> tuple[Example, ...]:
    """Return so many questions that may be asked on after an answer: of those it speaks of, and in another form.

    Args:
        ask: answers a question that stands alone.
    """
    if not answer.citations:
        return ()
    said = [(citation.title or "", citation.quote) for citation in answer.citations]
    names = _names_in(said, {citation.outlet or "" for citation in answer.citations}, enough=1)
    asked: list[tuple[Kind, list[str]]] = [
        ("latest", [f"What is the latest on {name}?" for name in names.topics]),
        ("statement", [f"What did {name} say?" for name in names.speakers]),
        ("timeline", [f"Give me a timeline of {name}" for name in names.topics]),
        ("identity", [f"Who is {name}?" for name in names.people]),
        ("overview", [f"Summarise what is known about {name}" for name in names.topics]),
    ]
    known = {answer.question, answer.understood}
    others = [
        (kind, [question for question in questions if question not in known])
        for kind, questions in asked
        if kind != answer.kind
    ]
    return _choose(others, ask, count)


def _choose(asked: Sequence[tuple[Kind, Sequence[str]]], ask: Ask, count: int) -> tuple[Example, ...]:
    """Return the first of each kind that is answered, each of another subject as far as there are others."""
    found: list[Example] = []
    for kind, questions in asked:
        if len(found) == count:
            break
        known = {_subject(each.question) for each in found}
        fresh = [question for question in questions if _subject(question) not in known] or questions
        found += _first_answered(kind, fresh[:_TRIED], ask)
    return tuple(found)


def _first_answered(kind: Kind, questions: Sequence[str], ask: Ask) -> Iterator[Example]:
    for question in questions:
        answer = ask(question)
        if answer.kind == kind and answer.status == "answered":
            yield Example(kind, question)
            return


def _read_names(leads: Iterable[PassageRecord], outlets: Sequence[str]) -> _Names:
    seen: set[str] = set()
    texts = []
    for record in leads:
        if record.article.origin not in seen:  # a copy makes nothing more frequent
            seen.add(record.article.origin)
            texts.append((record.article.title or "", record.text))
    return _names_in(texts, outlets, enough=_ENOUGH)


def _names_in(texts: Iterable[tuple[str, str]], outlets: Iterable[str], *, enough: int) -> _Names:
    """Return the names in pairs of headline and text.

    Args:
        enough: in so many texts a name has to stand.
    """
    named, people, speakers, with_article = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    theirs = {outlet.removeprefix("The ") for outlet in outlets}
    for title, text in texts:
        here: set[str] = set()
        for part in map(plain, (title, text)):  # where a token stands is counted in plain text
            stream = tokens(part)
            for run in find_runs(stream):
                written = part[stream[run.first].start : stream[run.last - 1].end].removesuffix("'s").removesuffix("’s")
                if (run.begins and len(run.words) == 1) or written in theirs or _is_shouted(written):
                    continue
                article = run.first > 0 and stream[run.first - 1].folded == "the"
                with_article[written] += 1 if article else -1
                here.add(written)
                if len(run.words) > 1 and not article and _is_person(stream, run.first, run.last):
                    people[written] += 1
                    speakers[written] += _speaks(stream, run.first, run.last)
        named.update(here)
    topics = [name for name, times in named.most_common() if times >= enough and name not in people]
    topics.sort(key=lambda name: (-named[name] * (1.5 if " " in name else 1.0), name))
    return _Names(
        tuple(f"the {name}" if with_article[name] > 0 else name for name in topics),
        tuple(name for name, _ in people.most_common()),
        tuple(name for name, times in speakers.most_common() if times),
    )


def _is_shouted(name: str) -> bool:
    """Whether a name is written in capitals alone and is too long for an acronym: the place of a dateline."""
    return name.isupper() and len(name) > _LONGEST_ACRONYM


def _is_person(stream: tuple[Token, ...], first: int, last: int) -> bool:
    """Whether a name is one of somebody: a title stands before it, or it speaks."""
    titled = first > 0 and stream[first - 1].folded in TITLES - {"the"}
    return titled or _speaks(stream, first, last)


def _speaks(stream: tuple[Token, ...], first: int, last: int) -> bool:
    after = stream[last].folded if last < len(stream) else ""
    before = stream[first - 1].folded if first else ""
    return after in _SPEAKS or before in _SPEAKS


def _turned(names: Sequence[str], by: int) -> Sequence[str]:
    return [*names[by:], *names[:by]]


def _subject(question: str) -> str:
    """Return the name that an example is made of."""
    runs = find_runs(tokens(question))
    return runs[-1].text if runs else question
