"""How well near-copies are found among real articles, and how the time grows.

    python benchmarks/copies.py --data FOLDER
    python benchmarks/copies.py --data FOLDER --half tune --show
    python benchmarks/copies.py --data FOLDER --growth

FOLDER holds the articles of RealTimeQA. Among ``--count`` of them, ``--pairs`` copies of some are planted with the edits that
outlets make: another headline, cut to half, the first paragraph rewritten, boilerplate of the outlet's own added, or a rewritten
first paragraph and boilerplate together. Recall is the share of planted copies that are joined with their original. Joined pairs
of real articles count as wrong unless half of the shorter one's sentences stand in the other word by word; ``--show``
prints every one of them with that share. The baseline is the same MinHash without a comparison of the texts, as libraries offer it
(datasketch's LSH, 128 permutations, Jaccard 0.6). Thresholds were chosen on the half ``tune``; ``report`` is the other.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from datasketch import MinHash, MinHashLSH
from shares import show_share

from index.text.clean import canonical_text
from index.text.sentences import split_sentences
from index.text.syndication import Candidate, is_copy, shingles_of, sign, split_bands, worth_comparing
from rag.evaluate.cases import half_of
from rag.evaluate.sets.real_time_qa import iterate_articles

EDITS = ("headline", "half", "first paragraph", "boilerplate", "first paragraph and boilerplate")
_REWRITTEN = (
    "Officials and witnesses described the events in accounts that were still being compared late in the day.",
    "It was the latest turn in a matter that has occupied the region for weeks, and few expected it to be the last.",
    "What follows is what was known by the evening, from statements, documents and people who were there.",
)
_BOILERPLATE = (
    "Sign up for our morning letter and never miss a story from your district.",
    "This article first appeared on a partner's pages and is carried here under licence.",
    "Follow our reporters for more, write to the desk with a tip, or call the number at the foot of this page.",
    "Copyright belongs to the publisher. All rights reserved. No part may be used again without leave.",
)
_LEAST_CHARACTERS = 1200


@dataclass(frozen=True, slots=True)
class Text:
    """An article, or a planted copy of one."""

    id: str
    text: str
    copy_of: str | None = None
    edit: str = ""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--half", choices=("tune", "report"), default="report")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--show", action="store_true", help="print the joined pairs of real articles")
    parser.add_argument("--growth", action="store_true", help="the time for 2,500 to all articles instead")
    given = parser.parse_args()
    texts = [
        Text(str(row["id"]), canonical_text(row["text"]))
        for row in iterate_articles(given.data)
        if given.growth or half_of(str(row["id"])) == given.half
    ]
    if given.growth:
        print_growth(texts)
        return
    texts = texts[: given.count]
    planted = list(plant(texts, given.pairs))
    known = {each.id: each for each in (*texts, *planted)}
    print(f"{len(texts):,} articles of the half {given.half}, {len(planted)} planted copies")
    for name, find in (("Citewire", find_pairs), ("MinHash LSH alone", find_pairs_by_estimate)):
        report(name, find([*texts, *planted]), planted, known, show=given.show)


def plant(texts: Sequence[Text], pairs: int) -> Iterator[Text]:
    """Yield edited copies of articles that are long enough to be cut."""
    draw = random.Random(0)
    long = [each for each in texts if len(each.text) >= _LEAST_CHARACTERS]
    for number, original in enumerate(draw.sample(long, pairs)):
        edit = EDITS[number % len(EDITS)]
        yield Text(f"copy-{number}", edited(original.text, edit), original.id, edit)


def edited(text: str, edit: str) -> str:
    """Return a text as another outlet would carry it; a headline is no part of the text."""
    paragraphs = [part for part in text.split("\n") if part.strip()]
    if len(paragraphs) < 4:  # some articles have one paragraph: its sentences serve
        paragraphs = [span.slice(text).strip() for span in split_sentences(text)]
    if edit == "half":
        half, kept = len(text) // 2, list[str]()
        for paragraph in paragraphs:
            if sum(map(len, kept)) >= half:
                break
            kept.append(paragraph)
        paragraphs = kept
    if "first paragraph" in edit:
        paragraphs[0] = " ".join(_REWRITTEN)
    if "boilerplate" in edit:
        paragraphs = [_BOILERPLATE[1], *paragraphs, *_BOILERPLATE]
    return "\n\n".join(paragraphs)


def find_pairs(texts: Sequence[Text]) -> set[tuple[str, str]]:
    """Return the pairs that the product finds, as it finds them: each text against those before it."""
    by_band: dict[int, list[str]] = {}
    signatures: dict[str, np.ndarray] = {}
    shingles: dict[str, frozenset[str]] = {}
    known = {each.id: each.text for each in texts}
    found = set()
    for each in texts:
        signature = sign(each.text)
        bands = split_bands(signature)
        others = {name for band in bands for name in by_band.get(band, ())}
        candidates = worth_comparing(signature, [Candidate(name, name, signatures[name]) for name in others])
        for candidate in candidates:
            mine = shingles.setdefault(each.id, shingles_of(each.text))
            if is_copy(mine, shingles_of(known[candidate.article_id])):
                found.add((candidate.article_id, each.id))
        signatures[each.id] = signature
        for band in bands:
            by_band.setdefault(band, []).append(each.id)
    return found


def find_pairs_by_estimate(texts: Sequence[Text]) -> set[tuple[str, str]]:
    index = MinHashLSH(threshold=0.6, num_perm=128)
    found = set()
    for each in texts:
        minhash = MinHash(num_perm=128, seed=1)
        minhash.update_batch([shingle.encode() for shingle in sorted(shingles_of(each.text))])
        found |= {(other, each.id) for other in index.query(minhash)}
        index.insert(each.id, minhash)
    return found


def report(
    name: str, found: set[tuple[str, str]], planted: Sequence[Text], known: dict[str, Text], *, show: bool
) -> None:
    print(f"\n{name}: {len(found)} pairs")
    for edit in (*EDITS, ""):
        mine = [each for each in planted if edit in ("", each.edit)]
        print(f"  recall, {edit or 'all':32} {show_share([float((each.copy_of, each.id) in found) for each in mine])}")
    right = {(each.copy_of, each.id) for each in planted}
    verdicts = []
    for first, second in sorted(found):
        if (first, second) in right:
            verdicts.append(1.0)
            continue
        # A planted copy may meet a real copy of its original: what counts are the words.
        share = shared_sentences(known[first].text, known[second].text)
        verdicts.append(float(share >= 0.5))
        if show or not verdicts[-1]:
            print(f"    {first} {second} share {share:.2f}: {known[first].text[:70]!r} | {known[second].text[:70]!r}")
    print(f"  precision {show_share(verdicts)}, of them {len(found - right)} pairs that were not planted")


def shared_sentences(first: str, second: str) -> float:
    """Return the share of the shorter text's characters whose sentences stand in the longer one word by word."""
    shorter, longer = sorted((first, second), key=len)
    there, sentences = ([words_of(span.slice(text)) for span in split_sentences(text)] for text in (longer, shorter))
    return sum(len(each) for each in sentences if each in there) / max(1, sum(map(len, sentences)))


def words_of(sentence: str) -> str:
    """Return a sentence without case and punctuation: outlets differ in quotation marks and dashes."""
    return " ".join(re.findall(r"\w+", sentence.casefold()))


def print_growth(texts: Sequence[Text]) -> None:
    print("articles, seconds, milliseconds an article")
    for count in (2_500, 5_000, 10_000, len(texts)):
        started = time.process_time()
        find_pairs(texts[:count])
        spent = time.process_time() - started
        print(f"{count:7,} {spent:7.1f} {1000 * spent / count:6.2f}", flush=True)


if __name__ == "__main__":
    main()
