"""Make a reader fit for 8 bits: channels whose values are far greater than the rest are scaled down, and their weights up.

Activations are quantised with one scale for a whole text; where a few channels are fifty times as great as the others, those are left
with two or three bits. What is great in a channel goes into the weights ("SmoothQuant", Xiao and others, ICML 2023,
https://arxiv.org/abs/2211.10438). Where single tokens are great in all of a layer ("Massive Activations", Sun and others, COLM 2024,
https://arxiv.org/abs/2402.17762) that cannot help: such layers are named, and must not be quantised so.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from reader_model import Batch, Reader
from torch import Tensor, nn

_BETWEEN = 0.5  # how much of the difficulty goes from the activations to the weights
_LEAST = 1e-5
_MASSIVE = 20.0  # times the median of the tokens


class Smoothed(nn.Module):
    """A linear layer that divides what comes in by a scale for each channel, and holds its weights multiplied by the same."""

    def __init__(self, layer: nn.Linear, greatest: Tensor) -> None:
        super().__init__()
        weights = layer.weight.abs().amax(dim=0).clamp(min=_LEAST)
        scale = (greatest.clamp(min=_LEAST) ** _BETWEEN / weights ** (1 - _BETWEEN)).clamp(min=_LEAST)
        self.layer = nn.Linear(layer.in_features, layer.out_features)
        self.layer.weight = nn.Parameter(layer.weight * scale)
        self.layer.bias = nn.Parameter(layer.bias.clone())
        self.register_buffer("shrink", 1.0 / scale)

    def forward(self, values: Tensor) -> Tensor:
        """Return what the layer gave before, but for rounding."""
        return self.layer(values * self.shrink)


def smooth(reader: Reader, batches: Sequence[Batch]) -> list[str]:
    """Replace the linear layers of the trunk, in place, but for those that narrow or hold massive tokens; return the names of those with massive tokens.

    Args:
        batches: texts like those that will be read; the greatest values of each channel are taken from them.
    """
    greatest: dict[str, Tensor] = {}
    tokens: dict[str, list[Tensor]] = {}

    def watch(name: str) -> torch.utils.hooks.RemovableHandle:
        def look(_module: nn.Module, given: tuple[Tensor, ...]) -> None:
            values = given[0].abs().flatten(0, -2)
            found = values.amax(dim=0)
            tokens.setdefault(name, []).append(values.amax(dim=-1))
            greatest[name] = torch.maximum(greatest[name], found) if name in greatest else found

        return layers[name].register_forward_pre_hook(look)

    layers = {name: module for name, module in reader.trunk.named_modules() if isinstance(module, nn.Linear)}
    watching = [watch(name) for name in layers]
    with torch.inference_mode():
        for batch in batches:
            reader(batch.input_ids, batch.attention_mask, batch.readable)
    for handle in watching:
        handle.remove()
    massive = [name for name in layers if (all_of := torch.cat(tokens[name])).max() > _MASSIVE * all_of.median()]
    with torch.no_grad():
        for name, layer in layers.items():
            # What narrows comes behind an activation, where each token is great in channels of its own: a trial made it four times worse.
            if name in massive or layer.in_features > layer.out_features:
                continue
            above, _, last = name.rpartition(".")
            setattr(reader.trunk.get_submodule(above), last, Smoothed(layer, greatest[name].clone()))
    return massive
