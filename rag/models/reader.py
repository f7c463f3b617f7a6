"""Two texts read together by the reader: whether, and with which words, the second answers the first, and what it says of it as a claim.

One ONNX graph with three heads (``training/reader_model.py``; how good they are: ``docs/judge.md``). Its weights are a wheel of their own,
``citewire-reader``; in a checkout they lie in ``index/weights/reader``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from index.articles import Span
from index.errors import ModelDamaged, SettingsError
from index.models.onnx_session import Session, open_session, open_tokenizer
from index.models.registry import find_model, home_of, is_present, locate_model
from index.settings import Settings
from rag.models.pair_session import PairSession

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAXIMUM_TOKENS = 256
_OWN = "reader"  # in the registry
_GRAPH, _TOKENIZER = "reader.onnx", "tokenizer.json"
_OUTPUTS = ("answers", "states", "begins", "ends")
_LONGEST_ANSWER = 30  # tokens


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of a pair.

    Attributes:
        answers: logit that the second text answers the first.
        entailed: probability that it states the first, a claim.
        contradicted: that it states the contrary.
        unsaid: that it states neither; the three sum to 1.
        words: where in the second text the answer stands.
        likely: how much likelier these words are than none, in log-odds.
    """

    answers: float
    entailed: float
    contradicted: float
    unsaid: float
    words: Span | None
    likely: float


@runtime_checkable
class ReadsClosely(Protocol):
    """Whatever reads two texts together as closely as a reader does. A judge of one's own need not."""

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading] | None:
        """Return what is said of each pair of a question or claim and a text, or None where nobody reads so closely."""
        ...


def read_closely(judge: object, pairs: Sequence[tuple[str, str]]) -> list[Reading] | None:
    """Return what a judge says of pairs that it reads closely, or None where it does not."""
    return judge.read(pairs) if isinstance(judge, ReadsClosely) else None


def can_read_closely(judge: object) -> bool:
    """Return whether a judge reads pairs closely."""
    return read_closely(judge, ()) is not None


class Reader:
    """The reader, loaded when first used. Safe to use from several threads.

    Each pair is read on its own, so that no score depends on its neighbours (see ``CrossEncoder``).

    Args:
        graph: the ONNX file; files with its weights may lie beside it.
        tokenizer: the tokenizer's JSON file.
        check: called before they are opened: raises where they are not the right ones.
        threads: pairs that are read at once; 0 means one per core.
    """

    def __init__(
        self, graph: Path, tokenizer: Path, *, check: Callable[[], object] | None = None, threads: int = 0
    ) -> None:
        self._graph = graph
        self._tokenizer = tokenizer
        self._check = check
        self._pairs = PairSession(self._open, threads=threads)

    def load(self) -> None:
        """Load the weights unless they are loaded.

        Raises:
            ModelDamaged: a file is not the one that the registry names.
        """
        self._pairs.load()

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return what is said of each pair of a question or claim and a text.

        Raises:
            ModelDamaged: the model gave what is no number.
        """
        return self._pairs.run(pairs, _read)

    def with_session(self, session: Session, tokenizer: Tokenizer) -> Reader:
        """Return a reader of other weights, such as those of a training run that is being measured."""
        other = copy.copy(self)
        other._pairs = self._pairs.opening(lambda: (session, tokenizer))
        return other

    def close(self) -> None:
        """Free the weights."""
        self._pairs.close()

    def _open(self) -> tuple[Session, Tokenizer]:
        if self._check:
            self._check()
        # One thread for each: the pairs are read side by side.
        session = open_session(self._graph, threads=1)
        return session, open_tokenizer(self._tokenizer, maximum_tokens=MAXIMUM_TOKENS)


def open_reader(settings: Settings) -> Reader | None:
    """Return the reader that the settings name, not loaded yet, or None for none.

    Raises:
        SettingsError: its folder does not hold both files.
    """
    if settings.verify.reader == "none":
        return None
    if settings.verify.reader == "auto":
        if not is_present(_OWN, settings.models):
            return None
        home = home_of(find_model(_OWN), settings.models)
        return Reader(home / _GRAPH, home / _TOKENIZER, check=lambda: locate_model(_OWN, settings.models))
    folder = Path(settings.verify.reader)
    missing = [name for name in (_GRAPH, _TOKENIZER) if not (folder / name).is_file()]
    if missing:
        raise SettingsError(
            f"The reader's folder {str(folder)!r} does not hold {' and '.join(missing)}.",
            hint="training/README.md says how a reader is trained and written there.",
        )
    return Reader(folder / _GRAPH, folder / _TOKENIZER)


def _read(session: Session, encoding: Any) -> Reading:
    given = {
        "input_ids": np.array([encoding.ids], dtype=np.int64),
        "attention_mask": np.array([encoding.attention_mask], dtype=np.int64),
    }
    answers, states, begins, ends = (output[0] for output in session.run(list(_OUTPUTS), given))
    if not (np.isfinite(answers) and np.isfinite(states).all()):
        raise ModelDamaged("The reader gave a score that is no number.")
    shares = np.exp(states - states.max())
    entailed, contradicted, unsaid = (float(share) for share in shares / shares.sum())
    span, likely = _best_words(encoding, begins, ends)
    return Reading(float(answers), entailed, contradicted, unsaid, span, likely)


def _best_words(
    encoding: Any, begins: npt.NDArray[np.float32], ends: npt.NDArray[np.float32]
) -> tuple[Span | None, float]:
    """Return the likeliest words of the second text, and by how much they are likelier than none, which the first token stands for."""
    second = [place for place, text in enumerate(encoding.sequence_ids) if text == 1]
    if not second:
        return None, -np.inf
    first, last = second[0], second[-1] + 1
    together = begins[first:last, None] + ends[None, first:last]
    size = last - first
    together = np.where(
        np.tri(size, size, -1, dtype=bool), -np.inf, together
    )  # an answer ends where it begins or later
    together = np.where(~np.tri(size, size, _LONGEST_ANSWER - 1, dtype=bool), -np.inf, together)
    begin, end = np.unravel_index(int(together.argmax()), together.shape)
    span = Span(encoding.offsets[first + int(begin)][0], encoding.offsets[first + int(end)][1])
    return span, float(together[begin, end] - begins[0] - ends[0])
