"""Train one of the two judges: a cross-encoder on MiniLM, from the weights of the embedding model.

    python training/train.py answers --data FOLDER --to build/judge/answers
    python training/train.py supports --data FOLDER --to build/judge/supports

An interrupted run goes on from its last checkpoint. ``--leave-out news`` trains without a part of the mixture, for the
ablation table of the model card. Two cores see about 25 pairs a second.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from mixture import make_mixture
from pairs import Pair, read_mixture, write_pairs

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from datasets import Dataset
from sentence_transformers import CrossEncoder
from sentence_transformers.cross_encoder import CrossEncoderTrainer, CrossEncoderTrainingArguments
from sentence_transformers.cross_encoder.losses import BinaryCrossEntropyLoss

from index.models.registry import locate_model
from index.settings import load_settings

MAXIMUM_TOKENS = 256


def main() -> None:
    """Make the mixture, train, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("answers", "supports"))
    parser.add_argument("--data", type=Path, required=True, help="folder with the training sets")
    parser.add_argument("--to", type=Path, required=True, help="folder for checkpoints and the trained model")
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--pairs", type=int, help="at most so many pairs")
    parser.add_argument("--rate", type=float, default=1e-4, help="highest learning rate")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="go on from this trained model instead of the embedding model")
    parser.add_argument("--leave-out", action="append", default=[], help="a part of the mixture; may be repeated")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    mixture = given.to / "mixture.jsonl"
    if not mixture.is_file():
        write_pairs(make_mixture(given.task, given.data, seed=given.seed, leave_out=given.leave_out), mixture)
    pairs = read_mixture(mixture)[: given.pairs]
    print(f"{len(pairs):,} pairs: {dict(Counter(f'{pair.source} {pair.label}' for pair in pairs).most_common())}")
    train(
        pairs,
        given.start or locate_model("all-MiniLM-L6-v2", load_settings().models),
        given.to,
        epochs=given.epochs,
        rate=given.rate,
        batch=given.batch,
        seed=given.seed,
    )
    facts = {"task": given.task, "pairs": len(pairs), "parts": Counter(pair.source for pair in pairs)}
    facts |= {"epochs": given.epochs, "rate": given.rate, "batch": given.batch, "seed": given.seed}
    facts |= {"leave_out": given.leave_out, "start": given.start.name if given.start else "all-MiniLM-L6-v2"}
    (given.to / "run.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")


def train(pairs: Sequence[Pair], start: Path, to: Path, *, epochs: float, rate: float, batch: int, seed: int) -> None:
    """Train on the pairs and save the model in ``to``."""
    model = CrossEncoder(str(start), num_labels=1, max_length=MAXIMUM_TOKENS, device="cpu", local_files_only=True)
    # The word vectors are half of the weights and stay as they are: a step is cheaper, and rare words keep their meaning.
    for parameter in model[0].auto_model.get_input_embeddings().parameters():
        parameter.requires_grad_(requires_grad=False)
    lengths = [len(pair.first) + len(pair.second) for pair in pairs]
    arguments = CrossEncoderTrainingArguments(
        output_dir=str(to / "checkpoints"),
        num_train_epochs=epochs,
        per_device_train_batch_size=batch,
        learning_rate=rate,
        lr_scheduler_type="linear",
        warmup_steps=0.08,
        weight_decay=0.01,
        use_cpu=True,
        bf16=torch.backends.cpu.get_cpu_capability().startswith("AVX512"),
        seed=seed,
        logging_steps=50,
        save_steps=250,
        save_total_limit=1,
        report_to="none",
        disable_tqdm=True,
        batch_sampler=partial(make_batches, lengths),
    )
    columns = [asdict(pair) for pair in pairs]
    dataset = Dataset.from_dict(
        {
            "first": [row["first"] for row in columns],
            "second": [row["second"] for row in columns],
            "label": [float(row["label"]) for row in columns],
        }
    )
    trainer = CrossEncoderTrainer(
        model=model, args=arguments, train_dataset=dataset, loss=BinaryCrossEntropyLoss(model)
    )
    trainer.train(resume_from_checkpoint=any((to / "checkpoints").glob("checkpoint-*")) or None)
    model.save_pretrained(str(to / "model"))


def make_batches(lengths: Sequence[int], _dataset: Dataset, *, batch_size: int, seed: int, **_: object) -> AlikeLengths:
    """Return the batches; a function of its own, since the arguments are pickled with each checkpoint."""
    return AlikeLengths(lengths, batch_size, seed=seed)


class AlikeLengths(torch.utils.data.Sampler[list[int]]):
    """Batches of texts of about one length, in an order of chance: padding would cost a third of the time."""

    def __init__(self, lengths: Sequence[int], batch_size: int, *, seed: int) -> None:
        self._lengths = lengths
        self._size = batch_size
        self._seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Take another order for another epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return -(-len(self._lengths) // self._size)

    def __iter__(self) -> Iterator[list[int]]:
        chance = random.Random(self._seed + self.epoch)
        order = list(range(len(self._lengths)))
        chance.shuffle(order)
        wide = 50 * self._size
        batches = []
        for start in range(0, len(order), wide):
            alike = sorted(order[start : start + wide], key=self._lengths.__getitem__)
            batches += [alike[place : place + self._size] for place in range(0, len(alike), self._size)]
        chance.shuffle(batches)
        yield from batches


if __name__ == "__main__":
    main()
