"""For teachers: every ready picture has a card, its file is at its address, and its link leads into the page."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from rnn_demo.figures.drawing.ready import LESSON_PICTURES, figure_of, title_of
from rnn_demo.ui.lab.train import invitation_of_link
from rnn_demo.ui.links import parse
from rnn_demo.ui.page import TABS
from rnn_demo.ui.teachers import pictures
from rnn_demo.ui.teachers.section import captions, value


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=pictures.ROUTES))


def test_there_is_a_card_for_every_picture_in_the_order_of_the_lessons() -> None:
    cards = value()["pictures"]
    assert [card["name"] for card in cards] == list(LESSON_PICTURES) == list(captions())
    for card in cards:
        assert card["title"]
        assert card["words"].endswith((".", "?"))
        assert parse(card["link"], TABS) == card["link"]


def test_each_picture_is_an_svg_that_browsers_may_keep(client: TestClient) -> None:
    for card in value()["pictures"]:
        answer = client.get(f"/{card['source']}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/svg+xml"
        assert "immutable" in answer.headers["cache-control"]
        assert ElementTree.fromstring(answer.text).get("viewBox") == "0 0 1920 1080"
        assert len(answer.content) < 60_000


@pytest.mark.parametrize("name", ["nothing", "..%2Ftexts%2Flab", "race.svg/..", "race.svg%00"])
def test_nothing_else_is_to_be_had(client: TestClient, name: str) -> None:
    assert client.get(f"/{pictures.PREFIX}/{pictures.VERSION}/{name}.svg").status_code == 404


def test_an_old_address_still_leads_to_the_picture_but_is_not_kept(client: TestClient) -> None:
    answer = client.get(f"/{pictures.PREFIX}/older/race.svg")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", [name for name, link in LESSON_PICTURES.items() if "recipe" in link])
def test_a_link_to_a_training_opens_its_picture_and_not_a_form(name: str) -> None:
    shown = json.loads(invitation_of_link(LESSON_PICTURES[name]))
    figure = figure_of(name)
    assert figure is not None
    lines = [list(zip(line.x, line.y, strict=True)) for line in figure.data if line.mode != "markers"]
    drawn = [[tuple(point) for point in points] for points in shown["curves"].values() if points]
    assert len(lines) == 2
    for line in lines:
        assert any([x for x, _ in line] == [x for x, _ in points] and close(line, points) for points in drawn)
    assert shown["status"].startswith(title_of(figure)[0])
    assert "by python -m rnn_demo studies curves" in shown["status"]


def close(line: list[tuple[int, float]], points: list[tuple[int, float]]) -> bool:
    """Do they show the same values, as shares or in percent?"""
    ys, others = [y for _, y in line], [y for _, y in points]
    return ys == pytest.approx(others) or ys == pytest.approx([100 * y for y in others])
