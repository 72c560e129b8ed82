"""Learn in a browser: lessons by link, questions of every kind, what is kept, and what a class and a printer see."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def learn(shared_page: Page, server: str) -> Page:
    """The shared page, on the tab Learn."""
    if shared_page.url == "about:blank":
        shared_page.goto(f"{server}/?tab=learn")
    shared_page.get_by_role("tab", name="Learn").click()
    expect(shared_page.locator(".learn[data-shown]")).to_be_visible(timeout=60_000)
    return shared_page


def shown(page: Page, place: str) -> None:
    expect(page.locator(f".learn[data-shown='{place}']")).to_be_visible(timeout=60_000)


def open_step(page: Page, lesson: int, step: int) -> None:
    """Go there by the list of lessons and the marks of the steps."""
    everything = page.get_by_role("button", name="All lessons")
    if everything.count():
        everything.click()
    page.locator(f"a.learn-card[href='?tab=learn&lesson={lesson}']").click()
    shown(page, f"{lesson}/1/")
    page.locator(".learn-marks button").nth(step - 1).click()
    shown(page, f"{lesson}/{step}/")


def test_nothing_is_fetched_before_the_tab_is_opened_and_the_landing_leads_there(page: Page, server: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server)
    expect(page.locator("#landing[data-moved]")).to_be_visible()
    assert not [url for url in asked if "learn" in url or "component_server" in url]
    page.get_by_role("link", name="Learn it step by step").click()
    shown(page, "1/1/")
    expect(page).to_have_url(re.compile(r"\?tab=learn&lesson=1&step=1"))


def test_a_link_opens_a_step_hides_what_it_names_and_enlarges_the_rest(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=learn&lesson=7&step=3&hide=heading,lab,answers&projector=1")
    shown(page, "7/3/")
    expect(page.get_by_role("heading", name="What a small loss says")).to_be_visible()
    for hidden in (page.locator("#heading"), page.get_by_role("tab", name="Training lab")):
        expect(hidden).to_be_hidden()
    expect(page.get_by_role("button", name="Show the answer")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile(r"lesson=7&step=4&hide=heading%2Clab%2Canswers&projector=1"))


def test_a_wrong_choice_hears_why_and_the_right_one_reveals_the_picture(learn: Page) -> None:
    open_step(learn, 3, 3)
    question = learn.locator(".learn-question")
    question.get_by_role("button", name="Yes: the same input gives the same state.").click()
    expect(question.locator(".learn-wrong")).to_contain_text("The equation has a second part")
    expect(question.locator(".learn-cells")).to_have_count(0)
    question.get_by_role("button", name="No, although the input is the same.").click()
    expect(question.locator(".learn-right")).to_be_visible()
    expect(question.locator(".learn-cells tbody tr")).to_have_count(8)
    expect(learn.locator(".learn-count")).to_have_text(re.compile(r"^\d of 5 questions$"))


def test_a_number_a_row_and_gaps_are_answered_by_the_keyboard_alone(learn: Page) -> None:
    open_step(learn, 4, 2)
    fields = learn.locator(".learn-blanks input")
    learn.get_by_label("A word").fill("Li")
    learn.get_by_label("A word").press("Enter")
    expect(fields).to_have_count(4)
    fields.first.focus()
    for part in ("l", "0", "i", "1"):
        learn.keyboard.type(part)
        learn.keyboard.press("Tab")
    learn.keyboard.press("Enter")  # on Check
    expect(learn.locator(".learn-right")).to_be_visible()
    open_step(learn, 3, 4)
    row = learn.get_by_role("button", name="unit 4", exact=True)
    row.focus()
    learn.keyboard.press("Enter")
    expect(learn.locator(".learn-asks-unit .learn-reply")).to_contain_text(re.compile("Right|below 0|furthest|Compare"))
    learn.locator(".learn-asks-number input").fill("8")
    learn.locator(".learn-asks-number input").press("Enter")
    expect(learn.locator(".learn-asks-number .learn-wrong")).to_contain_text("one row of it")


def test_a_sentence_of_ones_own_stays_in_the_browser(page: Page, server: str) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.goto(f"{server}/?tab=learn&lesson=3&step=5")
    shown(page, "3/5/")
    page.get_by_role("textbox").fill("It is all that it remembers.")
    page.reload()
    expect(page.get_by_role("textbox")).to_have_value("It is all that it remembers.")
    assert not [data for data in sent if "remembers" in data]


def test_a_link_of_a_lesson_opens_its_place_and_the_sheet_prints_alone(learn: Page) -> None:
    open_step(learn, 3, 4)
    learn.get_by_role("link", name="Open it in Hidden states").click()
    expect(learn.locator("#stepper p.now")).to_contain_text("2 of 4")
    learn.get_by_role("tab", name="Learn").click()
    learn.locator(".learn-marks button").last.click()
    learn.get_by_role("button", name="Class sheet to print").click()
    expect(learn.locator(".learn-asked > li")).to_have_count(5)
    expect(learn.locator(".learn-answers ol > li")).to_have_count(5)
    learn.emulate_media(media="print")
    expect(learn.locator("#heading")).to_be_hidden()
    learn.emulate_media(media="screen")
    learn.get_by_role("button", name="Back to the lesson").click()
    shown(learn, "3/5/")


def test_a_link_opens_lessons_in_spanish_and_the_menu_in_english(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=learn&lesson=3&step=3&lang=es")
    spanish, english = (page.locator(f".learn[lang={language}]") for language in ("es", "en"))
    expect(spanish.get_by_role("heading", name="Una letra, dos veces")).to_be_visible(timeout=60_000)
    spanish.get_by_role("button", name="Sí: la misma entrada da el mismo estado.").click()
    expect(spanish.locator(".learn-wrong")).to_contain_text("La ecuación tiene una segunda parte")
    spanish.get_by_role("button", name="Siguiente").click()
    expect(spanish.locator(".learn-view figcaption")).to_contain_text("El estado oculto después de cada paso")
    expect(page).to_have_url(re.compile(r"lesson=3&step=4&lang=es"))
    expect(spanish.get_by_role("link", name="Ábrelo en Hidden states")).to_have_attribute("href", re.compile("lang=es"))
    assert Axe().run(page, context="#learn-view").response["violations"] == []
    page.get_by_role("link", name="English").click()
    expect(english.get_by_role("heading", name="Read the picture")).to_be_visible()
    expect(page).to_have_url(re.compile(r"lesson=3&step=4&lang=en"))


def test_without_a_link_the_browsers_own_language_is_spoken(browser: Browser, server: str) -> None:
    context = browser.new_context(locale="es-MX", viewport={"width": 390, "height": 844})
    try:
        page = context.new_page()
        page.goto(f"{server}/?tab=learn")
        spanish = page.locator(".learn[lang=es]")
        expect(spanish.get_by_role("heading", name="Aprende")).to_be_visible(timeout=60_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        spanish.get_by_role("link", name="English").click()
        page.goto(f"{server}/?tab=learn")  # what was chosen once stays
        expect(page.locator(".learn[lang=en]")).to_be_visible(timeout=60_000)
    finally:
        context.close()


@pytest.mark.parametrize(("lesson", "step"), [(2, 6), (5, 3), (8, 4), (12, 1)])
def test_a_step_is_accessible_and_no_wider_than_a_phone(page: Page, server: str, lesson: int, step: int) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server}/?tab=learn&lesson={lesson}&step={step}")
    shown(page, f"{lesson}/{step}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert Axe().run(page, context="#learn-view").response["violations"] == []


def test_a_place_that_is_not_there_is_answered_by_the_list_or_the_end(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=learn&lesson=99")
    expect(page.locator(".learn-list")).to_be_visible()
    page.goto(f"{server}/?tab=learn&lesson=2&step=99")
    expect(page.get_by_role("heading", name="Say it in your own words")).to_be_visible()
