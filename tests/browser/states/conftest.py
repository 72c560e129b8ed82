"""What the tests of Hidden states share."""

from __future__ import annotations

import pytest
from helpers.page.states_page import show, show_unit, visit
from playwright.sync_api import Page


@pytest.fixture
def cell(shared_page: Page, server: str) -> Page:
    """The shared page, 1300 high, where names has read Ivan: its cell is opened, and no unit is written out."""
    shared_page.set_viewport_size({"width": 1280, "height": 1300})
    if shared_page.url == "about:blank":
        visit(shared_page, server, model="names", text="Ivan", view="cell")
    else:
        show(shared_page, "names", "Ivan")
        show_unit(shared_page, False)
    return shared_page
