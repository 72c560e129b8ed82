"""Hidden states: what the tab shows, keeps and refuses."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest
import torch
from helpers.inline_pool import InlinePool

from rnn_demo.analysis.trace import record
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.ui.models import Models, OwnModel
from rnn_demo.ui.states import figures, numpy_and_torch, traces
from rnn_demo.ui.states.numpy_and_torch import compare, from_torch
from rnn_demo.ui.states.tab import TITLE, build, neighbours_of_words, show, values, weights_of_unit, with_model
from rnn_demo.ui.states.traces import Traces
from rnn_demo.ui.tab_context import TabContext
from rnn_demo.ui.widgets.notice import notice_for

VOCABULARY = Vocabulary.build(["abcdefghijklmnopqrstuvwxyz"], "letters")


def model_of(cell: str, hidden_size: int = 8, **options: object) -> SequenceModel:
    torch.manual_seed(0)
    architecture = Architecture(cell, hidden_size, embedding_size=16, **options)  # type: ignore[arg-type]
    return SequenceModel(architecture, VOCABULARY, ["Russian", "Czech"]).eval()


def unpacked(array: dict[str, object]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(str(array["data"])), dtype="<f4").reshape(array["shape"])


def test_the_rows_of_a_unit_are_those_of_the_weights() -> None:
    model, models = model_of("lstm", 8, num_layers=2, bidirectional=True), Models()
    name = models.keep(OwnModel(model))
    rows = weights_of_unit(models, {"checkpoint": name, "layer": 1, "direction": "backward", "unit": 3})
    expected = model.rnn.weight_ih_l1_reverse.detach().numpy().reshape(4, 8, 16)[:, 3]
    np.testing.assert_array_equal(unpacked(rows["weight_ih"]), expected)
    assert rows["bias_hh"]["shape"] == [4]


@pytest.mark.parametrize(
    "wrong", [{"checkpoint": "../secret"}, {"unit": 8}, {"unit": -1}, {"layer": 2}, {"direction": "up"}, {"unit": "x"}]
)
def test_rows_that_are_not_there_are_refused_in_a_sentence(wrong: dict[str, object]) -> None:
    models = Models()
    name = models.keep(OwnModel(model_of("gru")))
    asked = {"checkpoint": name, "layer": 0, "direction": "forward", "unit": 3} | wrong
    assert list(weights_of_unit(models, asked)) == ["error"]


def test_numpy_and_torch_agree_on_the_hello_network() -> None:
    model = model_of("rnn_tanh", 8, input="one_hot", per_step=True)
    network = from_torch(model)
    assert network is not None
    assert compare(network, record(model, "hello")).largest_difference < 1e-6
    assert from_torch(model_of("gru", per_step=True)) is None


def test_an_error_keeps_the_last_drawing() -> None:
    models, current = Models(), {"model": "names", "text": "ivan", "task": ""}
    model, text, examples, view, trouble, now = show(Traces(models), {"model": "gone", "text": "anna"}, current)
    assert json.loads(model)["selected"] == "names"
    assert text == examples == view == now == {"__type__": "update"}
    assert "gone" in trouble.value
    *_, trouble, now = show(Traces(models), {"model": "gone", "text": "anna"})
    assert (now["model"], now["text"]) == ("hello", "hell")
    assert trouble.visible


def test_the_page_that_opens_does_not_answer_a_link_twice() -> None:
    """A second answer, when it came late, wrote over what the visitor had typed by then."""
    with gr.Blocks(analytics_enabled=False) as page:
        opened, arrived = gr.State(None), gr.State(None)
        with gr.Tabs() as tabs, gr.Tab(TITLE) as tab:
            build(TabContext(Models(), InlinePool(), page, tabs, tab, opened, arrived))
    handlers = {event.name: event.fn for event in page.fns.values()}
    request, link = SimpleNamespace(session_hash=""), {"model": "names", "text": "Ivan"}
    assert handlers["follow"](request, link, None)[1] == "Ivan"
    assert handlers["open_first"](request, link, None) == [gr.skip()] * 6
    assert handlers["open_first"](request, None, None)[1] == "hell"


def test_a_text_is_kept_for_a_model_of_the_same_task() -> None:
    models = Models()
    *_, now = values(Traces(models), {"model": "names", "text": "anna"})
    assert with_model(models, "names-gru", "anna", now)["text"] == "anna"
    assert with_model(models, "names-gru", "anna", {**now, "task": "qa"})["text"] == "Giovanni"


def test_a_sentence_about_an_error_is_never_markup() -> None:
    markup = notice_for(ValueError("no model '<img src=x>'")).value
    assert "<img" not in markup
    assert "&lt;img" in markup


def test_figures_and_numpy_say_that_an_own_model_is_gone() -> None:
    models = Models()
    name = models.keep(OwnModel(model_of("rnn_tanh", 8, input="one_hot", per_step=True)))
    with gr.Blocks(analytics_enabled=False) as page:
        current, stepper = gr.State(None), gr.HTML("", js_on_load="trigger('explain')")
        figures.build(models, Traces(models), current, stepper)
        numpy_and_torch.build(models, Traces(models), current)
    handlers = {event.name: event for event in page.fns.values()}
    wanted = {"model": name, "text": "anna"}
    inputs = {component: getattr(component, "value", None) for component in handlers["draw"].inputs}
    inputs |= {component: True for component in inputs if isinstance(component, gr.State)} | {current: wanted}
    models.forget(name)  # as when too many models are kept
    (sentence,) = (value for value in handlers["draw"].fn(inputs).values() if isinstance(value, str))
    assert "has expired" in sentence
    _, table, gradients = handlers["update"].fn(wanted)
    assert table == gradients == sentence


def test_nearest_words_that_cannot_be_looked_up_are_refused_in_a_sentence() -> None:
    models = Models()
    name = models.keep(OwnModel(model_of("gru")))
    found = neighbours_of_words(models, {"checkpoint": name, "words": ["a", "b"]})
    assert [len(each) for each in found["nearest"]] == [5, 5]
    for wrong in ({"words": "a"}, {"words": [1]}, {"words": ["a"] * 300}, {"checkpoint": "../x"}):
        assert list(neighbours_of_words(models, {"checkpoint": name, "words": ["a"]} | wrong)) == ["error"]
    one_hot = models.keep(OwnModel(model_of("gru", input="one_hot")))
    assert "no embedding" in neighbours_of_words(models, {"checkpoint": one_hot, "words": ["a"]})["error"]


def test_a_text_is_read_once_however_many_parts_of_the_tab_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []

    def counting(model: SequenceModel, text: str) -> object:
        texts.append(text)
        return record(model, text)

    monkeypatch.setattr(traces, "record", counting)
    models = Models()
    name, recent = models.keep(OwnModel(model_of("gru"))), Traces(models)
    *_, current = values(recent, {"model": name, "text": "anna"})
    assert recent.of(current["model"], current["text"]) is recent.of(name, "anna")
    assert texts == ["anna"]
    for k in range(traces.MOST_TRACES):
        recent.of(name, "a" * (k + 1))
    recent.of(name, "anna")
    assert texts.count("anna") == 2  # it was forgotten for newer ones
