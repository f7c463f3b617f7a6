"""txtai: Faiss for meaning, its own BM25 for words, the text in SQLite.

Taken from the pages "Configuration" and "Query guide" (embeddings) and "Segmentation" (pipelines) of
neuml.github.io/txtai. ``hybrid=True`` joins both searches by its weighted scores, half and half. txtai splits no text by
itself when it indexes, so paragraphs come from its Segmentation and are packed to about 600 characters; Textractor, which
does the same for files, would read an article's text as HTML. The title stands before each piece.
"""

from __future__ import annotations

from collections.abc import Iterator

import peer
from txtai import Embeddings
from txtai.pipeline import Segmentation

PACKAGES = ("txtai", "faiss-cpu", "transformers", "torch")
PACKED = 600


def main(task: peer.Task, report: peer.Report) -> None:
    """Index the articles, ask the questions."""
    with report.timed("load_model"):
        embeddings = Embeddings(path=task.model, content=True, hybrid=True)
        embeddings.batchtransform(["The model is loaded when it is first used."])
    with report.timed("split"):
        segment = Segmentation(paragraphs=True)
        pieces = [
            (f"{article['id']}#{number}", f"{article['title']}\n\n{piece}")
            for article in task.articles
            for number, piece in enumerate(pack(segment(article["text"])))
        ]
    report.count_chunks([text for _, text in pieces])
    with report.timed("embed_and_store"):
        embeddings.index(pieces)
        embeddings.save(str(task.store / "index"))
    report.time_encoding(lambda question: embeddings.transform(question))
    stages = ("split", "embed_and_store")

    def find(question: str) -> list[str]:
        return [found["id"].split("#")[0] for found in embeddings.search(question, limit=task.depth)]

    report.search("txtai hybrid", "both", stages, find)
    # Without the word index the same object answers from Faiss alone, as an index made with hybrid=False does.
    embeddings.scoring = None
    report.search("txtai", "meaning", stages, find)


def pack(paragraphs: list[str]) -> Iterator[str]:
    """Yield paragraphs joined while they stay within about 600 characters; a long one stays whole."""
    packed = ""
    for paragraph in paragraphs:
        if packed and len(packed) + len(paragraph) > PACKED:
            yield packed
            packed = ""
        packed = f"{packed}\n\n{paragraph}" if packed else paragraph
    if packed:
        yield packed


if __name__ == "__main__":
    peer.run(main, packages=PACKAGES)
