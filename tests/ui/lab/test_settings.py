"""The lab's controls: filled by every recipe and by links, each with one line, disabled where they mean nothing."""

from __future__ import annotations

import gradio as gr
import pytest

from rnn_demo.experiments.run_config import presets
from rnn_demo.ui.lab import settings as controls
from rnn_demo.ui.lab import train
from rnn_demo.zoo.recipes import RECIPES


def test_every_setting_has_one_line_and_no_more() -> None:
    assert set(controls.LINES) == set(controls.CONTROLS)
    assert [
        name for name, line in controls.LINES.items() if not 15 < len(line) < 85 or not line.endswith((".", "?"))
    ] == []


def test_every_recipe_is_offered_once_from_easy_to_hard() -> None:
    offered = controls.recipes_by_kind()
    assert sorted(name for _, name in offered) == sorted(presets())
    kinds = [title.partition(" – ")[0] for title, _ in offered]
    assert set(controls.KINDS) <= set(kinds)
    assert kinds == sorted(kinds, key=[*controls.KINDS, "More"].index)


@pytest.mark.parametrize("recipe", presets())
def test_every_recipe_fills_the_controls_with_values_that_are_right(recipe: str) -> None:
    updates = train.recipe_values(recipe)
    filled = {name: update["value"] for name, update in zip(controls.CONTROLS, updates, strict=False)}
    assert controls.error_in(recipe, filled) is None
    by_name = dict(zip(controls.CONTROLS, updates, strict=False))
    visible = {name for name, update in by_name.items() if update["visible"]}
    assert visible >= set(controls.CONTROLS) - {"distance", "count", "device"}
    assert ("distance" in visible) == (RECIPES[recipe].making is not None)
    for name, update in by_name.items():
        reason = controls.reason_against(name, RECIPES[recipe])
        assert update["interactive"] == (reason == "")
        assert update["info"] == (reason or controls.LINES[name])
    assert by_name["pooling"]["interactive"] != RECIPES[recipe].architecture.per_step
    assert by_name["bidirectional"]["interactive"] != RECIPES[recipe].architecture.per_step


def test_what_is_wrong_in_a_link_is_left_out() -> None:
    wrong = {"tab": "lab", "recipe": "hello", "cell": "<b>", "hidden_size": "0", "seed": "x", "distance": "3"}
    assert controls.from_link(wrong | {"epochs": "7", "free_running": "0.3"}) == ("hello", {"epochs": 7})
    for link in (None, {"tab": "lab", "recipe": "nope"}, {"tab": "qa", "recipe": "hello"}):
        assert train.arrive(link) == [gr.skip()] * (len(controls.CONTROLS) + 4)
