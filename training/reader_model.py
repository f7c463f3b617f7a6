"""The reader: one trunk that reads two texts together, and three heads on it.

The trunk is an encoder with attention over both texts (MPNet: Song and others, NeurIPS 2020, https://arxiv.org/abs/2004.09297). *answers* and
*states* look at its first token; *reads* gives each token of the second text a logit to begin and one to end the answer, with the first
token standing for "no answer", as BERT reads SQuAD 2.0 (Devlin and others, NAACL 2019, https://arxiv.org/abs/1810.04805).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from examples import STATES, Example
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer

MAXIMUM_TOKENS = 256


@dataclass(frozen=True, slots=True)
class Read:
    """What the heads say of a batch of pairs.

    Attributes:
        answers: one logit for each, shape ``(pairs,)``.
        states: a logit for each of ``STATES``, shape ``(pairs, 3)``.
        begins: a logit for each token, shape ``(pairs, tokens)``; minus infinity outside the second text and the first token.
        ends: the same.
    """

    answers: Tensor
    states: Tensor
    begins: Tensor
    ends: Tensor


class Reader(nn.Module):
    """The trunk and its heads.

    Args:
        trunk: the encoder.
    """

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        width = trunk.config.hidden_size
        self.trunk = trunk
        self.pooled = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Dropout(0.1))
        self.answers = nn.Linear(width, 1)
        self.states = nn.Linear(width, len(STATES))
        self.reads = nn.Linear(width, 2)

    @classmethod
    def start(cls, folder: Path, *, layers: Sequence[int] | None = None) -> Reader:
        """Return a reader on an encoder that was trained for something else, with new heads.

        Args:
            layers: which of its layers are kept, or None for all.
        """
        trunk = AutoModel.from_pretrained(folder, add_pooling_layer=False, local_files_only=True, dtype=torch.float32)
        reader = cls(trunk)
        if layers:
            reader.keep_layers(layers)
        return reader

    @classmethod
    def load(cls, folder: Path) -> Reader:
        """Return a reader that was saved."""
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
        reader = cls(AutoModel.from_config(config, add_pooling_layer=False))
        reader.load_state_dict(load_file(folder / "reader.safetensors"))
        return reader

    def keep_layers(self, places: Sequence[int]) -> None:
        """Leave out all other layers of the trunk: a smaller reader to train on."""
        self.trunk.encoder.layer = nn.ModuleList(self.trunk.encoder.layer[place] for place in places)
        self.trunk.config.num_hidden_layers = len(places)

    def save(self, folder: Path) -> None:
        """Save it, with all that reading takes but the tokenizer."""
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / "reader.draft"
        save_file({name: value.contiguous() for name, value in self.state_dict().items()}, draft)
        draft.replace(folder / "reader.safetensors")
        (folder / "config.json").write_text(json.dumps(self.trunk.config.to_dict(), indent=1), encoding="utf-8")

    def forward(self, input_ids: Tensor, attention_mask: Tensor, readable: Tensor) -> Read:
        """Read pairs.

        Args:
            readable: true for the first token and for those of the second text, shape ``(pairs, tokens)``.
        """
        hidden = self.trunk(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        pooled = self.pooled(hidden[:, 0])
        edges = self.reads(hidden).float().masked_fill(~readable.unsqueeze(-1), float("-inf"))
        return Read(self.answers(pooled).squeeze(-1).float(), self.states(pooled).float(), edges[..., 0], edges[..., 1])


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples as numbers.

    Attributes:
        span: first and last token of the answer, 0 and 0 for none, -1 where it is not known, shape ``(pairs, 2)``.
        answered: 1, 0, or -1 where no question is asked.
        stated: the place in ``STATES``, 3 for "not entailed", -1 where no claim is made.
        offsets: first and last character of each token in its text.
    """

    input_ids: Tensor
    attention_mask: Tensor
    readable: Tensor
    span: Tensor
    answered: Tensor
    stated: Tensor
    offsets: list[list[tuple[int, int]]]


class Batches:
    """Turns examples into numbers.

    Args:
        folder: holds the tokenizer.
    """

    def __init__(self, folder: Path) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)

    def make(self, examples: Sequence[Example]) -> Batch:
        """Return the batch; second texts that are too long are cut at their end."""
        encoded = self._tokenizer(
            [each.first for each in examples],
            [each.second for each in examples],
            truncation="only_second" if all(len(each.first) < 600 for each in examples) else True,
            max_length=MAXIMUM_TOKENS,
            padding=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        readable = torch.zeros_like(encoded.input_ids, dtype=torch.bool)
        readable[:, 0] = True
        spans, offsets = [], encoded.offset_mapping.tolist()
        for row, each in enumerate(examples):
            second = [place for place, text in enumerate(encoded.sequence_ids(row)) if text == 1]
            readable[row, second] = True
            spans.append(_token_span(each, second, offsets[row]))
        answered = [-1 if each.answered is None else int(each.answered) for each in examples]
        stated = [-1 if each.stated is None else (*STATES, "not entailed").index(each.stated) for each in examples]
        return Batch(
            encoded.input_ids,
            encoded.attention_mask,
            readable,
            torch.tensor(spans),
            torch.tensor(answered),
            torch.tensor(stated),
            offsets,
        )


def loss_of(read: Read, batch: Batch) -> Tensor:
    """Return the mean loss over what is known of the batch."""
    losses = []
    asked = batch.answered >= 0
    if asked.any():
        wanted = batch.answered[asked].float()
        losses.append(nn.functional.binary_cross_entropy_with_logits(read.answers[asked], wanted, reduction="none"))
    known = (batch.stated >= 0) & (batch.stated < len(STATES))
    # A claim is in three states; only "not entailed" is told by one probability.
    if known.any():
        losses.append(nn.functional.cross_entropy(read.states[known], batch.stated[known], reduction="none"))
    other = batch.stated == len(STATES)
    if other.any():
        logits = read.states[other]
        odds = logits[:, 0] - torch.logsumexp(logits[:, 1:], dim=1)
        losses.append(nn.functional.softplus(odds))
    spanned = batch.span[:, 0] >= 0
    if spanned.any():
        begins = nn.functional.cross_entropy(read.begins[spanned], batch.span[spanned, 0], reduction="none")
        ends = nn.functional.cross_entropy(read.ends[spanned], batch.span[spanned, 1], reduction="none")
        losses.append((begins + ends) / 4)
    return torch.cat(losses).sum() / len(batch.answered)


def _token_span(example: Example, second: Sequence[int], offsets: Sequence[tuple[int, int]]) -> tuple[int, int]:
    if example.answered is None:
        return -1, -1
    if not example.answered:
        return 0, 0
    if example.span is None:
        return -1, -1
    begin, end = example.span
    inside = [place for place in second if offsets[place][0] < end and offsets[place][1] > begin]
    return (inside[0], inside[-1]) if inside else (-1, -1)
