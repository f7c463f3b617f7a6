"""Write a trained reader as an ONNX graph with 8-bit matrices and word vectors, and compare it with the model it was made of.

python training/export_reader.py build/reader/model --tokenizer FOLDER --to build/reader/reader.onnx

The 8-bit graph keeps its weights in two files beside it, since no file may be greater than some hosts of repositories bear.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from examples import Example
from frames import fill_frames, read_frames
from onnx.external_data_helper import set_external_data
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.quantization.shape_inference import quant_pre_process
from reader_model import Batches, Reader
from smoothing import smooth
from torch import Tensor, nn

_PARTS = ("words", "matrices")
_WORTH_MOVING = 1024  # bytes
_LOOKED_AT = 400  # texts whose greatest values are taken for all
NAMES = ("answers", "states", "begins", "ends")
_TRIED = [
    Example("When did it leave?", "The ferry left at noon.", "tried", answered=True),
    Example(
        "Inflation rose in March.", "Prices fell in March, the bank said on Tuesday.", "tried", stated="contradicted"
    ),
]


class Exported(nn.Module):
    """The reader with plain outputs: which tokens may be read is left to whoever runs it."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, ...]:
        """Return the logits of the heads."""
        read = self.reader(input_ids, attention_mask, attention_mask.bool())
        return read.answers, read.states, read.begins, read.ends


def main() -> None:
    """Export, quantise, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder of the trained reader")
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument(
        "--bits", type=int, choices=(4, 8, 32), default=8, help="of the matrices; word vectors have 8, or 32"
    )
    given = parser.parse_args()
    given.to.parent.mkdir(parents=True, exist_ok=True)
    reader, batches = Reader.load(given.model).eval(), Batches(given.tokenizer)
    batch = batches.make(_TRIED)
    massive: list[str] = []
    if given.bits == 8:
        texts = fill_frames(read_frames(), _LOOKED_AT, seed=1)
        massive = smooth(reader, [batches.make(texts[start : start + 20]) for start in range(0, len(texts), 20)])
    export(reader, (batch.input_ids, batch.attention_mask), given.to, bits=given.bits, massive=massive)
    with torch.inference_mode():
        wanted = [part.numpy() for part in Exported(reader)(batch.input_ids, batch.attention_mask)]
    session = onnxruntime.InferenceSession(str(given.to), providers=["CPUExecutionProvider"])
    got = session.run(
        list(NAMES), {"input_ids": batch.input_ids.numpy(), "attention_mask": batch.attention_mask.numpy()}
    )
    apart = max(float(np.abs(mine - theirs)[np.isfinite(mine)].max()) for mine, theirs in zip(wanted, got, strict=True))
    size = sum(file.stat().st_size for file in given.to.parent.glob(f"{given.to.stem}.*"))
    print(f"{given.to}: {size / 1e6:.1f} MB; logits differ by at most {apart:.3f}")


def export(reader: Reader, rows: tuple[Tensor, Tensor], to: Path, *, bits: int, massive: Sequence[str] = ()) -> None:
    """Write the reader as an ONNX graph.

    Args:
        massive: layers of the trunk in which single tokens are so great that one scale for a text leaves nothing of the others; they get
            a scale for each 32 values.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain, ready = Path(folder) / "plain.onnx", Path(folder) / "ready.onnx"
        inputs = ["input_ids", "attention_mask"]
        torch.onnx.export(
            Exported(reader),
            rows,
            str(plain),
            input_names=inputs,
            output_names=list(NAMES),
            dynamic_axes={name: {0: "pairs", 1: "tokens"} for name in (*inputs, "begins", "ends")}
            | {"answers": {0: "pairs"}, "states": {0: "pairs"}},
            opset_version=17,
            dynamo=False,
        )
        if bits == 32:
            shutil.move(plain, to)
            return
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        graph = onnx.load(ready)
        matrices = [node.name for node in graph.graph.node if node.op_type == "MatMul"]
        others = [name for name in matrices if bits == 8 and not _is_one_of(name, massive)]
        if len(others) < len(matrices):
            blocks = MatMulNBitsQuantizer(
                graph, bits=bits, block_size=32, is_symmetric=True, accuracy_level=4, nodes_to_exclude=others
            )
            blocks.process()
            onnx.save(blocks.model.model, ready)
        quantize_dynamic(
            str(ready),
            str(to),
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["Gather"] if bits == 4 else ["MatMul", "Gather"],
        )
    if bits == 8:
        _split(to)


def _is_one_of(node: str, layers: Sequence[str]) -> bool:
    return any(node.replace("/", ".").endswith(f"trunk.{layer}.MatMul") for layer in layers)


def _split(path: Path) -> None:
    """Move the weights of a graph into two files beside it: the word vectors, and the matrices."""
    model = onnx.load(path)
    greatest = max(model.graph.initializer, key=lambda tensor: len(tensor.raw_data))
    for kind in _PARTS:
        path.with_suffix(f".{kind}").unlink(missing_ok=True)
    for tensor in model.graph.initializer:
        if len(tensor.raw_data) > _WORTH_MOVING:
            set_external_data(tensor, path.with_suffix(f".{_PARTS[tensor is not greatest]}").name)
    onnx.save(model, path)


if __name__ == "__main__":
    main()
