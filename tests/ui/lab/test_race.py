"""The race, gradient through time and clipping as the page tells them: handlers as plain generators."""

from __future__ import annotations

import gc
import json
import multiprocessing
import weakref
from collections.abc import Iterable, Iterator
from typing import Any

import gradio as gr
import numpy as np
import pytest
from helpers.inline_pool import InlinePool
from helpers.processes import jobs

from rnn_demo.analysis.gradient_flow import spectral_radius
from rnn_demo.data.wording import percent
from rnn_demo.experiments.cell_race import Race, in_words
from rnn_demo.experiments.cell_race import race as run_race
from rnn_demo.experiments.clipping import Clipping
from rnn_demo.experiments.clipping import clipping as clip
from rnn_demo.experiments.gradient_study import Study, StudyEpochs, study
from rnn_demo.experiments.workers import Job, Pool
from rnn_demo.figures import FLOW_VIEWS
from rnn_demo.figures.cell_race import CHANCE, cell_race
from rnn_demo.figures.clipping import clipping as clipping_figure
from rnn_demo.limits import MAX_LAB_STUDIES
from rnn_demo.network.cells import CELLS
from rnn_demo.ui import training_controls
from rnn_demo.ui.lab import clipping, gradients, race
from rnn_demo.ui.lab.study_panel import StudyPanel
from rnn_demo.ui.lab.visitor_runs import Visitors
from rnn_demo.ui.models import Models
from rnn_demo.ui.server.training_queue import Full, TrainingQueue
from rnn_demo.ui.training_controls import StopSignal, in_batches, when_first_in_queue
from rnn_demo.ui.widgets.charts import line

SHORT = Race(distances=(2, 4), seeds=2, examples=64, epochs=2, hidden_size=4)
LEARNT = Study(distance=4, epochs=2, hidden_size=4)


@pytest.fixture(autouse=True)
def every_event_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_controls, "PACE", 0.0)


def strict(payload: dict[str, Any]) -> Any:
    """What the browser gets: strict JSON."""
    return json.loads(json.dumps({key: part for key, part in payload.items() if key != "results"}, allow_nan=False))


def one_by_one(events: Iterable[Any]) -> Iterator[list[Any]]:
    """Each event in a batch of its own."""
    return ([event] for event in events)


def study_of(setting: Study) -> StudyEpochs:
    """The results of a study."""
    *_, last = gradients.payloads(setting, one_by_one(study(setting)))
    return last["results"]


EACH = SHORT.seeds * len(CELLS)  # runs over one distance


# --- the race ---------------------------------------------------------------------------------------------------


def test_the_race_reports_every_epoch_and_ends_with_the_scores() -> None:
    payloads = list(race.payloads(SHORT, one_by_one(run_race(SHORT))))
    *progress, last = payloads
    assert len(last["results"]) == len(CELLS) * 2
    assert last["status"].startswith(f"{2 * EACH} runs in")
    assert in_words(last["results"]) in last["status"]
    for payload in progress:
        reach, learning = strict(payload)["charts"]
        assert [line["name"] for line in learning["lines"]] == [cell.title for cell in CELLS.values()]
        assert reach["lines"][-1]["name"] == CHANCE
        distances = [x for x, _ in reach["lines"][-1]["points"]]
        assert distances == sorted(set(distances))  # once each: drawn to and fro, its dashes would fill
    assert progress[-1]["status"] == f"Over 4 steps: {EACH} of {EACH} runs finished; in all {2 * EACH} of {2 * EACH}."


def test_a_stopped_race_reports_what_has_finished() -> None:
    signal, payloads = StopSignal(), []
    for payload in race.payloads(SHORT, in_batches(InlinePool(), signal, run_race, SHORT)):
        payloads.append(payload)
        signal.stop = signal.stop or f"2 of {EACH}" in payload["status"]
    assert payloads[-1]["status"].startswith("Stopped after ")
    assert 0 < sum(score.seeds for score in payloads[-1]["results"]) < EACH


