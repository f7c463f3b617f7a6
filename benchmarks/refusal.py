"""Whether the score of the best sentence tells questions that the articles answer from those that they do not.

    python benchmarks/refusal.py --data FOLDER
    python benchmarks/refusal.py --data FOLDER --only MultiHop-RAG --in-one-piece

FOLDER holds the files of RealTimeQA, RGB and MultiHop-RAG (docs/evaluation.md). No model writes here: a question is refused
when no sentence reaches ``evidence.minimum_score``. Unanswerable are RGB's questions over its negatives (those that hold the
main word of an answer are left out), MultiHop-RAG's null questions, and RealTimeQA's questions over the articles of before
the event (only what was published more than a week earlier; left out where a quote holds the answer all the same). The
threshold for 85 % right refusals is chosen on one half of the questions and reported on the other. With ``--in-one-piece`` long
questions are not taken apart (docs/decisions/0015-long-questions.md): the baseline.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from collection import WORK, open_collection
from quotes import make_judge

from index.archive import Archive
from index.articles import Filters
from index.models.embed import Encoder
from index.settings import Settings, load_settings
from rag.answer_types import Quote
from rag.evaluate.cases import Case, half_of
from rag.evaluate.matching import answers_stand_in
from rag.evaluate.sets import multi_hop_rag, real_time_qa, rgb
from rag.evaluate.statistics import auc, mean_interval, two_sample_interval
from rag.find.bars import Bars, bars_for
from rag.find.quotes import choose_quotes
from rag.find.retrieve import retrieve
from rag.query_types import Query
from rag.question.understand import understand
from rag.trust.judge import Judge

SETS = ("RealTimeQA", "RGB", "MultiHop-RAG")
RIGHT_REFUSALS = 0.85
BEFORE_DAYS = 8
SETTINGS = Settings()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the score of its best sentence, and how good that has to be as shipped."""

    id: str
    group: str
    answerable: bool
    score: float
    bars: Bars


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="at most so many questions of each group")
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--only", choices=SETS, action="append", help="may be repeated")
    parser.add_argument("--in-one-piece", action="store_true", help="long questions are not taken apart")
    given = parser.parse_args()
    apart = not given.in_one_piece
    found = {name: list(ask_set_named(name, given, apart=apart)) for name in given.only or SETS}
    found["all"] = [asked for each in found.values() for asked in each]
    for name, asked in found.items():
        report(name, asked, threshold=threshold_of(found["all"]))
    for setting, name_of_bar in (("minimum_score", "alone"), ("minimum_score_for_model", "offered")):
        pieces = SETTINGS.evidence.minimum_score_for_pieces
        print(
            f"\nAt the shipped {setting} of {getattr(SETTINGS.evidence, setting)}, {pieces} where taken apart, the same half:"
        )
        for name, asked in found.items():
            kept = [each for each in asked if half_of(each.id) == "report"]
            report_shares(name, kept, [getattr(each.bars, name_of_bar) for each in kept])


def ask_set_named(name: str, given: argparse.Namespace, *, apart: bool) -> Iterator[Asked]:
    if name == "RealTimeQA":
        return ask_real_time_qa(given.data, given.work, given.limit, apart=apart)
    module, folder = (rgb, "rgb") if name == "RGB" else (multi_hop_rag, "multihop")
    return ask_set(module.convert(given.data, 0), given.work / folder, given.limit, apart=apart)


def ask_real_time_qa(data: Path, work: Path, limit: int | None, *, apart: bool) -> Iterator[Asked]:
    cases = [case for case in real_time_qa.read_cases(data) if case.articles]
    articles = real_time_qa.read_articles(data, count=5000)
    with opened(articles, work / "retrieval") as (archive, encoder, judge):
        for group in ("gold", "weak"):
            for case in [case for case in cases if case.group == group][:limit]:
                yield ask(case, group, True, find(case, case.filters, archive, encoder, judge, apart=apart))
                before = (date.fromisoformat(str(case.as_of)) - timedelta(days=BEFORE_DAYS)).isoformat()
                found = find(case, replace(case.filters, as_of=before), archive, encoder, judge, apart=apart)
                if not answers_stand_in(case.answers, [quote.quote for quote in found[1]], match="any"):
                    yield ask(case, f"{group}, before the event", False, found)


