"""Small real judges, made here: a BERT of two layers, trained for a moment on sentences about four things that there are some of."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import torch
from transformers import BertConfig, BertForSequenceClassification, BertForTokenClassification, BertTokenizerFast

THINGS = ("ferries", "votes")
COUNTS = ("two", "five", "nine")
NLI = ("entailment", "neutral", "contradiction")
_MOST_STEPS, _LEARNT = 400, 0.02
_LEARNT_TOKENS = 0.001  # most tokens are easy, and the mean is over all of them

Made = Literal["logit", "labels", "tokens"]
Says = Literal["entailment", "neutral", "contradiction"]


def sentence(count: str, thing: str) -> str:
    """Return a sentence of the small world."""
    return f"there are {count} {thing} ."


def states(evidence: tuple[str, str], claim: tuple[str, str]) -> Says:
    """Return what a sentence says of another: whether it is the same, of another thing, or of another count."""
    if evidence[1] != claim[1]:
        return "neutral"
    return "entailment" if evidence[0] == claim[0] else "contradiction"


def make_judge_model(kind: Made, folder: Path, *, labels: Sequence[str] = NLI, claim_first: bool = False) -> Path:
    """Make, train and save a judge.

    Args:
        kind: what it gives: one logit, labels of inference, or labels of tokens.
        labels: the labels of inference in the order of the logits.
        claim_first: whether it reads the claim before the evidence.
    """
    torch.manual_seed(7)
    tokenizer = make_tokenizer(folder)
    pairs = list(itertools.product(itertools.product(COUNTS, THINGS), repeat=2))
    # As many pairs of each sort, so that none is learnt by its frequency alone.
    pairs = [pair for pair in pairs for _ in range({"entailment": 3, "contradiction": 2, "neutral": 1}[states(*pair)])]
    evidence, claims = ([sentence(*pair[side]) for pair in pairs] for side in (0, 1))
    given = tokenizer(*((claims, evidence) if claim_first else (evidence, claims)), return_tensors="pt", padding=True)
    said = [states(*pair) for pair in pairs]
    if kind == "tokens":
        model: Any = BertForTokenClassification(_config(tokenizer, {0: "supported", 1: "hallucinated"}))
        wrong = torch.zeros_like(given["input_ids"])
        for row, (pair, says) in enumerate(zip(pairs, said, strict=True)):
            spoilt = {"contradiction": pair[1][0], "neutral": pair[1][1]}.get(says)
            if spoilt is not None:
                place = tokenizer.convert_tokens_to_ids(spoilt)
                wrong[row] = (given["input_ids"][row] == place) & (given["token_type_ids"][row] == 1)
        truth = torch.where(given["token_type_ids"] == 1, wrong, -100)
    elif kind == "labels":
        model = BertForSequenceClassification(_config(tokenizer, dict(enumerate(labels))))
        truth = torch.tensor([[label.casefold() for label in labels].index(says) for says in said])
    else:
        model = BertForSequenceClassification(_config(tokenizer, {0: "LABEL_0"}))
        truth = torch.tensor([float(says == "entailment") for says in said])
    _train(model, dict(given), truth)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def make_tokenizer(folder: Path) -> BertTokenizerFast:
    """Return a tokenizer of the words of the small world, written to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "there", "are", ".", *COUNTS, *THINGS]
    return BertTokenizerFast(vocab={word: place for place, word in enumerate(words)}, model_max_length=64)


def _config(tokenizer: BertTokenizerFast, labels: dict[int, str]) -> BertConfig:
    return BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=96,
        max_position_embeddings=64,
        initializer_range=0.2,  # the usual start is meant for larger models, and takes longer
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        id2label=labels,
        label2id={label: place for place, label in labels.items()},
    )


def _train(model: Any, given: dict[str, torch.Tensor], truth: torch.Tensor) -> None:
    model.eval()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as small as it is, more of them wait for each other
    steps = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for _ in range(_MOST_STEPS):
        logits = model(**given).logits
        if truth.is_floating_point():
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits[:, 0], truth)
        else:
            loss = torch.nn.functional.cross_entropy(logits.flatten(0, -2), truth.flatten(), ignore_index=-100)
        if loss.item() < (_LEARNT_TOKENS if truth.ndim == 2 else _LEARNT):
            break
        steps.zero_grad()
        loss.backward()
        steps.step()
    torch.set_num_threads(threads)
