"""Doctor: is the library sound, and what to do if it is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.caches.vectors import VectorIndex
from index.caches.words import WordIndex
from index.errors import CitewireError
from index.models.embed import Encoder, SentenceEncoder
from index.models.registry import find_model, list_models, locate_model
from index.prepare import library_stamp
from index.settings import Settings
from index.sources import tesseract
from index.store.opening import open_library
from index.store.protocol import AnyLibrary
from index.text.passages import passage_text

_CANARIES = 8
_SAME_VECTOR = 0.999  # cosine; half precision and another order of batches cost less than 0.0001


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined.

    Attributes:
        what: what was examined, in words.
        fine: whether it is as it should be.
        detail: what was found; where it is not fine, what to do.
    """

    what: str
    fine: bool
    detail: str


def examine(settings: Settings, *, repair: bool) -> list[Finding]:
    """Examine models and library.

    Args:
        settings: which library and which models.
        repair: make the indexes of words and meaning again from the library. Nothing is embedded, nothing can be lost.

    Raises:
        LibraryInUse: a server or another command owns the library.
    """
    bundled = [model.name for model in list_models().values() if model.bundled]
    findings = [_examine_model(settings, name) for name in (settings.embedding.model, *bundled)]
    if settings.model != "none" and "/" not in settings.model:
        findings.append(_examine_model(settings, settings.model))
    findings.append(_examine_recognition(settings))
    encoder = SentenceEncoder(settings.embedding.model, settings.models, batch_size=settings.embedding.batch_size)
    with open_library(settings, stamp=library_stamp(settings, encoder)) as library:
        problems = library.check()
        detail = f"{len(library.article_ids()):,} articles, {library.count_passages():,} passages"
        advice = " Restore a backup with `citewire restore`, or ingest the articles again into another folder."
        findings.append(
            Finding("library", not problems, " ".join(problems) + advice if problems else f"{detail}, all sound")
        )
        if not problems:
            findings.append(_examine_embedding(library, encoder))
            findings.append(_examine_words(library, repair=repair))
            findings.append(_examine_vectors(library, repair=repair))
    return findings


def _examine_recognition(settings: Settings) -> Finding:
    """Say whether pictures of text are read; that they are not is no fault, but that a language is missing is one."""
    wanted = settings.scans.languages
    if not tesseract.is_there(wanted):
        why = "turned off" if wanted == tesseract.NONE else "Tesseract is not installed"
        return Finding("text recognition", True, f"{why}: pages that are pictures are reported and not read")
    try:
        tesseract.check_languages(wanted)
    except CitewireError as error:
        return Finding("text recognition", False, str(error))
    languages = ", ".join(tesseract.installed_languages()) or "no language, so that it reads nothing"
    return Finding("text recognition", True, f"{tesseract.version()} with {languages}")


def _examine_model(settings: Settings, name: str) -> Finding:
    try:
        find_model(name)
        home = locate_model(name, settings.models)
    except CitewireError as error:
        return Finding(f"model {name}", False, str(error))
    return Finding(f"model {name}", True, f"present and checked in {home}")


def _examine_embedding(library: AnyLibrary, encoder: Encoder) -> Finding:
    """Embed a few stored passages again: a model or a library of it that changed unseen gives other vectors."""
    ids = library.passage_ids()
    sample = ids[:: max(1, len(ids) // _CANARIES)][:_CANARIES]
    if not sample:
        return Finding("embedding", True, "there is no passage to compare")
    numbers, stored = library.vectors_of(sample)
    records = library.passages(numbers)
    try:
        fresh = encoder.encode(
            [passage_text(records[number].article.title, records[number].text) for number in numbers]
        )
    except CitewireError as error:
        return Finding("embedding", False, str(error))
    worst = float(np.min(np.sum(stored * fresh, axis=1)))
    if worst < _SAME_VECTOR:
        return Finding(
            "embedding",
            False,
            f"the model gives other vectors than it did (cosine {worst:.3f}). Run `citewire rebuild --embed`.",
        )
    return Finding("embedding", True, f"{len(numbers)} passages embedded again give the stored vectors")


def _examine_words(library: AnyLibrary, *, repair: bool) -> Finding:
    """Open the word index and compare it with the library."""
    words = WordIndex(library)
    if repair:
        words.discard()
    try:
        words.sync()
    finally:
        words.close()
    made = "made again from the library" if repair or words.rebuilt else "matches the library"
    return Finding("word index", True, f"{made}; {library.count_passages():,} passages")


def _examine_vectors(library: AnyLibrary, *, repair: bool) -> Finding:
    """Open the index, compare it with the library, and look up a sample of passages by their own vectors."""
    vectors = VectorIndex(library)
    if repair:
        vectors.discard()
    try:
        vectors.sync()
        lost = 0
        asked = 0
        for ids, matrix in library.vectors():
            for place in range(0, len(ids), max(1, len(ids) // 50)):
                asked += 1
                nearest = vectors.nearest(matrix[place], limit=10)
                # Equal texts have equal vectors: any of them is a right answer.
                lost += not any(similarity > 0.999 for _, similarity in nearest)
    finally:
        vectors.close()
    if lost:
        return Finding(
            "vector index",
            False,
            f"{lost} of {asked} passages are not found. Run `citewire doctor --repair`.",
        )
    made = "made again from the library" if repair or vectors.rebuilt else "matches the library"
    return Finding("vector index", True, f"{made}; {asked} of {asked} sampled passages are found")
