"""The results that the page shows first are those of a real run, which anybody can repeat."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray
from typing_extensions import TypeAliasType

from rnn_demo import __main__ as command_line
from rnn_demo.data.wording import duration, rounded
from rnn_demo.experiments import shipped
from rnn_demo.experiments.cell_race import Finish, race
from rnn_demo.experiments.clipping import WITH, WITHOUT, Clipping, ClippingStep
from rnn_demo.experiments.gradient_study import Divergence, FlowEpoch, Study
from rnn_demo.experiments.lab.predictions import PREDICTIONS
from rnn_demo.experiments.live_run import LiveRun
from rnn_demo.experiments.run_config import configure
from rnn_demo.experiments.shipped import STUDIES, as_json, from_json, load, make, read, save
from rnn_demo.experiments.shipped.durations import Duration, seconds_of
from rnn_demo.experiments.shipped.explosion import Arrival, in_words
from rnn_demo.experiments.shipped.learning_curves import CurveEpoch, learning_curves
from rnn_demo.network.cells import CELLS
from rnn_demo.zoo.recipes import find_recipe

ROUNDED = 1e-5  # of what six digits keep
# Processors round in different ways, and training makes the difference grow.
EARLY, CLOSE = 1e-3, 0.1


@pytest.mark.parametrize("name", STUDIES)
def test_what_is_shipped_has_the_settings_that_the_page_starts_with_and_says_how_it_was_made(name: str) -> None:
    file = shipped.FOLDER / f"{name}.json"
    assert file.stat().st_size < 200_000
    study = load(name)
    assert study.setting == STUDIES[name].setting
    assert f"`python -m rnn_demo studies {name}`" in study.caption
    assert f"in {duration(study.seconds)} on" in study.caption
    assert study.versions["torch"] in study.caption
    assert "seeds 0 to 2" in study.caption if name == "race" else "seed 0" in study.caption


def test_the_shipped_race_has_the_scores_of_a_fresh_one() -> None:
    """Two distances with one seed take three seconds; the rest is the same with other numbers."""
    study = load("race")
    setting = dataclasses.replace(study.setting, distances=(5, 10), seeds=1)
    finishes = {(e.cell, e.distance, e.seed): e for e in study.of(Finish)}
    assert len(finishes) == len(CELLS) * len(study.setting.distances) * study.setting.seeds
    fresh = [event for event in race(setting) if isinstance(event, Finish)]
    for finish in fresh:
        same = finishes[finish.cell, finish.distance, finish.seed]
        assert same.accuracy == pytest.approx(finish.accuracy, abs=CLOSE)
        assert same.chance == pytest.approx(finish.chance, abs=ROUNDED)
        assert same.diverged == finish.diverged


def test_the_shipped_learning_curves_begin_as_fresh_trainings_do() -> None:
    """The first epochs take seconds; the rest is the same with other numbers."""
    study = load("curves")
    rows = {(row.recipe, row.epoch): row for row in study.of(CurveEpoch)}
    for recipe in study.setting.recipes:
        assert max(epoch for name, epoch in rows if name == recipe) == find_recipe(recipe).training.epochs
        setting = dataclasses.replace(study.setting, recipes=(recipe,))
        for fresh in itertools.islice(learning_curves(setting), study.setting.free_every):
            same = rows[fresh.recipe, fresh.epoch]
            assert same.loss == pytest.approx(fresh.loss, rel=CLOSE)
            assert same.accuracy == pytest.approx(fresh.accuracy, abs=CLOSE)
            assert same.validation_loss == pytest.approx(fresh.validation_loss, rel=CLOSE)
            assert (same.free is None) == (fresh.free is None)
            if fresh.free is not None:
                assert [same.forced, same.free] == pytest.approx([fresh.forced, fresh.free], rel=CLOSE)


def test_the_shipped_gradients_are_those_of_a_fresh_study() -> None:
    study, fresh = load("gradient"), make("gradient")
    epochs = {(e.cell, e.epoch): e for e in study.of(FlowEpoch)}
    assert set(epochs) == {(cell, epoch) for cell in CELLS for epoch in range(study.setting.epochs + 1)}
    for other in fresh.of(FlowEpoch):
        same = epochs[other.cell, other.epoch]
        assert same.example == other.example
        assert same.accuracy == pytest.approx(other.accuracy, abs=CLOSE)
        assert set(vars(same.flow)) == set(vars(other.flow))
        if other.epoch == 0:
            np.testing.assert_allclose(same.flow.grad_h[0], other.flow.grad_h[0], rtol=EARLY)
            np.testing.assert_allclose(same.flow.reach, other.flow.reach, rtol=EARLY)
            assert same.flow.radius == pytest.approx(other.flow.radius, rel=EARLY)


def test_the_shipped_explosion_is_that_of_a_fresh_network_and_its_sentence_has_its_numbers() -> None:
    study, fresh = load("explosion"), make("explosion")
    usual, large = study.of(Arrival)
    for same, other in zip((usual, large), fresh.of(Arrival), strict=True):
        assert (same.factor, same.share) == pytest.approx((other.factor, other.share), rel=EARLY)
    assert usual.share < 1e-6 < 10 < large.share
    told = in_words(study.setting, (usual, large))
    flow = next(e.flow for e in load("gradient").of(FlowEpoch) if (e.cell, e.epoch) == (study.setting.cell, 0))
    shares = flow.gradients["h"][-1] / flow.gradients["h"][-1][-1]
    assert usual.share == pytest.approx(shares[0], rel=EARLY)  # the line of the first picture
    assert f"is {rounded(large.share)} times as large {len(shares) - 1} steps back" in told
    assert f"by about {large.share ** (1 / 20):.2f} in place of {usual.share ** (1 / 20):.2f}" in told


def test_the_shipped_durations_are_of_the_experiments_as_they_are_and_none_is_long() -> None:
    """A fresh run takes another time, but the same steps, which are what the recipe asks for."""
    rows = load("durations").of(Duration)
    planned = {}
    for name, prediction in PREDICTIONS.items():
        for number, options in enumerate(prediction.runs, 1):
            live = LiveRun(configure(prediction.recipe, options))
            live.advance(0)
            live.advance(0)
            assert live.step
            planned[name, number] = live.step.steps
        assert 0 < seconds_of(name, rows) <= 15
    assert {(row.experiment, row.run): row.steps for row in rows} == planned


def test_the_shipped_clipping_is_that_of_a_fresh_training() -> None:
    study, fresh = load("clipping"), make("clipping")
    for who in (WITH, WITHOUT):
        old, new = ([s for s in one.of(ClippingStep) if s.network == who] for one in (study, fresh))
        assert [s.step for s in old] == list(range(1, len(old) + 1))
        for same, other in list(zip(old, new, strict=False))[:10]:
            assert same.loss == pytest.approx(other.loss, rel=EARLY)
            assert same.norm == pytest.approx(other.norm, rel=EARLY)
    assert [e.network for e in study.of(Divergence)] == [e.network for e in fresh.of(Divergence)] == [WITHOUT]


def test_every_number_of_a_study_is_read_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        STUDIES, "gradient", dataclasses.replace(STUDIES["gradient"], setting=Study(2, epochs=1, hidden_size=4))
    )
    made = make("gradient")
    again = read("gradient", save("gradient", made, tmp_path))
    assert again.setting == made.setting
    assert (again.seconds, again.processors, again.versions) == (made.seconds, made.processors, made.versions)
    for one, other in zip(again.results, made.results, strict=True):
        assert isinstance(one, FlowEpoch)
        for field in ("largest", "smallest", "reach"):
            np.testing.assert_allclose(getattr(one.flow, field), getattr(other.flow, field), rtol=ROUNDED)
        assert isinstance(one.flow.grad_h, tuple)


def test_numbers_that_are_not_finite_survive_in_strict_json() -> None:
    step = ClippingStep(WITHOUT, 1, 2, float("nan"), float("inf"), 1.23456789)
    text = json.dumps(as_json(step), allow_nan=False)
    again = from_json(ClippingStep, json.loads(text))
    assert math.isnan(again.loss)
    assert again.norm == math.inf
    assert again.clipped_norm == 1.23457


def test_the_command_writes_a_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(
        STUDIES, "clipping", dataclasses.replace(STUDIES["clipping"], setting=Clipping(2, epochs=1, hidden_size=4))
    )
    command_line.studies(["clipping"], tmp_path)
    assert "clipping.json" in capsys.readouterr().out
    assert read("clipping", tmp_path / "clipping.json").of(ClippingStep)
    with pytest.raises(ValueError, match="there is no study 'chess'; choose one of race, gradient, clipping"):
        command_line.studies(["chess"], tmp_path)


def test_an_array_is_read_where_numpy_names_its_type_by_an_alias() -> None:
    Scalar = TypeVar("Scalar", bound=np.generic)
    Named = TypeAliasType("Named", np.ndarray[tuple, np.dtype[Scalar]], type_params=(Scalar,))  # as NumPy 2.5 has it
    for kind in (Named[np.float64], NDArray[np.float64]):
        numbers = from_json(kind, [1, "inf"])
        assert isinstance(numbers, np.ndarray)
        assert numbers.tolist() == [1.0, math.inf]


def test_the_place_of_studies_is_made_before_the_work_or_refused(tmp_path: Path) -> None:
    shipped.check(["race"], tmp_path / "new" / "folder")
    assert (tmp_path / "new" / "folder").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="choose another one with --out"):
        shipped.check(["race"], tmp_path / "file")
    with pytest.raises(ValueError, match="there is no study 'nothing'"):
        shipped.check(["race", "nothing"], tmp_path / "none")
    assert not (tmp_path / "none").exists()
