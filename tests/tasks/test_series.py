"""Series: split by time, scaled by what was learnt alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rnn_demo.analysis.metrics import evaluate
from rnn_demo.analysis.trace import record
from rnn_demo.data.series import make_series
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.tasks import TASKS
from rnn_demo.tasks.series import WINDOW, Forecasting, example_of, held_out, values_of
from rnn_demo.training import Epoch, TrainingConfig
from rnn_demo.training.batching import Batches
from rnn_demo.training.loss import evaluate_loss
from rnn_demo.zoo.build import build_model, fit
from rnn_demo.zoo.recipes import find_recipe, with_options

SERIES = make_series("trend")
EXAMPLE = example_of(SERIES)
SPLIT = TASKS["series"].split([EXAMPLE], 0)


def untrained(**options: object) -> SequenceModel:
    return build_model(with_options(find_recipe("series"), options), [EXAMPLE])[0].eval()


def test_the_parts_are_split_by_time() -> None:
    values = list(SERIES.values)
    assert values_of(EXAMPLE) == values
    assert values_of(SPLIT.test[0]) == values
    assert (held_out(SPLIT.validation[0]), held_out(SPLIT.test[0])) == (60, 60)
    assert values_of(SPLIT.validation[0]) == values[:340]
    windows = [values_of(example) for example in SPLIT.train]
    assert {len(window) for window in windows} == {WINDOW + 1}
    assert max(max(window) for window in windows) <= max(values[:280])
    assert windows[-1] == values[280 - WINDOW - 1 : 280]


def test_the_scale_is_that_of_the_training_part_alone_unless_it_leaks() -> None:
    values = np.array(SERIES.values)
    fitted = {name: Forecasting(name, "value").settings(SPLIT) for name in ("train", "all", "none")}
    assert fitted["train"]["scale"] == pytest.approx(values[:280].std())
    assert fitted["train"]["centre"] == pytest.approx(values[:280].mean())
    assert fitted["all"]["scale"] == pytest.approx(values.std())
    assert (fitted["none"]["centre"], fitted["none"]["scale"]) == (0, 1)
    assert fitted["train"]["unit"] == fitted["all"]["unit"]
    with pytest.raises(ValueError, match="unknown scaling 'test'; choose one of train, all, none"):
        Forecasting("test")


@pytest.mark.parametrize("target", ["change", "value"])
def test_what_is_read_and_forecast_is_scaled_and_scaled_back(target: str) -> None:
    model = untrained(target=target)
    values = list(SERIES.values[:20])
    read = np.array(model.scaled(values))
    if target == "change":
        assert read[0] == 0
        assert model.unscaled(read[1:].tolist(), values[:-1]) == pytest.approx(values[1:])
    else:
        assert model.unscaled(read.tolist(), values) == pytest.approx(values)


def test_the_loss_counts_what_is_asked_for_and_right_is_nearer_than_the_naive_forecast() -> None:
    model = untrained()
    batches = Batches(model, SPLIT.test, 64, 10_000)
    assert batches.counted == 60
    loss, nearer = evaluate_loss(model, batches)
    measured = evaluate(model, SPLIT.test)
    assert (measured["steps"], measured["loss"], measured["accuracy"]) == (60, loss, nearer)
    assert np.isfinite(loss)
    assert 0 <= nearer <= 1
    mixed = Batches(model, [*SPLIT.train, *SPLIT.validation], 4, 10_000)
    assert sum(int(batch.targets.isfinite().sum()) for batch in mixed.walk()) == mixed.counted


def test_a_network_learns_a_sine_and_beats_both_baselines() -> None:
    recipe = with_options(find_recipe("series"), {"epochs": 30, "device": "cpu", "hidden_size": 16})
    *events, trained = fit(recipe, Path("sine"))
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert epochs[-1].loss < 0.95 * epochs[0].loss  # what is left is noise
    measured = trained.metrics["measured"]["test"]
    assert measured["mae"] < measured["mae_naive"]
    assert not measured["copies"]
    assert json.loads(json.dumps(trained.metrics, allow_nan=False))["forecasting"]["scaling"] == "train"


def test_an_answer_is_a_number_beside_the_naive_ones() -> None:
    model = untrained()
    text = " ".join(map(str, SERIES.values[:30]))
    (answer,) = TASKS["series"].predict(model, [text])
    assert answer["input"] == text
    assert answer["naive"] == SERIES.values[29]
    assert answer["seasonal_naive"] == SERIES.values[18]
    assert np.isfinite(answer["forecast"])
    assert TASKS["series"].predict(model, ["3"])[0]["seasonal_naive"] is None
    with pytest.raises(ValueError, match="'many' is not a number"):
        TASKS["series"].predict(model, ["3 many"])


def test_a_trace_has_the_values_as_tokens_and_a_forecast_after_each() -> None:
    model = untrained()
    text = " ".join(map(str, SERIES.values[:12]))
    trace = record(model, text)
    assert trace.tokens == tuple(text.split())
    assert (trace.labels, trace.unknown, trace.logits.shape) == ((), (), (12, 0))
    assert trace.answer_in_words(11) == f"{trace.forecasts[11]:.6g}"
    assert trace.forecasts[-1] == pytest.approx(TASKS["series"].predict(model, [text])[0]["forecast"], abs=1e-4)
    assert json.loads(trace.to_json("mine"))["forecasts"] == pytest.approx(trace.forecasts, rel=1e-5)
    with pytest.raises(ValueError, match="'ivan' is not a number"):
        record(model, "Ivan")


def test_an_architecture_that_forecasts_is_refused_unless_it_reads_numbers() -> None:
    with pytest.raises(ValueError, match="output='number' forecasts after every step; choose input='numbers'"):
        Architecture("gru", 4, output="number")
    architecture = Architecture("gru", 4, embedding_size=1, input="numbers", per_step=True, output="number")
    with pytest.raises(ValueError, match="has one label, what it forecasts"):
        SequenceModel(architecture, untrained().vocabulary, ["a", "b"])
    assert TrainingConfig().learning_rate  # the same configuration trains it
