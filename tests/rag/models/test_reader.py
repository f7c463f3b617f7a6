"""The reader: what its numbers say of the second text, exact places in it, and that nothing is made of what is no number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Span
from index.errors import ModelDamaged, SettingsError
from index.models.onnx_session import open_tokenizer
from index.models.registry import locate_model
from index.settings import Settings, VerifySettings
from rag.models.reader import MAXIMUM_TOKENS, Reader, open_reader

TOKENIZER = open_tokenizer(locate_model("judge", Settings().models) / "tokenizer.json", maximum_tokens=MAXIMUM_TOKENS)


@dataclass
class ScriptedSession:
    """Begins at the first and ends at the last of the scripted tokens; every other logit is low."""

    begin: int
    end: int
    none: float = 0.0
    answers: float = 1.0
    states: tuple[float, float, float] = (2.0, 0.0, 0.0)

    def run(self, output_names: Sequence[str], input_feed: Mapping[str, npt.NDArray[Any]]) -> list[npt.NDArray[Any]]:
        size = input_feed["input_ids"].shape[1]
        begins, ends = np.full((1, size), -9.0, np.float32), np.full((1, size), -9.0, np.float32)
        begins[0, 0] = ends[0, 0] = self.none
        begins[0, min(self.begin, size - 1)] = 5.0
        ends[0, min(self.end, size - 1)] = 5.0
        return [np.array([self.answers]), np.array([self.states]), begins, ends]


def read(session: ScriptedSession, first: str, second: str):
    return (
        Reader(Path("nowhere"), Path("nowhere"), threads=1).with_session(session, TOKENIZER).read([(first, second)])[0]
    )


def test_the_words_that_answer_are_an_exact_part_of_the_text() -> None:
    text = "The ferry left Holm at noon."
    # [CLS] when did it leave ? [SEP] the ferry left holm at noon . [SEP]
    reading = read(ScriptedSession(begin=11, end=12), "When did it leave?", text)
    assert reading.words is not None
    assert text[reading.words.start : reading.words.end] in ("at noon", "holm at", "Holm at")
    assert reading.likely == pytest.approx(10.0)


def test_where_none_is_likelier_the_log_odds_say_so() -> None:
    reading = read(ScriptedSession(begin=11, end=12, none=9.0), "When did it leave?", "The ferry left Holm at noon.")
    assert reading.likely == pytest.approx(-8.0)


def test_the_states_are_probabilities() -> None:
    reading = read(ScriptedSession(1, 1, states=(2.0, 1.0, 0.0)), "It left.", "The ferry left.")
    assert reading.entailed + reading.contradicted + reading.unsaid == pytest.approx(1.0)
    assert reading.entailed > reading.contradicted > reading.unsaid


@pytest.mark.parametrize(
    "session", [ScriptedSession(1, 1, answers=np.nan), ScriptedSession(1, 1, states=(np.inf, 0, 0))]
)
def test_what_is_no_number_is_damage(session: ScriptedSession) -> None:
    with pytest.raises(ModelDamaged):
        read(session, "Who?", "The ferry left.")


@given(st.text(min_size=1, max_size=300), st.integers(1, 300), st.integers(1, 300))
def test_words_lie_within_the_text_whatever_it_holds(text: str, begin: int, end: int) -> None:
    reading = read(ScriptedSession(begin, end), "Who?", text)
    if reading.words is not None:
        assert 0 <= reading.words.start <= reading.words.end <= len(text)
        assert isinstance(reading.words, Span)


def test_citewires_own_reader_is_there_unless_none_is_wanted() -> None:
    assert open_reader(Settings(verify=VerifySettings(reader="none"))) is None
    own = open_reader(Settings())
    assert own is not None
    (stated, contrary, other) = own.read(
        [
            ("The ferry left at noon.", "The Maribel left port at twelve o'clock."),
            ("The ferry left at noon.", "The ferry did not leave at noon but at six in the evening."),
            ("Who owns the ferry?", "The ferry belongs to Blue Strait Lines."),
        ]
    )
    own.close()
    assert stated.entailed > contrary.entailed
    assert contrary.contradicted > 0.5
    assert other.words is not None
    assert "Blue Strait Lines" in "The ferry belongs to Blue Strait Lines."[other.words.start : other.words.end]


def test_without_the_second_wheel_the_judges_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.models.reader.is_present", lambda _name, _models: False)
    assert open_reader(Settings()) is None


def test_a_folder_without_its_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"reader\.onnx"):
        open_reader(Settings(verify=VerifySettings(reader=str(tmp_path))))
