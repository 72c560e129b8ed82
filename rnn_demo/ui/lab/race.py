"""The cell race in the page: over how many steps can each cell remember?"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

import gradio as gr

from rnn_demo.data.wording import duration
from rnn_demo.experiments import shipped
from rnn_demo.experiments.cell_race import BATCH_SIZE, Finish, Lap, Race, Score, in_words, race, scores
from rnn_demo.figures import cell_race as figures
from rnn_demo.figures.cell_race import CHANCE
from rnn_demo.figures.palette import OF_CELLS, TEXT
from rnn_demo.network.cells import CELLS
from rnn_demo.tasks import MEMORY
from rnn_demo.training.device import device_in_words, usable_gpu
from rnn_demo.ui.gradio_compat import plot_value
from rnn_demo.ui.lab.settings import device_choices
from rnn_demo.ui.lab.shipped_result import shipped_result
from rnn_demo.ui.lab.study_panel import StudyPanel
from rnn_demo.ui.lab.visitor_runs import Visitors
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.charts import chart, counted_axis, line, named_axis, percent_axis

FIRST = Race()
INVITATION = "Press Start. All cells begin with the shortest distance; its first results take seconds."


def build(visitors: Visitors) -> None:
    """Lay out the race and wire it; all visitors wait in one queue."""
    study = shipped.load("race")
    results = scores(study.of(Finish))
    plot = plot_value(figures.cell_race(results, study.setting))
    shipped_result("race", words("lab/race"), plot, study, in_words(results))
    with gr.Row(equal_height=False):
        with gr.Column(scale=2, min_width=280):
            task = gr.Dropdown(
                [(task.title, name) for name, task in MEMORY.items()],
                value=FIRST.task,
                label="What to remember",
                elem_id="race-task",
            )
            distances = gr.Textbox(
                ", ".join(map(str, FIRST.distances)), label="Over how many steps", max_lines=1, elem_id="race-distances"
            )
            seeds = gr.Slider(1, 5, FIRST.seeds, step=1, label="Repetitions per cell", elem_id="race-seeds")
            keep_bias = gr.Slider(
                0,
                8,
                FIRST.keep_bias,
                step=0.5,
                label="Initial forget-gate bias",
                elem_id="race-keep",
                info="f in an LSTM, z in a GRU; at 0 the gate starts half open",
            )
            with gr.Accordion("More settings", open=False):
                hidden_size = gr.Slider(2, 128, FIRST.hidden_size, step=1, label="Hidden units")
                epochs = gr.Slider(1, 60, FIRST.epochs, step=1, label="Epochs (at most)", elem_id="race-epochs")
                learning_rate = gr.Number(FIRST.learning_rate, label="Learning rate", elem_id="race-rate")
                device = gr.Dropdown(
                    device_choices(),
                    value="auto" if usable_gpu() else "cpu",
                    label="Device",
                    visible=usable_gpu() is not None,
                    elem_id="race-device",
                )
        with gr.Column(scale=3, min_width=300):
            settings = [task, distances, seeds, keep_bias, hidden_size, epochs, learning_rate, device]
            panel = StudyPanel(
                "race",
                INVITATION,
                visitors,
                race,
            )
            panel.draw_on_start(settings, setting_of, payloads, figures.cell_race)


def setting_of(
    task: str,
    distances: str,
    seeds: float,
    keep_bias: float,
    hidden_size: float,
    epochs: float,
    learning_rate: float,
    device: str = "cpu",
) -> Race:
    """The race that the controls describe, on the CPU where there is no GPU; ValueError says what is wrong with it."""
    return Race(
        task,
        distances=whole_numbers(distances),
        seeds=int(seeds),
        hidden_size=int(hidden_size),
        epochs=int(epochs),
        learning_rate=learning_rate,
        keep_bias=keep_bias,
        device=device if usable_gpu() else "cpu",
    )


def whole_numbers(text: str) -> tuple[int, ...]:
    """The different numbers in a text, smallest first: "20, 5 10" -> 5, 10, 20."""
    try:
        return tuple(sorted({int(part) for part in text.replace(",", " ").split()}))
    except ValueError:
        raise ValueError(
            f"distances must be whole numbers separated by commas, as in 5, 10; got {text[:40]!r}"
        ) from None


def payloads(setting: Race, batches: Iterable[list[Any]]) -> Iterator[dict[str, Any]]:
    """The race as the page draws it; the last time with the scores of all finished runs, as `results`."""
    laps: dict[tuple[str, int, int], list[float]] = {}
    finishes: list[Finish] = []
    started, distance = time.monotonic(), setting.distances[0]
    yield payload(setting, distance, laps, finishes)
    for batch in batches:
        for event in batch:
            distance = event.distance
            if isinstance(event, Lap):
                laps.setdefault((event.cell, event.distance, event.seed), []).append(event.accuracy)
            else:
                finishes.append(event)
        yield payload(setting, distance, laps, finishes)
    results = scores(finishes)
    yield {"status": summary(setting, results, len(finishes), time.monotonic() - started), "results": results}


def payload(
    setting: Race, distance: int, laps: dict[tuple[str, int, int], list[float]], finishes: Sequence[Finish]
) -> dict[str, Any]:
    """The accuracy of each cell so far, and how it learns the current distance."""
    results = scores(finishes)
    reach, learning = [], []
    for cell in setting.cells:
        name, colour = CELLS[cell].title, OF_CELLS[cell]
        means = [(score.distance, 100 * score.mean) for score in results if score.cell == cell]
        reach.append(line(name, colour, means, marked=True))
        runs = {seed: lap for (of_cell, at, seed), lap in laps.items() if (of_cell, at) == (cell, distance)}
        over = {finish.seed for finish in finishes if (finish.cell, finish.distance) == (cell, distance)}
        learning.append(line(name, colour, mean_curve(runs, over)))
    chance_by_distance = {score.distance: 100 * score.chance for score in results}
    chance = line(CHANCE, TEXT, sorted(chance_by_distance.items()), dashed=True)
    each = setting.seeds * len(setting.cells)
    finished = sum(finish.distance == distance for finish in finishes)
    return {
        "status": f"Over {distance} steps: {finished} of {each} runs finished; in all {len(finishes)} of "
        f"{each * len(setting.distances)}.{device_of(setting, distance)}",
        "charts": [
            chart(
                "Accuracy on new examples for each distance",
                named_axis("steps to remember", setting.distances),
                percent_axis("accuracy (%)"),
                [*reach, chance],
            ),
            chart(
                f"Accuracy while they learn to remember over {distance} steps",
                counted_axis(f"epochs of training, over {distance} steps", setting.epochs),
                percent_axis("training accuracy (%)"),
                learning,
            ),
        ],
    }


def device_of(setting: Race, distance: int) -> str:
    """Where the networks are trained over a distance, in a sentence; "" where there is no choice."""
    if usable_gpu() is None:
        return ""
    tokens = BATCH_SIZE * len(MEMORY[setting.task].make(1, distance, 0)[0].text)
    return f" {device_in_words(setting.device, setting.hidden_size * tokens)}"


def mean_curve(runs: Mapping[int, Sequence[float]], over: Collection[int]) -> list[tuple[float, float]]:
    """The mean accuracy of the runs by seed after each epoch, in percent: of those that have got so far.

    Of the seeds in `over`, whose run has ended, the last value counts on.
    """
    length = max((len(run) for run in runs.values()), default=0)
    means: list[tuple[float, float]] = []
    for epoch in range(length):
        there = [run[min(epoch, len(run) - 1)] for seed, run in runs.items() if epoch < len(run) or seed in over]
        means.append((epoch + 1, 100 * fmean(there)))
    return means


def summary(setting: Race, results: Sequence[Score], runs: int, seconds: float) -> str:
    """The race in a sentence: the accuracy of every cell over the longest distance that all of them finished."""
    whole = runs == setting.seeds * len(setting.cells) * len(setting.distances)
    opening = f"{runs} runs in {duration(seconds)}." if whole else f"Stopped after {runs} runs, {duration(seconds)}."
    return f"{opening} {in_words(results)}".strip()
