"""The next step: every tab but the first, which has its own ways on, ends in a sentence that leads into the page."""

from __future__ import annotations

import pytest

from rnn_demo.ui.lab.tab import PARTS
from rnn_demo.ui.links import parse as parse_link
from rnn_demo.ui.next_step import next_steps, parse
from rnn_demo.ui.page import TABS
from rnn_demo.zoo import checkpoint


def test_every_tab_leads_on_to_another_one() -> None:
    steps = next_steps()
    assert list(steps) == [name for name in TABS if name != "start"]
    for name, step in steps.items():
        link = step["link"]
        assert parse_link(link, TABS) == link, name
        assert link["tab"] != name
        assert link.get("model", "sentiment") in checkpoint.available()
        assert link.get("part", "race") in PARTS


def test_a_sentence_is_split_at_its_link() -> None:
    step = parse("Next: [train one](?tab=lab&part=race) yourself.")
    assert step == {
        "before": "Next: ",
        "name": "train one",
        "link": {"tab": "lab", "part": "race"},
        "after": " yourself.",
    }
    for wrong in ("No link.", "[a](?tab=qa) and [b](?tab=lab)", "[a](https://example.org)"):
        with pytest.raises(ValueError, match="one link"):
            parse(wrong)
