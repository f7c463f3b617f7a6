"""The chat in a browser: ask, see quotes, follow a citation to its highlighted words, see a refusal."""

from __future__ import annotations

from pathlib import Path

from rag.record.recheck import read_answers
from tests.browser.conftest import DEADLINE, QUESTION, answered, ask, needs_chromium, screenshot

pytestmark = needs_chromium


def test_ask_see_quotes_and_follow_a_citation(page) -> None:
    turn = answered(page, QUESTION)
    assert "origin" in turn.locator(".status").inner_text()
    turn.locator('.chip[data-n="1"]').first.click()
    words = page.locator("#src-1-1.chosen")
    words.wait_for(timeout=DEADLINE)
    assert "34 vessels" in words.inner_text()
    box = words.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 1000
    assert page.evaluate("document.activeElement.id") == "src-1-1"
    assert "#" not in page.url
    screenshot(page, "chat")


def test_what_is_being_read_is_shown_until_it_is_known_what_answers(page) -> None:
    page.evaluate(
        """() => { window.shown = [];
            new MutationObserver(() => {
                const reading = document.querySelector(".reading-now");
                if (reading) window.shown.push(reading.innerText);
            }).observe(document.body, { childList: true, subtree: true }); }"""
    )
    turn = answered(page, "Who resigned after the ferry sank, and who took the post?")
    assert any("Stella Marisa" in words for words in page.evaluate("window.shown"))
    assert turn.locator(".reading-now").count() == 0


def test_what_is_chosen_stays_chosen_when_what_may_be_asked_next_arrives(page) -> None:
    ask(page, "Why did Kestrel Bay cut its offer?")
    page.locator("#live .chip").first.click(timeout=DEADLINE)
    number = page.locator("#live .chip").first.get_attribute("data-n")
    page.locator("#following .examples button").first.wait_for(timeout=DEADLINE)
    assert page.locator(f"#src-1-{number}.chosen").is_visible()
    assert page.evaluate("document.activeElement.id") == f"src-1-{number}"


def test_a_card_shows_the_quote_and_where_it_is_from_to_mouse_and_keyboard(page) -> None:
    turn = answered(page, QUESTION)
    card = page.locator("#card")
    chip = turn.locator(".sentence .chip").first
    taken = page.evaluate(
        """(chip) => { const began = performance.now();
            chip.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
            document.getElementById("card").getBoundingClientRect();
            return performance.now() - began; }""",
        chip.element_handle(),
    )
    assert taken < 150, f"a card took {taken:.0f} ms"
    assert "34 vessels" in card.inner_text()
    assert "The Coastal Record" in card.inner_text()
    assert "Corrected since" in card.inner_text()
    page.keyboard.press("Escape")
    assert not card.is_visible()
    chip.focus()
    assert card.is_visible()
    assert chip.get_attribute("aria-describedby") == "card"


def test_a_sentence_lights_its_quotes_and_a_quote_its_sentence(page) -> None:
    turn = answered(page, QUESTION)
    turn.locator(".sentence").first.hover(position={"x": 5, "y": 5})
    assert page.locator('#panel .quotes > li.lit[data-n="1"]').count() == 1
    page.locator("#panel .to-words").last.focus()
    last = page.locator("#panel .quotes > li").last.get_attribute("data-n")
    assert turn.locator(f'.sentence.lit[data-quotes~="{last}"]').count() == 1


def test_from_one_quote_to_the_next_by_key_and_button(page) -> None:
    turn = answered(page, QUESTION)
    turn.locator(".chip").first.click()
    page.locator("#src-1-1.chosen").wait_for(timeout=DEADLINE)
    page.keyboard.press("]")
    page.locator("mark.chosen:not(#src-1-1)").wait_for(timeout=DEADLINE)
    assert page.locator("#panel .place").inner_text().startswith("2 of")
    page.get_by_role("button", name="Previous quote").click()
    page.locator("#src-1-1.chosen").wait_for(timeout=DEADLINE)


def test_a_citation_is_written_in_every_form(page) -> None:
    answered(page, QUESTION)
    page.locator("#panel [data-deed=cite]").first.click()
    for form, holds in {
        "Plain text": "“A one-day strike",
        "Markdown": "> A one",
        "CSL-JSON": '"container-title": "The Coastal Record"',
        "RIS": "TY  - NEWS",
        "W3C selector": '"TextQuoteSelector"',
    }.items():
        page.locator("#panel .forms button", has_text=form).click()
        assert holds in page.locator("#panel .forms pre").inner_text()
    original = page.locator("#panel .quotes a", has_text="Original").first
    assert "#:~:text=A%20one%2Dday%20strike" in (original.get_attribute("href") or "")


