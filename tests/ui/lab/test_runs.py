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
from rnn_demo.ui.lab.current_run import train as train_run
from rnn_demo.ui.lab.visitor_runs import Visitors
from rnn_demo.ui.models import Models
from rnn_demo.ui.server.training_queue import TrainingQueue
from rnn_demo.ui.widgets.download import NO_ROOM
from rnn_demo.zoo.archive import unpack


@pytest.fixture
def visitors() -> Visitors:
    return Visitors(Models(), InlinePool(), TrainingQueue(places=1))


# --- the run table ----------------------------------------------------------------------------------------------


def test_the_table_tells_settings_scores_size_and_time(visitors: Visitors) -> None:
    trained(visitors)
    trained(visitors, cell="lstm")
    table, panel, which = runs.table_values(visitors.of("Ann"))
    first, second = json.loads(table)["rows"]
    assert (first["settings"], second["settings"]) == (
        "GRU, 8 hidden units, 3 epochs",
        "LSTM, 8 hidden units, 3 epochs",
    )
    assert (first["steps"], list(first["scores"])) == (9, ["validation"])
    assert second["parameters"] > first["parameters"]
    assert panel.visible
    assert (which.choices, which.value) == ([("run 2", 2), ("run 1", 1)], 2)


def test_the_table_has_the_numbers_of_the_chart_and_those_of_the_test_under_their_names(visitors: Visitors) -> None:
    trained(visitors, recipe="surnames", epochs=6)
    (row,) = json.loads(runs.table_values(visitors.of("Ann"))[0])["rows"]
    (run,) = visitors.of("Ann").runs
    assert list(row["scores"]) == ["test", "validation"]
    measured = run.metrics["measured"]["test"]
    assert row["scores"]["test"] == {key: measured[key] for key in ("accuracy", "loss")}
    checks = run.curves["validation_loss"]
    best = min(range(len(checks)), key=lambda k: checks[k][1])
    assert row["scores"]["validation"]["loss"] == checks[best][1]
    assert row["scores"]["validation"]["accuracy"] == run.curves["validation_accuracy"][best][1]
    assert row["kept"] == (0 if best == len(checks) - 1 else best + 1)
    assert run.picture["kept"] == (None if best == len(checks) - 1 else checks[best][0])
    assert row["seconds"] == run.picture["seconds"]  # the page names one duration


def test_a_network_that_is_to_know_its_examples_is_measured_on_them(visitors: Visitors) -> None:
    trained(visitors, recipe="facts", epochs=1, batch_size=45)
    (row,) = json.loads(runs.table_values(visitors.of("Ann"))[0])["rows"]
    assert list(row["scores"]) == ["training"]


def charts(value: str) -> list[dict[str, Any]]:
    return json.loads(value)["charts"]


def test_curves_of_several_runs_are_named_by_what_differs(visitors: Visitors) -> None:
    trained(visitors)
    trained(visitors, cell="lstm")
    for measure, count in (("loss", 2), ("accuracy", 2), ("gradient norm", 1)):
        drawn = charts(runs.curves_of_runs(visitors.of("Ann"), [1, 2], measure))
        assert len(drawn) == count
        for chart in drawn:
            assert [line["name"] for line in chart["lines"]] == ["run 1: GRU", "run 2: LSTM"]
            assert len({line["colour"] for line in chart["lines"]}) == 2
        assert len({json.dumps(chart["y"]["high"]) for chart in drawn if "high" in chart["y"]}) <= 1  # to be compared
    training, validation = charts(runs.curves_of_runs(visitors.of("Ann"), [2], "loss"))
    assert training["lines"][0]["points"] == [list(p) for p in visitors.of("Ann").runs[1].curves["loss"]]
    assert validation["lines"][0]["points"] == [list(p) for p in visitors.of("Ann").runs[1].curves["validation_loss"]]
    assert "charts" not in json.loads(runs.curves_of_runs(visitors.of("Ann"), [], "loss"))


def test_a_run_keeps_its_colour(visitors: Visitors) -> None:
    for _ in range(2):
        trained(visitors, epochs=1)
    chart, _ = charts(runs.curves_of_runs(visitors.of("Ann"), [1, 2], "loss"))
    assert chart["lines"][0]["points"] == chart["lines"][1]["points"]
    alone, _ = charts(runs.curves_of_runs(visitors.of("Ann"), [2], "loss"))
    assert alone["lines"][0]["colour"] == chart["lines"][1]["colour"]
    assert len(set(runs.colours(range(1, 9)).values())) == 8
    assert len(set(runs.colours([1, 9, 3]).values())) == 3


def test_a_run_is_saved_as_a_checkpoint_and_as_what_makes_it_again(visitors: Visitors) -> None:
    text = "a rose is a rose is a rose " * 9
    prepare_run(visitors, "Ann", text=text, **SHORT)
    list(train_run(visitors, "Ann"))
    (run,) = visitors.of("Ann").runs
    checkpoint, script, code = runs.downloads(visitors.models, run)
    assert unpack(Path(checkpoint.value["path"]))[0].config() == visitors.models.get(run.name).config()
    with zipfile.ZipFile(script.value["path"]) as archive:
        assert {name.split("/")[1] for name in archive.namelist()} == {"train.py", "command.txt", "text.txt"}
        assert archive.read("my-run/text.txt").decode() == text
        assert archive.read("my-run/train.py").decode() == code
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
