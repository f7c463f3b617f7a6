"""Which language a text is in: what its source says, unless the text clearly says otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.caches.analysis import analyse, question_terms
from index.text.languages import detect_language, is_certainly_not, language_of, likeliest, normalise_language
from index.text.sentences import split_sentences
from tests.conftest import ROOT, SAMPLES

FILES = {"fr": "fr-pont.md", "de": "de-seilbahn.md", "es": "es-embalse.md", "it": "it-teatro.md", "pt": "pt-porto.md"}


def body(language: str) -> str:
    return (ROOT / "samples" / "languages" / FILES[language]).read_text(encoding="utf-8").split("---")[-1].strip()


def english_sentences() -> list[str]:
    texts = [path.read_text(encoding="utf-8").split("---")[-1] for path in sorted(SAMPLES.glob("*.md"))]
    return [span.slice(text).strip() for text in texts for span in split_sentences(text)]


@pytest.mark.parametrize("language", sorted(FILES))
def test_a_text_shows_its_language(language: str) -> None:
    text = body(language)
    assert detect_language(text) == language
    assert [span.slice(text) for span in split_sentences(text, language)]
    for span in split_sentences(text, language):
        sentence = span.slice(text).strip()
        assert is_certainly_not("en", sentence) or len(sentence) < 60, sentence
        assert likeliest(sentence, {"en", language}) == language


def test_english_with_foreign_names_is_english() -> None:
    sentences = english_sentences()
    assert len(sentences) > 400
    assert [sentence for sentence in sentences if is_certainly_not("en", sentence)] == []


@pytest.mark.parametrize(
    ("declared", "code"),
    [("en-GB", "en"), ("FR", "fr"), ("pt_BR", "pt"), ("nb", "no"), ("zh-Hant-TW", "zh"), ("english", None), ("", None), (None, None)],
)  # fmt: skip
def test_a_declared_language_is_a_code(declared: str | None, code: str | None) -> None:
    assert normalise_language(declared) == code


def test_what_is_declared_stands_unless_the_text_plainly_says_otherwise() -> None:
    assert language_of(body("fr"), "en") == "fr"  # the system says English of every page
    assert language_of(body("fr")[:80], "en") == "en"  # too little to contradict
    assert language_of(body("fr"), None) == "fr"
    assert language_of("42 : 17", None) is None
    assert language_of("Spaghetti, tomato sauce, garlic bread.", None) is None  # as good as no words of English
    assert language_of(body("de"), "de-AT") == "de"


def test_sentences_are_cut_by_their_language() -> None:
    text = "Die Sitzung begann am 3. Mai um 9 Uhr. Der Rat stimmte zu."
    assert [span.slice(text).strip() for span in split_sentences(text, "de")] == [
        "Die Sitzung begann am 3. Mai um 9 Uhr.",
        "Der Rat stimmte zu.",
    ]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("fr", ["M. Aubrac a signé.", "Le pont rouvre, selon Mme. Kergal.", "« Tout est prêt. »", "J. Leroy a ri."]),
        ("de", ["Der 2. Weltkrieg endete.", "Dr. Prinz kam am 3. Mai.", "Sie blieb bis 1945.", "Danach ging sie."]),
        ("es", ["La Sra. Corral firmó.", "El acuerdo llegó en mayo.", "Lo pidió J. Pérez."]),
        ("it", ["L'on. Verdi ha parlato.", "Il sig. Rossi tace.", "Lo dice il dott. Marchi."]),
        ("pt", ["A Dra. Costa assinou.", "O Sr. Lemos saiu.", "A ponte abriu em 1961."]),
    ],
)
def test_titles_initials_and_ordinals_end_no_sentence(language: str, sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [span.slice(text).strip() for span in split_sentences(text, language)] == sentences


@given(st.text(alphabet="aA.?! 3«»\n", max_size=60), st.sampled_from(sorted([*FILES, "pl", "zh"])))
def test_sentences_of_any_language_tile_the_text(text: str, language: str) -> None:
    spans = split_sentences(text, language)
    assert "".join(span.slice(text) for span in spans) == text


def test_words_are_stemmed_by_their_language() -> None:
    assert analyse("inundações", "pt") == analyse("inundação", "pt")  # endings are known by their accents
    assert analyse("sauvés", "fr") == analyse("sauvèrent", "fr") == analyse("sauver", "fr")
    assert analyse("Fischereirechte der Häfen", "de")[-1] == analyse("Hafen", "de")[0]
    assert set(analyse("les marchés fermés", "fr")) & set(question_terms("Quel marché a fermé ?", ("en", "fr")))
    assert question_terms("Which markets closed?", ("en",)) == ["market", "close"]
    assert "le" not in question_terms("Quel marché a fermé le port ?", ("fr",))


@given(st.text(max_size=60))
def test_any_text_has_a_language_or_none(text: str) -> None:
    code = detect_language(text)
    assert code is None or len(code) == 2
    assert language_of(text, "fr") == "fr"
