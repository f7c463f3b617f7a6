"""How other open-source stacks find the same articles for the same questions with the same embedding model.

    python benchmarks/peers/run.py --data FOLDER --count 5000
    python benchmarks/peers/run.py --articles articles.jsonl --queries queries.jsonl --json out.json

What is compared, and what is fair in it, stands in the README beside this file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from collection import write_collection
from environments import EnvironmentFailed, make_environment
from scores import MEASURES, score_ranking, summarize

from index.models.registry import hash_file, locate_model
from index.settings import Settings
from rag.evaluate.cases import half_of

HERE = Path(__file__).parent
PEERS = tuple(sorted(path.parent.name for path in HERE.glob("*/adapter.py")))
# What was tried and has no row, so that nobody has to wonder.
LEFT_OUT = {
    "raglite": "embeds through llama-cpp-python, which has no wheel, or a remote service: not with this model",
}
TIMED_QUESTIONS = 200
# A waiting thread sleeps: on a busy machine threads that spin make the embedding of one question 30 times slower.
THREADS = {"OMP_NUM_THREADS": str(os.cpu_count()), "OMP_WAIT_POLICY": "PASSIVE"}
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "TOKENIZERS_PARALLELISM": "false",
}


def main() -> None:
    """Run the peers, one after the other, and print a table."""
    given = parse_arguments()
    work = given.work.resolve()
    if given.data:
        articles, queries = write_collection(given.data, work / f"collection-{given.count}", count=given.count)
    else:
        articles, queries = given.articles.resolve(), given.queries.resolve()
    if given.timing_only:
        queries = write_first(queries, TIMED_QUESTIONS)
    asked = [json.loads(line) for line in queries.read_text(encoding="utf-8").splitlines()]
    characters = sum(len(json.loads(line)["text"]) for line in articles.open(encoding="utf-8"))
    rows: list[dict[str, Any]] = []
    failed = dict(LEFT_OUT)
    for name in given.only or PEERS:
        try:
            found = run_peer(name, articles, queries, work, depth=given.depth, again=given.again or given.timing_only)
        except (EnvironmentFailed, subprocess.CalledProcessError) as error:
            failed[name] = str(error)
            continue
        rows += [
            {"peer": name, **describe(row, found, characters), "scores": score(row, asked)} for row in found["rows"]
        ]
    print_speed(rows)
    if not given.timing_only:
        print_quality(rows)
    for name, reason in failed.items():
        print(f"no row for {name}: {reason}")
    if given.json:
        facts = {"articles": str(articles.name), "characters": characters, "questions": len(asked)}
        given.json.write_text(json.dumps({**facts, "rows": rows, "no_row": failed}, indent=1), encoding="utf-8")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, help="one JSON object a line: id, title, text, published, outlet, ...")
    parser.add_argument("--queries", type=Path, help="one JSON object a line: id, question, articles, group")
    parser.add_argument("--data", type=Path, help="folder with the files of RealTimeQA, instead of the two above")
    parser.add_argument("--count", type=int, default=5000, help="how many articles of RealTimeQA")
    parser.add_argument("--work", type=Path, default=Path("build/peers"), help="environments, indexes and results")
    parser.add_argument("--only", action="append", choices=PEERS, help="this peer; may be given several times")
    parser.add_argument("--depth", type=int, default=60, help="passages a search returns")
    parser.add_argument("--again", action="store_true", help="measure again what is known already")
    parser.add_argument("--timing-only", action="store_true", help=f"again, {TIMED_QUESTIONS} questions, speed alone")
    parser.add_argument("--json", type=Path, help="write everything here")
    given = parser.parse_args()
    if not given.data and not (given.articles and given.queries):
        parser.error("give --data, or --articles and --queries")
    return given


def run_peer(name: str, articles: Path, queries: Path, work: Path, *, depth: int, again: bool) -> dict[str, Any]:
    """Return what a peer's adapter wrote, now or when it was last run on the same input.

    Raises:
        EnvironmentFailed: it could not be installed.
        CalledProcessError: the adapter failed; it said why on the standard error.
    """
    output = work / "results" / f"{name}-{hash_inputs(name, articles, queries, depth)}.json"
    if again or not output.is_file():
        interpreter = make_environment(HERE / name, work)
        print(f"Running {name} ...", file=sys.stderr, flush=True)
        store = work / name / output.stem
        shutil.rmtree(store, ignore_errors=True)
        store.mkdir(parents=True)
        output.parent.mkdir(parents=True, exist_ok=True)
        arguments = {
            "articles": articles,
            "queries": queries,
            "model": locate_model("all-MiniLM-L6-v2", Settings().models),
            "store": store,
            "output": output,
            "depth": depth,
            "started": time.time(),
        }
        named = (word for key, value in arguments.items() for word in (f"--{key}", str(value)))
        subprocess.run(
            [str(interpreter), str(HERE / name / "adapter.py"), *named],
            check=True,
            env={**THREADS, **os.environ, **OFFLINE, "PYTHONPATH": str(HERE)},
        )
        shutil.rmtree(store)
    return json.loads(output.read_text(encoding="utf-8"))


def hash_inputs(name: str, articles: Path, queries: Path, depth: int) -> str:
    """Return what a result is kept under: it changes with everything that the result depends on."""
    own = (HERE / name / file for file in ("adapter.py", "requirements.txt", "constraints.txt"))
    digests = [hash_file(path) for path in (*own, articles, queries)]
    return hashlib.sha256(f"{digests} {depth}".encode()).hexdigest()[:16]


def write_first(queries: Path, count: int) -> Path:
    """Write the first questions to a file of their own beside the others."""
    lines = queries.read_text(encoding="utf-8").splitlines(keepends=True)
    shorter = queries.with_name(f"{queries.stem}-{count}.jsonl")
    shorter.write_text("".join(lines[:count]), encoding="utf-8")
    return shorter


def describe(row: dict[str, Any], found: dict[str, Any], characters: int) -> dict[str, Any]:
    """Return how fast a row was, and what it consisted of."""
    ingest = sum(found["seconds"][stage] for stage in row["stages"])
    return {
        "row": row["row"],
        "searches": row["searches"],
        "versions": found["versions"],
        "chunks": found["chunks"],
        "characters_a_chunk": round(found["chunk_characters"] / found["chunks"]),
        "seconds": {stage: round(seconds, 2) for stage, seconds in found["seconds"].items()},
        "ingest_seconds": round(ingest, 1),
        "chunks_a_second": round(found["chunks"] / ingest, 1),
        "characters_a_second": round(characters / ingest),
        "p50_ms": percentile(row["milliseconds"], 50),
        "p95_ms": percentile(row["milliseconds"], 95),
        "encoding_p50_ms": percentile(found["encoding"], 50),
        "load": round(found["load"], 1),
    }


def percentile(values: list[float], percent: int) -> float:
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 1)


def score(row: dict[str, Any], asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the scores of a row for each group, over all its questions and over each half of them."""
    scores = {case["id"]: score_ranking(row["rankings"][case["id"]], case["articles"]) for case in asked}
    parts: dict[tuple[str, str], list[dict[str, float]]] = {}
    for case in asked:
        for half in ("all", half_of(case["id"])):
            parts.setdefault((case["group"], half), []).append(scores[case["id"]])
    return [
        {"group": group, "half": half, "n": len(part), **summarize(part)}
        for (group, half), part in sorted(parts.items())
    ]


