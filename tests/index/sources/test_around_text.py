"""What stands around the text of an article and is no part of it, and what looks like that and is part of it."""

from __future__ import annotations

import json

import pytest

from index.errors import SourceError
from index.sources.html.page import parse_page, read_html
from index.sources.html.standfirst import drop_standfirst
from tests.index.stories import SCIENCE

PARAGRAPHS = SCIENCE.paragraphs[:6]
BODY = "".join(f"<p>{words}</p>" for words in PARAGRAPHS)
HEADLINE = SCIENCE.title
REPEATED = " ".join(PARAGRAPHS[1].split()[:14]) + "."  # an editor's sentence of words that the text has too
OF_ITS_OWN = "Beekeepers in Malvern quarrel with bakers about glass jars, wooden spoons and yesterday's thunderstorm."


def page(above: str = "", body: str = BODY, head: str = "", before: str = "") -> str:
    return f"<html lang='en'><head><title>{HEADLINE}</title>{head}</head><body>{before}<article><h1>{HEADLINE}</h1>{above}<div class='text'>{body}</div></article></body></html>"


def read(markup: str) -> str:
    return read_html("page.html", markup).text


def within(words: str) -> str:
    """Return the body with something between its paragraphs."""
    return f"<p>{PARAGRAPHS[0]}</p>{words}" + "".join(f"<p>{each}</p>" for each in PARAGRAPHS[1:])


STANDFIRSTS = {
    "named": '<p class="article-subtitle">{}</p>',
    "heading": "<h2>{}</h2>",
    "in a container of that name": '<div class="vorspann"><p>{}</p></div>',
    "in the header": "<div class='b'><p class='lead'>{}</p></div>",
}


@pytest.mark.parametrize("markup", STANDFIRSTS.values(), ids=list(STANDFIRSTS))
def test_a_standfirst_that_the_text_says_again_is_left_out(markup: str) -> None:
    text = read(page(markup.format(REPEATED)))
    assert text.startswith(PARAGRAPHS[0])
    assert all(words in text for words in PARAGRAPHS)


@pytest.mark.parametrize("markup", STANDFIRSTS.values(), ids=list(STANDFIRSTS))
def test_a_standfirst_with_words_of_its_own_is_not_taken_out(markup: str) -> None:
    tree = parse_page(page(markup.format(OF_ITS_OWN)))
    assert tree is not None
    drop_standfirst(tree, "")
    assert OF_ITS_OWN in tree.text_content()


def test_a_standfirst_that_gives_a_figure_of_its_own_is_not_taken_out() -> None:
    figure = f"{REPEATED[:-1]} in 8641 gardens."
    tree = parse_page(page(f'<p class="article-subtitle">{figure}</p>'))
    assert tree is not None
    drop_standfirst(tree, "")
    assert figure in tree.text_content()


def test_a_first_paragraph_that_is_the_description_stays() -> None:
    head = f'<meta property="og:description" content="{PARAGRAPHS[0]}">'
    assert read(page(head=head)).startswith(PARAGRAPHS[0])


def test_a_headline_with_other_words_than_the_title_is_no_text() -> None:
    head = '<meta property="og:title" content="Eleven frogs and what became of them">'
    assert HEADLINE not in read(page(head=head))


def test_previews_above_the_headline_are_no_text() -> None:
    preview = "A preview of another article stands here, long enough to be taken for prose by whoever reads the page."
    text = read(page(before=f"<div><ul><li><a href='/x'><p>{preview}</p></a></li></ul></div>"))
    assert preview not in text
    assert PARAGRAPHS[0] in text


