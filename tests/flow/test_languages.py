"""Five languages beside English: found, asked, refused, and never said to be checked where nothing checks them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Desk
from rag.trust.verify import NOT_CHECKED
from tests.conftest import ROOT, SAMPLES
from tests.flow.asking_for_tests import ScriptedModel, check, with_model

pytestmark = pytest.mark.model

# An answer in other words than the article's, the same turned round, and a question on an event that no article knows.
CASES = {
    "fr": ("Combien a coûté la réparation des câbles ?", "14,2 millions", "La réparation n'a rien coûté du tout à la ville de Valcourt.", "Qui a gagné le tournoi de tennis ?"),
    "de": ("Welches Gericht hat den Bau der Seilbahn gestoppt?", "Verwaltungsgericht", "Das Gericht hat den Bau der Seilbahn ausdrücklich erlaubt.", "Wer gewann das Schachturnier?"),
    "es": ("¿A cuántos agricultores se les corta el riego?", "3.400", "La confederación ha decidido no cortar el riego a ningún agricultor.", "¿Quién ganó la carrera de bicicletas?"),
    "it": ("Quando fu costruito il teatro Miradori?", "1887", "Il teatro è stato costruito soltanto nel secolo scorso, nel 1987.", "Chi ha vinto la gara di nuoto?"),
    "pt": ("Quantos navios ficaram à espera?", "31 navios", "Nenhum navio ficou à espera durante a greve dos estivadores.", "Quem venceu a corrida de cavalos?"),
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("languages") / "library"
    with Desk(library=folder, model="none", create=True) as opened:
        opened.ingest([SAMPLES, *sorted((ROOT / "samples" / "languages").glob("*.md"))])
        yield opened


@pytest.mark.parametrize("language", sorted(CASES))
def test_a_question_is_answered_from_quotes_in_its_language(desk: Desk, language: str) -> None:
    question, known, _, _ = CASES[language]
    answer = desk.ask(question)
    check(answer, desk)
    assert answer.status == "answered"
    assert known in " ".join(citation.quote for citation in answer.citations)
    assert {citation.language for citation in answer.citations} == {language}


@pytest.mark.parametrize("language", sorted(CASES))
def test_what_no_article_knows_is_refused(desk: Desk, language: str) -> None:
    answer = desk.ask(CASES[language][3])
    check(answer, desk)
    assert answer.status == "no_evidence"


@pytest.mark.parametrize("language", sorted(CASES))
def test_a_written_sentence_is_not_said_to_be_checked(desk: Desk, language: str) -> None:
    """Least of all one that says the reverse, in words that all stand in its quote."""
    question, known, reversed_sentence, _ = CASES[language]
    first = desk.ask(question)
    quote = next(citation for citation in first.citations if known in citation.quote)
    model = ScriptedModel(f"[1] {reversed_sentence}\n[1] {quote.quote.replace(chr(10), ' ')}", support=[0.99] * 4)
    answer = with_model(desk, model, question)
    assert [withheld.text for withheld in answer.withheld] == [reversed_sentence]
    assert answer.withheld[0].reasons[0] == f"{NOT_CHECKED} ({language})"
    assert all(
        sentence.text in desk.article(first.citations[0].article_id).text or sentence.citations
        for sentence in answer.sentences
    )


NEAR = {
    "fr": "Qui a construit le pont de Valcourt ?",
    "de": "Wie alt ist die Richterin Helga Brandner?",
    "es": "¿Quién construyó el embalse?",
    "it": "Chi ha dipinto il sipario del teatro Miradori?",
    "pt": "Quanto ganha um estivador?",
}  # fmt: skip


def test_most_of_what_articles_might_have_told_and_do_not_is_refused(desk: Desk) -> None:
    refused = {language: desk.ask(question).status == "no_evidence" for language, question in NEAR.items()}
    assert sum(refused.values()) > len(NEAR) / 2, refused


def test_english_is_asked_as_before(desk: Desk) -> None:
    answer = desk.ask("How many vessels were held up by the one-day dock strike of March 12?")
    check(answer, desk)
    assert "34" in answer.text
    assert {citation.language for citation in answer.citations} == {"en"}


def test_an_article_tells_its_language(desk: Desk) -> None:
    languages = {desk.article(hit.article_id).written_in for hit in desk.search("Valcourt pont suspendu")}
    assert "fr" in languages
    assert desk.library.languages() == ("de", "en", "es", "fr", "it", "pt")