def test_the_start_page_says_what_the_collection_is(page) -> None:
    opening = page.locator("#opening")
    assert "41 articles of 7 outlets, 2031-01-06 to" in opening.inner_text()
    assert opening.locator(".bar").count() == 6
    opening.locator("summary").click()
    assert opening.locator("tbody tr").count() == 8
    assert "Maravel Canal" in opening.locator(".topics").inner_text()


def test_the_start_page_proposes_questions_of_several_kinds_and_asks_the_one_that_is_clicked(page) -> None:
    examples = page.locator("#following .examples button")
    examples.first.wait_for(timeout=DEADLINE)
    screenshot(page, "start")
    kinds = {text.split("\n")[0] for text in examples.all_inner_texts()}
    assert len(kinds) >= 5
    examples.filter(has_text="Which outlets are in the collection?").click()
    page.locator("#live .is-computed").first.wait_for(timeout=DEADLINE)
    assert not page.locator("#opening").is_visible()


def test_after_an_answer_the_next_question_is_a_click_away(page) -> None:
    answered(page, "Why did Kestrel Bay cut its offer?")
    following = page.locator("#following .examples button").filter(has_text="timeline")
    following.first.wait_for(timeout=DEADLINE)
    screenshot(page, "following")
    following.first.click()
    page.locator('#live .turn[data-turn="2"][data-over="yes"] .days').wait_for(timeout=DEADLINE)
    assert page.locator('#past .turn[data-turn="1"] .sentence').count() > 0


def test_a_follow_up_leans_on_the_conversation_of_this_window_alone(page, browser, address: str) -> None:
    answered(page, "How large was the fine against Brantholm Metals?")
    turn = answered(page, "and who imposed it?")
    assert "Brantholm Metals" in turn.locator(".understood").inner_text()
    screenshot(page, "follow-up")
    other = browser.new_context().new_page()
    other.goto(address)
    other.locator("#question textarea, #question input").first.wait_for(timeout=DEADLINE)
    assert answered(other, "and who imposed it?").locator(".understood").count() == 0
    other.context.close()


def test_a_corrected_figure_says_so(page) -> None:
    note = answered(page, QUESTION).locator(".note.is-corrected")
    assert "Corrected since" in note.first.inner_text()
    assert "22 vessels" in note.first.inner_text()


def test_sources_that_differ_stand_side_by_side(page) -> None:
    turn = answered(page, "How many people marched against the port sale in Santa Ruela on March 23?")
    note = turn.locator(".note.is-disagreement")
    assert "The sources disagree" in note.inner_text()
    assert note.locator("tbody tr").count() == 2


def test_refusal_says_what_was_searched_and_how_near_the_articles_come(page) -> None:
    turn = answered(page, "Who won the chess championship in Reykjavik?")
    assert "do not answer this" in turn.locator(".refusal h3").inner_text()
    assert "41 articles of 7 outlets" in turn.locator(".refusal").inner_text()
    assert turn.locator(".refusal .nearest li").count() > 0
    screenshot(page, "refusal")


def test_what_was_refused_within_dates_is_a_click_from_all_dates(page) -> None:
    page.locator("#filters > button").click()
    page.locator("#first input").first.fill("2031-06-11")
    page.locator("#first input").first.press("Tab")
    turn = answered(page, QUESTION)
    assert "filtered from 2031-06-11" in turn.locator(".refusal").inner_text()
    turn.get_by_role("button", name="Search all outlets and days").click()
    second = page.locator('#live .turn[data-turn="2"][data-over="yes"]')
    second.wait_for(timeout=DEADLINE)
    assert "34 vessels" in second.inner_text()


def test_a_fault_looks_like_a_fault(page) -> None:
    turn = answered(page, "strike " * 400)
    assert turn.locator(".fault[role=alert]").is_visible()
    assert turn.locator(".refusal").count() == 0


def test_markup_in_a_title_stays_text(page) -> None:
    answered(page, "How many containers did Puerto Alba move in its record year?")
    page.locator("#panel h3").filter(has_text="<script>").first.wait_for(timeout=DEADLINE)
    assert page.locator("#panel h3 b, #panel h3 script").count() == 0


