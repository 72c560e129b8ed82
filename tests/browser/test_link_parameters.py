"""Whatever a link to Hidden states says, the page opens at a step, a layer and a unit that are there."""

from __future__ import annotations

import os
import random

import pytest
from hostile import MARKUP, ODD
from playwright.sync_api import Page

from rnn_demo.analysis.trace import record
from rnn_demo.ui.viewer.payload import SCRIPTS, payload
from rnn_demo.ui.viewer.static_files import script
from rnn_demo.zoo import checkpoint

pytestmark = pytest.mark.browser

LINKS = max(400, int(os.environ.get("FUZZ_CASES", "0")) // 10)
NAMES = ("step", "layer", "direction", "unit", "view", "notation", "figure", "model", "text")
VALUES = (
    *ODD, *MARKUP, "0", "1", "2", "4", "-1", "1.5", "1e9", "Infinity", "0x2", " 2 ", "cell",
    "cell,unit", "whole", "unit,unit", ",,", "forward", "backward", "textbook", "pytorch", "heat map",
)  # fmt: skip
# What the page's own scripts make of each of many links.
READ_ALL = """([scripts, text, links]) => new Function('element', 'given', 'links', scripts + `
  state.trace = readTrace(given);
  return links.map((link) => {
    Object.assign(state, { t: 0, layer: 0, unit: -1, cell: false, all: false, notation: 'pytorch' });
    const told = restore(link);
    return [told, state.t, state.layer, state.unit, state.notation];
  });`)(document.body, text, links)"""


@pytest.mark.parametrize("model", ["names", "names-deep"])
def test_any_link_opens_something_that_is_there(page: Page, model: str) -> None:
    generator = random.Random(None if "FUZZ_CASES" in os.environ else 0)
    links = [
        {name: generator.choice(VALUES) for name in generator.sample(NAMES, generator.randint(0, 5))}
        for _ in range(LINKS)
    ]
    opened = checkpoint.open_checkpoint(model)
    trace = record(opened, "Ivan")
    scripts = "\n".join(map(script, SCRIPTS)).partition("\ncontrols();")[0]  # up to where they begin to act
    found = page.evaluate(READ_ALL, [scripts, payload(trace, model, opened), links])
    assert len(found) == len(links)
    for link, (told, step, layer, unit, notation) in zip(links, found, strict=True):
        assert 0 <= step < 4, link
        assert 0 <= layer < len(trace.layers), link
        assert -1 <= unit < opened.architecture.hidden_size, link
        assert notation in ("pytorch", "textbook"), link
        assert told == "" or (told.startswith("Of the link this was left out: ") and len(told) < 600), link
    refused = [told for told, *_ in found if told]
    assert 0 < len(refused) < len(links)
