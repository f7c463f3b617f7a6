"""Fill the prompt files. The one place where untrusted text (quotes, titles, questions) enters a prompt."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Literal, cast

from index.errors import SettingsError
from index.text.clean import canonical_line
from rag.answer_types import Message, Quote
from rag.models.grammar import REFUSAL
from rag.query_types import Kind

_TURN = re.compile(r"^=== (system|user|assistant)\n", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
# Whatever could end a turn or open another: the special tokens of the usual chat formats.
_SPECIAL_TOKEN = re.compile(
    r"<\|[^|>\n]{0,40}\|?>|\|>|</?s>|\[/?INST\]|<<?/?SYS>?>|<(?:start|end)_of_turn>|<\||<｜[^｜>\n]{0,40}｜?>|｜>|<｜",
    re.IGNORECASE,
)
_MARKER = re.compile(r"\[(\d{1,4})\]")
_LONGEST_TITLE = 90
_LONGEST_QUOTE = 900  # characters of one quote that a model is shown


def answer_messages(
    question: str, quotes: Sequence[Quote], *, most: str = "three", kind: Kind = "fact"
) -> list[Message]:
    """Return the conversation that asks for the sentences of an answer; the quotes are numbered from 1 in their order.

    Args:
        most: how many sentences are asked for at most, in words.
        kind: of the question; a line behind it says how that kind is to be answered.
    """
    lines = "\n".join(f"[{place}] ({source_of(quote)}) {word_of(quote)}" for place, quote in enumerate(quotes, start=1))
    values = {"question": fence(question), "quotes": lines, "refusal": REFUSAL, "most": most, "form": form_of(kind)}
    return fill_template("answer", values)


def support_messages(claim: str, quotes: Sequence[Quote]) -> list[Message]:
    """Return the conversation that asks whether the cited words state the claim."""
    evidence = fence(evidence_text(quotes), longest=4 * _LONGEST_QUOTE)
    return fill_template("support", {"claim": fence(claim), "evidence": evidence})


def cited_messages(question: str, *, most: str, kind: Kind = "fact") -> list[Message]:
    """Return the conversation that asks a model which cites by itself; the quotes are handed over beside it."""
    values = {"question": fence(question), "refusal": REFUSAL, "most": most, "form": form_of(kind)}
    return fill_template("cited", values)


def form_of(kind: Kind) -> str:
    """Return the line behind a question that says how its kind is to be answered; empty for a question of fact."""
    line = _read_forms().get(kind)
    return f"\n({line})" if line else ""


def word_of(quote: Quote) -> str:
    """Return the words of a quote as a model is shown them."""
    return fence(quote.quote)


def evidence_text(quotes: Sequence[Quote]) -> str:
    """Return the cited words, each with outlet, day and title, since quotes rarely name their topic."""
    lines = []
    for quote in quotes:
        facts = [quote.outlet, quote.published[:10] if quote.published else None, quote.title]
        named = ", ".join(fact for fact in facts if fact)
        lines.append(f"({named}) {quote.quote}" if named else quote.quote)
    return " ".join(lines)


def fence(text: str, *, longest: int = _LONGEST_QUOTE) -> str:
    """Return text from outside as data for a prompt: one line, without special tokens and without markers of its own.

    One line is one quote, so no article can add another quote, close its own, or begin a turn.
    """
    line = canonical_line(text) or ""
    previous = None
    while previous != line:  # removing a token must not join two halves to a new one
        previous = line
        line = _SPECIAL_TOKEN.sub(" ", line)
    line = re.sub(r"={3,}", "=", _MARKER.sub(r"(\1)", line))
    return " ".join(line.split())[:longest]


def fill_template(name: Literal["answer", "cited", "support"], values: Mapping[str, str]) -> list[Message]:
    """Return a template's turns with every placeholder filled.

    Raises:
        SettingsError: the template's placeholders are not those of ``values``; the message names all of them.
    """
    turns = _read_template(name)
    wanted = {found for _, content in turns for found in _PLACEHOLDER.findall(content)}
    if wanted != values.keys():
        raise SettingsError(
            f"The template prompts/{name}.md has the placeholders {sorted(wanted)}; {sorted(values)} are filled in.",
            hint="See prompts/README.md.",
        )
    return [
        Message(role=role, content=_PLACEHOLDER.sub(lambda found: values[found[1]], content)) for role, content in turns
    ]


@cache
def _read_forms() -> dict[str, str]:
    return tomllib.loads(resources.files("prompts").joinpath("forms.toml").read_text(encoding="utf-8"))


@cache
def _read_template(name: str) -> list[tuple[Literal["system", "user", "assistant"], str]]:
    text = resources.files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    _, *parts = _TURN.split(text)
    roles = cast("list[Literal['system', 'user', 'assistant']]", parts[::2])
    return [(role, content.strip()) for role, content in zip(roles, parts[1::2], strict=True)]


def source_of(quote: Quote) -> str:
    """Return title, outlet and day: a quote rarely names its topic, and without it a small model refuses."""
    title = f"{fence(quote.title, longest=_LONGEST_TITLE)}; " if quote.title else ""
    outlet = fence(quote.outlet or "unnamed outlet", longest=60)
    return f"{title}{outlet}, {quote.published[:10] if quote.published else 'undated'}"
