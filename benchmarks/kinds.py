"""Questions that no single sentence answers: overviews, the latest, timelines; and the same of what no article reports.

    python benchmarks/kinds.py             the sample articles, quotes alone
    python benchmarks/kinds.py --show      and every answer

The questions are ours (``samples/questions_by_kind.jsonl``), each with nuggets: what a right answer has to say, in one of several
wordings (TREC's term; all of ours are vital). An answer is right when its kind is the one that was wanted and all nuggets stand in it;
strict recall is the share of nuggets. A question of what no article reports is right when it is refused. An answer beside it, so that
the gain can be seen: the same question answered as one of fact, as all were before.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from shares import show_share

from index.settings import load_settings
from rag import Answer, Desk

SAMPLES = Path(__file__).parent.parent / "samples"


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    rows = [json.loads(line) for line in (SAMPLES / "questions_by_kind.jsonl").open(encoding="utf-8")]
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"library": f"{folder}/library", "model": "none"})
        with Desk(settings=settings, create=True) as desk:
            desk.ingest([SAMPLES / "articles"])
            print("by kind")
            measure(rows, desk.ask, show=given.show)
            print("as questions of fact")
            # A word in front keeps every form from fitting, and changes nothing else.
            measure(rows, lambda question: desk.ask(f"Well, {question[0].lower()}{question[1:]}"), show=False)


def measure(rows: list[dict], ask: Callable[[str], Answer], *, show: bool) -> None:
    """Print a line for each kind, and what went wrong."""
    right: dict[str, list[float]] = {}
    recall: list[float] = []
    for row in rows:
        answer = ask(row["question"])
        text = " ".join(sentence.text for sentence in answer.sentences)
        held = [any(wording in text for wording in nugget) for nugget in row["nuggets"]]
        good = bool(answer.sentences) and all(held) if row["answerable"] else not answer.sentences
        recall += [float(each) for each in held]
        kind = row["kind"] if row["answerable"] else "refused"
        for group in (kind, "all answerable" if row["answerable"] else "all unanswerable"):
            right.setdefault(group, []).append(float(good))
        if show or not good:
            print(f"  {'right' if good else 'WRONG'} {row['id']:4} {row['question']} -> {answer.kind}, {answer.status}")
            for sentence in answer.sentences if show else ():
                print(f"         {sentence.day} {sentence.text[:110]}")
    for group, values in right.items():
        print(f"  {group:18} n = {len(values):2}  {show_share(values)}")
    print(f"  nuggets            n = {len(recall):2}  {show_share(recall)}")


if __name__ == "__main__":
    main()
