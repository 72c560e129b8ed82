"""The QA chat in a browser: a conversation, its threshold, a model of one's own, and what must not go wrong."""

from __future__ import annotations

import csv
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from helpers.traffic import settle
from helpers.widgets import drawn_anew
from playwright.sync_api import Locator, Page, expect

from rnn_demo.zoo.recipes import SHIPPED

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
THINGS = ("rope", "lamp", "tent", "stove", "map", "knife", "kettle", "blanket", "compass", "whistle")
ROWS = "\n".join(f"Where is the {thing} kept?; In box {k}" for k, thing in enumerate(THINGS))
LONG = 120_000  # milliseconds that a lesson may take on a busy machine
MUST_REFUSE = ("What is the capital of Wakanda?", "How are you?", "zxqv blorp")


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
    page.goto(server)
    settle(page)
    page.locator("#qa-teach > button").click()
    expect(page.locator("#qa-rows textarea")).to_be_visible()


def teach(page: Page, server: str, rows: str = ROWS) -> None:
    """Teach rows and wait until the conversation is with the new network."""
    open_lesson(page, server)
    page.fill("#qa-rows textarea", rows)
    page.click("#qa-start")
    expect(page.locator("#qa-lesson .qa-result")).to_be_visible(timeout=LONG)
    expect(page.locator("#qa-partner")).to_contain_text("your own model")


def give(page: Page, button: str, path: Path) -> None:
    """Give a file to an upload button."""
    with page.expect_file_chooser() as chooser:
        page.click(button)
    chooser.value.set_files(path)


# --- the conversation -------------------------------------------------------------------------------------------


def test_a_conversation_of_ten_turns_stays_to_be_read_and_explained(page: Page, server: str) -> None:
    page.goto(server)
    settle(page)
    for question, answer in [*facts()[::30][:7], *((text, "I don't know") for text in MUST_REFUSE)]:
        expect(ask(page, question).locator(".qa-said")).to_contain_text(answer)
    expect(page.locator(".qa-turn")).to_have_count(10)
    last_is_in_sight = "(log) => log.scrollTop + log.clientHeight >= log.scrollHeight - 2"
    assert page.locator(".qa-log").evaluate(last_is_in_sight)
    question, answer = facts()[0]
    page.locator(".qa-turn").first.get_by_role("button", name="Explain").click()
    expect(page.locator("#qa-view .qa-subject")).to_have_text(f"“{question}”")
    expect(page.locator("#qa-view .qa-so-far").last).to_have_text(answer)
    expect(page.locator("#qa-near .qa-nearest")).to_have_text(f"“{question}”", timeout=60_000)


def test_no_answer_that_is_refused_has_a_confident_headline(page: Page, server: str) -> None:
    page.goto(server)
    settle(page)
    refused = ask(page, "What is the capital of Wakanda?")
    expect(refused.locator(".qa-said")).to_contain_text("I don't know")
    expect(refused.locator(".qa-sure")).to_have_count(0)
    expect(page.locator("#qa-view .rnn-bar-chosen")).to_have_count(0)


def test_the_threshold_judges_every_turn_at_once(page: Page, server: str) -> None:
    page.goto(server)
    settle(page)
    ask(page, "What is the capital of Japan?")
    ask(page, "What is the capital of Italy?")
    page.fill("#qa-threshold input[type=number]", "1")
    expect(page.locator(".qa-refused")).to_have_count(2)
    page.fill("#qa-threshold input[type=number]", "0.2")
    expect(page.locator(".qa-refused")).to_have_count(0)


def test_ask_again_copy_save_and_clear(page: Page, server: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(server)
    settle(page)
    turn = ask(page, "What's the capital of Japan?")
    turn.get_by_role("button", name="Copy").click()
    expect(turn.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Tokyo"
    turn.get_by_role("button", name="Ask again").click()
    expect(page.locator(".qa-turn")).to_have_count(2)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as text").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert text.count("You: What's the capital of Japan?\nqa: Tokyo (") == 2
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".qa-turn")).to_have_count(0)
    expect(page.locator("#qa-view .rnn-bars")).to_have_count(0)


def test_an_example_is_asked_with_one_click(page: Page, server: str) -> None:
    page.goto(server)
    settle(page)
    page.get_by_role("button", name="What is the capital of Wakanda?").click()
    expect(page.locator(".qa-turn .qa-said")).to_contain_text("I don't know")


def test_did_you_mean_is_asked_with_one_click(page: Page, server: str) -> None:
    page.goto(server)
    settle(page)
    refused = ask(page, "What is the capital of Frannce?")
    expect(refused.locator(".qa-said")).to_contain_text("I have never seen: frannce")
    refused.get_by_role("button", name="What is the capital of France?").click()
    expect(page.locator(".qa-turn").last.locator(".qa-said")).to_have_text("Paris")


