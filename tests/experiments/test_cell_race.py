"""The cell race: everybody runs the same course, alone or with others, and the field's knowledge shows."""

from __future__ import annotations

import gc
import json
import weakref
from collections import Counter
from typing import Any

import pytest
import torch
from torch import nn

from rnn_demo.experiments import cell_race as module
from rnn_demo.experiments.cell_race import (
    Finish,
    Lap,
    Race,
    Score,
    headline,
    in_words,
    race,
    reach,
    run_cell,
    scores,
    untrained_model,
)
from rnn_demo.network.cells import CELLS
from rnn_demo.tasks import MEMORY

SHORT = Race(distances=(3, 6), seeds=2, examples=128, epochs=3, hidden_size=8)


def finishes(setting: Race, workers: int) -> set[Finish]:
    return {event for event in race(setting, workers) if isinstance(event, Finish)}


def test_every_cell_runs_every_distance_with_every_seed_lap_by_lap() -> None:
    events = list(race(SHORT, workers=2))
    ended = [event for event in events if isinstance(event, Finish)]
    assert len(ended) == len(CELLS) * len(SHORT.distances) * SHORT.seeds
    laps = Counter((e.cell, e.distance, e.seed) for e in events if isinstance(e, Lap))
    assert laps == {(e.cell, e.distance, e.seed): e.epochs for e in ended}
    assert [e.distance for e in ended] == sorted(e.distance for e in ended)


def test_the_first_results_come_before_the_second_seed_has_begun() -> None:
    events = list(race(Race(distances=(3,), seeds=3, examples=64, epochs=4, hidden_size=4), workers=1))
    first = next(k for k, event in enumerate(events) if isinstance(event, Finish))
    assert {event.seed for event in events[:first]} == {0}


def test_a_runner_does_the_same_alone_and_among_others_whatever_else_is_drawn_meanwhile() -> None:
    together = finishes(SHORT, workers=3)
    assert together == finishes(SHORT, workers=1)
    torch.manual_seed(99)
    alone: list[Any] = [list(run_cell(SHORT, cell, 6, 1))[-1] for cell in CELLS]
    assert set(alone) <= together


def test_the_runners_of_a_seed_learn_the_same_examples_and_are_judged_on_others() -> None:
    task = MEMORY["recall"]
    examples = task.make(200, 20, 0)
    tests = task.make(module.TEST_EXAMPLES, 20, module.TEST_SEED)
    assert not {example.text for example in examples} & {example.text for example in tests}


@pytest.mark.parametrize("task", MEMORY)
def test_every_task_that_needs_memory_can_be_raced_on(task: str) -> None:
    setting = Race(task, distances=(3,), seeds=1, examples=64, epochs=1, hidden_size=4)
    for finish in finishes(setting, 2):
        assert 0 <= finish.accuracy <= 1
        assert 1 / len(MEMORY[task].choices) <= finish.chance < 1


def test_a_tanh_rnn_forgets_where_an_lstm_and_a_gru_do_not() -> None:
    setting = Race(distances=(5, 30), seeds=1, cells=("rnn_tanh", "gru", "lstm"), epochs=15)
    by = {(score.cell, score.distance): score.mean for score in scores(list(finishes(setting, 2)))}
    assert min(by[cell, 5] for cell in setting.cells) > 0.95
    assert min(by["gru", 30], by["lstm", 30]) > 0.95
    assert by["rnn_tanh", 30] < 0.5


def test_new_weights_lie_where_torch_draws_them_and_the_keeping_gate_starts_open() -> None:
    examples = MEMORY["recall"].make(50, 5, 0)
    for cell in CELLS:
        plain, biased = (untrained_model("recall", cell, 25, examples, 3, bias) for bias in (0.0, 4.0))
        weights = [weight for name, weight in plain.named_parameters() if not name.startswith("embedding")]
        assert max(float(weight.detach().abs().max()) for weight in weights) <= 1 / 5
        assert plain.embedding is not None
        assert not plain.embedding.weight[0].any()
        difference = biased.rnn.bias_ih_l0 - plain.rnn.bias_ih_l0
        gates = [gate for gate, by in zip(plain.cell.gates, difference.view(-1, 25).unbind(), strict=True) if by.any()]
        assert gates == ([plain.cell.keep_gate] if plain.cell.keep_gate else [])
    assert {"rnn_tanh": None, "rnn_relu": None, "gru": "z", "lstm": "f"}.items() <= {
        name: cell.keep_gate for name, cell in CELLS.items()
    }.items()