def ask_set(converted: multi_hop_rag.Converted, work: Path, limit: int | None, *, apart: bool) -> Iterator[Asked]:
    groups: dict[str, list[Case]] = {}
    for case in converted.cases:
        groups.setdefault(case.group, []).append(case)
    with opened(converted.articles, work) as (archive, encoder, judge):
        for group, cases in groups.items():
            for case in cases[:limit]:
                found = find(case, case.filters, archive, encoder, judge, apart=apart)
                yield ask(case, group, case.answerable is not False, found)


@contextmanager
def opened(articles: Sequence[dict], work: Path) -> Iterator[tuple[Archive, Encoder, Judge]]:
    with open_collection(articles, work=work) as (archive, encoder):
        yield archive, encoder, make_judge(archive, models=load_settings().models)


def find(
    case: Case, filters: Filters, archive: Archive, encoder: Encoder, judge: Judge, *, apart: bool
) -> tuple[Query, tuple[Quote, ...]]:
    query = understand(
        case.question, filters=filters, maximum_characters=10_000, today=case.as_of, outlets=archive.outlets()
    )
    if not apart and not all(part.whole for part in query.parts):
        query = replace(query, parts=())
    found = retrieve(query, archive=archive, encoder=encoder, settings=SETTINGS.search)
    return query, choose_quotes(query, found, scorer=judge, settings=SETTINGS.evidence)


def ask(case: Case, group: str, answerable: bool, found: tuple[Query, Sequence[Quote]]) -> Asked:
    query, quotes = found
    best = max((quote.score for quote in quotes), default=0.0)
    return Asked(case.id, group, answerable, best, bars_for(query, SETTINGS.evidence))


def threshold_of(asked: Sequence[Asked]) -> float:
    """Return the score below which 85 % of the unanswerable questions of the tuning half lie."""
    scores = [each.score for each in asked if not each.answerable and half_of(each.id) == "tune"]
    return float(np.quantile(scores, RIGHT_REFUSALS))


def report(name: str, asked: Sequence[Asked], *, threshold: float) -> None:
    kept = [each for each in asked if half_of(each.id) == "report"]
    yes = np.array([each.score for each in kept if each.answerable])
    no = np.array([each.score for each in kept if not each.answerable])
    interval = two_sample_interval(yes, no, auc)
    shown = f" ({interval.low:.3f}-{interval.high:.3f})" if interval else ""
    print(f"\n{name}: n = {len(yes)} answerable, {len(no)} not; AUC {float(auc(yes, no)):.3f}{shown}")
    report_shares(name, kept, [threshold] * len(kept))


def report_shares(name: str, asked: Sequence[Asked], thresholds: Sequence[float]) -> None:
    for group in dict.fromkeys(each.group for each in asked):
        pairs = [pair for pair in zip(asked, thresholds, strict=True) if pair[0].group == group]
        refused = [float(each.score < threshold) for each, threshold in pairs]
        low, high = min(pairs, key=lambda pair: pair[1])[1], max(pairs, key=lambda pair: pair[1])[1]
        right = next(not each.answerable for each in asked if each.group == group)
        interval = mean_interval(refused, share=True)
        shown = f" ({interval.low:.3f}-{interval.high:.3f})" if interval else ""
        what = "rightly refused" if right else "wrongly refused"
        print(
            f"  {name}, {group:26} n = {len(refused):3}  {what} {np.mean(refused):.3f}{shown} below {low:.3f} to {high:.3f}"
        )


if __name__ == "__main__":
    main()
