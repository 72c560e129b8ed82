"""Links into the page, as people write and copy them."""

from __future__ import annotations

import pytest
from starlette.datastructures import QueryParams

from rnn_demo.ui.links import asks_for, parse
from rnn_demo.ui.page import TABS


@pytest.mark.parametrize(
    "query",
    [
        "tab=sentiment&text=Not+bad",
        "tab=Sentiment&text=Not+bad",
        "tab=+SENTIMENT+&text=Not+bad",
        "tab=sentiment&amp;text=Not+bad",
        "text=Not+bad&amp;tab=Sentiment",
    ],
)
def test_a_link_opens_its_tab_with_its_text(query: str) -> None:
    link = parse(QueryParams(query), TABS)
    assert link == {"tab": "sentiment", "text": "Not bad"}
    assert [name for name in TABS if asks_for(link, name)] == ["sentiment"]


@pytest.mark.parametrize("query", ["", "tab=", "tab=nope&text=a", "text=a", "tab=sentiment%00", "tab"])
def test_a_link_to_no_tab_is_none(query: str) -> None:
    assert parse(QueryParams(query), TABS) is None
    assert not asks_for(None, "sentiment")