def test_a_link_asks_its_question_and_the_address_follows_the_conversation(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=qa&text=What+is+the+capital+of+France%3F")
    expect(page.locator(".qa-turn .qa-said")).to_have_text("Paris")
    ask(page, "What is 7 & 5? ä")
    assert parse_qs(urlsplit(page.url).query) == {"tab": ["qa"], "text": ["What is 7 & 5? ä"]}


@pytest.mark.parametrize("question", ["", "   ", "word " * 20_000])
def test_what_is_no_question_gets_a_sentence(page: Page, server: str, question: str) -> None:
    page.goto(server)
    settle(page)
    ask(page, "What is the capital of Italy?")
    ask(page, question)
    expect(page.locator("#qa-chat [role=alert]")).to_be_visible()
    expect(page.locator(".qa-turn")).to_have_count(1)


# --- a model of one's own ---------------------------------------------------------------------------------------


def test_ninety_rows_of_a_file_are_taught_and_asked(page: Page, server: str, tmp_path: Path) -> None:
    rows = facts()[:90]
    with (tmp_path / "ninety.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([("question", "answer"), *rows])
    open_lesson(page, server)
    give(page, "#qa-upload", tmp_path / "ninety.csv")
    expect(page.locator("#qa-lesson")).to_contain_text("ninety.csv: 90 rows can be taught.")
    page.click("#qa-start")
    expect(page.locator("#qa-lesson .qa-curves")).to_be_visible(timeout=LONG)
    expect(page.locator("#qa-lesson .qa-result")).to_contain_text("90 of 90 rows", timeout=LONG)
    for question, answer in rows[::30]:
        expect(ask(page, question).locator(".qa-said")).to_have_text(answer)
    expect(page.locator("#qa-partner")).to_contain_text("your own model (90 answers)")
    assert "text" not in parse_qs(urlsplit(page.url).query)  # nobody else's link could ask this network


def test_one_can_turn_back_to_the_network_of_the_page(page: Page, server: str) -> None:
    teach(page, server)
    expect(ask(page, "Where is the tent kept?").locator(".qa-said")).to_have_text("In box 2")
    expect(page.locator("#qa-examples")).to_be_hidden()
    page.get_by_label("the built-in model").check()
    expect(page.locator("#qa-examples")).to_be_visible()
    expect(ask(page, "What is the capital of France?").locator(".qa-said")).to_have_text("Paris")
    expect(page.locator(".qa-whose")).to_have_text(["your own model", "qa"])


def test_what_the_threshold_costs_opens_on_demand_and_follows_the_threshold(page: Page, server: str) -> None:
    teach(page, server)
    page.locator("#qa-coverage > button").click()
    plot = page.locator("#qa-coverage-plot .js-plotly-plot")
    expect(plot).to_contain_text("your own model at the threshold 0.50", timeout=30_000)
    page.fill("#qa-threshold input[type=number]", "0.9")
    expect(plot).to_contain_text("your own model at the threshold 0.90", timeout=30_000)


def test_a_lesson_can_be_stopped_and_what_was_learnt_is_kept(page: Page, server: str, tmp_path: Path) -> None:
    rows = [f"What is {k} times {k + 1}?,{k * (k + 1)}" for k in range(4000)]
    (tmp_path / "many.csv").write_text("\n".join(["question,answer", *rows]), encoding="utf-8")
    open_lesson(page, server)
    give(page, "#qa-upload", tmp_path / "many.csv")
    expect(page.locator("#qa-lesson")).to_contain_text("many.csv: 4,000 rows can be taught.")
    page.click("#qa-start")
    expect(page.locator("#qa-lesson")).to_contain_text("so far, at most", timeout=LONG)
    page.click("#qa-stop")
    expect(page.locator("#qa-lesson .qa-result")).to_contain_text("Stopped.", timeout=LONG)
    expect(page.locator("#qa-start")).to_be_visible()
    expect(page.locator("#qa-partner")).to_contain_text("your own model (4,000 answers)")


def test_a_saved_model_answers_on_the_command_line_and_in_another_visit(
    page: Page, server: str, new_visitor: Callable[[], Page], tmp_path: Path
) -> None:
    teach(page, server)
    with page.expect_download() as saved:
        page.click("#qa-save")
    path = tmp_path / saved.value.suggested_filename
    saved.value.save_as(path)
    with zipfile.ZipFile(path) as parcel:
        parcel.extractall(tmp_path)
    command = [sys.executable, "-m", "rnn_demo", "predict", str(tmp_path / "my-model"), "Where is the map kept?"]
    assert "In box 4" in subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    other = new_visitor()
    open_lesson(other, server)
    expect(other.locator("#qa-partner")).to_be_hidden()  # a visitor's own model is nobody else's
    give(other, "#qa-load", path)
    expect(other.locator("#qa-lesson")).to_contain_text("my-model.zip is loaded.")
    expect(other.locator("#qa-partner")).to_contain_text("your own model (10 answers)")
    expect(ask(other, "Where is the map kept?").locator(".qa-said")).to_have_text("In box 4")


def test_two_visitors_teach_two_models(page: Page, server: str, new_visitor: Callable[[], Page]) -> None:
    teach(page, server, "Who runs?; Ann\nWho swims?; Bob\nWho sings?; Eve")
    other = new_visitor()
    teach(other, server, "Who runs?; Zoe\nWho swims?; Yves\nWho sings?; Xaver")
    expect(ask(page, "Who runs?").locator(".qa-said")).to_have_text("Ann")
    expect(ask(other, "Who runs?").locator(".qa-said")).to_have_text("Zoe")


def test_an_own_model_is_shown_in_hidden_states(page: Page, server: str) -> None:
    teach(page, server)
    ask(page, "Where is the lamp kept?")
    page.click("#qa-show")
    expect(page.get_by_role("tab", name="Hidden states")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#states-model input")).to_have_value("your own model")
    expect(page.locator("#stepper p.now")).to_contain_text("In box 1")
    page.click("#stepper [data-do=unit]")
    expect(page.locator("#stepper .written")).not_to_be_empty()
    expect(page.locator("#states")).not_to_contain_text("own-")


def test_bad_rows_are_listed_and_the_good_ones_are_trained_on(page: Page, server: str) -> None:
    open_lesson(page, server)
    page.fill("#qa-rows textarea", f"Who runs?; Ann\nWho runs?; Bob\nWho swims?;\n<b>x</b>; {'y' * 65}\n{ROWS}")
    page.click("#qa-start")
    lesson = page.locator("#qa-lesson")
    expect(lesson).to_contain_text("11 rows can be taught, 3 cannot.")
    expect(lesson.locator(".qa-problems li")).to_have_count(3)
    expect(lesson).to_contain_text("11 of 11 rows", timeout=LONG)


def test_nothing_to_teach_and_files_that_are_none_get_a_sentence(page: Page, server: str, tmp_path: Path) -> None:
    open_lesson(page, server)
    page.click("#qa-start")
    expect(page.locator("#qa-lesson")).to_contain_text("write at least one question and its answer")
    with zipfile.ZipFile(tmp_path / "table.xlsx", "w") as sheet:
        sheet.writestr("[Content_Types].xml", "<Types/>")
    give(page, "#qa-upload", tmp_path / "table.xlsx")
    expect(page.locator("#qa-lesson")).to_contain_text("CSV")
    give(page, "#qa-load", tmp_path / "table.xlsx")
    expect(page.locator("#qa-lesson [role=alert]")).to_contain_text("not a zipped checkpoint")
    expect(page.locator("#qa-partner")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_telephone_shows_it_all_without_scrolling_sideways(page: Page, server: str, theme: str) -> None:
    page.set_viewport_size({"width": 390, "height": 860})
    teach(page, f"{server}/?__theme={theme}")
    ask(page, "Where is the " + "unbreakably" * 20 + " kept?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("#qa-lesson .qa-curves, #qa-lesson .qa-result").first).to_be_visible()


def test_what_is_typed_while_an_answer_is_on_its_way_stays(page: Page, server: str) -> None:
    page.goto(server)
    ask(page, "What is the capital of Italy?")
    expect(page.locator("#qa-near")).to_contain_text("Its answer:")  # all that follows the first answer is over
    box = page.locator("#qa-question [data-testid=textbox]")
    box.fill("What is the capital of France?")
    box.press("Enter")
    page.wait_for_timeout(20)  # nobody types at once
    box.fill("who painted the mona lisa")
    expect(page.locator(".qa-turn")).to_have_count(2)
    expect(page.locator("#qa-near")).to_contain_text("capital of France")
    expect(box).to_have_value("who painted the mona lisa")
    box.press("Enter")
    expect(page.locator(".qa-turn")).to_have_count(3)
    expect(box).to_have_value("")
    expect(page.locator("#qa-near")).to_contain_text("Mona Lisa")


def test_a_link_with_a_question_that_is_refused_leaves_it_in_the_box(page: Page, server: str) -> None:
    long = "why " * 199 + "why"
    page.goto(f"{server}/?tab=qa&text={long}")
    expect(page.locator("#qa-chat [role=alert]")).to_contain_text("shorten it")
    expect(page.locator("#qa-question [data-testid=textbox]")).to_have_value(long)
    page.goto(f"{server}/?tab=qa&text=who painted the mona lisa")
    expect(page.locator(".qa-turn")).to_have_count(1)
    expect(page.locator("#qa-question [data-testid=textbox]")).to_have_value("")
