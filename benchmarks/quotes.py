"""Whether the judge chooses the sentences that hold the answer, and whether it ranks passages better than the search does.

    python benchmarks/quotes.py --data FOLDER                 the half that nothing was tuned on
    python benchmarks/quotes.py --data FOLDER --half tune --trials

FOLDER holds the files of RealTimeQA; the collection is that of ``benchmarks/retrieval.py``. Shares of the questions with a
labelled article (``gold``, ``weak``) whose answer stands in the first 3 and the first 6 quotes, chosen from the same hits.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from collection import WORK, open_collection
from retrieval import FULL
from shares import show_share

from index.archive import Archive
from index.models.embed import Encoder
from index.settings import EvidenceSettings, load_settings
from rag.answer_types import Candidate, Found
from rag.evaluate.cases import Case, half_of
from rag.evaluate.matching import answers_stand_in
from rag.evaluate.sets.real_time_qa import read_articles, read_cases
from rag.find.quotes import choose_quotes
from rag.find.rarity import rarity_in
from rag.find.retrieve import search
from rag.language.tokens import share_of_words
from rag.models.cross_encoder import JUDGES, CrossEncoder
from rag.models.reader import open_reader
from rag.query_types import Part, Query
from rag.question.filters import make_filters
from rag.question.understand import understand
from rag.trust.judge import Judge, open_judge, sentence_text

RERANK_WEIGHT = 0.2  # chosen on the half for tuning
PRODUCT = EvidenceSettings(quotes=6, per_article=3, close_to_best=0.0)
Score = Callable[[Part, Sequence[Candidate]], list[float]]
CHOICE = EvidenceSettings(quotes=6, per_article=3, close_to_best=0.0, relevance_weight=0.0, too_early=1.0)


@dataclass(frozen=True, slots=True)
class Scorer:
    """A way to score candidates, as the choice of quotes wants it."""

    score: Score

    def answers(self, asked: Part, candidates: Sequence[Candidate]) -> list[float]:
        """Return a score for each candidate."""
        return self.score(asked, candidates)


def main() -> None:
    """Measure and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--half", choices=("tune", "report"), default="report")
    parser.add_argument("--trials", action="store_true", help="also other texts for the judge and other rerankings")
    parser.add_argument("--limit", type=int, help="at most so many questions of each group")
    parser.add_argument("--work", type=Path, default=WORK / "retrieval")
    given = parser.parse_args()
    articles = read_articles(given.data, count=5000)
    cases = [case for case in read_cases(given.data) if case.articles and half_of(case.id) == given.half]
    with open_collection(articles, work=given.work) as (archive, encoder):
        for group in ("gold", "weak"):
            chosen = [case for case in cases if case.group == group][: given.limit]
            found = [find(case, archive, encoder) for case in chosen]
            measure_quotes(group, chosen, found, archive, encoder, trials=given.trials)
            measure_reranking(group, chosen, found, trials=given.trials)


def find(case: Case, archive: Archive, encoder: Encoder) -> tuple[Query, Found]:
    """Return a question's query and its hits, deeper than an answer looks."""
    query = understand(
        case.question, filters=make_filters(), maximum_characters=2000, today=case.as_of, outlets=archive.outlets()
    )
    vector = encoder.encode([query.text])[0]
    return query, search(query, vector, archive=archive, settings=replace(FULL, hits=20))


def measure_quotes(
    group: str,
    cases: Sequence[Case],
    found: Sequence[tuple[Query, Found]],
    archive: Archive,
    encoder: Encoder,
    *,
    trials: bool,
) -> None:
    """Print how often the answer stands in the first quotes, by who chose them."""
    ways = list_ways(archive, encoder, trials=trials)
    print(f"\n{group}, n = {len(cases)}: the answer stands in the first 3 and the first 6 quotes; seconds a question")
    for name, way in ways.items():
        three, six, started = [], [], time.perf_counter()
        choice = PRODUCT if name == "product" else CHOICE
        for case, (query, hits) in zip(cases, found, strict=True):
            best = Found(hits.hits[:10], hits.records)
            quotes = choose_quotes(query, best, scorer=Scorer(way), settings=choice)
            for count, kept in ((3, three), (6, six)):
                texts = [quote.quote for quote in quotes[:count]]
                kept.append(float(answers_stand_in(case.answers, texts, match="any")))
        spent = (time.perf_counter() - started) / len(cases)
        print(f"  {name:34} {show_share(three)}  {show_share(six)}  {spent:.3f}")


