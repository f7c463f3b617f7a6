"""The gate: retrieval must not fall below the scores once reached.

    make gate                              the sample articles, in seconds
    make gate DATA=FOLDER                  and RealTimeQA, the half that nothing was tuned on
    python benchmarks/gate.py --pin        raise the floors to what is reached now
    python benchmarks/gate.py --pin --lower "REASON"     accept lower ones; the reason is kept

``floors.json`` holds the floors with the SHA-256 of the data they were reached on: with other data the gate fails, since the
scores say nothing there. After trafilatura's ``eval_gate.py`` (github.com/adbar/trafilatura).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.models.registry import hash_file
from index.settings import Settings

ROOT = Path(__file__).parent.parent
FILE = Path(__file__).with_name("floors.json")
METRICS = ("hit@1", "hit@5", "hit@10", "mrr@10", "ndcg@10")
SLACK = 0.0005  # scores are rounded to four places


@dataclass
class Set:
    """The floors of one set of data.

    Attributes:
        data: name of each file -> its SHA-256.
        scores: ``group:metric`` -> the score that was reached.
        lowered: when and why a floor was lowered.
    """

    data: dict[str, str] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    lowered: list[dict[str, Any]] = field(default_factory=list)


def main() -> None:
    """Measure and compare, or pin."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with the files of RealTimeQA; without it, the samples alone")
    parser.add_argument("--pin", action="store_true", help="write what is reached now into floors.json")
    parser.add_argument("--lower", metavar="REASON", help="with --pin: accept lower floors, for this reason")
    given = parser.parse_args()
    floors = read_floors(FILE)
    problems: list[str] = []
    measured = {"samples": measure_samples()}
    if given.data:
        measured["realtimeqa"] = measure_realtimeqa(given.data)
    for name, reached in measured.items():
        if given.pin:
            floors[name] = pin(floors.get(name), reached, reason=given.lower)
        else:
            problems += compare(name, floors.get(name), reached)
        for score, value in sorted(reached.scores.items()):
            print(f"{name} {score:24} {value:.4f}")
    if given.pin:
        write_floors(floors, FILE)
    if problems:
        sys.exit("\n".join(["The gate is shut:", *problems]))


def compare(name: str, floor: Set | None, reached: Set) -> list[str]:
    """Return what keeps the gate shut, in words; empty when nothing does."""
    if floor is None:
        return [f"{name}: there are no floors; write them with --pin."]
    if floor.data != reached.data:
        changed = sorted(file for file in floor.data | reached.data if floor.data.get(file) != reached.data.get(file))
        return [f"{name}: {', '.join(changed)} is not what the floors were reached on; pin them anew with --pin."]
    return [
        f"{name}: {score} is {reached.scores.get(score, 0.0):.4f}, its floor {value:.4f}."
        for score, value in sorted(floor.scores.items())
        if reached.scores.get(score, 0.0) < value - SLACK
    ]


def pin(floor: Set | None, reached: Set, *, reason: str | None) -> Set:
    """Return the new floors.

    Raises:
        SystemExit: one would be lower on the same data, and no reason is given.
    """
    if floor is None:
        return reached
    lower = {
        score: [value, reached.scores.get(score, 0.0)]
        for score, value in floor.scores.items()
        if floor.data == reached.data and reached.scores.get(score, 0.0) < value
    }
    if lower and not (reason and reason.strip()):
        listed = ", ".join(f"{score} {old:.4f} -> {new:.4f}" for score, (old, new) in sorted(lower.items()))
        raise SystemExit(f"These floors would be lowered: {listed}. Say why with --lower REASON.")
    note = {"day": datetime.now(UTC).date().isoformat(), "reason": reason, "scores": lower}
    return Set(reached.data, reached.scores, [*floor.lowered, *([note] if lower else [])])


def read_floors(path: Path) -> dict[str, Set]:
    """Return the floors of each set; none when there is no file."""
    if not path.is_file():
        return {}
    return {name: Set(**entry) for name, entry in json.loads(path.read_text(encoding="utf-8")).items()}


def write_floors(floors: Mapping[str, Set], path: Path) -> None:
    """Replace the file in one step."""
    text = json.dumps({name: vars(floor) for name, floor in sorted(floors.items())}, indent=1, sort_keys=True)
    new = path.with_suffix(".new")
    new.write_text(text + "\n", encoding="utf-8")
    new.replace(path)


def measure_samples() -> Set:
    """Search the sample articles for the sample questions."""
    import tempfile

    from rag.desk import Desk
    from rag.evaluate.cases import read_cases
    from rag.evaluate.runs import evaluate_retrieval

    questions = ROOT / "samples" / "questions.jsonl"
    articles = sorted(path for path in (ROOT / "samples" / "articles").rglob("*") if path.is_file())
    with (
        tempfile.TemporaryDirectory() as folder,
        Desk(settings=Settings(library=Path(folder) / "library", model="none"), create=True) as desk,
    ):
        desk.ingest([ROOT / "samples" / "articles"])
        report = evaluate_retrieval(read_cases(questions), desk, inputs=())
    scores = {
        f"all:{each.metric}": round(each.value, 4)
        for each in report.figures
        if each.metric in METRICS and not each.group
    }
    return Set({path.relative_to(ROOT).as_posix(): hash_file(path) for path in [questions, *articles]}, scores)


def measure_realtimeqa(data: Path) -> Set:
    """Search the articles of RealTimeQA for the questions that nothing was tuned on."""
    from collection import WORK
    from retrieval import FULL, choose, measure

    from rag.evaluate.metrics import METRICS as KNOWN
    from rag.evaluate.metrics import summarise
    from rag.evaluate.sets.real_time_qa import ARTICLES_FILE, QUESTION_FILES

    articles, cases = choose(data, count=5000, half="report", weak=None)
    items = measure(articles, cases, {"full": (FULL, True)}, work=WORK / "retrieval")["full"]
    scores = {
        f"{figure.group}:{figure.metric}": round(figure.value, 4)
        for figure in summarise(items, KNOWN["retrieval"])
        if figure.metric in METRICS and figure.group
    }
    return Set({name: hash_file(data / name) for name in (ARTICLES_FILE, *QUESTION_FILES.values())}, scores)


if __name__ == "__main__":
    main()