def test_the_figure_of_the_race_has_a_line_and_a_band_for_each_cell_and_chance() -> None:
    *_, last = race.payloads(SHORT, one_by_one(run_race(SHORT)))
    figure = cell_race(last["results"], SHORT)
    names = [trace.name for trace in figure.data if trace.name]
    assert names == [*(cell.title for cell in CELLS.values()), CHANCE]
    assert len(figure.data) == 2 * len(CELLS) + 1
    for trace in figure.data[1:-1:2]:
        means = [100 * s.mean for s in last["results"] if CELLS[s.cell].title == trace.name]
        np.testing.assert_allclose(trace.y, means)


def test_runs_that_are_over_count_on_in_the_mean_and_those_that_are_not_wait() -> None:
    runs = {0: [0.5, 1.0], 1: [0.1, 0.2, 0.6]}
    assert race.mean_curve(runs, {0}) == [(1, 30.0), (2, 60.0), (3, 80.0)]
    assert race.mean_curve(runs, {1}) == [(1, 30.0), (2, 60.0), (3, 60.0)]
    assert race.mean_curve({0: [1.0, 1.0], 1: [0.2]}, {0})[1] == (2, 100.0)  # a seed that has just begun
    assert race.mean_curve({}, set()) == []


@pytest.mark.parametrize(
    ("typed", "distances"), [("5, 10", (5, 10)), ("20 5,10", (5, 10, 20)), (" 3 ,3,", (3,)), ("40", (40,))]
)
def test_distances_are_read_as_they_are_typed(typed: str, distances: tuple[int, ...]) -> None:
    assert race.whole_numbers(typed) == distances


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (("recall", "near", 3, 4, 32, 20, 0.01), "distances must be whole numbers"),
        (("recall", "", 3, 4, 32, 20, 0.01), "distances must list"),
        (("recall", "5, 500", 3, 4, 32, 20, 0.01), "distance must be a whole number from 1 to 200, got 500"),
        (("recall", "5", 3, 4, 32, 20, None), "learning_rate must be a number"),
        (("recall", "5", 3, 4, 32, 20, 11.0), "learning_rate must be a number"),
        (("poker", "5", 3, 4, 32, 20, 0.01), "unknown task 'poker'"),
    ],
)
def test_what_stands_wrong_at_the_controls_is_refused_in_a_sentence(settings: tuple[Any, ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        race.setting_of(*settings)


# --- gradient through time --------------------------------------------------------------------------------------


def test_the_study_keeps_every_glimpse_and_shows_the_latest_gradients() -> None:
    *_, last = gradients.payloads(LEARNT, one_by_one(study(LEARNT)))
    study_epochs = last["results"]
    assert set(study_epochs) == {(cell, epoch) for cell in CELLS for epoch in range(3)}
    norms, learning = strict(last)["charts"]
    drawn = {shown["name"]: shown for shown in norms["lines"]}
    assert len(drawn) == len(CELLS) + 1
    for cell in CELLS:
        gradient = study_epochs[cell, 2].flow.grad_h[0]
        points = drawn[CELLS[cell].title]["points"]
        np.testing.assert_allclose([y for _, y in points], gradient / gradient[-1], rtol=1e-6)
    assert drawn["LSTM, through c"]["dashed"]
    assert all(len(shown["points"]) == 3 for shown in learning["lines"])


@pytest.mark.parametrize("shown", FLOW_VIEWS)
@pytest.mark.parametrize("epoch", [0, 1, 2])
def test_every_epoch_can_be_looked_at_with_weights_made_larger(shown: str, epoch: int) -> None:
    study_epochs = study_of(LEARNT)
    figure, table = gradients.figure_and_table(study_epochs, shown, epoch, 2.0)
    title = json.loads(figure.plot)["layout"]["title"]["text"]
    assert ("before training" if epoch == 0 else f"after epoch {epoch}") in title
    assert "W<sub>hh</sub> × 2" in title
    radius = 2 * spectral_radius(study_epochs["rnn_tanh", epoch].model)["h"]
    assert f"| {CELLS['rnn_tanh'].title} | h {radius:.2f} |" in table


def test_an_epoch_without_a_snapshot_gives_a_one_line_error() -> None:
    assert "No results" in gradients.figure_and_table({}, "gradient", 0, 1.0)[1]
    assert "No results" in gradients.figure_and_table({}, "no picture", 0, 1.0)[1]


@pytest.mark.parametrize("shown", FLOW_VIEWS)
def test_a_film_has_the_lines_of_every_epoch_and_one_axis(shown: str) -> None:
    study_epochs = study_of(LEARNT)
    layout = json.loads(gradients.film_of(study_epochs, shown).plot)["layout"]
    frames = layout["meta"]["frames"]
    assert [frame["epoch"] for frame in frames] == [0, 1, 2]
    for frame in frames:
        figure = FLOW_VIEWS[shown](
            {cell: study_epochs[cell, frame["epoch"]].flow for cell in CELLS}, tuple("abcd?"), "at rest"
        )
        for values, line_drawn in zip(frame["lines"], figure.data, strict=True):
            np.testing.assert_allclose(np.array(values, dtype=float), line_drawn.y, rtol=1e-3)
            inside = np.log10(np.array([value for value in values if value]))
            assert (inside >= max(layout["yaxis"]["range"][0], -12)).all()
            assert (inside <= layout["yaxis"]["range"][1]).all()


def test_a_film_ends_where_the_first_cell_ended() -> None:
    study_epochs = study_of(LEARNT)
    del study_epochs["rnn_relu", 2]
    assert len(json.loads(gradients.film_of(study_epochs, "gradient").plot)["layout"]["meta"]["frames"]) == 2
    assert gradients.film_of({}, "gradient") == gr.skip()
    assert gradients.table_of({}, 0) == gr.skip()
    assert "| GRU |" in gradients.table_of(study_epochs, 2)


def test_gradients_of_zero_are_gaps_and_rounding_is_not_a_singular_value() -> None:
    study_epochs = study_of(LEARNT)
    flows = {
        cell: gradients.flow_through(study_epochs[cell, 1].model, study_epochs[cell, 1].example, 0.0) for cell in CELLS
    }
    figure = FLOW_VIEWS["gradient"](flows, tuple("abcd?"), "at rest")
    plain = next(trace for trace in figure.data if trace.name == CELLS["rnn_tanh"].title)
    assert np.isnan(plain.y[:-1]).all()
    assert plain.y[-1] > 0
    singular = FLOW_VIEWS["singular values"](flows, tuple("abcd?"), "at rest")
    assert np.isnan(singular.data[0].y).all()


def test_a_closed_page_leaves_no_study_and_the_oldest_of_too_many_is_dropped() -> None:
    visitors = Visitors(Models(), InlinePool())
    visitors.keep_study_epochs("one", study_of(LEARNT))
    model = weakref.ref(visitors.of("one").study_epochs["lstm", 0].model)
    visitors.leave("one")
    gc.collect()
    assert model() is None
    assert visitors.of("one").study_epochs == {}
    study_epochs = study_of(LEARNT)
    for number in range(MAX_LAB_STUDIES + 1):
        visitors.keep_study_epochs(str(number), study_epochs)
    assert visitors.of("0").study_epochs == {}
    assert visitors.of("1").study_epochs


def test_what_each_cell_has_learnt_is_told_from_the_last_epoch() -> None:
    study_epochs = study_of(LEARNT)
    text = gradients.learnt_in_words(study_epochs)
    assert text.startswith("After 2 epochs of training the accuracy on new texts is: ")
    for cell in CELLS:
        assert f"{CELLS[cell].title} {percent(study_epochs[cell, 2].accuracy)}" in text


# --- clipping ---------------------------------------------------------------------------------------------------


def test_clipping_reports_every_step_and_how_both_runs_ended() -> None:
    setting = Clipping(factor=3.0, distance=40, learning_rate=0.3, epochs=1, hidden_size=8)
    *progress, last = clipping.payloads(setting, one_by_one(clip(setting)))
    for payload in progress:
        strict(payload)
    assert last["status"].startswith("Without clipping the loss is NaN after ")
    assert "With gradients clipped to a norm of 1 the loss is " in last["status"]
    figure = clipping_figure(last["results"], setting)
    assert [trace.name for trace in figure.data if trace.showlegend is not False] == [
        "clipped gradients",
        "unclipped gradients",
        "from here on NaN",
        "limit: a norm of 1",
    ]
    with pytest.raises(ValueError, match="clip_norm must be above 0"):
        clipping.setting_of("rnn_relu", 2.5, 5, 0.0, 0.1)


# --- a visitor's turn -------------------------------------------------------------------------------------------


def test_batches_lose_no_event_and_stop_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_controls, "PACE", 0.002)
    signal, events = StopSignal(), []
    for batch in in_batches(InlinePool(), signal, jobs.count, 10**9):
        events += batch
        signal.stop = len(events) > 1000
    assert events == list(range(len(events)))


def test_a_job_that_may_finish_is_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_controls, "PACE", 0.002)
    signal = StopSignal(stop=True)
    assert list(in_batches(InlinePool(), signal, jobs.count_until_stopped, finish=True))[-1][-1] == "stopped"