def make_judge(archive: Archive, *, models: Path) -> Judge:
    """Return the product's judge over an archive, with the reader that the settings name, without a language model."""
    return open_judge(models=models, rarity=rarity_in(archive), reader=open_reader(load_settings()))


def list_ways(archive: Archive, encoder: Encoder, *, trials: bool) -> dict[str, Score]:
    """Return the ways to score candidates."""
    models = load_settings().models
    answering = CrossEncoder("judge", JUDGES[0], models)
    product = make_judge(archive, models=models)

    def by_cosine(asked: Part, candidates: Sequence[Candidate]) -> list[float]:
        vectors = encoder.encode([asked.asked, *(candidate.text for candidate in candidates)])
        return [float(vectors[0] @ vector) for vector in vectors[1:]]

    def by_words(asked: Part, candidates: Sequence[Candidate]) -> list[float]:
        return [share_of_words(asked.asked, candidate.text) for candidate in candidates]

    def by_judge(write: Callable[[Candidate], str]) -> Score:
        return lambda asked, candidates: [
            1 / (1 + math.exp(-float(logit)))
            for logit in answering.score([(asked.asked, write(candidate)) for candidate in candidates])
        ]

    ways: dict[str, Score] = {
        "words": by_words,
        "cosine of MiniLM": by_cosine,
        "cheap features": product.answers_cheaply,
        "judge alone": by_judge(sentence_text),
        "judge and features": product.answers,
        "product": product.answers,
    }
    if trials:
        ways["judge: sentence"] = by_judge(lambda candidate: candidate.text)
        ways["judge: title. sentence"] = by_judge(lambda candidate: f"{candidate.title}. {candidate.text}")
        ways["judge: title (day). sentence"] = by_judge(
            lambda candidate: f"{candidate.title} ({candidate.article.published or 'undated'}). {candidate.text}"
        )
    return ways


def measure_reranking(group: str, cases: Sequence[Case], found: Sequence[tuple[Query, Found]], *, trials: bool) -> None:
    """Print hit@1, hit@5 and nDCG@10 with and without reranking of the passages."""
    judge = CrossEncoder("judge", JUDGES[0], load_settings().models)
    weights = (0.1, 0.2, 0.3, 0.5, 1.0) if trials else (RERANK_WEIGHT,)
    print(f"\n{group}: articles ranked by their best passage; hit@1, hit@5, nDCG@10; seconds a question")
    rankings = {"search": [[hit.article_id for hit in hits.hits] for _, hits in found]}
    logits = []
    started = time.perf_counter()
    for query, hits in found:
        logits.append(judge.score([(query.question, hit.text) for hit in hits.hits]))
    spent = (time.perf_counter() - started) / len(found)
    for weight in weights:
        rankings[f"reranked, weight {weight}"] = [
            [hit.article_id for hit in rerank(hits, scores, weight=weight).hits]
            for (_, hits), scores in zip(found, logits, strict=True)
        ]
    references = relevant_ids(cases, found)
    for name, ranked in rankings.items():
        scores = [
            rank_scores(list(dict.fromkeys(order)), wanted) for order, wanted in zip(ranked, references, strict=True)
        ]
        print(
            f"  {name:24} " + "  ".join(show_share(column) for column in zip(*scores, strict=True)) + f"  {spent:.3f}"
        )


def rerank(found: Found, logits: Sequence[float], *, weight: float) -> Found:
    """Return the hits in the order of the search's score and the judge's, whose weight is a share of the best hit's score."""
    best = max((hit.score for hit in found.hits), default=0.0) or 1.0
    scored = [
        replace(hit, score=hit.score + weight * best / (1 + math.exp(-float(logit))))
        for hit, logit in zip(found.hits, logits, strict=True)
    ]
    return Found(hits=tuple(sorted(scored, key=lambda hit: -hit.score)), records=found.records)


def relevant_ids(cases: Sequence[Case], found: Sequence[tuple[Query, Found]]) -> list[set[str]]:
    """Return the library ids of each case's articles among its hits, and the names of those that were not found."""
    wanted = []
    for case, (_, hits) in zip(cases, found, strict=True):
        here = {
            record.article.id
            for record in hits.records.values()
            if any(record.article.reference.endswith(f"#{name}") for name in case.articles)
        }
        wanted.append(here | {f"missing {place}" for place in range(len(case.articles) - len(here))})
    return wanted


def rank_scores(ranking: Sequence[str], wanted: set[str]) -> tuple[float, float, float]:
    gains = [float(article in wanted) for article in ranking[:10]]
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(len(wanted), 10)))
    gained = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))
    return float(any(gains[:1])), float(any(gains[:5])), gained / ideal


if __name__ == "__main__":
    main()
