"""Write a trained reader as one ONNX file with 4-bit matrices and 8-bit word vectors, and compare it with the model it was made of.

python training/export_reader.py build/reader/model --tokenizer FOLDER --to build/reader/reader.onnx
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from examples import Example
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.quantization.shape_inference import quant_pre_process
from reader_model import Batches, Reader
from torch import Tensor, nn

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
        "--bits", type=int, choices=(4, 8, 32), default=4, help="of the matrices; word vectors have 8, or 32"
    )
    given = parser.parse_args()
    given.to.parent.mkdir(parents=True, exist_ok=True)
    reader, batch = Reader.load(given.model).eval(), Batches(given.tokenizer).make(_TRIED)
    export(reader, (batch.input_ids, batch.attention_mask), given.to, bits=given.bits)
    with torch.inference_mode():
        wanted = [part.numpy() for part in Exported(reader)(batch.input_ids, batch.attention_mask)]
    session = onnxruntime.InferenceSession(str(given.to), providers=["CPUExecutionProvider"])
    got = session.run(
        list(NAMES), {"input_ids": batch.input_ids.numpy(), "attention_mask": batch.attention_mask.numpy()}
    )
    apart = max(float(np.abs(mine - theirs)[np.isfinite(mine)].max()) for mine, theirs in zip(wanted, got, strict=True))
    print(f"{given.to}: {given.to.stat().st_size / 1e6:.1f} MB; logits differ by at most {apart:.3f}")


def export(reader: Reader, rows: tuple[Tensor, Tensor], to: Path, *, bits: int) -> None:
    """Write the reader as one ONNX file."""
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
        if bits == 4:
            # Blocks of 32 weights with a scale each, products in 8 bits: further from the model than 8 bits are in nothing measured.
            matrices = MatMulNBitsQuantizer(onnx.load(ready), block_size=32, is_symmetric=True, accuracy_level=4)
            matrices.process()
            onnx.save(matrices.model.model, ready)
        quantize_dynamic(
            str(ready),
            str(to),
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["Gather"] if bits == 4 else ["MatMul", "Gather"],
        )


if __name__ == "__main__":
    main()
