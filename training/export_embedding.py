"""Write the graph of an embedding model as an ONNX file without its weights, and compare it with the model it was made of.

    python training/export_embedding.py all-MiniLM-L6-v2 --to index/weights/embedding/all-MiniLM-L6-v2.onnx

From token ids to unit vectors: the layers, the mean over the tokens, the length. In place of each weight the graph says at
which byte of the model's own ``model.safetensors`` it lies, so that the graph is small and the weights exist once on a disk.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModel, AutoTokenizer

from index.models.graph_encoder import GraphEncoder
from index.models.registry import locate_model
from index.settings import load_settings

_WEIGHTS = "model.safetensors"
_LAYERS = "layers."  # what the names of the weights begin with in the module below, and not in the file
_NAMES = ("input_ids", "attention_mask", "token_type_ids")
_TRIED = [
    "When did it leave?",
    "Inflation rose in March.",
    "Prices fell in March, the bank said on Tuesday, and would fall again.",
    "Harbour dues " * 300,
]


class Pooled(torch.nn.Module):
    """The layers of a model, and the unit vector of each row: the mean over the tokens that are no padding.

    Args:
        names: what the layers read of a text. The graph is given all of ``_NAMES`` and lets the others be: MPNet knows no types.
    """

    def __init__(self, layers: torch.nn.Module, names: Collection[str]) -> None:
        super().__init__()
        self.layers = layers
        self._names = names

    def forward(self, *rows: torch.Tensor) -> torch.Tensor:
        """Return unit vectors, shape ``(texts, dimension)``, of token ids, mask and types, each ``(texts, tokens)``."""
        given = dict(zip(_NAMES, rows, strict=True))
        states = self.layers(**{name: row for name, row in given.items() if name in self._names})[0]
        mask = rows[1].unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, p=2, dim=1)


def main() -> None:
    """Export and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="an embedding model of the registry")
    parser.add_argument("--to", type=Path, required=True)
    given = parser.parse_args()
    home = locate_model(given.model, load_settings({}).models)
    given.to.parent.mkdir(parents=True, exist_ok=True)
    export(home, given.to)
    content = given.to.read_bytes()
    print(f"{given.to}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    print(f"least cosine with sentence-transformers: {compare(home, given.to):.7f}")


def export(home: Path, to: Path) -> None:
    """Write the graph of the model in ``home``, without its weights.

    Raises:
        KeyError: the graph needs a weight that the model's file does not hold.
        ValueError: it holds one in another form.
    """
    layers = AutoModel.from_pretrained(home, attn_implementation="eager", add_pooling_layer=False).eval()
    rows = AutoTokenizer.from_pretrained(home)(_TRIED[:3], padding=True, return_tensors="pt")
    torch.onnx.export(
        Pooled(layers, set(rows)),
        tuple(rows.get(name, torch.zeros_like(rows["input_ids"])) for name in _NAMES),
        str(to),
        input_names=list(_NAMES),
        output_names=["vectors"],
        dynamic_axes={name: {0: "texts", 1: "tokens"} for name in _NAMES} | {"vectors": {0: "texts"}},
        opset_version=17,
        do_constant_folding=False,  # a folded weight is another tensor than the one in the file
        dynamo=False,
    )
    model = onnx.load(str(to))
    take_all_inputs(model)
    leave_out_weights(model, home / _WEIGHTS)
    to.write_bytes(model.SerializeToString())


def take_all_inputs(model: onnx.ModelProto) -> None:
    """Declare the inputs that the exporter dropped because nothing reads them: whoever runs a graph gives the same to each."""
    inputs = {each.name: each for each in model.graph.input}
    for name in _NAMES:
        if name not in inputs:
            model.graph.input.add().CopyFrom(inputs["input_ids"])
            model.graph.input[-1].name = name


def leave_out_weights(model: onnx.ModelProto, file: Path) -> None:
    """Put the place of each weight in ``file`` where the weight was."""
    first, tensors = read_places(file)
    for weight in model.graph.initializer:
        place = tensors[weight.name.removeprefix(_LAYERS)]
        start, end = place["data_offsets"]
        if place["dtype"] != "F32" or place["shape"] != list(weight.dims) or weight.data_type != onnx.TensorProto.FLOAT:
            raise ValueError(f"{weight.name} is {weight.dims} in the graph and {place} in the file.")
        weight.ClearField("raw_data")
        weight.data_location = onnx.TensorProto.EXTERNAL
        for key, value in (("location", file.name), ("offset", first + start), ("length", end - start)):
            weight.external_data.add(key=key, value=str(value))
    for node in model.graph.node:
        node.ClearField("doc_string")  # where in the code of torch and transformers it came from
        node.ClearField("metadata_props")


def read_places(file: Path) -> tuple[int, dict[str, dict[str, Any]]]:
    """Return where the tensors begin in a safetensors file, and by name where each lies from there, its type and its shape.

    The format: https://huggingface.co/docs/safetensors/index#format
    """
    with file.open("rb") as opened:
        (length,) = struct.unpack("<Q", opened.read(8))
        return 8 + length, json.loads(opened.read(length))


def compare(home: Path, file: Path) -> float:
    """Return the least cosine of the two models' vectors of a few texts."""
    wanted = SentenceTransformer(str(home), device="cpu", local_files_only=True).encode(
        _TRIED, normalize_embeddings=True
    )
    given = GraphEncoder(home, file, batch_size=2).encode(_TRIED)
    return float(np.sum(wanted * given, axis=1).min())


if __name__ == "__main__":
    main()
