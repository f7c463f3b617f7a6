"""Write a trained judge as an ONNX file with 8-bit weights, and compare it with the model it was made of.

    python training/export.py build/judge/answers/model --to index/weights/judge/answers.onnx

The linear layers are quantised dynamically, one scale for each output channel; the word vectors are kept as 8-bit numbers
too. What that costs in AUC and gives in speed is measured by ``benchmarks/judge.py``.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from transformers import AutoModelForSequenceClassification, AutoTokenizer

_TRIED = [
    ("When did it leave?", "The ferry left at noon."),
    ("Inflation rose in March.", "Prices fell in March, the bank said on Tuesday, and would fall again."),
]


def main() -> None:
    """Export, quantise, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder of the trained model")
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--full", action="store_true", help="keep 32-bit weights, to compare with")
    given = parser.parse_args()
    given.to.parent.mkdir(parents=True, exist_ok=True)
    export(given.model, given.to, quantised=not given.full)
    print(
        f"{given.to}: {given.to.stat().st_size / 1e6:.1f} MB; logits differ by at most {compare(given.model, given.to):.3f}"
    )


def export(home: Path, to: Path, *, quantised: bool = True) -> None:
    """Write the model in ``home`` as one ONNX file."""
    model = AutoModelForSequenceClassification.from_pretrained(home, attn_implementation="eager").eval()
    tokenizer = AutoTokenizer.from_pretrained(home)
    rows = tokenizer(*zip(*_TRIED, strict=True), padding=True, return_tensors="pt")
    names = ["input_ids", "attention_mask", "token_type_ids"]
    with tempfile.TemporaryDirectory() as folder:
        plain, ready = Path(folder) / "plain.onnx", Path(folder) / "ready.onnx"
        torch.onnx.export(
            model,
            tuple(rows[name] for name in names),
            str(plain),
            input_names=names,
            output_names=["logits"],
            dynamic_axes={name: {0: "pairs", 1: "tokens"} for name in names} | {"logits": {0: "pairs"}},
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


def compare(home: Path, file: Path) -> float:
    """Return the greatest difference of the two models' logits on a few pairs."""
    model = AutoModelForSequenceClassification.from_pretrained(home).eval()
    rows = AutoTokenizer.from_pretrained(home)(*zip(*_TRIED, strict=True), padding=True, return_tensors="pt")
    with torch.inference_mode():
        wanted = model(**rows).logits.numpy()
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    (given,) = session.run(
        ["logits"], {name: rows[name].numpy() for name in ("input_ids", "attention_mask", "token_type_ids")}
    )
    return float(np.abs(wanted - given).max())


if __name__ == "__main__":
    main()
