"""Exhibits: what each promises happens, with the seed that the page begins with."""

from __future__ import annotations

import pytest

from rnn_demo.experiments.lab.exhibits import EXHIBITS, ExhibitRun, Learner, Observation, Point, dead_share, exhibit


@pytest.mark.parametrize("name", EXHIBITS)
def test_it_happens(name: str) -> None:
    *points, seen = exhibit(ExhibitRun(name))
    assert isinstance(seen, Observation)
    assert seen.happened, seen.sentence
    assert all(isinstance(point, Point) for point in points)
    assert max(point.at for point in points if isinstance(point, Point)) == EXHIBITS[name].most


def test_the_same_seed_shows_the_same() -> None:
    one, other = (list(exhibit(ExhibitRun("rates", seed))) for seed in (0, 0))
    assert one == other


def test_the_share_of_dead_units_is_that_of_units_that_are_never_above_zero() -> None:
    learner = Learner("one", "rnn_relu", distance=5)
    model, _ = learner.network(0)
    assert 0 <= dead_share(model, 0) < 0.5
    model.rnn.bias_ih_l0.data.fill_(-1e6)
    assert dead_share(model, 0) == 1
