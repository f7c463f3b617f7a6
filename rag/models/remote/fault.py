"""What can be the matter with a model behind an address, in words that a person can act on."""

from __future__ import annotations

import re

_LONGEST = 300
_TOO_LONG = re.compile(
    r"context[ _](?:length|size|window)|exceed_context|maximum context|prompt is too long|too many tokens",
    re.IGNORECASE,
)
_TRIED_AGAIN = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
_MEANINGS = {
    400: "it refuses the request",
    401: "it does not know the key",
    403: "the key may not use it",
    404: "it has no such model or path",
    408: "it gave up waiting",
    413: "the request is too large for it",
    429: "it is asked too often",
    500: "it failed",
    502: "what stands before it did not reach it",
    503: "it is overloaded or still loads",
    504: "what stands before it waited in vain",
    529: "it is overloaded",
}
_HINTS = {
    401: "Check its key.",
    403: "Check its key.",
    404: "Check the name of the model and the address.",
    429: "Ask again later.",
}


class Fault(Exception):
    """A model behind an address did not do what it was asked for.

    Attributes:
        cause: what was the matter.
        hint: what to do about it.
        again: whether another try may go well.
        after: seconds that it asks to be left alone, or None.
        status: the HTTP status it answered with, or None.
        broken: whether it does not work, rather than refusing this request.
        silent: whether nothing was heard of it in time.
    """

    def __init__(
        self,
        cause: str,
        *,
        hint: str = "Check that it runs, its address and its key",
        again: bool = False,
        after: float | None = None,
        status: int | None = None,
        broken: bool = True,
        silent: bool = False,
    ) -> None:
        super().__init__(cause)
        self.cause = cause
        self.hint = hint
        self.again = again
        self.after = after
        self.status = status
        self.broken = broken
        self.silent = silent

    @property
    def too_long(self) -> bool:
        """Whether what it was sent does not fit into its context."""
        return self.status in (400, 413, 422) and bool(_TOO_LONG.search(self.cause))


def status_fault(status: int, said: str, after: float | None) -> Fault:
    """Return the fault that a status stands for.

    Args:
        status: of HTTP, 300 or more.
        said: what it said of it, or nothing.
        after: seconds that it asks to be left alone.
    """
    meaning = _MEANINGS.get(status, "it failed" if status >= 500 else "it refuses the request")
    cause = f"{meaning} (HTTP {status}{f': {shorten(said)}' if said else ''})"
    if _TOO_LONG.search(said):
        return Fault(f"the quotes do not fit into its context: {cause}", hint=_FEWER, status=status, broken=False)
    refuses = status in (400, 401, 403, 404, 413, 422)
    hint = _HINTS.get(status, "Check that it runs, its address and its key.").rstrip(".")
    return Fault(cause, hint=hint, again=status in _TRIED_AGAIN, after=after, status=status, broken=not refuses)


def shorten(text: str) -> str:
    """Return what a server said as one line that is short enough to be shown."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line[:_LONGEST] + ("…" if len(line) > _LONGEST else "")


_FEWER = "Raise its context, or give it fewer quotes (CITEWIRE_EVIDENCE_QUOTES)"