def test_a_script_in_the_question_does_not_run(page) -> None:
    turn = answered(page, "<img src=x onerror=alert(1)> ![x](http://evil.example/x.png) who approved the sale?")
    assert "<img src=x onerror=alert(1)>" in turn.locator(".asked").inner_text()
    assert page.locator("#reading img, #panel img").count() == 0


def test_an_article_that_speaks_the_language_of_templates_is_shown_as_it_is(page, tmp_path: Path) -> None:
    path = tmp_path / "template.md"
    said = "The template inspector Ferran Roig wrote ${alert(1)} and {{value}} and C:\\users\\u on the wall."
    path.write_text(f"---\ntitle: A ${{alert(3)}} title\noutlet: Quay Times\npublished: 2031-05-02\n---\n\n{said}\n")
    page.locator("#adding > button").click()
    page.locator("#files input[type=file]").set_input_files(str(path))
    page.get_by_text("1 added").first.wait_for(timeout=DEADLINE)
    turn = answered(page, "What did the template inspector Ferran Roig write on the wall?")
    turn.locator(".chip").first.click()
    page.locator("#panel mark.chosen").wait_for(timeout=DEADLINE)
    assert said in page.locator("#panel .body").first.inner_text()
    assert "A ${alert(3)} title" in page.locator("#panel h3").first.inner_text()


def test_articles_can_be_added(page, uploads: Path, tmp_path: Path) -> None:
    path = tmp_path / "lighthouse.md"
    path.write_text(
        "---\ntitle: Lighthouse\noutlet: Quay Times\npublished: 2031-05-01\n---\n\nThe lighthouse keeper of Port Selm is Ansel Brook.\n"
    )
    page.locator("#adding > button").click()
    page.locator("#files input[type=file]").set_input_files(str(path))
    page.get_by_text("1 added").first.wait_for(timeout=DEADLINE)
    told = page.locator("#added").inner_text()
    assert "added Lighthouse (lighthouse.md)" in told
    assert str(tmp_path) not in told
    assert list(uploads.iterdir()) != []
    assert list(uploads.rglob("*.md")) == []
    assert "Ansel Brook" in answered(page, "Who is the lighthouse keeper of Port Selm?").inner_text()


def test_addresses_are_fetched_under_the_same_rules_and_told_one_by_one(page) -> None:
    page.locator("#adding > button").click()
    page.locator("#addresses textarea").fill("http://127.0.0.1:80/\n/etc/passwd\nftp://a.example/<b>x</b>\n")
    page.locator("#fetch").click()
    page.get_by_text("3 failed").first.wait_for(timeout=DEADLINE)
    told = page.locator("#added").inner_text()
    assert "127.0.0.1 is this machine itself" in told
    assert "/etc/passwd: It is no web address" in told
    assert "ftp://a.example/<b>x</b>: it begins with 'ftp'" in told
    assert page.locator("#addresses textarea").input_value() == ""
    screenshot(page, "adding")


def test_a_conversation_survives_a_reload_and_is_listed_searched_renamed_and_deleted(page, address: str) -> None:
    answered(page, QUESTION)
    answered(page, "Why did Kestrel Bay cut its offer?")
    page.wait_for_function("Object.values(localStorage).some((kept) => kept.includes('Kestrel Bay cut'))")
    page.goto(address)
    kept = page.locator("#conversations li")
    kept.first.wait_for(timeout=DEADLINE)
    assert kept.count() == 1
    kept.locator(".open-conversation").click()
    page.locator('#past .turn[data-turn="2"]').wait_for(timeout=DEADLINE)
    page.locator('#past .turn[data-turn="1"] .chip').first.click()
    page.locator("#src-1-1.chosen").wait_for(timeout=DEADLINE)
    third = answered(page, "And who imposed the fine against Brantholm Metals?")
    assert third.get_attribute("data-turn") == "3"
    page.wait_for_function("Object.values(localStorage).some((kept) => kept.includes('Brantholm'))")
    page.locator("#find-conversation").fill("no such words anywhere")
    assert kept.count() == 0
    page.locator("#find-conversation").fill("brantholm")
    assert kept.count() == 1
    kept.hover()
    kept.get_by_role("button", name="Rename").click()
    kept.locator("input").fill("The strike")
    kept.locator("input").press("Enter")
    assert kept.locator(".open-conversation").inner_text() == "The strike"
    kept.hover()
    kept.get_by_role("button", name="Delete").click()
    assert kept.count() == 0
    page.locator("#past .turn").first.wait_for(state="detached", timeout=DEADLINE)


