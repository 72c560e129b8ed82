"""The table of a visitor's runs: what it says of each, their curves together, what is saved of them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from helpers.inline_pool import InlinePool
from helpers.lab_runs import SHORT, prepare_run, trained

from rnn_demo.experiments.script import script
from rnn_demo.ui.lab import runs
from rnn_demo.ui.lab.train import train as train_run
from rnn_demo.ui.lab.visitor_runs import Visitors
from rnn_demo.ui.models import Models
from rnn_demo.ui.training_controls import Line
from rnn_demo.ui.widgets.download import NO_ROOM
from rnn_demo.zoo.archive import unpack


@pytest.fixture
def visitors() -> Visitors:
    return Visitors(Models(), InlinePool(), Line(places=1))


# --- the run table ----------------------------------------------------------------------------------------------


def test_the_table_tells_settings_scores_size_and_time(visitors: Visitors) -> None:
    trained(visitors)
    trained(visitors, cell="lstm")
    table, panel, which = runs.table_values(visitors.of("Ann"))
    first, second = json.loads(table)["rows"]
    assert (first["settings"], second["settings"]) == ("gru 8, epochs 3", "lstm 8, epochs 3")
    assert (first["steps"], first["part"]) == (9, "validation")
    assert second["parameters"] > first["parameters"]
    assert panel.visible
    assert (which.choices, which.value) == ([("run 2", 2), ("run 1", 1)], 2)


def drawn(plot: Any) -> list[dict[str, Any]]:
    """The lines of a picture."""
    return json.loads(plot.value["plot"])["data"]


def test_curves_of_several_runs_are_named_by_what_differs(visitors: Visitors) -> None:
    trained(visitors)
    trained(visitors, cell="lstm")
    for measure, lines in (("loss", 4), ("accuracy", 4), ("gradient norm", 2)):
        plot = runs.curves_plot(visitors.of("Ann"), [1, 2], measure)
        assert len(drawn(plot)) == lines
    assert [trace["name"] for trace in drawn(plot)] == ["run 1: gru", "run 2: lstm"]
    assert not runs.curves_plot(visitors.of("Ann"), [], "loss").visible


def test_a_run_is_saved_as_a_checkpoint_and_as_what_makes_it_again(visitors: Visitors) -> None:
    text = "a rose is a rose is a rose " * 9
    prepare_run(visitors, "Ann", text=text, **SHORT)
    list(train_run(visitors, "Ann"))
    (run,) = visitors.of("Ann").runs
    checkpoint, script, code = runs.downloads(visitors.models, run)
    assert unpack(Path(checkpoint.value["path"]))[0].config() == visitors.models.get(run.name).config()
    with zipfile.ZipFile(script.value["path"]) as parcel:
        assert {name.split("/")[1] for name in parcel.namelist()} == {"train.py", "command.txt", "text.txt"}
        assert parcel.read("my-run/text.txt").decode() == text
        assert parcel.read("my-run/train.py").decode() == code
    visitors.models.forget(run.name)  # as when too many models are kept
    checkpoint, _, again = runs.downloads(visitors.models, run)
    assert (checkpoint.interactive, again) == (False, code)


def test_where_the_disk_is_full_the_buttons_say_so(visitors: Visitors, full_disk: pytest.MonkeyPatch) -> None:
    prepare_run(visitors, "Ann", **SHORT)
    list(train_run(visitors, "Ann"))
    (run,) = visitors.of("Ann").runs
    checkpoint, script_zip, code = runs.downloads(visitors.models, run)
    for button in (checkpoint, script_zip):
        assert (button.label, button.value, button.interactive) == (NO_ROOM, None, False)
    assert code == script(run.config)
    full_disk.undo()
    again, _, _ = runs.downloads(visitors.models, run)
    assert (again.label, again.interactive) == (runs.SAVE_CHECKPOINT, True)


def test_a_run_that_is_gone_changes_nothing(visitors: Visitors) -> None:
    assert runs.downloads(visitors.models, runs.run_of(visitors.of("Ann"), 7)) == [gr.skip()] * 3
