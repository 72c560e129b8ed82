"""Where the lab trains: on a GPU only where this program can use one, as chosen or by the measured rule, and said."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch
from helpers.inline_pool import InlinePool
from helpers.lab_runs import payload_of, prepare_run, settings

from rnn_demo.experiments.run_config import apply_settings, configure
from rnn_demo.experiments.script import command, script
from rnn_demo.training import device as devices
from rnn_demo.training import loop
from rnn_demo.ui.lab import race
from rnn_demo.ui.lab import settings as controls
from rnn_demo.ui.lab.current_run import train
from rnn_demo.ui.lab.experiment_cards import is_same
from rnn_demo.ui.lab.visitor_runs import Visitors
from rnn_demo.ui.models import Models
from rnn_demo.ui.server.training_queue import TrainingQueue


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    for backend in (torch.cuda, torch.backends.mps):
        monkeypatch.setattr(backend, "is_available", lambda: False)


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A machine with a GPU, as far as names go: what is trained there is trained on the CPU, and its name is noted."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.delenv("SPACES_ZERO_GPU", raising=False)
    used: list[str] = []

    def note(name: str, model: Any, tokens: float) -> torch.device:
        used.append(devices.device_of_training(name, model, tokens).type)
        return torch.device("cpu")

    monkeypatch.setattr(loop, "device_of_training", note)
    return used


@pytest.fixture
def visitors() -> Visitors:
    return Visitors(Models(), InlinePool(), TrainingQueue(places=1))


def is_offered() -> bool:
    return bool(controls.values("characters")["device"]["visible"])


@pytest.mark.usefixtures("no_gpu")
def test_without_a_gpu_there_is_no_such_setting_and_all_is_trained_on_the_cpu(visitors: Visitors) -> None:
    assert not is_offered()
    for name in ("auto", "cuda"):
        assert apply_settings("characters", {"device": name})[0].training.device == "cpu"
    prepare_run(visitors, "Ann", epochs=1, hidden_size=8)
    *_, last = train(visitors, "Ann")
    assert payload_of(last)["device"] == ""
    assert race.setting_of("recall", "5", 1, 5.0, 8, 1, 0.01, "cuda").device == "cpu"
    assert "GPU" not in race.payload(race.FIRST, 5, {}, [])["status"]


def test_a_gpu_that_is_lent_to_marked_functions_alone_is_not_used(
    gpu: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_offered()
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    assert devices.usable_gpu() is None
    assert not is_offered()
    assert apply_settings("characters", {"device": "cuda"})[0].training.device == "cpu"


@pytest.mark.parametrize(
    ("options", "where", "why"),
    [
        ({"device": "auto", "hidden_size": 4}, "cpu", "fewer than the 8,000 from which a GPU is faster"),
        ({"device": "auto", "hidden_size": 256}, "cuda", "at least the 8,000 from which a GPU is faster"),
        ({"device": "cuda", "hidden_size": 4}, "cuda", "on the GPU, as chosen"),
        ({"device": "cpu", "hidden_size": 256}, "cpu", "on the CPU, as chosen"),
    ],
)
def test_a_run_is_trained_where_it_is_said_and_for_the_reason_that_is_said(
    options: dict[str, Any], where: str, why: str, gpu: list[str], visitors: Visitors
) -> None:
    prepare_run(visitors, "Ann", **options, epochs=1)
    *_, last = train(visitors, "Ann")
    assert gpu == [where]
    assert why in payload_of(last)["device"]
    (run,) = visitors.of("Ann").runs
    assert next(visitors.models.get(run.name).parameters()).device.type == "cpu"
    assert f"--device {options['device']} " in command(run.config)
    assert f"'device': '{options['device']}'" in script(run.config)


def test_the_device_is_no_setting_of_the_result_but_of_how_it_was_made(gpu: list[str]) -> None:
    here, there = (configure("characters", settings("characters", device=name)) for name in ("cpu", "cuda"))
    assert here.options == there.options == {}
    assert not is_same(here, there)


def test_a_race_runs_where_its_setting_says(gpu: list[str]) -> None:
    setting = race.setting_of("recall", "3", 1, 5.0, 8, 1, 0.01, "cuda")
    *_, last = race.payloads(setting, ([event] for event in race.race(setting)))
    assert set(gpu) == {"cuda"}
    assert last["results"]
    auto = race.setting_of("recall", "3, 40", 1, 5.0, 8, 1, 0.01, "auto")
    assert "on the CPU: the units" in race.payload(auto, 3, {}, [])["status"]
    assert "on the GPU: the units" in race.payload(auto, 40, {}, [])["status"]


def test_the_values_of_the_controls_are_json(gpu: list[str]) -> None:
    json.dumps(controls.values("characters"))