def print_speed(rows: list[dict[str, Any]]) -> None:
    print(
        f"{'row':18} {'chunks':>7} {'chars':>6} {'start':>6} {'model':>6} {'split':>6} {'embed+store':>11} {'words':>6}"
        f" {'chunks/s':>8} {'chars/s':>8} {'p50 ms':>7} {'p95 ms':>7} {'encode':>7}"
    )
    for row in rows:
        seconds = row["seconds"]
        words = seconds.get("index_words") if row["searches"] == "both" else None
        print(
            f"{row['row']:18} {row['chunks']:7} {row['characters_a_chunk']:6} {seconds['start']:6.1f}"
            f" {seconds['load_model']:6.1f} {seconds['split']:6.1f} {seconds['embed_and_store']:11.1f}"
            f" {'' if words is None else format(words, '.1f'):>6} {row['chunks_a_second']:8.1f}"
            f" {row['characters_a_second']:8} {row['p50_ms']:7.1f} {row['p95_ms']:7.1f} {row['encoding_p50_ms']:7.1f}"
        )
    print()


def print_quality(rows: list[dict[str, Any]]) -> None:
    print(f"{'group':6} {'half':7} {'n':>5}  {'row':18} " + " ".join(f"{measure:>19}" for measure in MEASURES))
    parts = [(part["group"], part["half"]) for part in rows[0]["scores"]] if rows else []
    for wanted in parts:
        for row in rows:
            part = next(part for part in row["scores"] if (part["group"], part["half"]) == wanted)
            figures = (f"{mean:.3f} [{low:.3f}, {high:.3f}]" for mean, low, high in (part[name] for name in MEASURES))
            print(f"{wanted[0]:6} {wanted[1]:7} {part['n']:5}  {row['row']:18} " + " ".join(figures))
        print()


if __name__ == "__main__":
    main()