def test_a_race_that_is_no_longer_asked_ends_and_leaves_nothing_behind() -> None:
    threads, models = torch.get_num_threads(), []
    make_model = module.untrained_model

    def watched(*arguments: Any) -> nn.Module:
        models.append(weakref.ref(model := make_model(*arguments)))
        return model

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "untrained_model", watched)
        events = race(Race(epochs=200, distances=(40,)), workers=2)
        assert isinstance(next(events), Lap)
        events.close()
    gc.collect()
    assert models
    assert not [model for model in models if model() is not None]
    assert torch.get_num_threads() == threads


def test_a_run_whose_loss_is_no_number_ends_and_says_so() -> None:
    setting = Race(learning_rate=10.0, cells=("rnn_relu",), distances=(20,), seeds=2, epochs=30)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CLIP_NORM", 0.0)
        ended = finishes(setting, 2)
    assert all(0 <= finish.accuracy <= 1 for finish in ended)
    assert any(finish.diverged for finish in ended)
    for finish in ended:
        json.loads(json.dumps(vars(finish), allow_nan=False))


def test_a_score_is_the_mean_of_its_seeds_and_how_far_they_lie_apart() -> None:
    ended = [Finish("lstm", 5, seed, 3, accuracy, 0.125, False) for seed, accuracy in enumerate((0.5, 0.9, 1.0))]
    (score,) = scores(ended)
    assert (score.mean, score.low, score.high, score.seeds) == (pytest.approx(0.8), 0.5, 1.0, 3)
    assert scores([]) == []


def results_of(**means: tuple[float, float]) -> list[Score]:
    """Scores over 5 and 40 steps."""
    return [
        Score(cell, distance, mean, mean, mean, 1, 0.15)
        for cell, pair in means.items()
        for distance, mean in zip((5, 40), pair, strict=True)
    ]


def test_the_title_says_how_far_each_cell_remembers() -> None:
    results = results_of(rnn_tanh=(1.0, 0.12), rnn_relu=(0.5, 0.97), gru=(1.0, 1.0), lstm=(0.96, 0.999))
    assert [reach(results, cell) for cell in CELLS if cell in ("rnn_tanh", "rnn_relu", "gru")] == [5, 0, 40]
    assert headline(results) == [
        "GRU and LSTM remember over 40 steps,",
        "RNN (tanh) over 5 and RNN (ReLU) not even over 5",
    ]
    assert headline(results_of(gru=(1.0, 1.0))) == ["GRU remembers over 40 steps"]
    assert headline([]) == []


def test_the_sentence_has_every_accuracy_over_the_longest_distance_and_names_who_guesses() -> None:
    assert in_words(results_of(rnn_tanh=(1.0, 0.12), gru=(1.0, 1.0), lstm=(1.0, 0.999))) == (
        "Accuracy on new texts over 40 steps: GRU 100% and LSTM >99%; RNN (tanh) 12%, no better than always giving the "
        "most common answer (15%)."
    )
    assert in_words(results_of(gru=(1.0, 0.6))) == (
        "Accuracy on new texts over 40 steps: GRU 60%, against 15% for always giving the most common answer."
    )
    assert "over 5 steps" in in_words(results_of(gru=(1.0, 1.0), lstm=(1.0, 1.0))[:3])
    assert in_words([]) == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"task": "chess"}, "unknown task 'chess'; choose one of recall, adding"),
        ({"cells": ()}, "cells must list at least one value and none twice"),
        ({"cells": ("lstm", "lstm")}, "cells must list at least one value and none twice"),
        ({"cells": ("mlp",)}, "unknown cell 'mlp'"),
        ({"distances": (0,)}, "distance must be a whole number from 1 to 200, got 0"),
        ({"seeds": 11}, "seeds must be a whole number from 1 to 10, got 11"),
        ({"epochs": 0}, "epochs must be a whole number from 1 to 200, got 0"),
        ({"hidden_size": 257}, "hidden_size must be a whole number from 1 to 256"),
        ({"keep_bias": -1}, "keep_bias must be a number from 0 to 10, got -1"),
        ({"learning_rate": 0.0}, "learning_rate must be a number"),
        ({"seeds": 10, "distances": tuple(range(1, 7))}, f"at most 200 runs, and this one has {60 * len(CELLS)}"),
    ],
)
def test_a_race_that_cannot_be_run_is_refused_in_a_sentence(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Race(**options)
