"""The QA chat in a browser: a conversation, its threshold, a model of one's own, and what must not go wrong."""

from __future__ import annotations

import csv
import sys
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from helpers.page.themes import each_theme
from helpers.page.traffic import settle
from helpers.page.widgets import drawn_anew
from playwright.sync_api import Locator, Page, expect

from rnn_demo import __main__ as command_line
from rnn_demo.zoo.recipes import SHIPPED

pytestmark = pytest.mark.browser
THINGS = ("rope", "lamp", "tent", "stove", "map", "knife", "kettle", "blanket", "compass", "whistle")
ROWS = "\n".join(f"Where is the {thing} kept?; In box {k}" for k, thing in enumerate(THINGS))
LONG = 120_000  # milliseconds that a lesson may take on a busy machine
MUST_REFUSE = ("What is the capital of Wakanda?", "What kind of government is Sweden?", "zxqv blorp")


def facts() -> list[tuple[str, str]]:
    """Each answer that the chat was taught, with the first question it was taught for it."""
    with (SHIPPED / "qa.csv").open(encoding="utf-8", newline="") as file:
        first = {row["answer"]: row["question"] for row in reversed(list(csv.DictReader(file)))}
    return [(question, answer) for answer, question in reversed(first.items()) if answer != "I don't know"]


def ask(page: Page, question: str) -> Locator:
    """Ask, and wait until the conversation is drawn anew; return the last turn."""
    with drawn_anew(page.locator("#qa-chat .rnn-widget")):
        page.fill("#qa-question [data-testid=textbox]", question)
        page.press("#qa-question [data-testid=textbox]", "Enter")
    return page.locator(".qa-turn").last


def open_lesson(page: Page, server: str) -> None:
    """Open the page if it is blank, and what one teaches from if it is closed."""
    if page.url == "about:blank":
        page.goto(f"{server}/?tab=qa")
        settle(page)
    if not page.locator("#qa-rows textarea").is_visible():
        page.locator("#qa-teach > button").click()
    expect(page.locator("#qa-rows textarea")).to_be_visible()


def teach(page: Page, rows: str = ROWS) -> None:
    """Teach rows and wait until the conversation is with the new network."""
    with drawn_anew(page.locator("#qa-lesson .rnn-widget")):
        page.fill("#qa-rows textarea", rows)
        page.click("#qa-start")
    expect(page.locator("#qa-lesson .qa-result")).to_be_visible(timeout=LONG)
    expect(page.locator("#qa-partner")).to_contain_text(f"your own model ({len(rows.splitlines())} answers)")


def give(page: Page, button: str, path: Path) -> None:
    """Give a file to an upload button."""
    with page.expect_file_chooser() as chooser:
        page.click(button)
    chooser.value.set_files(path)


@pytest.fixture
def chat(shared_page: Page, server: str) -> Page:
    """The shared page, with an empty conversation."""
    page = shared_page
    if page.url == "about:blank":
        page.goto(f"{server}/?tab=qa")
        settle(page)
    if page.locator("#qa-chat .qa-turn").count():
        with drawn_anew(page.locator("#qa-chat .rnn-widget")):
            page.locator("#qa-chat").get_by_role("button", name="Clear").click()
    return page


@pytest.fixture
def teaching(chat: Page, server: str) -> Page:
    """The shared page, open where one teaches."""
    open_lesson(chat, server)
    return chat


@pytest.fixture
def taught(teaching: Page) -> Page:
    """The shared page, talking with a network that has learnt ROWS."""
    if not teaching.locator("#qa-partner").get_by_text("your own model (10 answers)").count():
        teach(teaching)
    return teaching


# --- the conversation -------------------------------------------------------------------------------------------


def test_a_conversation_of_ten_turns_stays_to_be_read_and_explained(chat: Page) -> None:
    for question, answer in [*facts()[::30][:7], *((text, "I don't know") for text in MUST_REFUSE)]:
        expect(ask(chat, question).locator(".qa-said")).to_contain_text(answer)
    expect(chat.locator(".qa-turn")).to_have_count(10)
    last_is_in_sight = "(log) => log.scrollTop + log.clientHeight >= log.scrollHeight - 2"
    assert chat.locator(".qa-log").evaluate(last_is_in_sight)
    question, answer = facts()[0]
    chat.locator(".qa-turn").first.get_by_role("button", name="Explain").click()
    expect(chat.locator("#qa-view .qa-subject")).to_have_text(f"“{question}”")
    expect(chat.locator("#qa-view .qa-so-far").last).to_have_text(answer)
    expect(chat.locator("#qa-near .qa-nearest")).to_have_text(f"“{question}”", timeout=60_000)


