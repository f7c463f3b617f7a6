"""Train the reader: answers, states and reads, on one trunk.

    python training/train_reader.py --start FOLDER --data FOLDER --spans FOLDER --to build/reader

``--start`` is an encoder such as all-mpnet-base-v2. An interrupted run goes on from its last checkpoint. The learning rate stays high
until ``--cool`` ends the run with so many steps on a falling one: a run can be measured cooled, and go on hot with more examples. Two cores
see about five pairs a second with twelve layers.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from examples import Example, read_examples, write_examples
from reader_mixture import make_reader_mixture
from reader_model import Batch, Batches, Reader, loss_of

_WARMING = 100  # steps
_SAVED_EVERY = 100  # steps
_CLIPPED = 1.0


def main() -> None:
    """Make the mixture, train, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="folder of the encoder, or of a reader")
    parser.add_argument("--data", type=Path, required=True, help="folder with the training sets")
    parser.add_argument("--spans", type=Path, required=True, help="folder with the files of SQuAD and QAMR")
    parser.add_argument("--to", type=Path, required=True, help="folder for checkpoints and the trained model")
    parser.add_argument("--layers", help="which layers of the encoder are kept, such as 0,2,4,7,9,11")
    parser.add_argument("--tokenizer", type=Path, help="folder of the tokenizer, where that of --start has none")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the mixture")
    parser.add_argument("--rate", type=float, default=5e-5, help="highest learning rate")
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--minutes", type=float, help="stop after so many, with a checkpoint")
    parser.add_argument(
        "--cool", type=int, help="end with so many steps on a falling rate, counted from the last checkpoint"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--leave-out", action="append", default=[], help="a part of the mixture; may be repeated")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    mixture = given.to / f"mixture-{given.seed}.jsonl"
    if not mixture.is_file():
        made = make_reader_mixture(
            given.data, given.spans, seed=given.seed, scale=given.scale, leave_out=given.leave_out
        )
        write_examples(made, mixture)
    examples = read_examples(mixture)
    parts = Counter(f"{each.source.split()[0]} {each.stated or each.answered}" for each in examples)
    print(f"{len(examples):,} examples: {dict(parts.most_common())}", flush=True)
    torch.manual_seed(given.seed)
    layers = [int(one) for one in given.layers.split(",")] if given.layers else None
    if (given.start / "reader.safetensors").is_file():
        reader = Reader.load(given.start)
        if layers:
            reader.keep_layers(layers)
    else:
        reader = Reader.start(given.start, layers=layers)
    run = Run(
        reader,
        Batches(given.tokenizer or given.start),
        given.to,
        rate=given.rate,
        batch=given.batch,
        seed=given.seed,
        cool=given.cool,
    )
    run.train(examples, minutes=given.minutes)
    facts = {"examples": len(examples), "parts": parts, "steps": run.step, "rate": given.rate, "batch": given.batch}
    facts |= {"layers": given.layers, "seed": given.seed, "leave_out": given.leave_out, "cool": given.cool}
    (given.to / "run.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")


class Run:
    """A training run that can be interrupted.

    Args:
        to: folder of its checkpoints.
        cool: so many steps on a falling rate end it; None keeps the rate.
    """

    def __init__(
        self, reader: Reader, batches: Batches, to: Path, *, rate: float, batch: int, seed: int, cool: int | None
    ) -> None:
        self.step = 0
        self._reader = reader
        self._batches = batches
        self._to = to
        self._rate = rate
        self._size = batch
        self._seed = seed
        self._cool = cool
        # The word vectors are a quarter of the weights and stay as they are: rare words keep their meaning.
        for parameter in reader.trunk.get_input_embeddings().parameters():
            parameter.requires_grad_(requires_grad=False)
        heads = [value for name, value in reader.named_parameters() if not name.startswith("trunk.")]
        trunk = [value for value in reader.trunk.parameters() if value.requires_grad]
        self._optimizer = torch.optim.AdamW(
            [{"params": trunk, "lr": rate}, {"params": heads, "lr": 4 * rate}], weight_decay=0.01, fused=True
        )
        self._times = [1.0, 4.0]

    def train(self, examples: Sequence[Example], *, minutes: float | None) -> None:
        """Go through the examples once, from the last checkpoint on, and save the reader in ``to/model``."""
        self._resume()
        cooled_at = self.step
        started, total, seen = time.monotonic(), 0.0, 0
        self._reader.train()
        for place, chosen in enumerate(_alike(examples, self._size, self._seed)):
            if place < self.step:
                continue
            left = 1.0 if self._cool is None else 1.0 - (self.step - cooled_at) / self._cool
            if left <= 0 or (minutes and time.monotonic() - started > 60 * minutes):
                break
            loss = self._learn(self._batches.make([examples[each] for each in chosen]), left)
            total, seen = 0.98 * total + 0.02 * loss, seen + len(chosen)
            self.step += 1
            if self.step % 25 == 0:
                speed = seen / (time.monotonic() - started)
                bias = 1 - 0.98 ** max(1, seen // self._size)
                print(f"step {self.step}, loss {total / bias:.4f}, {speed:.1f} examples a second", flush=True)
            if self.step % _SAVED_EVERY == 0 and self._cool is None:
                self._keep()
        if self._cool is None:
            self._keep()
        self._reader.eval()
        self._reader.save(self._to / "model")

    def _learn(self, batch: Batch, left: float) -> float:
        warm = min(1.0, (self.step + 1) / _WARMING)
        for group, times in zip(self._optimizer.param_groups, self._times, strict=True):
            group["lr"] = self._rate * times * warm * left
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=_has_bfloat16()):
            loss = loss_of(self._reader(batch.input_ids, batch.attention_mask, batch.readable), batch)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._reader.parameters(), _CLIPPED)
        self._optimizer.step()
        return float(loss.detach())

    def _keep(self) -> None:
        draft = self._to / "checkpoint.draft"
        torch.save(
            {"step": self.step, "reader": self._reader.state_dict(), "optimizer": self._optimizer.state_dict()}, draft
        )
        draft.replace(self._to / "checkpoint.pt")

    def _resume(self) -> None:
        if (self._to / "checkpoint.pt").is_file():
            kept = torch.load(self._to / "checkpoint.pt", weights_only=True)
            self._reader.load_state_dict(kept["reader"])
            self._optimizer.load_state_dict(kept["optimizer"])
            self.step = kept["step"]


def _has_bfloat16() -> bool:
    return torch.backends.cpu.get_cpu_capability().startswith("AVX512")


def _alike(examples: Sequence[Example], size: int, seed: int) -> Iterator[list[int]]:
    """Batches of texts of about one length, in an order of chance: padding would cost a third of the time."""
    chance = random.Random(seed)
    lengths = [len(each.first) + len(each.second) for each in examples]
    order = list(range(len(examples)))
    wide = 50 * size
    batches = []
    for start in range(0, len(order), wide):
        alike = sorted(order[start : start + wide], key=lengths.__getitem__)
        part = [alike[place : place + size] for place in range(0, len(alike), size)]
        chance.shuffle(part)
        batches += part
    yield from batches


if __name__ == "__main__":
    main()
