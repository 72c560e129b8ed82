"""Experiments in the page: a prediction starts the runs, one after the other, and the last one brings the verdict."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import gradio as gr
import pytest
from helpers.inline_pool import InlinePool
from helpers.lab_runs import SHORT, payload_of, prepare_run, settings, trained

from rnn_demo.experiments.lab.predictions import PREDICTIONS
from rnn_demo.ui.lab import experiment_cards, train
from rnn_demo.ui.lab import settings as controls
from rnn_demo.ui.lab.current_run import prepare_experiment, stop_current_run, train_in_turn
from rnn_demo.ui.lab.experiment_cards import BUSY, CHOICES, STOPPED
from rnn_demo.ui.lab.visitor_runs import Visitors
from rnn_demo.ui.models import Models
from rnn_demo.ui.server.training_queue import TrainingQueue


@pytest.fixture
def visitors(monkeypatch: pytest.MonkeyPatch) -> Visitors:
    for name, experiment in PREDICTIONS.items():
        short = {"epochs": 3, **({"distance": 4, "count": 100} if name == "steps" else {})}
        monkeypatch.setitem(PREDICTIONS, name, replace(experiment, runs=tuple({**o, **short} for o in experiment.runs)))
    return Visitors(Models(), InlinePool(), TrainingQueue(places=1))


def start(visitors: Visitors, name: Any, choice: Any, who: str = "Ann") -> tuple[Any, dict[str, Any]]:
    view, cards = prepare_experiment(visitors, who, name, choice)
    return view, json.loads(cards)


@pytest.mark.parametrize("name", PREDICTIONS)
def test_an_experiment_trains_its_runs_in_turn_and_says_what_happened(name: str, visitors: Visitors) -> None:
    choice = next(iter(CHOICES[name]))
    view, cards = start(visitors, name, choice)
    assert (cards["open"], cards["choice"], cards["result"]) == (name, choice, "")
    assert json.loads(view)["link"]["recipe"] == PREDICTIONS[name].recipe
    updates = list(train_in_turn(visitors, "Ann"))
    result = json.loads(updates[-1][-1])
    assert (result["open"], result["choice"]) == (name, choice)
    assert result["result"].endswith(".")
    assert result["came_true"]
    trained_runs = visitors.of("Ann").runs
    assert [dict(run.config.options) for run in trained_runs] == [
        {key: value for key, value in options.items() if settings(PREDICTIONS[name].recipe)[key] != value}
        for options in PREDICTIONS[name].runs
    ]
    pages = [payload_of(update) for update in updates if isinstance(update[0], str)]
    if len(trained_runs) == 2:
        assert pages[-1]["title"].startswith("Run 2 of 2: ")
        assert pages[-1]["beside"]["name"] == PREDICTIONS[name].usual
        assert pages[-1]["beside"]["curves"]["loss"] == [list(point) for point in trained_runs[0].curves["loss"]]
    assert visitors.of("Ann").experiment is None


def test_what_was_trained_already_is_compared_with_and_not_trained_again(visitors: Visitors) -> None:
    trained(visitors, epochs=3, hidden_size=64)
    start(visitors, "units", "part")
    *_, last = train_in_turn(visitors, "Ann")
    assert json.loads(last[-1])["came_true"]
    assert [dict(run.config.options) for run in visitors.of("Ann").runs] == [
        {"epochs": 3},
        {"epochs": 3, "hidden_size": 4},
    ]


def test_a_paused_experiment_goes_on_to_its_end(visitors: Visitors, monkeypatch: pytest.MonkeyPatch) -> None:
    longer = replace(PREDICTIONS["units"], runs=({"epochs": 30}, {"epochs": 3, "hidden_size": 4}))
    monkeypatch.setitem(PREDICTIONS, "units", longer)
    start(visitors, "units", "part")
    run = train_in_turn(visitors, "Ann")
    next(run)
    visitors.of("Ann").live.pause()
    *_, last = run
    assert payload_of(last)["status"] == "Paused."
    *_, last = train_in_turn(visitors, "Ann")
    assert json.loads(last[-1])["came_true"]
    assert len(visitors.of("Ann").runs) == 2


def test_a_stopped_experiment_tells_nothing_and_starts_no_other_run(visitors: Visitors, monkeypatch: Any) -> None:
    monkeypatch.setitem(PREDICTIONS, "units", replace(PREDICTIONS["units"], runs=({"epochs": 900}, {"epochs": 900})))
    start(visitors, "units", "part")
    run = train_in_turn(visitors, "Ann")
    next(run)
    assert not stop_current_run(visitors.of("Ann"))
    *_, last = run
    cards = json.loads(last[-1])
    assert (cards["notice"], cards["result"]) == (STOPPED, "")
    assert len(visitors.of("Ann").runs) == 1
    assert list(train_in_turn(visitors, "Ann"))[-1][-1] != last[-1]


def test_an_experiment_waits_until_the_visitors_own_run_is_over(visitors: Visitors) -> None:
    prepare_run(visitors, "Ann", epochs=900)
    own = train_in_turn(visitors, "Ann")
    next(own)
    live = visitors.of("Ann").live
    view, cards = start(visitors, "units", "part")
    assert (cards["notice"], visitors.of("Ann").live) == (BUSY, live)
    assert not isinstance(view, str)
    own.close()


@pytest.mark.parametrize(("name", "choice"), [("nothing", "part"), ("units", "x"), (None, None), (["units"], {})])
def test_what_no_card_offers_is_refused(name: Any, choice: Any, visitors: Visitors) -> None:
    _, cards = start(visitors, name, choice)
    assert "reload the page" in cards["notice"]
    assert visitors.of("Ann").live is None


def test_the_controls_and_the_picture_show_the_run_that_is_trained(visitors: Visitors) -> None:
    def filled() -> dict[str, Any] | None:
        now = experiment_cards.settings_of_next(visitors.of("Ann"))
        if now is None:
            return None
        first, *updates = train.values_of(now)
        assert first == "characters"
        return {name: update["value"] for name, update in zip(controls.CONTROLS, updates, strict=False)}

    start(visitors, "units", "part")
    seen = []
    for update in train_in_turn(visitors, "Ann"):
        live = visitors.of("Ann").live
        if isinstance(update[0], str) and not live.over:
            now = (filled(), payload_of(update)["settings"])
            if now not in seen:
                seen.append(now)
    assert [controls for controls, _ in seen] == [
        settings("characters", epochs=3),
        settings("characters", epochs=3, hidden_size=4),
    ]
    assert ["64 hidden units" in words for _, words in seen] == [True, False]
    assert ["4 hidden units" in words.split(", ") for _, words in seen] == [False, True]
    assert filled() is None


def test_between_the_runs_of_an_experiment_start_is_not_offered(visitors: Visitors) -> None:
    start(visitors, "units", "part")
    starts = [update[1] for update in train_in_turn(visitors, "Ann")]
    offered = [button.visible for button in starts if isinstance(button, gr.Button)]
    assert offered[-1] is True
    assert not any(offered[:-1])


def test_a_run_of_ones_own_after_an_experiment_is_drawn_alone(visitors: Visitors) -> None:
    start(visitors, "units", "part")
    list(train_in_turn(visitors, "Ann"))
    view = prepare_run(visitors, "Ann", **SHORT)[-1]
    assert "title" not in json.loads(view)
    *_, last = (update for update in train_in_turn(visitors, "Ann") if isinstance(update[0], str))
    assert not {"title", "beside"} & set(payload_of(last))
