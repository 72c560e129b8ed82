"""Every experiment of the lab runs, and its sentence is true of the numbers of its runs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rnn_demo.data.wording import percent
from rnn_demo.experiments.lab.judgement import mean_of_end
from rnn_demo.experiments.lab.predictions import PREDICTIONS, Result, outcome
from rnn_demo.experiments.live_run import LiveRun
from rnn_demo.experiments.run_config import configure
from rnn_demo.ui.lab.experiment_cards import CARDS, CHOICES

# The runs of each experiment, made short.
SHORT: dict[str, dict[str, Any]] = {
    "rate": {"epochs": 30},
    "units": {"epochs": 30},
    "steps": {"distance": 20, "count": 400, "epochs": 2},
    "own": {"epochs": 6},
    "heart": {"hidden_size": 32},
}


def picture(recipe: str, options: dict[str, Any]) -> dict[str, Any]:
    live = LiveRun(configure(recipe, options))
    while not live.over:
        live.advance(1.0)
    return live.picture()


@pytest.fixture(scope="module")
def pictures() -> dict[str, list[dict[str, Any]]]:
    return {
        name: [picture(experiment.recipe, {**options, **SHORT[name]}) for options in experiment.runs]
        for name, experiment in PREDICTIONS.items()
    }


def percentages(sentence: str) -> list[str]:
    return re.findall(r"[<>]?\d+%", sentence)


def test_every_experiment_has_a_card_and_every_card_an_experiment() -> None:
    assert list(PREDICTIONS) == [card["name"] for card in CARDS]
    for card in CARDS:
        assert 2 <= len(card["choices"]) <= 3
        assert card["about"]


@pytest.mark.parametrize("name", PREDICTIONS)
def test_what_is_told_is_one_of_the_answers_that_the_card_offers(name: str, pictures: Any) -> None:
    result = outcome(PREDICTIONS[name], pictures[name])
    assert result.choice in {*CHOICES[name], "plain"}  # nobody is offered that the plain RNN alone remembers
    assert result.sentence.endswith(".")


def test_the_rate_is_told_by_its_losses(pictures: Any) -> None:
    usual, fast = map(Result.of, pictures["rate"])
    result = outcome(PREDICTIONS["rate"], pictures["rate"])
    ends = [mean_of_end(run.curves["loss"]) for run in (fast, usual)]
    assert (result.choice == "faster") == (ends[0] < ends[1])
    for end in ends:
        assert f"{end:.2f}" in result.sentence
    step, losses = fast.halved(), dict(fast.curves["loss"])
    assert losses[step] <= losses[min(losses)] / 2 < min(loss for at, loss in losses.items() if at < step)
    assert f"halved after {step} steps" in result.sentence


def test_four_units_are_told_by_their_accuracy(pictures: Any) -> None:
    usual, small = (picture["curves"]["accuracy"][-1][1] for picture in pictures["units"])
    result = outcome(PREDICTIONS["units"], pictures["units"])
    assert percentages(result.sentence) == [percent(small), percent(usual)]
    assert (result.choice == "same") == (small >= 0.9 * usual)


def test_who_remembers_is_told_by_new_texts(pictures: Any) -> None:
    gated, plain = (picture["curves"]["validation_accuracy"][-1][1] for picture in pictures["steps"])
    result = outcome(PREDICTIONS["steps"], pictures["steps"])
    assert percentages(result.sentence) == [percent(plain), percent(gated), percent(pictures["steps"][-1]["chance"])]
    assert (result.choice in ("both", "gated")) == (gated >= 0.5)
    assert (result.choice in ("both", "plain")) == (plain >= 0.5)


def test_chance_is_the_same_number_in_the_experiment_and_in_the_judgement(pictures: Any) -> None:
    judged = [run["judgement"]["sentence"] for run in pictures["steps"] if run["judgement"]["kind"] == "chance"]
    assert judged
    result = outcome(PREDICTIONS["steps"], pictures["steps"]).sentence
    assert percentages(result)[-1] == percentages(judged[-1])[1]


def test_its_own_answers_are_told_on_both_sides(pictures: Any) -> None:
    forced, free = (picture["curves"] for picture in pictures["own"])
    result = outcome(PREDICTIONS["own"], pictures["own"])
    ends = [side[key][-1][1] for key in ("accuracy", "validation_accuracy") for side in (free, forced)]
    assert percentages(result.sentence) == [percent(end) for end in ends]


def test_learnt_by_heart_is_told_by_the_judgement_of_the_run(pictures: Any) -> None:
    (run,) = pictures["heart"]
    result = outcome(PREDICTIONS["heart"], pictures["heart"])
    assert result.sentence == run["judgement"]["sentence"]
    assert (run["judgement"]["kind"], result.choice) == ("overfits", "worse")
    checks = run["curves"]["validation_loss"]
    assert f"{min(loss for _, loss in checks):.2f}" in result.sentence
    assert f"now {checks[-1][1]:.2f}" in result.sentence


def made_up(loss: list[float], accuracy: float = 0.5, new: float = 0.5, kind: str = "") -> dict[str, Any]:
    """A run with these losses, and accuracies at its end."""
    curves = {
        "loss": [(k + 1, value) for k, value in enumerate(loss)],
        "accuracy": [(1, accuracy)],
        "validation_accuracy": [(1, new)],
    }
    judgement = {"kind": kind, "sentence": "It diverges."} if kind else None
    return {"curves": curves, "judgement": judgement, "chance": 0.15}


def test_every_end_is_told_as_it_is() -> None:
    usual, rate = made_up([2.0, 1.0, 0.5, 0.4]), PREDICTIONS["rate"]
    assert outcome(rate, [usual, made_up([2.0, 0.3, 0.2, 0.1])]).choice == "faster"
    jump = outcome(rate, [usual, made_up([2.0, 0.3, 3.0, 0.9])])
    assert (jump.choice, "jumped up to 3.00" in jump.sentence) == ("restless", True)
    assert outcome(rate, [usual, made_up([2.0, 9.0], kind="diverged")]).choice == "nothing"
    units = PREDICTIONS["units"]
    assert outcome(units, [made_up([1], 0.9), made_up([1], 0.85)]).choice == "same"
    assert outcome(units, [made_up([1], 0.9), made_up([1], 0.3, kind="chance")]).choice == "nothing"
    for gated, plain, choice in ((1, 1, "both"), (1, 0.1, "gated"), (0.1, 0.1, "neither"), (0.1, 1, "plain")):
        assert outcome(PREDICTIONS["steps"], [made_up([1], new=gated), made_up([1], new=plain)]).choice == choice
    for free, choice in ((0.2, "worse"), (0.5, "same"), (0.7, "better")):
        assert outcome(PREDICTIONS["own"], [made_up([1], 0.5), made_up([1], free)]).choice == choice
