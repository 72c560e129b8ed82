"""Forecasts are held against baselines that are worked out by hand, and a copy of yesterday is called one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from rnn_demo.analysis.forecasts import (
    Comparison,
    compare,
    copier_in_words,
    free_runs,
    naive,
    one_step,
    rolling,
    seasonal_naive,
    verdict,
)
from rnn_demo.analysis.surgery import operate
from rnn_demo.data.series import make_series
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks.series import Forecasting, Forecasts, example_of
from rnn_demo.zoo.build import build_model
from rnn_demo.zoo.recipes import find_recipe, with_options

VALUES = [3.0, 5.0, 4.0, 6.0, 5.0, 7.0, 6.0, 8.0]


def untrained(cell: str = "gru", **options: object) -> SequenceModel:
    recipe = with_options(find_recipe("series"), {"cell": cell, "hidden_size": 4, **options})
    return build_model(recipe, [example_of(make_series("seasons"))])[0].eval()


def zero(model: SequenceModel) -> SequenceModel:
    """The same with an output of 0, whatever is read."""
    with torch.no_grad():
        model.head.weight.zero_()
        model.head.bias.zero_()
    return model


def test_the_baselines_are_the_last_value_and_that_of_a_season_ago() -> None:
    assert naive(VALUES, 3).tolist() == [4, 6, 5, 7, 6]
    assert seasonal_naive(VALUES, 3, 2).tolist() == [5, 4, 6, 5, 7]
    assert seasonal_naive(VALUES, 3, 5).tolist() == [3, 3, 3, 5, 4]


@pytest.mark.parametrize("cell", CELLS)
def test_a_forecast_one_step_ahead_is_what_the_network_gives_for_the_values_before(cell: str) -> None:
    model, values = untrained(cell), list(make_series("seasons").values[:60])
    forecasts = one_step(model, values, 40)
    for k in (40, 50, 59):
        output = model.logits([" ".join(map(str, values[:k]))])[0, 0]
        assert forecasts[k - 40] == pytest.approx(model.unscaled([float(output)], values[k - 1 : k])[0], abs=1e-4)


@pytest.mark.parametrize("target", ["change", "value"])
@pytest.mark.parametrize("cell", ["gru", "mingru"])
def test_a_free_run_reads_its_own_forecasts(cell: str, target: str) -> None:
    model, past = untrained(cell, target=target), list(make_series("seasons").values[:30])
    run = free_runs(model, [past, past[::-1]], 4)
    assert run.shape == (2, 4)
    for k in range(4):
        known = [*past, *run[0, :k]]
        assert run[0, k] == pytest.approx(one_step(model, [*known, 0.0], len(known))[0], abs=1e-3)


def test_a_network_that_forecasts_no_change_is_the_naive_forecast() -> None:
    model, values = zero(untrained()), list(make_series("walk").values)
    comparison = compare(model, values, 340)
    np.testing.assert_allclose(comparison.model, comparison.naive, atol=1e-4)
    assert comparison.copies
    assert "yesterday's value, shifted" in copier_in_words(comparison)
    assert not comparison.beaten or comparison.mae("model") == pytest.approx(comparison.mae("naive"), rel=1e-3)
    free = rolling(model, values, 340, 12, 12)
    np.testing.assert_allclose(free.model, free.naive, atol=1e-3)


def test_mase_is_the_error_over_that_of_the_naive_forecast_where_was_learnt() -> None:
    example = example_of(make_series("seasons"))
    settings = Forecasting().settings(Forecasts().split([example], 0))
    values = np.array(make_series("seasons").values)
    assert settings["unit"] == pytest.approx(np.abs(np.diff(values[:280])).mean())
    comparison = compare(untrained(), list(values), 340)
    assert comparison.mase("naive") == pytest.approx(np.abs(values[340:] - values[339:-1]).mean() / settings["unit"])


def test_the_errors_over_the_horizon_are_those_of_each_origin() -> None:
    model, values = untrained(), list(make_series("seasons").values)
    free = rolling(model, values, 394, 3, 12)
    assert free.origins == 4
    truth = np.array([values[o : o + 3] for o in range(394, 398)])
    assert free.naive == pytest.approx(np.abs(truth - [[values[o - 1]] * 3 for o in range(394, 398)]).mean(0))
    assert free.seasonal == pytest.approx(np.abs(truth - [values[o - 12 : o - 9] for o in range(394, 398)]).mean(0))
    with pytest.raises(ValueError, match="6 values are held out; a horizon of 7 steps needs as many"):
        rolling(model, values, 394, 7, 12)


def comparison_of(forecast: np.ndarray, truth: np.ndarray) -> Comparison:
    before = np.concatenate([[truth[0]], truth[:-1]])
    return Comparison(truth, forecast, before, before, 1, 1.0, before)


def test_a_forecast_that_knows_the_truth_is_no_copy_and_a_shifted_one_is() -> None:
    truth = np.random.default_rng(0).standard_normal(200).cumsum()
    noise = 0.05 * np.random.default_rng(1).standard_normal(200)
    good, late = comparison_of(truth + noise, truth), comparison_of(np.roll(truth, 1) + noise, truth)
    assert (good.lag, good.copies, copier_in_words(good)) == (0, False, "")
    assert (late.lag, late.copies) == (1, True)


def test_beaten_or_not_is_said_with_the_errors() -> None:
    truth = np.array(VALUES)
    better = comparison_of(truth, truth)
    assert verdict(better) == "The naive forecast (as it was) is beaten, by 100%: MASE 0.00 against 1.38"
    worse = replace(better, model=truth + 9)
    assert verdict(worse) == "The naive forecast (as it was) is not beaten: MASE 9.00 against 1.38"


def test_a_series_that_was_never_learnt_has_a_unit_of_its_own() -> None:
    values = [100 * value for value in make_series("walk").values]
    assert compare(untrained(), values, 1).mase("naive") == pytest.approx(1)


def test_surgery_is_for_networks_with_labels() -> None:
    with pytest.raises(ValueError, match="this model reads numbers, not text; choose a checkpoint that reads text"):
        operate(untrained(), "3 4 5")
