"""Questions of every kind that people ask, and the same of what no article says: how many are answered rightly.

    python benchmarks/kinds.py                         the sample articles, quotes alone, the half that nothing was tuned on
    python benchmarks/kinds.py --half tune --show     the other half, and every answer
    python benchmarks/kinds.py --model qwen2.5-coder-1.5b
    python benchmarks/kinds.py --questions FILE --articles FOLDER

The questions are ours (``samples/questions_by_kind.jsonl``), each with nuggets: what a right answer has to say, in one of several
wordings (TREC's term; all of ours are vital). They were divided by their hash before anything was tuned. An answer is right when all
nuggets stand in its text and, where it is a question of yes or no, the verdict is the right one. A question of what no article says
is right when it is refused. Intervals are of 95 %. What is not right is printed.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from shares import show_share

from index.settings import load_settings
from rag import Answer, Desk
from rag.evaluate.answering import measure_kind
from rag.evaluate.cases import Case, read_cases, select_cases

SAMPLES = Path(__file__).parent.parent / "samples"


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, default=SAMPLES / "questions_by_kind.jsonl")
    parser.add_argument("--articles", type=Path, default=SAMPLES / "articles")
    parser.add_argument("--library", type=Path, help="a library that is there, in place of --articles")
    parser.add_argument("--half", choices=("report", "tune", "all"), default="report")
    parser.add_argument("--model", default="none")
    parser.add_argument("--only", action="append", help="a kind; may be repeated")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--save", type=Path, help="write every answer to this file, one JSON object a line")
    given = parser.parse_args()
    cases = read_cases(given.questions)
    cases = select_cases(cases, half=None if given.half == "all" else given.half)
    cases = tuple(case for case in cases if not given.only or case.kind in given.only)
    with tempfile.TemporaryDirectory() as folder:
        library = str(given.library or f"{folder}/library")
        with Desk(settings=load_settings({"library": library, "model": given.model}), create=not given.library) as desk:
            if not given.library:
                desk.ingest([given.articles])
            desk.warm_up()
            measure(cases, desk, show=given.show, save=given.save)


def measure(cases: Sequence[Case], desk: Desk, *, show: bool, save: Path | None) -> None:
    """Print what is wrong, and a line for each kind and figure."""
    figures: dict[str, list[float]] = {}
    seconds: list[float] = []
    saved = []
    for case in cases:
        started = time.perf_counter()
        answer = desk.ask(case.question)
        seconds.append(time.perf_counter() - started)
        values = judge(case, answer, desk)
        good = bool(values["right"])
        silent = case.answerable is False
        for name in (f"{'silent: ' if silent else ''}{case.kind}", "all unanswerable" if silent else "all answerable"):
            figures.setdefault(name, []).append(values["right"])
        for name, value in values.items():
            if name != "right":
                figures.setdefault(f"  {name}", []).append(value)
        if show or not good:
            verdict = f", {answer.verdict}" if answer.verdict else ""
            print(
                f"{'right' if good else 'WRONG'} {case.id}: {case.question} -> {answer.kind}, {answer.status}{verdict}"
            )
            for sentence in answer.sentences:
                print(f"         {sentence.day or ''} {' '.join(sentence.text.split())[:150]}")
            if not answer.sentences and not silent:
                print(f"         nearest: {answer.nearest[0].quote[:120] if answer.nearest else 'none'}")
        saved.append(json.dumps({"case": case.id, "question": case.question, "text": answer.text, "kind": answer.kind}))
    for name, each in sorted(figures.items(), key=lambda item: (item[0][0] == " ", "silent" in item[0], item[0])):
        print(f"{name:28} n = {len(each):3}  {show_share(each)}")
    ordered = sorted(seconds)
    print(f"seconds p50 {ordered[len(ordered) // 2]:.2f} p95 {ordered[int(len(ordered) * 0.95)]:.2f}")
    if save:
        save.write_text("\n".join(saved) + "\n", encoding="utf-8")


def judge(case: Case, answer: Answer, desk: Desk) -> dict[str, float]:
    """Return what an answer is worth."""
    exact = [
        desk.article(each.article_id, sha256=each.article_sha256).text[each.start : each.end] == each.quote
        for each in (*answer.citations, *answer.nearest)
    ]
    values = {"citations exact": float(all(exact))}
    if case.answerable is False:
        return values | {"right": float(not answer.sentences)}
    values["answerable refused"] = float(not answer.sentences)
    return values | {"right": float(bool(answer.sentences))} | measure_kind(case, answer)


if __name__ == "__main__":
    main()
