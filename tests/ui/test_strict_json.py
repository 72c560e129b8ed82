"""What the page is sent is JSON as a browser takes it, whatever the numbers."""

from __future__ import annotations

import json
import warnings

import gradio as gr

from rnn_demo.data.json_text import strict_json
from rnn_demo.experiments.live_run import LiveRun
from rnn_demo.experiments.run_config import configure


def strict(text: str) -> object:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_a_training_whose_gradient_explodes_is_still_drawn() -> None:
    live = LiveRun(
        configure("adding", {"cell": "rnn_relu", "hidden_size": 8, "count": 40, "epochs": 1, "clip_norm": 0.0})
    )
    while not live.step:
        live.advance(0.01)
    live.curves["norm"].add(live.step.step + 1, float("inf"))  # as where the loss is still a number
    picture = strict(strict_json(live.picture()))
    assert isinstance(picture, dict)
    assert picture["curves"]["norm"][-1][1] is None


def test_the_text_of_a_visitor_makes_no_component_warn_of_a_script() -> None:
    read = {"text": "<script>alert(1)</script> <SCRIPT src=x> <scripture>"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shown = gr.HTML(strict_json(read)).value
    assert strict(shown) == read
