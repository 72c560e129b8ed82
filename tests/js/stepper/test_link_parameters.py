"""Whatever a link to Hidden states says, the page opens at a step, a layer and a unit that are there."""

from __future__ import annotations

import os
import random

import pytest
from helpers.hostile import MARKUP, ODD
from helpers.node_scripts import needs_node, run_node

from rnn_demo.analysis.trace import record
from rnn_demo.data.json_text import strict_json
from rnn_demo.ui.viewer.payload import payload
from rnn_demo.zoo import checkpoint

LINKS = max(400, int(os.environ.get("FUZZ_CASES", "0")) // 10)
NAMES = ("step", "layer", "direction", "unit", "view", "notation", "figure", "model", "text", "gradients", "answer")
VALUES = (
    *ODD,
    *MARKUP,
    "0",
    "1",
    "2",
    "4",
    "-1",
    "1.5",
    "1e9",
    "Infinity",
    "0x2",
    " 2 ",
    "cell",
    "cell,unit",
    "whole",
    "unit,unit",
    ",,",
    "forward",
    "backward",
    "textbook",
    "pytorch",
    "heat map",
    "trained",
    "fresh",
)


@needs_node
@pytest.mark.parametrize("model", ["names", "names-deep"])
def test_any_link_opens_something_that_is_there(model: str) -> None:
    generator = random.Random(None if "FUZZ_CASES" in os.environ else 0)
    links = [
        {name: generator.choice(VALUES) for name in generator.sample(NAMES, generator.randint(0, 5))}
        for _ in range(LINKS)
    ]
    opened = checkpoint.open_checkpoint(model)
    trace = record(opened, "Ivan")
    answers = run_node(
        "stepper/link_parameters.mjs", {"trace": strict_json(payload(trace, model, opened)), "links": links}
    )
    for link, (refusal, step, layer, unit, notation, gradients) in zip(links, answers, strict=True):
        assert 0 <= step < 4, link
        assert 0 <= layer < len(trace.layers), link
        assert -1 <= unit < opened.architecture.hidden_size, link
        assert notation in ("pytorch", "textbook"), link
        assert gradients in ("", "trained", "fresh"), link
        assert refusal == "" or (refusal.startswith("Ignored in the link: ") and len(refusal) < 600), link
    refused = [refusal for refusal, *_ in answers if refusal]
    assert 0 < len(refused) < len(links)


@needs_node
def test_equations_are_in_the_notation_of_the_recipe_until_a_link_names_another() -> None:
    links = [{}, {"notation": "pytorch"}, {"notation": "textbook"}, {"notation": "roman"}]
    for model, usual in (("hello", "textbook"), ("names", "pytorch")):
        opened = checkpoint.open_checkpoint(model)
        trace = strict_json(payload(record(opened, "hell"), model, opened))
        answers = run_node("stepper/link_parameters.mjs", {"trace": trace, "links": links})
        assert [notation for _, _, _, _, notation, _ in answers] == [usual, "pytorch", "textbook", usual]
