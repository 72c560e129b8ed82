"""The tab Start: its numbers are the shipped network's, its sentences are true of them, and its HTML is only HTML."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import gradio
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from rnn_demo.ui import page
from rnn_demo.ui.links import parse, values_of
from rnn_demo.ui.server.headers import INLINE
from rnn_demo.ui.server.landing_frame import FIRST_SCRIPT, LandingFrame, view_of, with_frame
from rnn_demo.ui.start import frame
from rnn_demo.ui.start.reading import SHOWN, FirstReading, record_reading, shipped_reading
from rnn_demo.ui.start.tab import CARDS, link_for

READING = shipped_reading()
TABS = tuple(page.TABS)


def test_the_reading_is_what_the_shipped_network_makes_of_it() -> None:
    fresh = record_reading()
    for name in ("text", "cell", "hidden_size", "words", "units"):
        assert READING[name] == fresh[name], name
    assert np.allclose(READING["positive"], fresh["positive"], atol=2e-4)
    assert np.shape(READING["state"]) == (len(READING["words"]), SHOWN)
    assert np.allclose(READING["state"], fresh["state"], atol=2e-3)


def test_the_verdict_swings_most_at_not_and_ends_where_a_reader_would() -> None:
    at = frame.turning_point(READING)
    assert READING["words"][at] == "not"
    assert frame.verdict(READING["positive"][at - 1]) == "positive"
    assert READING["positive"][at] < 0.5
    assert frame.verdict(READING["positive"][-1]) == "negative"
    assert frame.title(READING).endswith("“not”")


def test_the_lesson_tells_how_far_each_good_moved_the_verdict() -> None:
    first, second = (t for t, word in enumerate(READING["words"]) if word == "good")
    shown = [round(100 * share) for share in READING["positive"]]
    moved = [shown[t] - shown[t - 1] for t in (first, second)]
    said = [int(number.replace("−", "-")) for number in re.findall(r"[+−]\d+", frame.lesson(READING))]
    assert said == moved
    assert said[0] > 10 > -5 > said[1]


class Elements(HTMLParser):
    """The tags of a text, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of_class(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.tags if name in (attributes.get("class") or "").split()]


def test_the_landing_frame_shows_every_number_and_has_read_one_word() -> None:
    elements = Elements(page.frame("start", ""))
    words = READING["words"]
    assert len(elements.of_class("landing-step")) == len(words)
    assert len(elements.of_class("read")) == 1
    colours = [attributes["style"] for tag, attributes in elements.tags if tag == "i" and "style" in attributes]
    values = [value for row in READING["state"] for value in row]
    assert colours == [f"background:var(--rnn-v{frame.level(value)})" for value in values]
    assert [frame.level(value) for value in (-1, 0, 1)] == [0, 10, 20]


def test_the_landing_frame_has_no_script_of_its_own_and_leads_to_every_tab() -> None:
    html = page.frame("start", "")
    assert not INLINE.findall(html.encode())
    assert not re.search(r"\son\w+=|javascript:", html)
    links = [attributes["href"] for tag, attributes in Elements(html).tags if tag == "a"]
    opened = [parse(QueryParams(str(link).lstrip("?")), TABS) for link in links]
    assert [link["tab"] for link in opened[: len(TABS)] if link] == list(TABS)
    assert opened[len(TABS) :] == list(CARDS.values())


def test_a_link_to_another_tab_finds_the_reading_hidden() -> None:
    (section,) = (attributes for tag, attributes in Elements(page.frame("lab", "")).tags if tag == "section")
    assert "hidden" in section
    (section,) = (attributes for tag, attributes in Elements(page.frame("start", "dark")).tags if tag == "section")
    assert "hidden" not in section


def test_markup_in_a_sentence_stays_text() -> None:
    words = ["<b>good", "not", "<b>good", "<b>good"]
    strange: FirstReading = {**READING, "words": ["good", *words, "good"], "positive": [0.6, 0.9, 0.2, 0.3, 0.2, 0.1]}
    strange["state"] = READING["state"][:6]
    assert "<b>good" not in frame.landing(strange, page.titles(), hidden=False)


@pytest.mark.parametrize(
    ("query", "view"),
    [
        ("", ("start", "")),
        ("tab=lab", ("lab", "")),
        ("tab=+LAB+&__theme=dark", ("lab", "dark")),
        ("amp;tab=qa", ("qa", "")),
        ("tab=<b>&__theme=<b>", ("start", "")),
        ("tab=%00&__theme=" + "x" * 9000, ("start", "")),
    ],
)
def test_the_frame_depends_on_a_known_tab_and_a_known_theme_alone(query: str, view: tuple[str, str]) -> None:
    assert view_of(query.encode(), TABS) == view


def test_the_frame_stands_before_gradios_page_and_nowhere_else() -> None:
    body = "<body><gradio-app></gradio-app></body>"
    routes = [Route(path, lambda request: HTMLResponse(body)) for path in ("/", "/other")]
    routes.append(Route("/none", lambda request: HTMLResponse("no page")))
    first = Middleware(LandingFrame, tabs=("a", "b"), frame=lambda tab, theme: f"[{tab} {theme} é]")
    client = TestClient(Starlette(routes=routes, middleware=[first]))
    answer = client.get("/?tab=b&__theme=light")
    assert answer.text == body.replace("<gradio-app>", "[b light é]<gradio-app>")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert client.get("/other").text == body
    assert client.get("/none").text == "no page"
    assert client.head("/").headers["content-length"] == str(len(body))


def test_every_way_on_names_the_tab_that_it_leads_to() -> None:
    html, titles = page.frame("start", ""), page.titles()
    for link in CARDS.values():
        address = escape(urlencode(link))
        (card,) = re.findall(rf'<a href="\?{re.escape(address)}".*?</a>', html, re.DOTALL)
        assert f"<small>{titles[link['tab']][0]}</small>" in card
    assert f'<button type="submit">Read it in {titles["sentiment"][0]}</button>' in html


def test_what_the_first_frame_need_not_wait_for_comes_after_it() -> None:
    template = (Path(gradio.__file__).parent / "templates" / "frontend" / "index.html").read_bytes()
    assert template.count(FIRST_SCRIPT) == template.count(b'<link rel="stylesheet"') == 1
    html = with_frame(template, b"[frame]").decode()
    order = ("<base", '<link rel="preload" as="style"', "</head>", "[frame]", FIRST_SCRIPT.decode(), "<gradio-app")
    assert sorted(order, key=html.index) == list(order)
    assert html.index("[frame]") < html.index('<script type="module"') < html.index("<gradio-app")
    assert 'rel="stylesheet"' not in html
    moved, rest = sorted(html.replace("[frame]", "")), sorted(template.decode())
    assert len(moved) - len(rest) == len('preload" as="style" class="later') - len("stylesheet")


def test_a_card_leads_where_it_says_and_anything_else_is_read() -> None:
    for name, link in CARDS.items():
        assert link_for(name, "") == link
        assert parse(QueryParams(link), TABS) == link
    assert link_for(None, "<b>a</b>") == {"tab": "sentiment", "text": "<b>a</b>"}
    assert link_for(["learn"], {"a": 1}) == {"tab": "sentiment", "text": "{'a': 1}"}
    arrived, opened, tabs = values_of(link_for("remember", ""))
    assert arrived == opened
    assert arrived["text"] == READING["text"]
    assert tabs.selected == "states"
