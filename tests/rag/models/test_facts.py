"""What a model is taken for, and what it is shown and may write for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from index.errors import ModelMissing
from index.settings import AnswerSettings, Settings
from rag.models.facts import ModelFacts, Size, allow, size_in_name
from rag.models.grammar import marker_grammar


@dataclass
class Described:
    said: ModelFacts | None

    def facts(self) -> ModelFacts:
        if self.said is None:
            raise ModelMissing("The model is not here.")
        return self.said


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("llama3.1:8b", "medium"),
        ("Qwen2.5-0.5B-Instruct", "small"),
        ("Mixtral-8x7B-v0.1", "large"),
        ("llama-3.3-70b-versatile", "large"),
        ("qwen2.5-coder-1.5b", "small"),
        ("gpt-4o", None),
        ("model-v2beta", None),
        ("70brown", None),
    ],
)
def test_size_in_a_name(name: str, size: Size | None) -> None:
    assert size_in_name(name) == size


def test_larger_models_get_more_and_small_ones_what_they_had() -> None:
    settings = Settings()
    small = allow(settings, Described(ModelFacts("small")))
    assert (small.evidence, small.answer.maximum_tokens) == (settings.evidence, settings.answer.maximum_tokens)
    large = allow(settings, Described(ModelFacts("large")))
    assert large.evidence.quotes > settings.evidence.quotes
    assert large.answer.maximum_tokens > settings.answer.maximum_tokens
    assert large.verify == settings.verify, "the checks are the same"
    assert large.fingerprint() != small.fingerprint()


def test_nothing_is_taken_away_and_a_short_context_is_not_overfilled() -> None:
    generous = replace(Settings(), answer=AnswerSettings(maximum_tokens=5000))
    assert allow(generous, Described(ModelFacts("large"))).answer.maximum_tokens == 5000
    cramped = allow(Settings(), Described(ModelFacts("large", context_tokens=4096)))
    assert cramped.evidence.quotes == Settings().evidence.quotes
    told = replace(Settings(), answer=AnswerSettings(size="large"))
    assert allow(told, object()).evidence.quotes > Settings().evidence.quotes


def test_a_model_that_is_not_here_is_told_when_it_is_to_write() -> None:
    assert allow(Settings(), Described(None)).evidence == Settings().evidence


def test_grammar_lets_a_longer_draft_hold_more_sentences() -> None:
    assert "{0,3}" in marker_grammar(2, maximum_tokens=220).splitlines()[0]
    assert "{0,9}" in marker_grammar(2, maximum_tokens=600).splitlines()[0]
