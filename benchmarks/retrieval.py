"""How well the search finds the articles that answer questions about the news, against its own parts alone.

    python benchmarks/retrieval.py --data FOLDER                 the half that nothing was tuned on
    python benchmarks/retrieval.py --data FOLDER --half tune     the half for trying things out
    python benchmarks/retrieval.py --data FOLDER --half both --embedding all-mpnet-base-v2 --weak 200 --count 800 --characters 2500
                                                                 another embedding model, on a collection small enough for it

FOLDER holds the files of RealTimeQA (docs/evaluation.md). The collection is every article that a question names. Three sets
of questions: ``gold`` (articles linked by editors), ``weak`` (articles that hold the answer's words and lie near its date,
so a search that knows the date has an advantage by construction: see the rows without it) and ``title`` (known items).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from collection import WORK, Search, open_collection

from index.settings import EmbeddingSettings, SearchSettings, Settings
from rag.evaluate.cases import Case, half_of
from rag.evaluate.metrics import METRICS, summarise
from rag.evaluate.names import ArticleNames
from rag.evaluate.ranking import rank_cases, rankings_to_items
from rag.evaluate.results import Figure, Item
from rag.evaluate.sets.real_time_qa import read_articles, read_cases, title_cases

FULL = SearchSettings()
UNTIMED = replace(FULL, period_weight=0.0, recency_weight=0.0)
WORDS = replace(UNTIMED, meaning_weight=0.0, article_weight=0.0)
# name -> settings, and whether the search is told the day of the question
ROWS: dict[str, tuple[SearchSettings, bool]] = {
    "words only": (WORDS, False),
    "words only, title x2": (replace(WORDS, title_weight=2.0), False),
    "meaning only": (replace(WORDS, words_weight=0.0, meaning_weight=1.0), False),
    "equal fusion of ranks": (replace(FULL, fusion="ranks"), False),
    "full, day unknown": (UNTIMED, False),
    "full": (FULL, True),
}
TRIALS: dict[str, tuple[SearchSettings, bool]] = {
    "full without article words": (replace(FULL, article_weight=0.0), True),
    "full without meaning": (replace(FULL, meaning_weight=0.0), True),
    "full without title": (replace(FULL, title_weight=0.0), True),
    "full without lead": (replace(FULL, article_lead_weight=0.0), True),
    "full without recency": (replace(FULL, recency_weight=0.0), True),
    "full without named times": (replace(FULL, period_weight=0.0), True),
    "full, half as deep": (replace(FULL, depth=30), True),
    "full, twice as deep": (replace(FULL, depth=120), True),
    "full, meaning x2": (replace(FULL, meaning_weight=2.0), True),
    "full, meaning x0.5": (replace(FULL, meaning_weight=0.5), True),
}
SHOWN = ("hit@1", "hit@5", "hit@10", "mrr@10", "ndcg@10", "search_ms_p50", "search_ms_p95")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the files of RealTimeQA")
    parser.add_argument("--count", type=int, default=5000, help="at least so many articles")
    parser.add_argument("--half", choices=("tune", "report", "both"), default="report")
    parser.add_argument("--embedding", default=EmbeddingSettings().model, help="the embedding model")
    parser.add_argument(
        "--weak", type=int, help="only so many weak questions, and of the articles only those that the rest names"
    )
    parser.add_argument("--characters", type=int, help="only so much of each article")
    parser.add_argument("--trials", action="store_true", help="also leave out or change one thing at a time")
    parser.add_argument("--failed", action="store_true", help="list the questions that the full search fails")
    parser.add_argument("--work", type=Path, default=WORK / "retrieval", help="library and embeddings are kept here")
    parser.add_argument("--json", type=Path, help="write everything here")
    given = parser.parse_args()
    rows = ROWS | TRIALS if given.trials else ROWS
    articles, cases = choose(given.data, count=given.count, half=given.half, weak=given.weak)
    if given.characters:
        articles = [{**article, "text": article["text"][: given.characters]} for article in articles]
    measured = measure(articles, cases, rows, work=given.work, embedding=given.embedding)
    print_table(measured)
    if given.failed:
        print_failed(measured["full"])
    if given.json:
        found = {
            name: [as_row(figure) for figure in summarise(items, METRICS["retrieval"])]
            for name, items in measured.items()
        }
        given.json.write_text(json.dumps({"half": given.half, "rows": found}, indent=1), encoding="utf-8")


def choose(data: Path, *, count: int, half: str, weak: int | None) -> tuple[list[dict[str, Any]], list[Case]]:
    """Return the collection and its questions.

    Args:
        count: at least so many articles.
        half: the half of the questions, or both.
        weak: so many of the weak questions, chosen by the hash of their ids, and then no article for those that are left out; None
            for all of them.
    """
    cases = read_cases(data)
    if weak is None:
        articles = read_articles(data, count=count)
    else:
        gold, others = ([case for case in cases if case.group == group] for group in ("gold", "weak"))
        cases = (*gold, *sorted(others, key=lambda case: hashlib.sha256(case.id.encode()).digest())[:weak])
        named = {article for case in cases for article in case.articles}
        everything = read_articles(data, count=0)
        articles = [article for article in everything if article["id"] in named]
        articles += [article for article in everything if article["id"] not in named][: max(0, count - len(articles))]
    asked = (*cases, *title_cases(articles, count=1000))
    return articles, [case for case in asked if half in ("both", half_of(case.id))]


def measure(
    articles: Sequence[dict[str, Any]],
    cases: Sequence[Case],
    rows: dict[str, tuple[SearchSettings, bool]],
    *,
    work: Path,
    embedding: str = EmbeddingSettings().model,
) -> dict[str, list[Item]]:
    """Return, for each row, every question with its values."""
    measured: dict[str, list[Item]] = {}
    usual = embedding == EmbeddingSettings().model and len(articles) >= 5000
    settings = Settings(
        library=work / ("library" if usual else f"library-{embedding}-{len(articles)}"),
        model="none",
        embedding=EmbeddingSettings(model=embedding),
    )
    before = time.perf_counter()
    with open_collection(articles, work=work, settings=settings) as (archive, encoder):
        taken = time.perf_counter() - before
        print(
            f"{embedding}: {len(articles):,} articles, {archive.library.count_passages():,} passages, "
            f"{encoder.computed:,} of them embedded now, in {taken:.0f} s with all of the ingest"
        )
        questions = [case.question for case in cases]
        vectors = dict(zip(questions, encoder.encode(questions), strict=True))
        names = ArticleNames.read(archive.library)
        for name, (settings, dated) in rows.items():
            searcher = Search(archive, settings, vectors, dated)
            rank_cases(cases[:20], searcher, names)  # what is loaded on first use does not count
            rankings, dropped = rank_cases(cases, searcher, names)
            if dropped:
                raise SystemExit(f"{len(dropped)} cases name no article of the collection: {dropped[0].reason}")
            measured[name] = rankings_to_items(rankings, names)
    return measured


def print_table(measured: dict[str, list[Item]]) -> None:
    """Print each group of questions with every row."""
    for group in ("gold", "weak", "title"):
        size = sum(item.group == group for item in next(iter(measured.values())))
        print(f"\n{group}, n = {size}\n{'':28}" + "".join(f"{name:>21}" for name in SHOWN))
        for name, items in measured.items():
            figures = {each.metric: each for each in summarise(items, METRICS["retrieval"]) if each.group == group}
            print(f"{name:28}" + "".join(f"{show(figures[metric]):>21}" for metric in SHOWN))


def print_failed(items: Sequence[Item]) -> None:
    """Print which questions have no relevant article among the first ten."""
    for item in items:
        if item.rank is None or item.rank > 10:
            print(f"{item.id}: rank {item.rank}")


def show(figure: Figure) -> str:
    if figure.metric.startswith("search_ms"):
        return f"{figure.value:.1f}"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} ({figure.low:.3f}-{figure.high:.3f})"


def as_row(figure: Figure) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in ("group", "metric", "value", "n", "low", "high")}


if __name__ == "__main__":
    main()
