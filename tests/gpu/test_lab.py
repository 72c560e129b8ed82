"""The lab's handlers train on a GPU where there is one, and their networks are read on the CPU afterwards."""

import json

import pytest

pytest.importorskip("gradio")

from helpers.lab_runs import prepare_run

from rnn_demo.experiments.workers import Pool
from rnn_demo.ui.lab import race
from rnn_demo.ui.lab.current_run import new_sample, train
from rnn_demo.ui.lab.visitor_runs import Visitors
from rnn_demo.ui.models import Models
from rnn_demo.ui.training_controls import StopSignal, in_batches


def finished(recipe, **options):
    """A visitor's run, trained to its end in its own process, and what the page shows of it."""
    visitors = Visitors(Models(), Pool())
    prepare_run(visitors, "Ann", recipe, **options)
    *_, last = train(visitors, "Ann")
    return visitors, json.loads(last[0])


@pytest.mark.parametrize(
    ("recipe", "options"),
    [
        ("characters", {"epochs": 3}),
        ("surnames", {"epochs": 2, "pooling": "attention", "bidirectional": True}),
        ("copy", {"epochs": 2}),
    ],
)
def test_a_run_on_the_gpu_ends_in_the_table_as_one_on_the_cpu_does(recipe, options):
    here, shown_here = finished(recipe, device="cpu", **options)
    there, shown = finished(recipe, device="cuda", **options)
    assert shown["device"] == "Trained on the GPU, as chosen."
    assert shown_here["device"] == "Trained on the CPU, as chosen."
    (run,), (other,) = there.of("Ann").runs, here.of("Ann").runs
    assert run.metrics["device"] == "cuda:0"
    assert run.metrics["parameters"] == other.metrics["parameters"]
    assert shown["curves"]["loss"][0][1] == pytest.approx(shown_here["curves"]["loss"][0][1], rel=1e-3)
    assert next(there.models.get(run.name).parameters()).device.type == "cpu"
    assert json.loads(new_sample(there.of("Ann"), "hello", 0.5))["sample"]


def test_a_small_run_stays_on_the_cpu_by_itself_and_says_why():
    _, shown = finished("hello", device="auto", epochs=2)
    assert "fewer than the 8,000" in shown["device"]


def test_a_paused_run_on_the_gpu_shows_another_sample_and_goes_on():
    visitors = Visitors(Models(), Pool())
    prepare_run(visitors, "Ann", "characters", device="cuda", epochs=1000)
    run = train(visitors, "Ann")
    next(run)
    visitors.of("Ann").live.pause()
    *_, last = run
    assert json.loads(last[0])["status"] == "Paused."
    assert json.loads(new_sample(visitors.of("Ann"), "the ", 0.5))["sample"]["start"] == "the "
    visitors.of("Ann").live.stop()
    *_, last = train(visitors, "Ann")
    assert json.loads(last[0])["over"]


@pytest.mark.parametrize("device", ["cuda", "auto"])
def test_a_race_of_the_page_runs_on_the_gpu(device):
    setting = race.setting_of("recall", "3", 1, 5.0, 64, 2, 0.01, device)
    *_, last = race.payloads(setting, in_batches(Pool(), StopSignal(), race.race, setting))
    assert {score.cell for score in last["results"]} == set(setting.cells)
