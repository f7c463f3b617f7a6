"""Which examples the reader is trained on, and how many of each.

A public set whose label 0 means "refuted" teaches what contradicts; one whose false pairs were drawn teaches what is not said.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path

from asked import ask_some
from examples import Example, Stated, from_answers, from_supports
from frames import fill_frames, read_frames
from mixture import nearest_others
from news import make_claims, read_articles
from pairs import Pair, draw, read_pairs, without_repeats
from spans import add_squad_spans, read_qamr

_LONGEST = 800  # characters of the two texts together
_ASKED = 0.4  # share of the claims that are turned into the question of yes or no, where that can be done
_HELD_OUT = "squad2.dev selqa.dev qnli.dev fever_pairs.dev fever_symmetric.dev fm2.dev feverous.dev frank.dev structure.dev wikinews_synth.dev".split()


def make_reader_mixture(
    folder: Path, spans: Path, *, seed: int, scale: float = 1.0, leave_out: Sequence[str] = ()
) -> list[Example]:
    """Return the examples of a training run, shuffled.

    Args:
        folder: the training sets.
        spans: SQuAD's and QAMR's own files, which say where an answer stands.
        seed: the same seed gives the same examples; another draws others of the large sets.
        scale: that many times as many of each set, where it has them.
        leave_out: parts that an ablation does without.
    """

    def some(name: str, count: int) -> list[Pair]:
        return draw(read_pairs(folder, name), round(count * scale), seed=f"{name} {seed}")

    fever = read_pairs(folder, "fever_pairs")
    measured = "\n".join(pair.second for pair in read_pairs(folder, "wikinews_synth.dev"))
    articles = read_articles(folder)
    news = without_repeats(make_claims(articles, seed=seed, forbidden=measured))
    around = [
        sentence
        for article in articles
        for sentence in article
        if 40 < len(sentence) < 200 and sentence not in measured
    ]
    squad = some("squad2", 5000)
    natural = some("nq_oracle", 2200)
    qamr = read_qamr(spans / "qamr_test.tsv", seed=seed)
    made = [
        *add_squad_spans(squad, spans),
        *random.Random(seed).sample(qamr, min(len(qamr), round(3000 * scale))),
        *from_answers(some("selqa", 2200)),
        *from_answers(natural),
        *from_answers(some("qnli", 1200)),
        *from_answers(some("qadiscourse", 900)),
        *from_answers(some("qed", 400)),
        *from_answers(nearest_others([*squad, *natural], count=round(1200 * scale), seed=seed)),
        *from_supports(some("new_protocols_nli", 2600)),
        *from_supports(draw(fever, round(2400 * scale), seed=f"fever {seed}"), false="contradicted"),
        *from_supports(nearest_others(fever, count=round(600 * scale), seed=seed), false="not said"),
        *from_supports(some("fever_symmetric", 537), false="contradicted"),
        *from_supports(some("fm2", 1377), false="contradicted"),
        *from_supports(some("feverous", 700)),
        *from_supports(some("frank", 1400)),
        *_structure(folder, round(2200 * scale), seed),
        *from_supports(some("conjnli", 900)),
        *from_supports(some("mnli", 700)),
        *from_supports(some("wikinews_synth", 1000)),
        *from_supports(draw(news, round(2600 * scale), seed=f"news {seed}")),
        *([] if "frames" in leave_out else fill_frames(read_frames(), round(12000 * scale), seed=seed, around=around)),
    ]
    held_out = {pair.first for name in _HELD_OUT for pair in read_pairs(folder, name)}
    kept = [
        each
        for each in made
        if each.source.split()[0] not in leave_out
        and each.first not in held_out
        and len(each.first) + len(each.second) <= _LONGEST
    ]
    random.Random(seed).shuffle(kept)
    return ask_some(kept, share=_ASKED, seed=seed)


def _structure(folder: Path, count: int, seed: int) -> list[Example]:
    """The pairs of what follows from said, denied, all, some; their three-way labels where they have them."""
    states: dict[str, Stated] = {"states": "entailed", "contradicts": "contradicted", "unsaid": "not said"}
    with gzip.open(folder / "structure.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    examples = [
        Example(
            row["a"],
            row["b"],
            "structure",
            stated="entailed" if row["label"] else states.get(row["three"] or "", "not entailed"),
        )
        for row in rows
    ]
    return random.Random(f"structure {seed}").sample(examples, min(count, len(examples)))