def test_an_experiment_ends_after_the_longest_time_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_controls, "LONGEST", 0.05)
    monkeypatch.setattr(training_controls, "PACE", 0.002)
    assert sum(map(len, in_batches(InlinePool(), StopSignal(), jobs.count, 10**9))) > 0


def test_who_closes_the_page_ends_the_race_and_its_process() -> None:
    pool = Pool()
    config = Race(distances=(40,), epochs=200, seeds=1)
    payloads = race.payloads(config, in_batches(pool, StopSignal(), run_race, config))
    next(payloads)
    next(payloads)
    (process,) = multiprocessing.active_children()
    payloads.close()  # type: ignore[attr-defined]
    process.join(20)  # it was killed, and takes a moment to go
    assert not process.is_alive()


@pytest.mark.parametrize(
    ("job", "says"), [(jobs.fail, "something went wrong"), (jobs.refuse_at_once, "^seeds must be")]
)
def test_an_experiment_that_fails_is_reported_in_a_sentence(job: Job, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        list(in_batches(Pool(), StopSignal(), job))


def test_after_a_fault_start_is_there_again() -> None:
    def payloads(setting: Race, batches: Iterable[list[Any]]) -> Iterator[dict[str, Any]]:
        yield {"status": "begun"}
        raise KeyError("a fault")

    with gr.Blocks() as page:
        panel = StudyPanel("race", "", Visitors(Models(), InlinePool(), TrainingQueue(places=1)), run_race)
        panel.on_start([], lambda: SHORT, payloads, {}, lambda *_: {})
    (train,) = (event.fn for event in page.fns.values() if event.name == "train")
    assert train is not None
    values: dict[Any, Any] = {}
    with pytest.raises(KeyError, match="a fault"):
        values.update(part for update in train(gr.Request()) for part in update.items())
    assert (values[panel.start]["visible"], values[panel.stop]["visible"]) == (True, False)


def test_visitors_in_the_queue_see_their_place_and_may_leave() -> None:
    queue = TrainingQueue(places=1, longest=1)
    first = when_first_in_queue(queue, "", StopSignal(), iter([{"status": "one"}, {"status": "two"}]))
    assert next(first) == {"status": "one"}
    wish = StopSignal()
    second = when_first_in_queue(queue, "", wish, iter([{"status": "never"}]))
    assert next(second)["status"].startswith("You are number 1 in the queue")
    with pytest.raises(Full, match="visitors are already waiting"):
        next(when_first_in_queue(queue, "", StopSignal(), iter([])))
    wish.stop = True
    assert [payload["status"] for payload in second] == ["Stopped before it started."]
    assert [payload["status"] for payload in first] == ["two"]
    third = when_first_in_queue(queue, "", StopSignal(), iter([{"status": "mine"}]))
    assert [payload["status"] for payload in third] == ["mine"]


# --- axes -------------------------------------------------------------------------------------------------------


def test_nan_is_a_gap() -> None:
    assert line("a", "red", [(1, float("nan")), (2, float("inf")), (3, 1.0)])["points"] == [
        (1, None),
        (2, None),
        (3, 1.0),
    ]
