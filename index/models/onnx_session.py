"""ONNX graphs to sessions that run them, and the tokenizers that feed them. The only module that imports onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy.typing as npt

from index.errors import ModelDamaged

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class Session(Protocol):
    """A graph that is ready to run. Safe to use from several threads."""

    def run(self, output_names: Sequence[str], input_feed: Mapping[str, npt.NDArray[Any]]) -> list[npt.NDArray[Any]]:
        """Return the named outputs for the named inputs."""
        ...


def open_session(graph: Path, *, threads: int, weights: Path | None = None) -> Session:
    """Return a session that runs on the processor.

    Args:
        graph: the ONNX file.
        threads: how many work on one run.
        weights: the folder with the file in which the graph's weights lie, where they do not lie in the graph. The file is
            mapped into memory rather than read.

    Raises:
        ModelDamaged: the graph cannot be run, or its weights are not where it says.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads that wait for work do not spin: where many ask at once they would take the processor from those that have some.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Processors without VNNI add two 8-bit products in 16 bits, which overflows: a logit was then off by up to 0.75.
    # With this, scores are the same on all of them, for a tenth to a quarter more time on those
    # (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html#when-and-why-do-i-need-to-try-u8u8).
    options.add_session_config_entry("session.x64quantprecision", "1")
    if weights is not None:
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(weights))
    try:
        # Only a graph that is given as bytes may have its weights in another folder than its own.
        given = str(graph) if weights is None else graph.read_bytes()
        session: Session = onnxruntime.InferenceSession(given, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        # What onnxruntime raises has no common class of its own; all of it means the same here.
        if not type(error).__module__.startswith("onnxruntime"):
            raise
        raise ModelDamaged(
            f"The graph {graph.name!r} cannot be run: {error}.", hint="Install Citewire again."
        ) from error
    return session


def open_tokenizer(file: Path, *, maximum_tokens: int) -> Tokenizer:
    """Return a tokenizer that cuts what is longer and pads nothing, whatever its file says of both."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.enable_truncation(maximum_tokens)
    tokenizer.no_padding()
    return tokenizer