def test_an_answer_is_saved_to_a_dossier_and_exported_as_evidence_that_is_rechecked(page, tmp_path: Path) -> None:
    turn = answered(page, QUESTION)
    page.wait_for_function("Object.values(localStorage).some((kept) => kept.includes('dock strike'))")
    turn.get_by_role("button", name="Save to dossier").click()
    page.locator("#conversations .open-conversation", has_text="Dossier").wait_for(timeout=DEADLINE)
    for form, ending in (("HTML", "html"), ("Markdown", "md")):
        with page.expect_download(timeout=DEADLINE) as download:
            turn.get_by_role("button", name=f"Export {form}").click()
        path = tmp_path / f"pack.{ending}"
        download.value.save_as(path)
        (answer,) = read_answers(path)
        assert answer.question == QUESTION
    page.locator("#conversations .open-conversation", has_text="Dossier").click()
    page.locator('#past .turn[data-turn="1"] .chip').first.click(timeout=DEADLINE)
    page.locator("#src-1-1.chosen").wait_for(timeout=DEADLINE)


def test_what_was_answered_is_not_drawn_again_by_the_next_answer(page) -> None:
    answered(page, QUESTION)
    answered(page, "Why did Kestrel Bay cut its offer?")
    first = page.locator('#past .turn[data-turn="1"]')
    first.evaluate("(turn) => { turn.sameAsBefore = true; }")
    answered(page, "Who is Clara Bendix?")
    assert first.evaluate("(turn) => turn.sameAsBefore === true")
    assert page.locator("#past .turn").count() == 2
    assert page.locator("#live .turn").count() == 1


def test_what_was_checked_before_an_answer_was_stopped_stays(page) -> None:
    answered(page, QUESTION)
    page.evaluate("window.citewire.stopped()")
    stopped = page.locator('#past .turn[data-turn^="1-stopped"]')
    assert "Stopped." in stopped.locator(".status").inner_text()
    stopped.locator(".chip").first.click()
    page.locator("mark.chosen").wait_for(timeout=DEADLINE)
    answered(page, "Why did Kestrel Bay cut its offer?")
    assert stopped.count() == 1


def test_a_draft_is_checked_beside_its_sources(page) -> None:
    page.locator("#drafting > button").click()
    page.locator("#draft textarea").fill(
        "The one-day strike by dockworkers held up 22 vessels at the two ends of the canal. "
        "The Maritime Concessions Authority approved the sale by four votes to one. The mayor of <b>Reykjavik</b> resigned."
    )
    page.locator("#check").click()
    draft = page.locator("#live .turn.draft")
    draft.wait_for(timeout=DEADLINE)
    against = draft.locator(".is-otherwise")
    assert "The articles say otherwise: the quote says 34 vessels, not 22" in against.inner_text()
    assert draft.locator(".is-supported").count() == 1
    assert "<b>Reykjavik</b>" in draft.locator(".is-not-found").inner_text()
    against.locator(".chip").click()
    page.locator("mark.chosen", has_text="34 vessels").wait_for(timeout=DEADLINE)
    screenshot(page, "draft")
    answered(page, "Why did Kestrel Bay cut its offer?")
    assert page.locator("#past .turn.draft").count() == 1


def test_on_a_phone_the_sources_are_a_sheet_over_the_chat(page, browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    phone = context.new_page()
    phone.goto(address)
    phone.locator("#question textarea, #question input").first.wait_for(timeout=DEADLINE)
    turn = answered(phone, QUESTION)
    assert not phone.locator("#panel").is_visible()
    turn.locator(".chip").first.click()
    phone.locator("#src-1-1.chosen").wait_for(timeout=DEADLINE)
    phone.wait_for_timeout(400)  # the sheet is on its way up
    box = phone.locator("#src-1-1").bounding_box()
    assert box is not None
    assert 150 < box["y"] < 740
    screenshot(phone, "phone")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.keyboard.press("Escape")
    phone.wait_for_timeout(400)
    assert not phone.locator("#panel").is_visible()
    assert phone.evaluate("document.activeElement.classList.contains('chip')")
    context.close()
