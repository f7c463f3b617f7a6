"""Write a trained reader as one ONNX file with 8-bit weights, and compare it with the model it was made of.

python training/export_reader.py build/reader/model --tokenizer FOLDER --to build/reader/reader.onnx
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from examples import Example
from onnxruntime.quantization import QuantType, quantize_dynamic
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
    parser.add_argument("--full", action="store_true", help="keep 32-bit weights, to compare with")
    given = parser.parse_args()
    given.to.parent.mkdir(parents=True, exist_ok=True)
    reader, batch = Reader.load(given.model).eval(), Batches(given.tokenizer).make(_TRIED)
    export(reader, (batch.input_ids, batch.attention_mask), given.to, quantised=not given.full)
    with torch.inference_mode():
        wanted = [part.numpy() for part in Exported(reader)(batch.input_ids, batch.attention_mask)]
    session = onnxruntime.InferenceSession(str(given.to), providers=["CPUExecutionProvider"])
    got = session.run(
        list(NAMES), {"input_ids": batch.input_ids.numpy(), "attention_mask": batch.attention_mask.numpy()}
    )
    apart = max(float(np.abs(mine - theirs)[np.isfinite(mine)].max()) for mine, theirs in zip(wanted, got, strict=True))
    print(f"{given.to}: {given.to.stat().st_size / 1e6:.1f} MB; logits differ by at most {apart:.3f}")


def export(reader: Reader, rows: tuple[Tensor, Tensor], to: Path, *, quantised: bool = True) -> None:
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
        if not quantised:
            plain.replace(to)
            return
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        quantize_dynamic(
            str(ready),
            str(to),
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"],
        )


if __name__ == "__main__":
    main()
