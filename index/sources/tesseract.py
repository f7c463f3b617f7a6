"""Tesseract, where the system has it: pictures of text -> its words with their places and how sure it is of each.

It runs as a program of its own, for one picture at a time, with a limit on its time; what limits the reader's memory limits its too.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Callable

from index.errors import SettingsError, SourceError
from index.text.languages import language_of

AUTO = "auto"
NONE = "none"
_PROGRAM = "tesseract"
_PICTURE_SECONDS = 60.0
_BEAT_SECONDS = 2.0  # of the eight that a reader may be silent
_ASK_SECONDS = 20.0
_NO_LANGUAGES = frozenset(["osd", "equ", "snum"])
_MOST_LANGUAGES = 3  # at once: each costs its time again
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "SYSTEMROOT")
# Codes of Tesseract by those of ISO 639-1: https://tesseract-ocr.github.io/tessdoc/Data-Files-in-different-versions.html
_CODES = {
    "ar": "ara", "bg": "bul", "ca": "cat", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "et": "est",
    "fi": "fin", "fr": "fra", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "id": "ind", "it": "ita", "ja": "jpn", "ko": "kor",
    "lt": "lit", "lv": "lav", "nl": "nld", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sk": "slk", "sl": "slv",
    "sr": "srp", "sv": "swe", "th": "tha", "tr": "tur", "uk": "ukr", "vi": "vie", "zh": "chi_sim",
}  # fmt: skip


def is_there(wanted: str = AUTO) -> bool:
    """Tell whether pictures can be read: the program is on the path, and the settings do not forbid it."""
    return wanted != NONE and shutil.which(_PROGRAM) is not None


def version() -> str:
    """Return what the program calls itself, such as "tesseract 5.3.0"; empty where it does not answer."""
    return _ask("--version").partition("\n")[0].strip()


@functools.cache
def installed_languages() -> tuple[str, ...]:
    """Return the codes of the languages that the program can read, in alphabetical order; none where it does not answer."""
    lines = [line.strip() for line in _ask("--list-langs").splitlines()[1:]]
    # Scripts ("script/Latin") are no languages.
    return tuple(sorted(line for line in lines if line and "/" not in line and line not in _NO_LANGUAGES))


def check_languages(wanted: str) -> None:
    """Refuse a setting that names what is not installed.

    Raises:
        SettingsError: it does; the message names what is.
    """
    if wanted in (AUTO, NONE):
        return
    if lacking := [code for code in wanted.split("+") if code not in installed_languages()]:
        raise SettingsError(
            f"scans.languages names {', '.join(lacking)[:80]!r}, wanted languages of Tesseract that are installed: "
            f"{', '.join(installed_languages()) or 'none are'}.",
            hint="Install them (on Debian tesseract-ocr-deu for German), or set 'auto' or 'none'.",
        )


def choose_languages(wanted: str, rest: str) -> str:
    """Return the languages to read a picture in.

    Args:
        wanted: what the settings say.
        rest: the text of the document that is known already, which is likely in the same language; may be empty.

    Raises:
        SettingsError: the settings name a language that is not installed.
    """
    check_languages(wanted)
    if wanted != AUTO:
        return wanted
    languages = installed_languages()
    code = _CODES.get(language_of(rest, None) or "")
    if code in languages:
        return str(code)
    return "+".join(sorted(languages, key=lambda each: each != "eng")[:_MOST_LANGUAGES])


def recognise(reference: str, picture: bytes, languages: str, *, working: Callable[[], None]) -> str:
    """Return the words of a picture as Tesseract's table (TSV).

    Args:
        reference: what the picture belongs to, for errors.
        picture: in a format of Netpbm, at 300 dots per inch.
        languages: codes joined by "+".
        working: called every few seconds while it works.

    Raises:
        SourceError: it took too long, or failed.
    """
    arguments = ["stdin", "stdout", "-l", languages, "--dpi", "300", "--psm", "3", "tsv"]
    with subprocess.Popen(
        [_PROGRAM, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    ) as process:
        given: bytes | None = picture
        waited = 0.0
        while True:
            try:
                table, _ = process.communicate(given, timeout=_BEAT_SECONDS)
                break
            except subprocess.TimeoutExpired:
                given = None  # it has it already
                waited += _BEAT_SECONDS
                if waited >= _PICTURE_SECONDS:
                    process.kill()
                    raise _failed(reference, f"took longer than {_PICTURE_SECONDS:g} s") from None
                working()
            except BaseException:
                process.kill()
                raise
    if process.returncode:
        raise _failed(reference, f"ended with status {process.returncode}")
    return table.decode("utf-8", "replace")


def _ask(*arguments: str) -> str:
    try:
        answered = subprocess.run(
            [_PROGRAM, *arguments], capture_output=True, timeout=_ASK_SECONDS, check=True, env=_environment()
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return (answered.stdout or answered.stderr).decode("utf-8", "replace")


def _environment() -> dict[str, str]:
    # Of several threads for one page each waits for the others; the machine has other things to do.
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {"OMP_THREAD_LIMIT": "1"}


def _failed(reference: str, how: str) -> SourceError:
    return SourceError(
        f"{reference}: its text recognition {how}.", reference=reference, hint="Give the article as a text file."
    )
