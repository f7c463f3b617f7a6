"""The kind of thing that a question in another language asks for, and whether a sentence gives one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.asked_thing import asked_thing, gives_thing

LANGUAGES = ("de", "es", "fr", "it", "pt")


@pytest.mark.parametrize(
    ("language", "question", "thing"),
    [
        ("fr", "Combien de navires attendaient ?", "number"),
        ("fr", "En quelle année le pont fut-il bâti ?", "time"),
        ("fr", "Comment s’appelle la préfète ?", "name"),
        ("fr", "Pourquoi le pont est-il fermé ?", None),
        ("de", "Wie viele Schiffe warteten?", "number"),
        ("de", "Seit wann ist die Brücke gesperrt?", "time"),
        ("de", "Wer hat die Fabrik gekauft?", "name"),
        ("de", "Warum ist die Brücke gesperrt?", None),
        ("es", "¿Cuántos barcos esperaban?", "number"),
        ("es", "¿Cuándo abre el puente?", "time"),
        ("es", "¿Dónde se hundió el barco?", "name"),
        ("es", "¿Por qué cerró el puente?", None),
        ("it", "Quante navi aspettavano?", "number"),
        ("it", "Quando riapre il ponte?", "time"),
        ("it", "Chi ha comprato la fabbrica?", "name"),
        ("it", "Perché il ponte è chiuso?", None),
        ("pt", "Quantos navios esperavam?", "number"),
        ("pt", "Em que ano abriu a ponte?", "time"),
        ("pt", "Quem comprou a fábrica?", "name"),
        ("pt", "Porque fechou a ponte?", None),
        ("pl", "Ile statków czekało?", None),
    ],
)
def test_the_thing_is_read_from_the_question(language: str, question: str, thing: str | None) -> None:
    assert asked_thing(question, language) == thing


@pytest.mark.parametrize(
    ("language", "question", "sentence", "gives"),
    [
        ("fr", "Combien de navires attendaient ?", "Vingt navires attendaient au large.", True),
        ("fr", "Combien de navires attendaient ?", "Les navires attendaient au large.", False),
        ("fr", "Combien des 34 navires partirent ?", "Les 34 navires partirent.", False),
        ("fr", "Quand le pont rouvrira-t-il ?", "Le pont rouvrira en septembre.", True),
        ("fr", "Quand le pont rouvrira-t-il ?", "Le pont rouvrira bientôt.", False),
        ("de", "Wer kaufte die Fabrik?", "Die Fabrik wurde von Petra Holm gekauft.", True),
        ("de", "Wer kaufte die Fabrik?", "Die Fabrik wurde für viel Geld gekauft.", False),
        ("es", "¿Quién compró la fábrica?", "La fábrica fue comprada por Rosario Peñalver.", True),
        ("es", "¿Quién compró la fábrica?", "La fábrica fue vendida muy cara.", False),
        ("it", "Quanto è costato il teatro?", "Il restauro è costato nove milioni.", True),
        ("pt", "Quando abre a ponte?", "A ponte abre na segunda-feira.", True),
    ],
)
def test_a_sentence_gives_what_the_question_does_not_name(
    language: str, question: str, sentence: str, gives: bool
) -> None:
    thing = asked_thing(question, language)
    assert thing is not None
    assert gives_thing(thing, question, sentence, language) is gives


@given(st.text(max_size=60), st.sampled_from(LANGUAGES), st.sampled_from(["number", "time", "name"]))
def test_a_text_gives_nothing_beyond_itself(text: str, language: str, thing: str) -> None:
    assert not gives_thing(thing, text, text, language)  # type: ignore[arg-type]
