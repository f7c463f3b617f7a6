"""Smoothing changes what is quantised, never what is computed."""

from __future__ import annotations

import torch
from reader_model import Batch, Reader
from smoothing import Smoothed, smooth
from torch import nn
from transformers import MPNetConfig, MPNetModel


def small_reader() -> Reader:
    torch.manual_seed(3)
    config = MPNetConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32
    )
    return Reader(MPNetModel(config, add_pooling_layer=False)).eval()


def batch_of(seed: int) -> Batch:
    ids = torch.randint(4, 50, (3, 9), generator=torch.Generator().manual_seed(seed))
    mask = torch.ones_like(ids)
    none = torch.full((3,), -1)
    return Batch(ids, mask, mask.bool(), torch.full((3, 2), -1), none, none, [])


def test_the_logits_stay() -> None:
    reader, batch = small_reader(), batch_of(1)
    with torch.inference_mode():
        before = reader(batch.input_ids, batch.attention_mask, batch.readable)
        smooth(reader, [batch_of(2), batch_of(3)])
        after = reader(batch.input_ids, batch.attention_mask, batch.readable)
    assert torch.allclose(before.answers, after.answers, atol=1e-4)
    assert torch.allclose(before.states, after.states, atol=1e-4)
    replaced = [name for name, layer in reader.trunk.named_modules() if isinstance(layer, Smoothed)]
    assert any(name.endswith("intermediate.dense") for name in replaced)
    assert not any(name.endswith("output.dense") and "attention" not in name for name in replaced)


def test_a_layer_with_a_massive_token_is_named() -> None:
    reader, batch = small_reader(), batch_of(1)
    layer = reader.trunk.encoder.layer[1].intermediate.dense
    assert isinstance(layer, nn.Linear)
    with torch.no_grad():
        # One word that makes one channel of this layer enormous, and nothing else.
        layer.weight[0] = 0.0
        layer.bias[0] = 0.0
    rare = batch.input_ids.clone()
    rare[0, 3] = 49
    calm = smooth(small_reader(), [batch])

    def enlarge(_module: nn.Module, _given: tuple[torch.Tensor, ...], found: torch.Tensor) -> torch.Tensor:
        found = found.clone()
        found[0, 3, 0] = 500.0
        return found

    handle = layer.register_forward_hook(enlarge)
    named = smooth(reader, [batch])
    handle.remove()
    assert calm == []
    assert named == ["encoder.layer.1.output.dense"]
