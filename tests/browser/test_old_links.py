"""Links that were put on slides with version 0.1 open what they opened then."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from rnn_demo.ui.page import TABS

pytestmark = pytest.mark.browser
NOW, UNIT = "#stepper p.now", "#stepper .unit"

# A link, and what is on the page then: (where, what), where "value" is an input's and "drawn" a drawing's own note.
LINKS = {
    "?tab=qa&text=Who+painted+the+Mona+Lisa%3F": [("#qa", "text", "Leonardo da Vinci")],
    "?tab=sentiment&text=Not+bad+at+all": [
        ("#sentiment textarea", "value", "Not bad at all"),
        ("#sentiment", "text", "positive"),
    ],
    "?tab=states": [(NOW, "text", "step 1 of 4")],
    "?tab=states&text=Ivan": [("#states-model select", "value", "names"), (NOW, "text", "step 1 of 4")],
    "?tab=states&model=names&text=Ivan&step=3&view=cell,unit&unit=7": [
        (NOW, "text", "step 3 of 4"),
        (UNIT, "drawn", "0/7/2/pytorch"),
    ],
    "?tab=states&model=names-gru&text=Hiroshi&step=3&unit=7&view=unit&notation=textbook": [
        (UNIT, "drawn", "0/7/2/textbook")
    ],
    "?tab=states&model=names-deep&text=Giovanni&layer=2&direction=backward&step=2&unit=5&view=cell,unit": [
        (NOW, "text", "step 2 of 8"),
        (UNIT, "drawn", "3/5/1/pytorch"),
    ],
    "?tab=states&model=names&text=Ivan&view=whole": [(NOW, "text", "step 1 of 4")],
    "?tab=states&model=names-deep&text=Giovanni&figure=memory": [("#states-view input:checked", "value", "memory")],
    "?tab=lab&recipe=surnames&cell=lstm&hidden_size=16": [
        ("#lab-hidden_size input", "value", "16"),
        ("#lab-cell input:checked", "value", "lstm"),
    ],
}


@pytest.mark.parametrize("link", LINKS)
def test_an_old_link_opens_what_it_did(shared_page: Page, server: str, link: str) -> None:
    shared_page.goto(f"{server}/{link}")
    title = TABS[parse_qs(link.lstrip("?"))["tab"][0]].TITLE
    expect(shared_page.get_by_role("tab", name=title)).to_have_attribute("aria-selected", "true")
    for where, what, expected in LINKS[link]:
        place = shared_page.locator(where).first
        if what == "value":
            expect(place).to_have_value(re.compile(f"^{re.escape(expected)}"))
        elif what == "drawn":
            expect(place).to_have_attribute("data-drawn", expected)
        else:
            expect(place).to_contain_text(
                expected, timeout=60_000
            )  # the first answer of the chat reads all it was taught
