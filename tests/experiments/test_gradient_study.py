"""Four cells are followed while they learn: what is kept of each epoch is a real network."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch

from rnn_demo.analysis.gradient_flow import flow, spectral_radius
from rnn_demo.experiments.clipping import Clipping
from rnn_demo.experiments.gradient_study import Study, StudyEpoch, flow_through, study
from rnn_demo.network.cells import CELLS
from rnn_demo.tasks import MEMORY

SMALL = Study(distance=5, epochs=2, hidden_size=8)


@pytest.fixture(scope="module")
def study_epochs() -> dict[tuple[str, int], StudyEpoch]:
    return {(event.cell, event.epoch): event for event in study(SMALL) if isinstance(event, StudyEpoch)}


def test_every_cell_is_looked_at_before_during_and_after_learning(
    study_epochs: dict[tuple[str, int], StudyEpoch],
) -> None:
    assert set(study_epochs) == {(cell, epoch) for cell in CELLS for epoch in range(SMALL.epochs + 1)}


def test_a_study_epoch_has_the_network_as_it_was_then(study_epochs: dict[tuple[str, int], StudyEpoch]) -> None:
    for study_epoch in study_epochs.values():
        again = flow(study_epoch.model, list(study_epoch.example.text), study_epoch.example.label)
        np.testing.assert_allclose(again.grad_h[0], study_epoch.flow.grad_h[0], rtol=1e-4)
        tests = MEMORY["recall"].make(200, 5, 1_000_000)
        assert MEMORY["recall"].accuracy(study_epoch.model, tests) == study_epoch.accuracy
    for cell in CELLS:
        weights = [study_epochs[cell, epoch].model.head.weight for epoch in range(SMALL.epochs + 1)]
        assert not any(torch.equal(a, b) for a, b in itertools.pairwise(weights))


def test_before_learning_a_gradient_vanishes_in_plain_networks_and_not_behind_open_gates() -> None:
    gradients = {}
    for event in study(Study(distance=20, epochs=1)):
        if isinstance(event, StudyEpoch) and event.epoch == 0:
            gradients[event.cell] = event.flow.grad_h[0]
    shares = {cell: gradient[0] / gradient[-1] for cell, gradient in gradients.items()}
    assert max(shares["rnn_tanh"], shares["rnn_relu"]) < 1e-4
    assert min(shares["gru"], shares["lstm"]) > 1e-2


@pytest.mark.parametrize("cell", CELLS)
def test_larger_weights_have_a_larger_radius_and_are_not_the_networks_own(
    cell: str, study_epochs: dict[tuple[str, int], StudyEpoch]
) -> None:
    study_epoch = study_epochs[cell, 0]
    before = spectral_radius(study_epoch.model)
    twice = flow_through(study_epoch.model, study_epoch.example, 2.0)
    for gate, radius in twice.radius.items():
        assert radius == pytest.approx(2 * before[gate], rel=1e-5)
    assert spectral_radius(study_epoch.model) == before


def test_the_factor_is_there_from_the_start() -> None:
    events = (event for event in study(Study(distance=3, epochs=1, hidden_size=8, factor=2.0)))
    radii = {e.cell: e.flow.radius for e in events if isinstance(e, StudyEpoch) and e.epoch == 0}
    plain = {e.cell: e.flow.radius for e in study(Study(distance=3, epochs=1, hidden_size=8)) if e.epoch == 0}  # type: ignore[union-attr]
    for cell, of in radii.items():
        assert of == pytest.approx({gate: 2 * radius for gate, radius in plain[cell].items()}, rel=1e-5)


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        (Study, {"distance": 61}, "distance must be a whole number from 1 to 60, got 61"),
        (Study, {"factor": 3.5}, "factor must be a number from 0 to 3, got 3.5"),
        (Study, {"epochs": 0}, "epochs must be a whole number from 1 to 200, got 0"),
        (Clipping, {"cell": "mlp"}, "unknown cell 'mlp'"),
        (Clipping, {"clip_norm": 0.0}, "clip_norm must be above 0 and at most 1,000,000, got 0.0"),
        (Clipping, {"learning_rate": 100.0}, "learning_rate must be a number"),
    ],
)
def test_what_cannot_be_followed_is_refused_in_a_sentence(kind: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kind(**options)
