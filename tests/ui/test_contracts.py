"""Both sides of the JSON contracts: Python sends what they say, and the scripts read every key of them and no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from helpers.contracts import faults, keys, without_names
from helpers.inline_pool import InlinePool
from helpers.node_scripts import needs_node, run_node

from rnn_demo.analysis.trace import record
from rnn_demo.data.json_text import strict_json
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.experiments.remote_run import RemoteRun
from rnn_demo.experiments.run_config import configure
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.ui import contracts, next_step
from rnn_demo.ui.lab import batch_view, current_run, experiment_cards
from rnn_demo.ui.lab import contracts as lab_contracts
from rnn_demo.ui.lab.shipped_result import LESSONS, lesson
from rnn_demo.ui.lab.visitor_runs import Visitor, beside
from rnn_demo.ui.models import Models, OwnModel
from rnn_demo.ui.qa.conversation import conversation
from rnn_demo.ui.sentiment import contracts as sentiment_contracts
from rnn_demo.ui.sentiment import failures
from rnn_demo.ui.sentiment.compare_texts import comparison
from rnn_demo.ui.sentiment.tab import reading
from rnn_demo.ui.states.backward import gradients_of
from rnn_demo.ui.states.menu import menu
from rnn_demo.ui.states.tab import neighbours_of_words, weights_of_unit
from rnn_demo.ui.states.traces import Traces
from rnn_demo.ui.teachers import contracts as teachers_contracts
from rnn_demo.ui.teachers import section as teachers
from rnn_demo.ui.viewer.payload import payload


def model_of(cell: str, **options: Any) -> SequenceModel:
    torch.manual_seed(0)
    vocabulary = Vocabulary.build(["abcdefghijklmnopqrstuvwxyz"], "letters")
    return SequenceModel(Architecture(cell, 8, embedding_size=6, **options), vocabulary, ["yes", "no"]).eval()


def traces() -> Iterator[str]:
    start = {
        "text": "ab",
        "step": "1",
        "view": "cell,unit,head,input,folded",
        "unit": "2",
        "notation": "textbook",
        "layer": "1",
    }
    for cell in ("lstm", "gru"):
        model = model_of(cell, pooling="attention", num_layers=2, bidirectional=True)
        yield strict_json(
            payload(record(model, "字ab"), "x", model, start | {"direction": "forward", "figure": "path"})
        )
        backward = {"text": "ab", "gradients": "fresh", "answer": "no"}
        yield strict_json(payload(record(model, "ab"), "x", model, backward))
        yield strict_json(
            payload(record(model, "ab"), "x", model, {"text": "ab", "notation": "pytorch", "view": "cell", "at": 3.5})
        )


def unit_weights() -> contracts.UnitWeights:
    models = Models()
    name = models.keep(OwnModel(model_of("lstm")))
    return weights_of_unit(models, {"checkpoint": name, "layer": 0, "direction": "forward", "unit": 1})


def nearest() -> contracts.NearestWords:
    models = Models()
    name = models.keep(OwnModel(model_of("gru")))
    return neighbours_of_words(models, {"checkpoint": name, "words": ["a", "b"]})


def menus() -> Iterator[str]:
    models = Models()
    yield strict_json(menu(models, models.keep(OwnModel(model_of("gru")))))


def gradients() -> contracts.BackwardPayload:
    models = Models()
    name = models.keep(OwnModel(model_of("lstm", pooling="attention", num_layers=2, bidirectional=True)))
    return gradients_of(Traces(models), {"checkpoint": name, "text": "ab", "weights": "fresh", "answer": "no"})


def conversations() -> Iterator[str]:
    turn = {"input": "who?", "known": False, "unknown_words": ["who"], "confidence": 0.2, "model": "qa", "answer": None}
    other = turn | {"known": True, "answer": "Ann", "model": "own-x", "did_you_mean": "who is it?"}
    yield conversation([])
    yield conversation([turn | {"did_you_mean": "who is it?"}, other], 1, "A notice.")


def run_payloads() -> Iterator[str]:
    for recipe in ("characters", "adding"):
        yield strict_json(current_run.invitation(recipe))
    attention = {"epochs": 1, "hidden_size": 4, "pooling": "attention", "bidirectional": True}
    for recipe, options in (("characters", {"epochs": 20}), ("adding", attention)):
        live = RemoteRun(configure(recipe, options))
        while not live.over:
            live.advance(InlinePool(), 0.01)
        caption = {"title": "A title.", "beside": beside("another", live.picture)}
        page = current_run.payload(live, "Running.", caption)
        yield strict_json(page | {"link": {"tab": "lab"}, "notices": ["A notice."], "kept": page["step"]})
    yield from (strict_json(lesson(name)) for name in LESSONS)


def experiments() -> Iterator[str]:
    yield strict_json(experiment_cards.initial_value())
    yield experiment_cards.value(notice="A notice.")
    experiment = experiment_cards.experiment_of(Visitor(), "units", "part")
    yield experiment_cards.value(experiment)
    yield experiment_cards.value(experiment, result="It did.", came_true="part")


def readings() -> Iterator[str]:
    for text in ("Despite a great cast, it is a failure.", "xyzzy qwrt plugh"):
        yield strict_json(reading(Models(), text, InlinePool()))


def comparisons() -> Iterator[str]:
    for changed in ("a bad film", "a good film"):
        yield strict_json(comparison(Models(), InlinePool(), "sentiment", "a good film", changed))


def wrong() -> Iterator[str]:
    yield strict_json(failures.stored_capabilities(Models().metrics("sentiment")))


def filled() -> Iterator[str]:
    for expected in failures.EXPECTED:
        yield strict_json(failures.fillings(Models(), InlinePool(), "sentiment", "It is {good|bad}.", "", expected))


def batches() -> Iterator[str]:
    yield batch_view.batch_value("facts", "", 0, {"max_tokens": 400})
    yield batch_view.batch_value("facts", "", 0, {"hidden_size": 0})


CONTRACTS = {
    "stepper": (contracts.TracePayload, traces),
    "sentiment/reading": (contracts.Reading, readings),
    "sentiment/compare_texts": (contracts.TextComparison, comparisons),
    "sentiment/capabilities": (sentiment_contracts.Capabilities, wrong),
    "sentiment/fillings": (sentiment_contracts.Fillings, filled),
    "lab/training": (lab_contracts.RunPayload, run_payloads),
    "lab/film": (lab_contracts.Film, lambda: [strict_json({"figure": "#gradient-shipped", "epochs": 10})]),
    "lab/batch": (lab_contracts.BatchPayload, batches),
    "lab/experiments": (lab_contracts.Experiments, experiments),
    "qa/conversation": (contracts.Conversation, conversations),
    "model_menu": (contracts.ModelMenu, menus),
    "next_step": (contracts.NextStep, lambda: map(strict_json, next_step.next_steps().values())),
    "teachers": (teachers_contracts.ReadyPictures, lambda: [strict_json(teachers.value())]),
}


@needs_node
@pytest.mark.parametrize("widget", CONTRACTS)
def test_python_sends_and_the_scripts_read_what_the_contract_says(widget: str) -> None:
    kind, make = CONTRACTS[widget]
    values = list(make())
    for value in values:
        assert list(faults(json.loads(value), kind)) == []
    answers = {
        "weights": json.dumps(unit_weights()),
        "nearest": json.dumps(nearest()),
        "gradients": json.dumps(gradients()),
    }
    answer = run_node("widgets/contracts.mjs", {"widget": widget, "values": values, **answers})
    paths = {without_names(path, kind) for path in answer if not path.startswith(("weights", "nearest", "gradients."))}
    paths = {path for path in paths if not path.endswith(".*")}
    contract = {path for path in keys(kind) if not path.endswith(".*")}
    assert paths - contract == set(), "a script reads what no contract promises"
    assert contract - paths == set(), "nobody reads this"


@needs_node
def test_what_the_stepper_asks_for_is_read_as_it_is_sent() -> None:
    sent = {"weights": (contracts.UnitWeights, unit_weights()), "nearest": (contracts.NearestWords, nearest())}
    texts = {name: json.dumps(value) for name, (_, value) in sent.items()} | {"gradients": json.dumps(gradients())}
    answer = run_node("widgets/contracts.mjs", {"widget": "stepper", "values": list(traces()), **texts})
    for name, (kind, value) in sent.items():
        assert list(faults(json.loads(json.dumps(value)), kind)) == []
        paths = {path.removeprefix(f"{name}.") for path in answer if path.startswith(f"{name}.")}
        assert paths - {"nearest[].length"} == set(keys(kind))


@needs_node
def test_the_gradients_of_a_backward_pass_are_read_as_they_are_sent() -> None:
    sent, kind = gradients(), contracts.BackwardPayload
    assert list(faults(json.loads(strict_json(sent)), kind)) == []
    asked = {"weights": json.dumps(unit_weights()), "nearest": json.dumps(nearest()), "gradients": strict_json(sent)}
    answer = run_node("widgets/contracts.mjs", {"widget": "stepper", "values": list(traces()), **asked})
    paths = {without_names(path.removeprefix("gradients."), kind) for path in answer if path.startswith("gradients.")}
    assert {path for path in paths if not path.endswith(".*")} == {
        path for path in keys(kind) if not path.endswith(".*")
    }


def test_what_breaks_a_contract_is_seen() -> None:
    good = {"turns": [], "selected": None, "notice": "", "opening": False}
    assert list(faults(good, contracts.Conversation)) == []
    for wrong in ({"turns": []}, good | {"more": 1}, good | {"selected": "1"}, good | {"turns": [{}]}):
        assert list(faults(wrong, contracts.Conversation))
