"""For teachers: every ready picture has a card, its file is at its address, and its link leads into the page."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from rnn_demo.figures.drawing.ready import LESSON_PICTURES
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