@pytest.mark.parametrize(
    "kept_out",
    [
        "<p>Les også: <a href='/x'>Froskene kom tilbake til dammen</a></p>",
        "<p>FUNDA LAPHA | <a href='/x'>Eleven frogs were seen at the pond</a></p>",
        "<ul><li><a href='/x'>Eleven frogs were seen</a></li><li><a href='/y'>A pond that dried up twice</a></li></ul>",
        "<p><a href='/x'>Eleven frogs were seen at the pond of Lodra</a> [VIDEO] <a href='/y'>A pond that dried up twice in a summer</a> [INSIGHT] <a href='/z'>What the warden told the council about frogs</a></p>",
        "<p>Sign up for our free daily newsletter.</p>",
        "<p>Get the latest news of Lodra in your inbox.</p>",
        "<p>Vera Lind<span class='rollover-block'>Vera Lind: Eleven frogs were seen MORE</span> left the hall at noon on that day.</p>",
        "<h3>Related stories</h3>",
    ],
)
def test_what_leads_elsewhere_within_a_text_is_left_out(kept_out: str) -> None:
    text = read(page(body=within(kept_out)))
    assert not any(words in text for words in ("rosk", "leven frogs were seen", "Sign up", "inbox", "Related stories"))
    assert all(words in text for words in PARAGRAPHS)


def test_a_list_of_things_is_kept() -> None:
    items = "<ul><li>A ladder for the salmon of the river</li><li>A landing for the ferry to Holt</li></ul>"
    text = read(page(body=within(items)))
    assert "A ladder for the salmon of the river" in text


def test_a_quotation_in_a_figure_is_part_of_the_text() -> None:
    said = "We have counted them for eleven years, and nobody has ever asked us what they eat."
    quotation = f"<figure><blockquote><p>{said}</p></blockquote></figure>"
    assert said in read(page(body=within(quotation)))


def test_an_embedded_post_is_part_of_the_text() -> None:
    said = "This is real, and the district has spent half a million crowns on it since the spring."
    post = f"<div class='social-media-embed'><blockquote class='post'><p>{said}</p>Ina Falk</blockquote></div>"
    assert said in read(page(body=within(post)))


def test_a_question_that_is_put_to_several_people_is_asked_each_time() -> None:
    question = "What do you cook at home when nobody is looking, and who has taught you how to do it?"
    answers = "".join(f"<p>{question}</p><p>{words}</p>" for words in PARAGRAPHS)
    assert read(page(body=answers)).count(question) == len(PARAGRAPHS)


def test_readings_above_signs_do_not_break_a_paragraph() -> None:
    ruby = "<ruby>堰<rp>（</rp><rt>せき</rt><rp>）</rp></ruby>"
    plain = "<ruby>町<rt>まち</rt></ruby>"
    words = "は六週間の修理を終え、金曜日に開いた。町議会によると、費用は四百十万クローネで、その半分を郡が払う。"
    body = f"<p>{plain}の{ruby}{words}</p><p>渡し船は月曜日の正午から再び出る。{words}</p>"
    assert f"町（まち）の堰（せき）{words}" in read(page(body=body))


def test_the_names_of_columns_are_no_row() -> None:
    head = "<tr><th>Town</th><th>Rooms</th></tr>"
    again = "<tr><td>Town</td><td>Rooms</td></tr><tr><td>Holt</td><td>90</td></tr>"
    text = read(page(body=within(f"<table>{head}{again}</table>")))
    assert "Town: Holt; Rooms: 90" in text
    assert "Town: Town" not in text


def test_the_words_of_a_menu_below_a_text_are_left_out() -> None:
    menu = "".join(f"<p>{word}</p>" for word in ("Facebook", "Home", "Sport", "Weather", "Maps", "Culture"))
    assert read(page(body=BODY + menu)).endswith(PARAGRAPHS[-1])


def drawn(value: object, head: str = "") -> str:
    script = f"<script>self.state.push({json.dumps(value)})</script>".replace("</p>", "\\u003c/p>")
    return f"<html><head><title>{HEADLINE}</title>{head}</head><body><div id='app'></div>{script}</body></html>"


@pytest.mark.parametrize("value", [{"body": BODY}, json.dumps({"body": BODY})], ids=["in data", "in a string of data"])
def test_an_article_that_a_script_draws_is_read(value: object) -> None:
    text = read(drawn(value))
    assert all(words in text for words in PARAGRAPHS)


def test_what_a_script_would_draw_for_those_who_pay_is_not_read() -> None:
    locked = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    with pytest.raises(SourceError, match="behind a paywall"):
        read(drawn({"body": BODY}, locked))
