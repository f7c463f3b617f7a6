"""The gate shuts when a score falls or the data changed, and lowering a floor takes a reason."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

from gate import FILE, Set, compare, measure_samples, pin, read_floors, write_floors

FLOOR = Set({"a.jsonl": "1"}, {"gold:hit@5": 0.8, "gold:hit@1": 0.5})


def reached(hit: float, data: str = "1") -> Set:
    return Set({"a.jsonl": data}, {"gold:hit@5": hit, "gold:hit@1": 0.6})


@pytest.mark.parametrize(
    ("now", "said"),
    [
        pytest.param(reached(0.8), [], id="kept"),
        pytest.param(reached(0.7996), [], id="within rounding"),
        pytest.param(reached(0.79), ["set: gold:hit@5 is 0.7900, its floor 0.8000."], id="fallen"),
        pytest.param(Set({"a.jsonl": "1"}), ["gold:hit@1 is 0.0000", "gold:hit@5 is 0.0000"], id="not measured"),
        pytest.param(reached(0.9, "2"), ["a.jsonl is not what the floors were reached on"], id="other data"),
    ],
)
def test_what_shuts_the_gate(now: Set, said: list[str]) -> None:
    problems = compare("set", FLOOR, now)
    assert len(problems) == len(said)
    assert all(words in problem for words, problem in zip(said, problems, strict=True))


def test_without_floors_the_gate_is_shut() -> None:
    assert "write them with --pin" in compare("set", None, reached(1.0))[0]


def test_floors_rise_freely_and_fall_for_a_reason() -> None:
    assert pin(FLOOR, reached(0.9), reason=None).scores["gold:hit@5"] == 0.9
    for reason in (None, "  "):
        with pytest.raises(SystemExit, match=r"gold:hit@5 0\.8000 -> 0\.7000.*--lower REASON"):
            pin(FLOOR, reached(0.7), reason=reason)
    lowered = pin(FLOOR, reached(0.7), reason="a fairer set of names")
    assert lowered.scores["gold:hit@5"] == 0.7
    assert lowered.lowered[0]["reason"] == "a fairer set of names"
    assert pin(lowered, reached(0.9), reason=None).lowered == lowered.lowered


def test_floors_survive_their_file(tmp_path: Path) -> None:
    write_floors({"set": FLOOR}, tmp_path / "floors.json")
    assert read_floors(tmp_path / "floors.json") == {"set": FLOOR}
    assert read_floors(tmp_path / "none.json") == {}
    assert [path.name for path in tmp_path.iterdir()] == ["floors.json"]


@pytest.mark.model
def test_the_samples_keep_their_floors() -> None:
    assert compare("samples", read_floors(FILE)["samples"], measure_samples()) == []
