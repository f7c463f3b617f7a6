"""The result of an evaluation: one report for every command, that all faces print and a later run can be compared with."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from index.errors import EvaluationError

Kind = Literal["retrieval", "answers", "citations", "checker"]
SCHEMA = 1


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One metric over one group of cases.

    Attributes:
        group: which cases; empty for all of them.
        n: how many cases have a value for it.
        low: of the 95 % interval, ``high`` likewise; None where the sample says nothing about it.
        judge: who said what supports what, where the figure rests on that.
    """

    metric: str
    group: str
    value: float
    n: int
    low: float | None
    high: float | None
    judge: str = ""


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """Words that were found, cited or judged in one case.

    Attributes:
        label: its rank or number.
        source: where it stands: outlet, day, title.
        relevant: whether it comes from a relevant article or holds the answer; None where nobody knows.
    """

    label: str
    text: str
    source: str = ""
    url: str | None = None
    relevant: bool | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One case with what was measured on it.

    Attributes:
        values: what the metrics are made from. A metric that does not apply has no value.
        rank: of the first relevant article, from 1; None where none was found or none is known.
        why: why it failed, in words a reader understands.
        expected: the answers or articles that were wanted.
    """

    id: str
    question: str
    group: str = ""
    values: dict[str, float] = {}
    rank: int | None = None
    failed: bool = False
    why: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    answer: str = ""
    pieces: tuple[Piece, ...] = ()


class Dropped(msgspec.Struct, frozen=True):
    """A case that was not counted, and why."""

    id: str
    reason: str


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """One bin of a reliability curve: the pairs whose score lies between ``low`` and ``high``.

    Attributes:
        score: their mean score, ``share`` how many of them are supported, 0 to 1.
    """

    low: float
    high: float
    score: float
    share: float
    n: int


class Threshold(msgspec.Struct, frozen=True, kw_only=True):
    """A threshold that the calibration gives for a setting.

    Attributes:
        precision: share of the pairs from the threshold on that are supported, on the half it was not chosen on.
        recall: share of the supported pairs that lie from the threshold on, there.
        n: how many pairs lie from the threshold on, there.
    """

    setting: str
    value: float
    precision: float | None
    recall: float | None
    n: int


class Input(msgspec.Struct, frozen=True):
    """A file that was read."""

    name: str
    sha256: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One value of the cases against an older run, over the cases that both have.

    Attributes:
        value: name of the value.
        old: mean then, ``new`` now.
        p: of a two-sided sign-flip permutation test.
        won: in how many cases it is better, ``lost`` worse, ``tied`` as before; more is better unless ``less``.
    """

    value: str
    n: int
    old: float
    new: float
    difference: float
    low: float | None
    high: float | None
    p: float
    won: int
    lost: int
    tied: int


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A run against an older one.

    Attributes:
        against: name of the older report.
        only_new: how many cases only this run has, ``only_old`` only the older one.
        fixed: ids of the cases that failed then and do not now; ``broken`` the other way round.
        changed: ids of all cases of which a compared value other than a time is another.
    """

    against: str
    made: str
    shared: int
    only_new: int
    only_old: int
    changes: tuple[Change, ...]
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    changed: tuple[str, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that an evaluation found.

    Attributes:
        made: when, an instant.
        version: of Citewire.
        model: who wrote or judged, or ``none``.
        articles: how many articles the library holds, or None without a library.
        figures: over all cases first, then by group.
        dropped: cases that were not counted.
        notes: what a reader must know to read the figures.
        reliability: name of a score -> its reliability curve.
        thresholds: what the calibration gives for the settings.
    """

    kind: Kind
    made: str
    version: str
    inputs: tuple[Input, ...]
    figures: tuple[Figure, ...]
    items: tuple[Item, ...]
    schema: int = SCHEMA
    model: str = "none"
    settings_fingerprint: str | None = None
    articles: int | None = None
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()
    reliability: dict[str, tuple[Bin, ...]] = {}
    thresholds: tuple[Threshold, ...] = ()
    comparison: Comparison | None = None

    def find(self, metric: str, group: str = "") -> Figure | None:
        """Return the figure of a metric over a group, or None when no case has it."""
        return next((item for item in self.figures if (item.metric, item.group) == (metric, group)), None)


def excerpt(text: str, longest: int = 420) -> str:
    """Return the beginning of a text for a report."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def encode_report(report: Report) -> bytes:
    """Return a report as JSON on several lines."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"


def read_report(path: Path) -> Report:
    """Read a report that an evaluation wrote with ``--json``.

    Raises:
        EvaluationError: the file cannot be read, or is no such report.
    """
    try:
        report = msgspec.json.decode(path.read_bytes(), type=Report)
    except OSError as error:
        raise EvaluationError(f"The report {str(path)!r} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise EvaluationError(
            f"The file {str(path)!r} is no report of an evaluation: {error}.",
            hint="Write one with `citewire eval ... --json FILE`.",
        ) from error
    if report.schema != SCHEMA:
        raise EvaluationError(
            f"The report {str(path)!r} has the schema {report.schema}, this program writes {SCHEMA}.",
            hint="Make it again with this version.",
        )
    return report
