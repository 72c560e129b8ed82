"""A series in the page: controls become a run, events become charts, and the network opens in Hidden states."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.inline_pool import InlinePool

from rnn_demo.analysis.trace import record
from rnn_demo.data.json_text import strict_json
from rnn_demo.data.series import make_series
from rnn_demo.experiments.lab.series_run import SeriesEnd, SeriesRun, forecast_series
from rnn_demo.figures.lab.series import NAIVE, NETWORK, SEASONAL, TRUTH, series_figure
from rnn_demo.limits import MAX_LAB_FORECASTS
from rnn_demo.ui.lab.series.part import about_of, keep_model, payloads, round_ends, setting_of, text_of
from rnn_demo.ui.lab.visitor_runs import Visitors
from rnn_demo.ui.models import Models
from rnn_demo.ui.states.menu import menu
from rnn_demo.ui.states.tab import show, with_model
from rnn_demo.ui.states.traces import Traces

RUN = SeriesRun(make_series("walk"), hidden_size=4, epochs=2, horizon=5)


@pytest.fixture(scope="module")
def pictures() -> list[dict]:
    return list(payloads(RUN, ([event] for event in forecast_series(RUN))))


@pytest.fixture(scope="module")
def end(pictures: list[dict]) -> SeriesEnd:
    return pictures[-1]["results"]


def test_controls_become_a_run() -> None:
    run = setting_of(InlinePool(), "walk", None, "lstm", "all", 12.0, "value", 7.0, 8.0, 3.0, 0.02, 5.0)
    assert run == SeriesRun(make_series("walk", 5), "lstm", 8, 3, 0.02, "all", "value", 7, 12, 5)


def test_a_file_takes_the_place_of_a_made_series(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("value\n" + "\n".join(str(k % 12) for k in range(96)), encoding="utf-8")
    run = setting_of(InlinePool(), "walk", str(file), "gru", "train", 12, "change", 0, 8, 3, 0.02, 0)
    assert (run.series.name, run.series.season) == ("mine.csv", 12)
    file.write_text("value\n1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has 1 value; give at least"):
        setting_of(InlinePool(), "walk", str(file), "gru", "train", 12, "change", 0, 8, 3, 0.02, 0)
    file.unlink()
    with pytest.raises(ValueError, match=r"^mine.csv is no longer on the server; upload it again$"):
        setting_of(InlinePool(), "walk", str(file), "gru", "train", 12, "change", 0, 8, 3, 0.02, 0)


def test_three_lines_are_drawn_while_it_learns(pictures: list[dict]) -> None:
    for picture in pictures:
        json.loads(strict_json({key: value for key, value in picture.items() if key != "results"}))
    losses, forecasts = pictures[-1]["charts"]
    assert [len(line["points"]) for line in losses["lines"]] == [2, 2]
    assert [line["name"] for line in forecasts["lines"]] == [TRUTH, NAIVE, NETWORK]


@pytest.mark.parametrize(
    ("lowest", "highest"), [(12.5, 27.5), (-3.0, 900.0), (0.001, 0.0012), (5.0, 5.0), (-7.0, -6.9)]
)
def test_an_axis_has_round_ends_around_its_values(lowest: float, highest: float) -> None:
    ends = round_ends(lowest, highest)
    assert ends["low"] <= lowest <= highest <= ends["high"] + 1e-12
    step = (ends["high"] - ends["low"]) / 4
    assert f"{step:.0e}"[0] in "125"


def test_a_run_that_was_stopped_says_so() -> None:
    assert list(payloads(RUN, [])) == [{"status": "Stopped before its end, so there is nothing to compare."}]


def test_the_title_of_the_figure_is_the_verdict(end: SeriesEnd) -> None:
    figure = series_figure(end, RUN)
    assert "beaten" in figure.layout.title.text
    names = [trace.name for trace in figure.data]
    assert names == [TRUTH, SEASONAL, NAIVE, NETWORK, SEASONAL, NAIVE, NETWORK]
    drawn = {trace.name: trace for trace in figure.data[:4]}
    assert list(drawn[NETWORK].y) == list(end.comparison.model)
    assert list(drawn[TRUTH].y) == list(RUN.series.values[340:])
    assert "Mean absolute error one step ahead on the last 60 values" in about_of(RUN, end)


def test_the_network_opens_in_hidden_states_with_a_forecast_after_each_value(end: SeriesEnd) -> None:
    models = Models()
    name, text = keep_model(Visitors(models, InlinePool()), RUN, end, "me"), text_of(RUN, end)
    assert menu(models, name, "me")["groups"][0]["title"] == "Your forecasts"
    _, shown, _, payload, _, current = show(Traces(models), {"model": name, "text": text}, None, "me")
    assert (shown, current["task"]) == (text, "series")
    stepper = json.loads(payload)
    assert (stepper["asks"], stepper["piece"]) == ("next value", "value")
    assert [float(value) for value in stepper["forecasts"]] == pytest.approx(
        record(end.model, text).forecasts, rel=1e-3
    )
    assert stepper["figures"] == ["heat map", "path", "updates"]
    assert with_model(models, name, "Ivan", {"task": "names"})["text"].split()[-1] == f"{RUN.series.values[-2]:.10g}"


def test_a_visitor_who_forecasts_again_and_again_takes_nobody_elses_network(end: SeriesEnd) -> None:
    visitors = Visitors(Models(), InlinePool())
    names = [keep_model(visitors, RUN, end, "me") for _ in range(MAX_LAB_FORECASTS + 2)]
    other = keep_model(visitors, RUN, end, "you")
    assert [visitors.models.has(name) for name in names] == [False] * 2 + [True] * MAX_LAB_FORECASTS
    visitors.leave("me")
    assert not any(map(visitors.models.has, names))
    assert visitors.models.has(other)
