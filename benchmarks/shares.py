"""How a share is written: with its 95 % interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.evaluate.statistics import mean_interval


def show_share(values: Sequence[float]) -> str:
    """Return the mean of values between 0 and 1, with its interval where there are enough of them."""
    interval = mean_interval(list(values), share=True)
    return f"{np.mean(values):.3f}" + (f" ({interval.low:.3f}-{interval.high:.3f})" if interval else "")