def test_no_answer_that_is_refused_has_a_confident_headline(chat: Page) -> None:
    refused = ask(chat, "What is the capital of Wakanda?")
    expect(refused.locator(".qa-said")).to_contain_text("I don't know")
    expect(refused.locator(".qa-sure")).to_have_count(0)
    expect(chat.locator("#qa-view .rnn-bar-chosen")).to_have_count(0)


def test_the_threshold_judges_every_turn_at_once(chat: Page) -> None:
    threshold = chat.locator("#qa-threshold input[type=number]")
    of_the_model = threshold.input_value()
    ask(chat, "What is the capital of Japan?")
    ask(chat, "What is the capital of Italy?")
    threshold.fill("1")
    expect(chat.locator(".qa-refused")).to_have_count(2)
    threshold.fill("0.2")
    expect(chat.locator(".qa-refused")).to_have_count(0)
    with drawn_anew(chat.locator("#qa-view .rnn-widget")):
        threshold.fill(of_the_model)


def test_ask_again_copy_save_and_clear(chat: Page) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = ask(chat, "What's the capital of Japan?")
    turn.get_by_role("button", name="Copy").click()
    expect(turn.get_by_role("button", name="Copied")).to_be_visible()
    assert chat.evaluate("navigator.clipboard.readText()") == "Tokyo"
    turn.get_by_role("button", name="Ask again").click()
    expect(chat.locator(".qa-turn")).to_have_count(2)
    with chat.expect_download() as saved:
        chat.get_by_role("button", name="Save as text").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert text.count("You: What's the capital of Japan?\nqa: Tokyo (") == 2
    chat.get_by_role("button", name="Clear").click()
    expect(chat.locator(".qa-turn")).to_have_count(0)
    expect(chat.locator("#qa-view .rnn-bars")).to_have_count(0)


def test_how_often_an_answer_is_right_is_one_click_away(chat: Page) -> None:
    link = chat.get_by_role("button", name="How often is that right?")
    ask(chat, "What is the capital of Wakanda?")
    expect(chat.locator("#qa-view .rnn-bars")).to_be_visible()
    expect(link).to_have_count(0)
    ask(chat, "What is the capital of Italy?")
    link.click()
    expect(chat.locator("#qa-calibration-words")).to_be_in_viewport()
    chat.locator("#qa-calibration > button").click()


def test_an_example_is_asked_with_one_click(chat: Page) -> None:
    chat.get_by_role("button", name="What is the capital of Wakanda?").click()
    expect(chat.locator(".qa-turn .qa-said")).to_contain_text("I don't know")


def test_a_question_with_a_slip_is_answered(chat: Page) -> None:
    turn = ask(chat, "What is the capital of Frannce?")
    expect(turn.locator(".qa-said")).to_have_text("Paris")
    expect(turn.locator(".qa-refused")).to_have_count(0)


@pytest.mark.parametrize("question", ["", "   ", "word " * 20_000])
def test_what_is_no_question_gets_a_sentence(chat: Page, question: str) -> None:
    ask(chat, "What is the capital of Italy?")
    ask(chat, question)
    expect(chat.locator("#qa-chat [role=alert]")).to_be_visible()
    expect(chat.locator(".qa-turn")).to_have_count(1)


def test_what_is_typed_while_an_answer_is_on_its_way_stays(chat: Page) -> None:
    settle(chat)  # nothing of an earlier conversation is on its way
    ask(chat, "What is the capital of Italy?")
    expect(chat.locator("#qa-near")).to_contain_text("Its answer:")  # all that follows the first answer is over
    box = chat.locator("#qa-question [data-testid=textbox]")
    box.fill("What is the capital of France?")
    box.press("Enter")
    chat.wait_for_timeout(20)  # nobody types at once
    box.fill("who painted the mona lisa")
    expect(chat.locator(".qa-turn")).to_have_count(2)
    expect(chat.locator("#qa-near")).to_contain_text("capital of France")
    expect(box).to_have_value("who painted the mona lisa")
    box.press("Enter")
    expect(chat.locator(".qa-turn")).to_have_count(3)
    expect(box).to_have_value("")
    expect(chat.locator("#qa-near")).to_contain_text("Mona Lisa")


