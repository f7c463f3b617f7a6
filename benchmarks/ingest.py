"""How fast articles come in, as a share of what the embedding model alone can do with the same texts.

    python benchmarks/ingest.py --data FOLDER --count 150
    python benchmarks/ingest.py --data FOLDER --count 150 --peer llamaindex-chroma

The limit on a machine without a GPU is the model: the baseline is ``SentenceTransformer.encode`` on the passages of the same
articles, all in one call. An ingest also reads, splits, looks for near-copies, stores each article in a transaction and
brings both indexes up to date. Runs alternate, and the best of each counts: the machine may be shared. ``--peer`` also runs
another stack on the same articles in its own environment (benchmarks/peers). What one embeds differs: LlamaIndex cuts
passages of 1,024 tokens, of which the model reads the first 256, so articles a second flatter it; the tokens that the
model really reads are the fair figure.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from collection import WORK, open_library, write_articles

from index.models.embed import SentenceEncoder
from index.models.registry import locate_model
from index.models.transformer_encoder import TransformerEncoder
from index.settings import Settings
from index.text.passages import passage_text
from rag.evaluate.sets.real_time_qa import iterate_articles

RUNS = 2
LONGEST = 256  # tokens that the model reads of a text


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the articles of RealTimeQA")
    parser.add_argument("--count", type=int, default=150, help="how many articles")
    parser.add_argument("--peer", action="append", default=[], help="also this folder of benchmarks/peers")
    parser.add_argument("--json", type=Path, help="write everything here")
    given = parser.parse_args()
    articles = [article for article, _ in zip(iterate_articles(given.data), range(given.count), strict=False)]
    files = write_articles(articles, WORK / "ingest" / "articles")
    settings = Settings(model="none")
    encoder = SentenceEncoder(settings.embedding.model, settings.models, batch_size=settings.embedding.batch_size)
    plain = TransformerEncoder(
        locate_model(settings.embedding.model, settings.models), batch_size=settings.embedding.batch_size
    )
    for each in (encoder, plain):
        each.encode(["The model is loaded before the clock starts."])
    raw: list[float] = []
    whole: list[float] = []
    texts: list[str] = []
    for _ in range(RUNS):
        spent, texts = ingest_once(files, encoder, settings)
        whole.append(spent)
        started = time.perf_counter()
        plain.encode(texts)
        raw.append(time.perf_counter() - started)
    tokens = count_tokens(plain, texts)
    rows = [row("SentenceTransformer.encode alone", len(texts), tokens, len(articles), min(raw))]
    rows.append(row("citewire ingest, indexes too", len(texts), tokens, len(articles), min(whole)))
    rows += [measure_peer(name, articles, files) for name in given.peer]
    print(f"{'':36}{'passages/s':>12}{'tokens read/s':>15}{'articles/s':>12}{'of the model':>14}")
    for each in rows:
        share = each["tokens_a_second"] / rows[0]["tokens_a_second"]
        print(
            f"{each['what']:36}{each['passages_a_second']:12.1f}{each['tokens_a_second']:15.0f}"
            f"{each['articles_a_second']:12.2f}{share:14.2f}"
        )
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def ingest_once(files: Sequence[Path], encoder: SentenceEncoder, settings: Settings) -> tuple[float, list[str]]:
    """Return the seconds of an ingest into a new library, and the texts it embedded."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with open_library(
            files, encoder=encoder, settings=replace(settings, library=Path(folder) / "library")
        ) as archive:
            spent = time.perf_counter() - started
            rows = archive.library.words(archive.library.passage_ids())
            return spent, [passage_text(row.title, body) for row in rows for _, body in row.passages]


def count_tokens(plain: TransformerEncoder, texts: Sequence[str]) -> int:
    """Return how many tokens of the texts the model reads."""
    tokenizer = plain.model.tokenizer
    return sum(len(ids) for ids in tokenizer(list(texts), truncation=True, max_length=LONGEST)["input_ids"])


def row(what: str, passages: int, tokens: int, articles: int, seconds: float) -> dict[str, Any]:
    return {
        "what": what,
        "passages_a_second": passages / seconds,
        "tokens_a_second": tokens / seconds,
        "articles_a_second": articles / seconds,
        "seconds": seconds,
    }


def measure_peer(name: str, articles: list[dict[str, Any]], files: Sequence[Path]) -> dict[str, Any]:
    """Run another stack on the same articles; each of its passages is taken to be long enough for the model, which flatters it."""
    folder = WORK / "ingest"
    joined, queries, found = folder / "articles.jsonl", folder / "queries.jsonl", folder / f"{name}.json"
    joined.write_text("".join(file.read_text(encoding="utf-8") for file in files), encoding="utf-8")
    known = [
        {"id": each["id"], "question": each["title"], "articles": [each["id"]], "group": "title"} for each in articles
    ]
    queries.write_text("".join(json.dumps(each) + "\n" for each in known if each["question"]), encoding="utf-8")
    command = [
        sys.executable,
        str(Path(__file__).parent / "peers" / "run.py"),
        "--only",
        name,
        "--timing-only",
        "--json",
        str(found),
    ]
    subprocess.run(
        [*command, "--articles", str(joined), "--queries", str(queries)], check=True, stdout=subprocess.DEVNULL
    )
    result = json.loads(found.read_text(encoding="utf-8"))["rows"][0]
    return row(name, result["chunks"], result["chunks"] * LONGEST, len(articles), result["ingest_seconds"])


if __name__ == "__main__":
    main()
