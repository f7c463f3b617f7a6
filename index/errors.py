"""The one error family of Citewire.

::

    CitewireError                  exit 1   base: says what came, what was wanted, what to do
    ├── UsageError                 exit 2   the request itself cannot be carried out as given
    │   ├── SettingsError                   a setting has a wrong name, type or value
    │   └── QuestionError                   a question or a filter is empty, too long or malformed
    ├── LibraryError               exit 1   something about the library of articles
    │   ├── LibraryMissing         exit 3   there is no library, or it holds no article
    │   ├── LibraryInUse           exit 4   another process owns it
    │   ├── LibraryMismatch        exit 1   it was built with other settings, or by a newer program
    │   ├── LibraryDamaged         exit 1   what is stored contradicts itself
    │   ├── LibraryUnreachable     exit 1   the server of its database does not answer, or refuses
    │   └── StorageError           exit 1   the disk is full, read-only or failing
    ├── ArticleNotFound            exit 1   no article has that id
    ├── SourceError                exit 1   one input could not be read as an article
    ├── EvaluationError            exit 1   cases or answers to evaluate are missing or malformed, or none was left
    ├── PortTaken                  exit 1   the chat's address is in use
    ├── AccessRefused              exit 1   a door of the server does not let a request through
    │   ├── KeyRefused             exit 1   it brings no key, or one that is not known
    │   ├── NotAllowed             exit 1   its key may not do this, or it comes from a page of somewhere else
    │   ├── WrongHost              exit 1   it is for a host that this server is not
    │   ├── TooLarge               exit 1   it is larger than the server reads
    │   └── TooMany                exit 1   more came than is let through, or than can be worked on
    └── ModelError                 exit 5   a model cannot be had or did not answer
        ├── ModelUnknown           exit 5   no model has that name
        ├── ModelMissing           exit 5   its files are not on this machine
        ├── ModelDamaged           exit 5   its files are not the ones the registry names
        ├── ModelDownloadFailed    exit 5   no source delivered it
        └── ModelUnavailable       exit 5   it is there but did not answer (time, network, key)

Foreign exceptions (sqlite3, psycopg, chromadb, httpx, the model clients) are turned into one of these at the
adapter that talks to them, so that no caller needs to know whose library failed.
"""

from __future__ import annotations


class CitewireError(Exception):
    """Base of every error a person may see.

    Attributes:
        message: what came and what was wanted, one line.
        hint: what to do about it, one line, or empty where nothing can be done.
        exit_code: the exit code of the command line for it.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(CitewireError):
    """The request cannot be carried out as given."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting has a wrong name, type or value."""


class QuestionError(UsageError):
    """A question or a filter is empty, too long or malformed."""


class LibraryError(CitewireError):
    """Something about the library of articles."""


class LibraryMissing(LibraryError):
    """There is no library there, or it holds no article."""

    exit_code = 3


class LibraryInUse(LibraryError):
    """Another process owns the library.

    Attributes:
        pid: process id of the owner, or None where it could not be read.
    """

    exit_code = 4

    def __init__(self, message: str, *, hint: str = "", pid: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.pid = pid


class LibraryMismatch(LibraryError):
    """The library was built with other settings or by a newer program."""


class LibraryDamaged(LibraryError):
    """What is stored contradicts itself."""


class LibraryUnreachable(LibraryError):
    """The server of the library's database does not answer, or lets nobody in."""


class StorageError(LibraryError):
    """The disk is full, read-only or failing."""


class ArticleNotFound(CitewireError):
    """No article has the id that was asked for."""


class SourceError(CitewireError):
    """One input could not be read as an article.

    Attributes:
        reference: the path or address of the input.
    """

    def __init__(self, message: str, *, reference: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reference = reference


class EvaluationError(CitewireError):
    """Cases, answers or a set to evaluate are missing or malformed."""


class PortTaken(CitewireError):
    """The address for the chat is in use."""


class AccessRefused(CitewireError):
    """A door of the server does not let a request through."""


class KeyRefused(AccessRefused):
    """A request brings no key, or one that is not known."""


class NotAllowed(AccessRefused):
    """A key may not do what it is used for, or a request comes from a web page of somewhere else."""


class WrongHost(AccessRefused):
    """A request is for a host that this server is not."""


class TooLarge(AccessRefused):
    """A request is larger than the server reads."""


class TooMany(AccessRefused):
    """More requests came than are let through, or than can be worked on.

    Attributes:
        seconds: after which another try is worth it.
    """

    def __init__(self, message: str, *, hint: str = "", seconds: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.seconds = seconds


class ModelError(CitewireError):
    """A model cannot be had or did not answer."""

    exit_code = 5


class ModelUnknown(ModelError):
    """No model has that name."""


class ModelMissing(ModelError):
    """The model's files are not on this machine."""


class ModelDamaged(ModelError):
    """The model's files are not the ones the registry names."""


class ModelDownloadFailed(ModelError):
    """No source delivered the model."""


class ModelUnavailable(ModelError):
    """The model is there but did not answer: time, network, key or its own fault."""