def test_a_link_asks_its_question_and_the_address_follows_the_conversation(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=qa&text=What+is+the+capital+of+France%3F")
    expect(page.locator(".qa-turn")).to_have_count(1)  # in place of the conversation that the page opens with
    expect(page.locator(".qa-turn .qa-said")).to_have_text("Paris")
    expect(page.locator("#qa-question [data-testid=textbox]")).to_have_value("")
    ask(page, "What is 7 & 5? ä")
    assert parse_qs(urlsplit(page.url).query) == {"tab": ["qa"], "text": ["What is 7 & 5? ä"]}


def test_a_link_with_a_question_that_is_refused_leaves_it_in_the_box(page: Page, server: str) -> None:
    long = "why " * 199 + "why"
    page.goto(f"{server}/?tab=qa&text={long}")
    expect(page.locator("#qa-chat [role=alert]")).to_contain_text("shorten it")
    expect(page.locator("#qa-question [data-testid=textbox]")).to_have_value(long)


# --- a model of one's own ---------------------------------------------------------------------------------------


def test_nothing_to_teach_and_files_that_are_none_get_a_sentence(teaching: Page, tmp_path: Path) -> None:
    teaching.click("#qa-start")
    expect(teaching.locator("#qa-lesson")).to_contain_text("write at least one question and its answer")
    with zipfile.ZipFile(tmp_path / "table.xlsx", "w") as sheet:
        sheet.writestr("[Content_Types].xml", "<Types/>")
    give(teaching, "#qa-upload", tmp_path / "table.xlsx")
    expect(teaching.locator("#qa-lesson")).to_contain_text("CSV")
    give(teaching, "#qa-load", tmp_path / "table.xlsx")
    expect(teaching.locator("#qa-lesson [role=alert]")).to_contain_text("not a zipped checkpoint")
    expect(teaching.locator("#qa-partner")).to_be_hidden()  # nothing has been taught on this page yet


def test_bad_rows_are_listed_and_the_good_ones_are_trained_on(teaching: Page) -> None:
    teaching.fill("#qa-rows textarea", f"Who runs?; Ann\nWho runs?; Bob\nWho swims?;\n<b>x</b>; {'y' * 65}\n{ROWS}")
    teaching.click("#qa-start")
    lesson = teaching.locator("#qa-lesson")
    expect(lesson).to_contain_text("11 rows can be taught, 3 cannot.")
    expect(lesson.locator(".qa-problems li")).to_have_count(3)
    expect(lesson).to_contain_text("11 of 11 rows", timeout=LONG)
    expect(teaching.locator("#qa-partner")).to_contain_text("your own model (11 answers)")


def test_ninety_rows_of_a_file_are_taught_and_asked(teaching: Page, tmp_path: Path) -> None:
    rows = facts()[:90]
    with (tmp_path / "ninety.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([("question", "answer"), *rows])
    give(teaching, "#qa-upload", tmp_path / "ninety.csv")
    expect(teaching.locator("#qa-lesson")).to_contain_text("ninety.csv: 90 rows can be taught.")
    teaching.click("#qa-start")
    expect(teaching.locator("#qa-lesson .qa-curves")).to_be_visible(timeout=LONG)
    expect(teaching.locator("#qa-lesson .qa-result")).to_contain_text("90 of 90 rows", timeout=LONG)
    expect(teaching.locator("#qa-partner")).to_contain_text("your own model (90 answers)")
    for question, answer in rows[::30]:
        expect(ask(teaching, question).locator(".qa-said")).to_have_text(answer)
    assert "text" not in parse_qs(urlsplit(teaching.url).query)  # nobody else's link could ask this network


def test_a_lesson_can_be_stopped_and_what_was_learnt_is_kept(teaching: Page, tmp_path: Path) -> None:
    rows = [f"What is {k} times {k + 1}?,{k * (k + 1)}" for k in range(1000)]
    (tmp_path / "many.csv").write_text("\n".join(["question,answer", *rows]), encoding="utf-8")
    give(teaching, "#qa-upload", tmp_path / "many.csv")
    expect(teaching.locator("#qa-lesson")).to_contain_text("many.csv: 1,000 rows can be taught.")
    teaching.click("#qa-start")
    expect(teaching.locator("#qa-lesson")).to_contain_text("so far, at most", timeout=LONG)
    teaching.click("#qa-stop")
    expect(teaching.locator("#qa-lesson .qa-result")).to_contain_text("Stopped.", timeout=LONG)
    expect(teaching.locator("#qa-start")).to_be_visible()
    expect(teaching.locator("#qa-partner")).to_contain_text("your own model (1,000 answers)")


def test_a_telephone_shows_it_all_without_scrolling_sideways(teaching: Page) -> None:
    teaching.set_viewport_size({"width": 390, "height": 860})
    teach(teaching)
    ask(teaching, "Where is the " + "unbreakably" * 20 + " kept?")
    for _ in each_theme(teaching):
        assert teaching.evaluate("document.documentElement.scrollWidth") <= 390
        expect(teaching.locator("#qa-lesson .qa-curves, #qa-lesson .qa-result").first).to_be_visible()


def test_one_can_turn_back_to_the_network_of_the_page(taught: Page) -> None:
    expect(ask(taught, "Where is the tent kept?").locator(".qa-said")).to_have_text("In box 2")
    expect(taught.locator("#qa-examples")).to_contain_text("Questions you taught it")
    expect(taught.locator("#qa-intro")).to_contain_text("your own rows")
    expect(taught.locator("#qa-calibration")).to_be_hidden()
    taught.get_by_label("the built-in model").check()
    expect(taught.locator("#qa-examples")).to_contain_text("Questions it knows")
    expect(taught.locator("#qa-intro")).to_contain_text("thousand facts")
    expect(taught.locator("#qa-calibration")).to_be_visible()
    expect(ask(taught, "What is the capital of France?").locator(".qa-said")).to_have_text("Paris")
    expect(taught.locator(".qa-whose")).to_have_text(["your own model", "qa"])
    taught.get_by_label("your own model").check()
    expect(taught.locator("#qa-examples")).to_contain_text("Where is the")


def test_what_the_threshold_costs_opens_on_demand_and_follows_the_threshold(taught: Page) -> None:
    taught.locator("#qa-coverage > button").click()
    plot = taught.locator("#qa-coverage-plot .js-plotly-plot")
    expect(plot).to_contain_text("your own model at the threshold 0.50", timeout=30_000)
    for threshold in ("0.9", "0.5"):
        taught.fill("#qa-threshold input[type=number]", threshold)
        expect(plot).to_contain_text(f"your own model at the threshold {threshold}0", timeout=30_000)
    taught.locator("#qa-coverage > button").click()


def test_a_saved_model_answers_on_the_command_line_and_in_another_visit(
    taught: Page,
    server: str,
    stranger: Page,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with taught.expect_download() as saved:
        taught.click("#qa-save")
    path = tmp_path / saved.value.suggested_filename
    saved.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    monkeypatch.setattr(sys, "argv", ["rnn_demo", "predict", str(tmp_path / "my-model"), "Where is the map kept?"])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert not ended.value.code
    assert "In box 4" in capsys.readouterr().out

    open_lesson(stranger, server)
    expect(stranger.locator("#qa-partner")).to_be_hidden()  # a visitor's own model is nobody else's
    give(stranger, "#qa-load", path)
    expect(stranger.locator("#qa-lesson")).to_contain_text("my-model.zip is loaded.")
    expect(stranger.locator("#qa-partner")).to_contain_text("your own model (10 answers)")
    expect(ask(stranger, "Where is the map kept?").locator(".qa-said")).to_have_text("In box 4")


def test_an_own_model_is_shown_in_hidden_states(taught: Page) -> None:
    ask(taught, "Where is the lamp kept?")
    taught.click("#qa-show")
    expect(taught.get_by_role("tab", name="Hidden states")).to_have_attribute("aria-selected", "true")
    expect(taught.locator("#states-model option:checked")).to_contain_text("your own model: ")
    expect(taught.locator("#stepper .reads")).to_contain_text("a link to it works in this session only")
    taught.locator("#stepper .stepper").press("End")
    expect(taught.locator("#stepper p.now")).to_contain_text("In box 1")
    taught.click("#stepper [data-do=unit]")
    expect(taught.locator("#stepper .written")).not_to_be_empty()
    expect(taught.locator("#states")).not_to_contain_text("own-")
    taught.get_by_role("tab", name="QA chat").click()


def test_two_visitors_teach_two_models(teaching: Page, server: str, stranger: Page) -> None:
    teach(teaching, "Who runs?; Ann\nWho swims?; Bob\nWho sings?; Eve")
    open_lesson(stranger, server)
    teach(stranger, "Who runs?; Zoe\nWho swims?; Yves\nWho sings?; Xaver")
    expect(ask(teaching, "Who runs?").locator(".qa-said")).to_have_text("Ann")
    expect(ask(stranger, "Who runs?").locator(".qa-said")).to_have_text("Zoe")
