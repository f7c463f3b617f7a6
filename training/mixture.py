"""Which pairs a judge is trained on, and how many of each: where most of its quality comes from.

What each set is, its licence and what is known to be wrong with it stands in training/README.md.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from news import make_claims, read_articles
from pairs import Pair, draw, read_pairs, repeat, without_repeats

from index.models.embed import SentenceEncoder
from index.settings import load_settings

Task = Literal["answers", "supports"]
_LONGEST = 900  # characters of the two texts together; what is longer costs much and teaches little
_NEI_SHARE = 0.12  # FEVER pairs have no "not enough said": so many claims get the nearest quote of another


def make_mixture(task: Task, folder: Path, *, seed: int, leave_out: Sequence[str] = ()) -> list[Pair]:
    """Return the pairs of a training run, shuffled.

    Args:
        task: which of the two judges.
        folder: the training sets.
        seed: the same seed gives the same pairs.
        leave_out: parts that an ablation does without, by the names that the pairs carry.
    """
    made = _answers(folder, seed) if task == "answers" else _supports(folder, seed)
    held_out = {pair.first for pair in _held_out(folder, task)}
    kept = [
        pair
        for pair in made
        if pair.source not in leave_out
        and pair.first not in held_out
        and len(pair.first) + len(pair.second) <= _LONGEST
    ]
    random.Random(seed).shuffle(kept)
    return kept


def _answers(folder: Path, seed: int) -> list[Pair]:
    squad, selqa = read_pairs(folder, "squad2"), read_pairs(folder, "selqa")
    natural = read_pairs(folder, "nq_oracle")
    made = [
        *repeat(squad, 2),
        *repeat([pair for pair in selqa if pair.label], 2),
        *draw([pair for pair in selqa if not pair.label], 7000, seed=f"selqa {seed}"),
        *read_pairs(folder, "qnli"),
        *draw(natural, 8000, seed=f"natural {seed}"),
        *draw(read_pairs(folder, "qamr"), 5000, seed=f"qamr {seed}"),
        *draw(read_pairs(folder, "qadiscourse"), 3500, seed=f"qadiscourse {seed}"),
        *read_pairs(folder, "qed"),
    ]
    return made + nearest_others([*squad, *selqa, *read_pairs(folder, "qnli"), *natural], count=5000, seed=seed)


def _supports(folder: Path, seed: int) -> list[Pair]:
    fever = read_pairs(folder, "fever_pairs")
    measured = "\n".join(pair.second for pair in read_pairs(folder, "wikinews_synth.dev"))
    news = make_claims(read_articles(folder), seed=seed, forbidden=measured)
    return [
        *draw(read_pairs(folder, "new_protocols_nli"), 13000, seed=f"protocols {seed}"),
        *draw(read_pairs(folder, "conjnli"), 3000, seed=f"conjnli {seed}"),
        *draw(fever, 9500, seed=f"fever {seed}"),
        *nearest_others(fever, count=int(_NEI_SHARE * len(fever)), seed=seed),
        *repeat(read_pairs(folder, "fever_symmetric"), 4),
        *repeat(read_pairs(folder, "fm2"), 3),
        *read_pairs(folder, "feverous"),
        *draw(read_pairs(folder, "mnli"), 4000, seed=f"mnli {seed}"),
        *read_pairs(folder, "scifact"),
        *draw(read_pairs(folder, "wikinews_synth"), 6000, seed=f"synth {seed}"),
        *draw(without_repeats(news), 12000, seed=f"news {seed}"),
    ]


def nearest_others(pairs: Sequence[Pair], *, count: int, seed: int) -> list[Pair]:
    """Return hard negatives: questions or claims with the nearest text of the collection that does not belong to them.

    The nearest few are skipped where they are nearly the right text: they may well answer too.
    """
    encoder = SentenceEncoder("all-MiniLM-L6-v2", load_settings().models, batch_size=64)
    chosen = draw([pair for pair in pairs if pair.label and len(pair.second) < 500], count, seed=f"nearest {seed}")
    pool = list(
        dict.fromkeys(pair.second for pair in draw(pairs, 2 * count, seed=f"pool {seed}") if len(pair.second) < 400)
    )
    mine: dict[str, set[str]] = {}
    for pair in pairs:
        mine.setdefault(pair.first, set()).add(pair.second)
    questions, right, others = (
        encoder.encode(texts) for texts in ([pair.first for pair in chosen], [pair.second for pair in chosen], pool)
    )
    made = []
    for pair, question, answer in zip(chosen, questions, right, strict=True):
        near = others @ question
        near[others @ answer > 0.8] = -1.0
        for place in np.argsort(-near)[:4]:
            if pool[place] not in mine[pair.first] and near[place] < 0.95 * float(question @ answer) + 0.05:
                made.append(Pair(pair.first, pool[place], 0, "nearest"))
                break
    return made


def _held_out(folder: Path, task: Task) -> list[Pair]:
    names = {
        "answers": ("squad2.dev", "selqa.dev", "qnli.dev", "qamr.dev"),
        "supports": ("fever_pairs.dev", "fever_symmetric.dev", "fm2.dev", "feverous.dev", "wikinews_synth.dev"),
    }
    return [pair for name in names[task] for pair in read_pairs(folder, name)]
