"""The run that the page watches: forecasts after every epoch, and the test part looked at once, at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

from rnn_demo.data.series import make_series
from rnn_demo.experiments.lab import series_run
from rnn_demo.experiments.lab.series_run import SeriesEnd, SeriesEpoch, SeriesRun, forecast_series, headline, in_words
from rnn_demo.tasks import Example
from rnn_demo.training import Diverged
from rnn_demo.zoo.build import Built, build_model

SHORT = SeriesRun(make_series("sine"), hidden_size=4, epochs=2, horizon=6)


@pytest.fixture(scope="module")
def events() -> list[SeriesEpoch | SeriesEnd]:
    return list(forecast_series(SHORT))


def test_there_is_a_forecast_after_every_epoch_and_a_comparison_at_the_end(
    events: list[SeriesEpoch | SeriesEnd],
) -> None:
    *epochs, end = events
    assert [event.epoch for event in epochs if isinstance(event, SeriesEpoch)] == [1, 2]
    first = epochs[0]
    assert isinstance(first, SeriesEpoch)
    assert first.truth == list(SHORT.series.values[280:340])
    assert first.naive == list(SHORT.series.values[279:339])
    assert len(first.forecast) == 60
    assert isinstance(end, SeriesEnd)
    assert (end.start, len(end.comparison.truth), len(end.rolling.model)) == (340, 60, 6)


def test_the_verdict_says_beaten_or_not(events: list[SeriesEpoch | SeriesEnd]) -> None:
    end = events[-1]
    assert isinstance(end, SeriesEnd)
    one, free = headline(end)
    assert (" is beaten" in one) == end.comparison.beaten
    assert (" is not beaten" in one) != end.comparison.beaten
    assert f"{end.rolling.model[-1]:.3g} after 6" in free
    sentences = in_words(SHORT, end)
    assert f"naive {end.comparison.mae('naive'):.3g}" in sentences[0]


def test_a_leak_is_said(events: list[SeriesEpoch | SeriesEnd]) -> None:
    end = events[-1]
    assert isinstance(end, SeriesEnd)
    leaks = SeriesRun(SHORT.series, scaling="all")
    assert any("the future spreads" in sentence for sentence in in_words(leaks, end))
    assert not any("spreads" in sentence for sentence in in_words(SHORT, end))


def test_the_command_makes_the_same_series() -> None:
    run = SeriesRun(make_series("walk", 3), cell="mingru", seed=3)
    assert run.command == "python -m rnn_demo train series --data walk-3 --epochs 40 --cell mingru --seed 3"
    assert run.recipe.architecture.cell == "mingru"
    mine = SeriesRun(replace(run.series, name="my air.csv"), epochs=5, seed=3)
    assert mine.command == "python -m rnn_demo train series --data 'my air.csv' --epochs 5 --seed 3"


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"cell": "gur"}, "unknown cell 'gur'"),
        ({"horizon": 0}, "horizon must be a whole number from 1 to 200"),
        ({"hidden_size": 500}, "hidden_size"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"scaling": "some"}, "unknown scaling 'some'"),
    ],
)
def test_settings_out_of_range_are_refused(options: dict[str, object], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        SeriesRun(SHORT.series, **options)  # type: ignore[arg-type]


def test_weights_that_are_no_numbers_end_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def diverge(recipe: object, examples: list[Example], command: str) -> Iterator[Built]:
        model, split = build_model(SHORT.recipe, examples)
        with torch.no_grad():
            model.head.bias.fill_(float("nan"))
        yield Built(model, split)
        raise Diverged("the loss became nan")

    monkeypatch.setattr(series_run, "fit_examples", diverge)
    with pytest.raises(ValueError, match=r"Training diverged: the loss became nan\..*choose a smaller learning rate"):
        list(forecast_series(SHORT))
